"""What a file tells beside its content, taken out of it in memory: where a photograph was taken, who made a PDF."""

from __future__ import annotations

import warnings
from io import BytesIO

import pikepdf
from PIL import Image, ImageOps

from dialogue.domain.documents import CLEANABLE, LARGEST_TO_CLEAN, FileKind
from dialogue.errors import Unfit

# A photograph that says to have more dots than this is not unfolded into memory.
MOST_DOTS = 64_000_000
_FORMATS = {FileKind.JPEG: "JPEG", FileKind.PNG: "PNG", FileKind.WEBP: "WEBP"}
_TOLD_IN_OBJECTS = ("/Metadata", "/PieceInfo", "/LastModified")


def check(kind: FileKind, size: int) -> None:
    """Raise Unfit where this cannot be done with such a file."""
    if kind not in CLEANABLE:
        raise Unfit("clean_kind")
    if size > LARGEST_TO_CLEAN:
        raise Unfit("clean_large")


def cleaned(kind: FileKind, data: bytes) -> bytes:
    """The same picture or pages without what is told beside them.

    kind     PDF or a picture, as ``check`` allows
    raises   Unfit where the file does not open
    """
    return _pages(data) if kind is FileKind.PDF else _picture(_FORMATS[kind], data)


def _picture(called: str, data: bytes) -> bytes:
    """Turned as it is meant to be looked at, and written anew with its dots and colours alone."""
    made = BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=[called]) as picture:
                if picture.width * picture.height > MOST_DOTS:
                    raise Unfit("clean_large")
                if called != "JPEG" and getattr(picture, "n_frames", 1) > 1:
                    raise Unfit("clean_kind")
                colours = picture.info.get("icc_profile")
                upright = ImageOps.exif_transpose(picture)
        upright.info.clear()
        upright.getexif().clear()
        how = {"quality": 92} if called != "PNG" else {}
        upright.save(made, called, icc_profile=colours, exif=b"", **how)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Unfit("clean_broken") from None
    return made.getvalue()


def _pages(data: bytes) -> bytes:
    """Written anew without what tells of author and program, and without what earlier savings left in the file."""
    made = BytesIO()
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            for thing in pdf.objects:
                if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                    for name in _TOLD_IN_OBJECTS:
                        if name in thing:
                            del thing[name]
            if "/Info" in pdf.trailer:
                del pdf.trailer["/Info"]
            pdf.save(made, fix_metadata_version=False, deterministic_id=True)
    except (pikepdf.PdfError, ValueError, KeyError):
        raise Unfit("clean_broken") from None
    return made.getvalue()
