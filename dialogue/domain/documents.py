"""Documents: which kinds of files are taken, how large they may be, and whether what is in them is what they say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from unicodedata import category, normalize
from uuid import UUID

from dialogue.domain.notes import may_revise
from dialogue.domain.people import Room, Seat
from dialogue.errors import Unfit

MEGABYTE = 1024 * 1024
LARGEST = 200 * MEGABYTE
# What can be looked through in memory to take place and author out of it.
LARGEST_TO_CLEAN = 20 * MEGABYTE
# A file that comes in pieces comes in pieces of this size.
PIECE = 4 * MEGABYTE
LONGEST_TITLE = 150
LONGEST_NAME = 120
LONGEST_DESCRIPTION = 1_000
# So many documents are read before one item, and no more.
MOST_READINGS = 20
# The beginning of a file, by which its kind is told.
HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Share:
    """How much each side of a case may store: neither takes the other's room, nor learns how much it uses."""

    most_bytes: int = 2048 * MEGABYTE
    most_files: int = 1000


class FileKind(StrEnum):
    """The kinds of files that are taken, each called by its ending."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    JPEG = "jpg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"
    TEXT = "txt"
    CSV = "csv"


ENDINGS: dict[str, FileKind] = {kind.value: kind for kind in FileKind} | {
    "jpeg": FileKind.JPEG,
    "heif": FileKind.HEIC,
}
CLEANABLE = frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG, FileKind.WEBP})


def kind_of_name(name: str) -> FileKind:
    """The kind that a file's ending tells; raises Unfit for any that is not taken."""
    stem, dot, ending = name.rpartition(".")
    kind = ENDINGS.get(ending.lower())
    if not (stem.strip() and dot) or kind is None:
        raise Unfit("file_kind")
    return kind


def clean_name(told: str) -> str:
    """A file's name without folders, invisible and direction-changing characters; short, with its ending kept."""
    name = normalize("NFC", told).replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if category(letter)[0] != "C" and category(letter) not in {"Zl", "Zp"})
    stem, dot, ending = name.strip().rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = " ".join(stem.split()).strip(" .")[: LONGEST_NAME - len(ending) - 1]
    return f"{stem}{dot}{ending}"


def check_words(title: str, description: str) -> None:
    """Raise Unfit unless a document has a title, and both are within measure."""
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Unfit("document_title")
    if len(description) > LONGEST_DESCRIPTION:
        raise Unfit("document_description")


def may_add_version(seat: Seat, room: Room, author: UUID) -> bool:
    """A document is its author's, as a note is: nobody puts another file in its place."""
    return may_revise(seat, room, author)


def check_share(share: Share, files: int, stored: int, more: int) -> None:
    """Raise Unfit where one side has no room left for ``more`` bytes."""
    if files >= share.most_files:
        raise Unfit("files_many")
    if stored + more > share.most_bytes:
        raise Unfit("files_full")


def draft_of_asking(document_id: UUID) -> str:
    """The word under which the asking for a document is kept until it is sent."""
    return f"documents.ask:{document_id}"
