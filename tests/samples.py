"""Small files of the kinds that are taken, made on the spot."""

from __future__ import annotations

import zipfile
from functools import cache
from io import BytesIO

import pikepdf
from PIL import Image

PLACE = 0x8825
CANARY = "Kanarienvogel-Seidenweber"
AUTHOR = "Amparo Quell, Northfield"


@cache
def pdf(author: str = AUTHOR) -> bytes:
    """One empty page, with an author in both places where PDFs keep one."""
    made = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Author"] = author
        with document.open_metadata() as told:
            told["dc:creator"] = [author]
        document.save(made, deterministic_id=True)
    return made.getvalue()


@cache
def photograph(kind: str = "JPEG", *, turned: bool = True) -> bytes:
    """Two dots wide and one high, taken somewhere, with the camera on its side."""
    made = BytesIO()
    picture = Image.new("RGB", (200, 100), (200, 30, 60))
    told = Image.Exif()
    told[0x010E] = CANARY
    if turned:
        told[0x0112] = 6
    told.get_ifd(PLACE).update({1: "N", 2: (47.0, 22.0, 30.0), 3: "E", 4: (8.0, 32.0, 15.0)})
    picture.save(made, kind, exif=told)
    return made.getvalue()


@cache
def word(text: str = CANARY) -> bytes:
    """The skeleton of a text document in a ZIP archive."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", "<Relationships/>")
        archive.writestr("word/document.xml", f"<w:document>{text}</w:document>")
    return made.getvalue()


@cache
def open_document(kind: str = "text") -> bytes:
    """The skeleton of an OpenDocument file."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<office/>")
    return made.getvalue()
