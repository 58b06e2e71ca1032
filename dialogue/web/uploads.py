"""Files that a form brings: sealed while the request is read, and gone with it unless somebody kept them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any
from uuid import UUID

from flask import Request, abort, request
from werkzeug.datastructures import FileStorage

from dialogue.domain.documents import LARGEST, PIECE
from dialogue.errors import Unfit
from dialogue.services import uploads
from dialogue.services.files import Arrival, SealedFile
from dialogue.services.uploads import Brought
from dialogue.web.unit import instance, reading

# What a form brings beside its file.
BESIDE = 64 * 1024
# The pages that take a file, and how large one may be. Everywhere else a file finds no place.
LARGEST_AT: Mapping[str, int] = {
    "documents.add": LARGEST,
    "documents.revise": LARGEST,
    "documents.piece": PIECE,
}


class SealingRequest(Request):
    """A request whose files go sealed to where they belong; nothing of them is held whole, or laid down in clear."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        arrivals: list[Arrival] = self.__dict__.setdefault("arrivals", [])
        case_id = (self.view_args or {}).get("case_id")
        most = LARGEST_AT.get(self.endpoint or "", 0)
        if not filename or not most or arrivals or not isinstance(case_id, UUID):
            return io.BytesIO() if not most else _Nowhere()
        # A piece that is not the first begins anywhere; all of them are judged together in the end.
        is_beginning = self.endpoint != "documents.piece" or self.args.get("from") == "0"
        arrivals.append(Arrival(instance(), case_id, filename if is_beginning else None, most))
        return Sealing(arrivals[0])

    def close(self) -> None:
        """Let go of everything, and take away what came and was kept by nobody."""
        super().close()
        for arrival in self.__dict__.pop("arrivals", ()):
            arrival.discard()


class Sealing(io.RawIOBase, IO[bytes]):
    """Where the parser of forms writes a file; it can be written only."""

    def __init__(self, arrival: Arrival) -> None:
        super().__init__()
        self.arrival = arrival

    def write(self, data: Any) -> int:
        return self.arrival.write(bytes(data))

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002
        return 0


class _Nowhere(io.RawIOBase, IO[bytes]):
    """Where a file goes that nobody asked for."""

    def write(self, data: Any) -> int:
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002
        return 0


def takes_a_file() -> bool:
    """Whether this request may bring one."""
    return request.method == "POST" and request.endpoint in LARGEST_AT


def make_way() -> None:
    """Take as much as a file needs from whoever may bring one into this case, and from nobody else."""
    if not takes_a_file():
        return
    case_id = (request.view_args or {})["case_id"]
    with reading() as work:
        uploads.look_before_bringing(work, case_id)
    most = LARGEST_AT[request.endpoint or ""] + BESIDE
    request.max_content_length = most
    if request.content_length is not None and request.content_length > most:
        abort(413)


def arrived(file: FileStorage | None) -> Arrival | None:
    """What a form's file field has brought, if it has."""
    stream = file.stream if file is not None else None
    return stream.arrival if isinstance(stream, Sealing) else None


def keep(arrival: Arrival) -> None:
    """It is somebody's by now, and stays when the request ends."""
    mine: list[Arrival] = request.__dict__.get("arrivals", [])
    if arrival in mine:
        mine.remove(arrival)


@contextmanager
def brought(
    case_id: UUID,
    file: FileStorage | None,
    name_of_pieces: str,
    come: Callable[[], tuple[SealedFile, ...]],
    *,
    clean: bool,
    keep_original: bool,
) -> Iterator[Brought]:
    """The file of a form, whole and judged, for the act that makes a document of it; where that fails, it is gone.

    file             what the form's field has brought
    name_of_pieces   what the file is called where it came in pieces before
    come             gives those pieces
    raises           Unfit where there is no file, or it cannot be taken
    """
    arrival = arrived(file)
    pieces: tuple[SealedFile, ...]
    if arrival is not None and file is not None:
        pieces, name = (arrival.finish(),), file.filename or ""
    elif name_of_pieces:
        pieces, name = come(), name_of_pieces
    else:
        raise Unfit("file_missing")
    found = uploads.bring(instance(), case_id, name, pieces, clean=clean, keep_original=keep_original)
    try:
        yield found
    except BaseException:
        uploads.give_up(instance(), case_id, found, pieces)
        raise
    if arrival is not None:
        keep(arrival)
