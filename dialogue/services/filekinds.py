"""Whether what is in a file is what its ending says, told by its first bytes."""

from __future__ import annotations

import re

import filetype

from dialogue.domain.documents import FileKind, kind_of_name
from dialogue.errors import Unfit

_ENTRY = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_OPEN_XML = {FileKind.DOCX: "word/", FileKind.XLSX: "xl/", FileKind.PPTX: "ppt/"}
_OPEN_XML_BEGINS = ("[Content_Types].xml", "_rels/", "docProps/")
_OPEN_DOCUMENT = {
    FileKind.ODT: b"application/vnd.oasis.opendocument.text",
    FileKind.ODS: b"application/vnd.oasis.opendocument.spreadsheet",
    FileKind.ODP: b"application/vnd.oasis.opendocument.presentation",
}
_FIRST_CONTENT = 38
# Tab, line ends and form feed; with the byte after which the older encodings of letters begin.
_WRITTEN = bytes({9, 10, 12, 13, *range(32, 127), *range(128, 256)})
_SIXTEEN_BITS = (b"\xff\xfe", b"\xfe\xff")


def check(name: str, head: bytes) -> FileKind:
    """The kind of a file.

    name    as its sender calls it
    head    its first bytes; as many as there are, up to ``documents.HEAD``
    raises  Unfit for an ending that is not taken, and for a content that is not what the ending says
    """
    kind = kind_of_name(name)
    if not _fits(kind, head):
        raise Unfit("file_content")
    return kind


def _fits(kind: FileKind, head: bytes) -> bool:
    if kind in _OPEN_XML:
        return _is_open_xml(head, _OPEN_XML[kind])
    if kind in _OPEN_DOCUMENT:
        return _entries(head)[:1] == ["mimetype"] and _follows(head, _OPEN_DOCUMENT[kind])
    found = filetype.guess(head)
    if kind in {FileKind.TEXT, FileKind.CSV}:
        return found is None and _is_text(head)
    return found is not None and found.extension == kind.value


def _is_open_xml(head: bytes, folder: str) -> bool:
    names = _entries(head)
    if not names or any(name.endswith("vbaProject.bin") for name in names):
        return False
    return names[0].startswith((*_OPEN_XML_BEGINS, folder)) and any(name.startswith(folder) for name in names)


def _entries(head: bytes) -> list[str]:
    """The names in the beginning of a ZIP archive, in their order; none where it is no such archive."""
    if not head.startswith(b"PK\x03\x04"):
        return []
    found = []
    for entry in _ENTRY.finditer(head):
        begins = entry.start() + 30
        found.append(head[begins : begins + int.from_bytes(entry[1], "little")].decode("utf-8", "replace"))
    return found


def _follows(head: bytes, told: bytes) -> bool:
    return head[_FIRST_CONTENT:].startswith(told) and head[_FIRST_CONTENT + len(told) :][:1] in {b"P", b"-"}


def _is_text(head: bytes) -> bool:
    if head.startswith(_SIXTEEN_BITS):
        return True
    return not head.translate(None, _WRITTEN) and b"%PDF-" not in head[:1024]
