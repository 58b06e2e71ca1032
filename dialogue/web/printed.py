"""A page as a PDF that a screen reader can read aloud (PDF/UA-1); made here, from nothing that is not in the page."""

from __future__ import annotations

import logging
from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Any

_STATIC = Path(__file__).parent / "static"
_FONTS = _STATIC / "vendor" / "fonts"
_LATIN_EXT = "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+0304, U+0308, U+0329, U+1D00-1DBF"
_LATIN_EXT += ", U+1E00-1E9F, U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF"
# Family, file, and which letters it is for where it is not for all.
_FACES = (
    ("Noto Sans", "noto-sans-latin-wght-normal.woff2", ""),
    ("Noto Sans", "noto-sans-latin-ext-wght-normal.woff2", _LATIN_EXT),
    ("Overpass", "overpass-latin-wght-normal.woff2", ""),
    ("Overpass", "overpass-latin-ext-wght-normal.woff2", _LATIN_EXT),
)


@lru_cache(maxsize=1)
def is_available() -> bool:
    """Whether the extra ``pdf`` is installed, with the libraries of the system that it needs."""
    try:
        import weasyprint
    except (ImportError, OSError):
        return False
    # They would write into the log what a page holds.
    for name in (weasyprint.LOGGER.name, "fontTools"):
        logging.getLogger(name).disabled = True
    return True


def pdf(html: str) -> bytes:
    """Turn a whole page into a tagged PDF; nothing is fetched, from nowhere, and nothing is kept.

    html   with its language, its title, and the words that people wrote in ``blockquote``, each with its language
    """
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=["data"])
    fonts = FontConfiguration()
    style = weasyprint.CSS(string=_style(), url_fetcher=fetcher, font_config=fonts)
    page = weasyprint.HTML(string=html, url_fetcher=fetcher)
    made: bytes = page.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1", finisher=_complete)
    return made


def _complete(document: Any, made: Any) -> None:
    """Say in the structure what the library leaves out: the language of each quoted text, and which way a header looks.

    A voice reads a text in its language, and names the header of a cell. Should the library ever build another
    structure than the page, nothing is said rather than something wrong.
    """
    import pydyf

    for quote, box in _pairs(document, made, "BlockQuote", "blockquote"):
        if language := box.element.attrib.get("lang"):
            quote["Lang"] = pydyf.String(language)
    for cell, box in _pairs(document, made, "TH", "th"):
        cell["A"]["Scope"] = "/Row" if box.element.attrib.get("scope") == "row" else "/Column"


def _pairs(document: Any, made: Any, kind: str, tag: str) -> list[tuple[Any, Any]]:
    """The elements of one kind, each with its box on the page; one for each page that it fills."""
    elements = [thing for thing in made.objects if isinstance(thing, dict) and thing.get("S") == f"/{kind}"]
    boxes = [
        box
        for page in document.pages
        for box in page._page_box.descendants()
        if box.element is not None and box.element_tag == tag and _is_element(box, tag)
    ]
    return list(zip(elements, boxes, strict=True)) if len(elements) == len(boxes) else []


def _is_element(box: Any, tag: str) -> bool:
    """Lines of text stand in the structure as content; of a cell only the cell itself does."""
    name = type(box).__name__
    return name == "TableCellBox" if tag == "th" else name not in {"LineBox", "TextBox"}


@lru_cache(maxsize=1)
def _style() -> str:
    faces = "".join(
        f'@font-face {{ font-family: "{family}"; src: url("{_inside(name)}") format("woff2"); font-weight: 100 900;'
        + (f" unicode-range: {letters};" if letters else "")
        + " }\n"
        for family, name, letters in _FACES
    )
    return faces + (_STATIC / "printed.css").read_text()


def _inside(name: str) -> str:
    return "data:font/woff2;base64," + b64encode((_FONTS / name).read_bytes()).decode()
