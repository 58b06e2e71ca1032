"""Files on their way out: given out piece by piece, as something to be kept and never as something to be run."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import normalize
from urllib.parse import quote

from flask import Response

# Whatever a browser makes of it, it may neither run nor load anything.
_INERT = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def attachment(name: str, pieces: Iterator[bytes], *, size: int | None = None) -> Response:
    """An answer that a browser saves under ``name``.

    size     how many bytes there are, where that is known: a browser then tells when something is missing
    pieces   asked for one after the other while the answer leaves
    """
    response = Response(pieces, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = _called(name)
    response.headers["Content-Security-Policy"] = _INERT
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Download-Options"] = "noopen"
    if size is not None:
        response.content_length = size
    return response


def _called(name: str) -> str:
    """The header of RFC 6266: for every browser in plain letters, and the way it is written (RFC 8187)."""
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = "".join(letter for letter in plain if letter.isprintable() and letter not in '"\\%;/').strip() or "document"
    if plain.startswith("."):
        plain = f"document{plain}"
    header = f'attachment; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"
