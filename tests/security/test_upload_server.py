"""A file of 200 MB into a real server: little memory, and no word of it on the disk, whatever happens meanwhile."""

from __future__ import annotations

import io
import mmap
import os
import re
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyotp
import pytest
from flask import Request

import config as settings
from dialogue.app import create_app
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.documents import LARGEST, MEGABYTE
from dialogue.domain.people import Room
from dialogue.services import documents, uploads
from dialogue.store.files import ARRIVING
from dialogue.web.uploads import SealingRequest
from tests.builders import APP_SECRET, PASSWORD, Table
from tests.samples import CANARY
from tests.web.client import Client
from tests.web.sitting import ANA, sit

ROOT = Path(__file__).parents[2]
HOST = "localhost"
BLOCK = (f"{CANARY};the floor of hall 2;12.5;".encode() * 32_768)[: MEGABYTE - 1] + b"\n"
EDGE = b"--the-edge-of-the-form"
MEMORY = 60 * MEGABYTE


@dataclass
class Server:
    """gunicorn with one worker on the case of a test, and somebody who is signed in there."""

    table: Table
    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def worker(self) -> int:
        """The process that answers; a new one where the last was killed."""
        for _try in range(200):
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
            if children:
                return int(children[0])
            time.sleep(0.05)
        raise AssertionError("no worker")

    @property
    def documents(self) -> str:
        return f"/cases/{self.table.case_id}/documents"

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[HTTPResponse, str]:
        connection = HTTPConnection(HOST, self.port, timeout=20)
        headers = {"Cookie": self.cookie}
        body = urlencode(fields) if fields is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        for told in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = told.partition(";")[0].partition("=")
            self.cookies[name] = value
        connection.close()
        return answer, text

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def sign_in(self) -> None:
        _, page = self.ask("GET", "/sign-in")
        told = {"email": ANA, "password": PASSWORD, "code": pyotp.TOTP(APP_SECRET).now()}
        answer, _ = self.ask("POST", "/sign-in", {"csrf_token": hidden(page, "csrf_token"), **told})
        assert answer.status == 303

    def form(self, size: int) -> Upload:
        """The form for a document, begun: everything up to the first byte of the file."""
        _, page = self.ask("GET", f"{self.documents}/add")
        fields = {name: hidden(page, name) for name in ("csrf_token", "upload")}
        fields |= {"room": Room.UNION.value, "title": "A large table", "description": "", "arrived": ""}
        head = b"".join(
            EDGE + f'\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        )
        head += EDGE + b'\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'
        tail = b"\r\n" + EDGE + b"--\r\n"
        sent = socket.create_connection((HOST, self.port), timeout=60)
        sent.sendall(
            f"POST {self.documents}/add HTTP/1.1\r\nHost: {HOST}:{self.port}\r\nCookie: {self.cookie}\r\n"
            f"Content-Type: multipart/form-data; boundary={EDGE[2:].decode()}\r\n"
            f"Content-Length: {len(head) + size + len(tail)}\r\nConnection: close\r\n\r\n".encode()
        )
        sent.sendall(head)
        return Upload(sent, tail)

    def memory(self, what: str = "VmRSS") -> int:
        told = Path(f"/proc/{self.worker}/status").read_text()
        found = re.search(rf"{what}:\s+(\d+) kB", told)
        assert found
        return int(found[1]) * 1024

    def forget_the_peak(self) -> None:
        Path(f"/proc/{self.worker}/clear_refs").write_text("5")

    def laid_down(self) -> list[Path]:
        """Every file in which the canary stands: of the instance, of the temporary folder, or open without a name."""
        database = Path(str(self.table.instance.store.writing.url.database))
        seen = [path for path in self.folder.rglob("*") if path.is_file()]
        seen += [*database.parent.glob(f"{database.name}*"), *self.files.rglob("*")]
        for pid in (self.process.pid, self.worker):
            with suppress(FileNotFoundError):
                seen += list(Path(f"/proc/{pid}/fd").iterdir())
        return [path for path in seen if holds(path, CANARY.encode())]

    def arriving(self) -> list[Path]:
        return list(self.files.rglob(f"*{ARRIVING}"))

    @property
    def files(self) -> Path:
        return self.table.instance.files.folder


@dataclass
class Upload:
    """A form on its way."""

    sent: socket.socket
    tail: bytes

    def send(self, megabytes: int) -> None:
        for _block in range(megabytes):
            self.sent.sendall(BLOCK)

    def finish(self) -> bytes:
        """Send the rest; gives the head of the answer."""
        self.sent.sendall(self.tail)
        answer = self.sent.makefile("rb").readline()
        self.sent.close()
        return answer


def written_out(secrets: ServerSecrets) -> str:
    """The master key as it stands in the settings."""
    return ",".join(f"{name}:{b64encode(secrets._keys[name]).decode()}" for name in secrets.key_ids)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no {name} on the page"
    return found[1]


def holds(path: Path, word: bytes) -> bool:
    """Whether a file holds a word; what is no file, or is gone by now, does not."""
    if not path.is_file():
        return False
    with (
        suppress(OSError, ValueError),
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped,
    ):
        return mapped.find(word) != -1
    return False


def waited(holds_now: Callable[[], bool]) -> bool:
    for _try in range(600):
        if holds_now():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def served(table: Table, folder: Path) -> Iterator[Server]:
    """A server on that case with a temporary folder of its own."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    temporary = folder / "temporary"
    temporary.mkdir(parents=True)
    desk = table.instance.desk
    assert desk is not None
    environment = os.environ | {
        "DIALOGUE_ENV": "testing",
        "DIALOGUE_INSTANCE": str(folder),
        "DIALOGUE_FILES": str(table.instance.files.folder),
        "DIALOGUE_DATABASE_URL": table.instance.store.writing.url.render_as_string(hide_password=False),
        "DIALOGUE_MASTER_KEY": written_out(table.instance.secrets),
        "DIALOGUE_DESK": desk.hex(),
        "SECRET_KEY": "a-secret-of-a-test-that-signs-nothing-else",
        "TMPDIR": str(temporary),
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "python:dialogue.demo.server", "--workers", "1"]
    command += ["--threads", "4", "--bind", f"{HOST}:{port}", "wsgi:app"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    server = Server(table, folder, port, process)
    try:
        assert waited(lambda: answers(server))
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def answers(server: Server) -> bool:
    with suppress(OSError):
        return server.ask("GET", "/healthz")[0].status == 200
    return False


@pytest.fixture
def kind() -> str:
    """What a server does with a file has nothing to do with the kind of database."""
    return "sqlite"


def test_200_megabytes_come_in_with_little_memory_and_no_word_of_them_on_the_disk(table: Table, tmp_path: Path) -> None:
    with served(table, tmp_path) as server:
        server.sign_in()
        warm = server.form(MEGABYTE)
        warm.send(1)
        assert warm.finish().startswith(b"HTTP/1.1 303")
        idle = server.memory()
        server.forget_the_peak()
        whole = LARGEST // MEGABYTE
        upload = server.form(LARGEST)
        upload.send(whole - 60)
        assert waited(lambda: any(path.stat().st_size > LARGEST // 2 for path in server.arriving()))
        assert server.laid_down() == []
        upload.send(60)
        assert upload.finish().startswith(b"HTTP/1.1 303")
        grown = server.memory("VmHWM") - idle
        assert server.laid_down() == []
        assert grown < MEMORY, f"{grown / MEGABYTE:.0f} MB above idle"

        # Given up half way.
        upload = server.form(LARGEST)
        upload.send(30)
        assert waited(lambda: len(server.arriving()) == 1)
        upload.sent.close()
        assert waited(lambda: server.arriving() == [])
        assert server.laid_down() == []

        # The worker is killed half way, and another takes its place.
        upload = server.form(LARGEST)
        upload.send(30)
        assert waited(lambda: len(server.arriving()) == 1)
        os.kill(server.worker, signal.SIGKILL)
        assert waited(lambda: answers(server))
        upload.sent.close()
        assert len(server.arriving()) == 1
        assert server.laid_down() == []

    with table.reading(table.union_delegate) as work:
        line, _warm = documents.index(work, table.case_id).documents
        download = documents.take(work, table.case_id, line.id, 1)
    size, words = 0, 0
    for piece in download.pieces:
        size += len(piece)
        words += CANARY.encode() in piece
    assert (size, words > 1000) == (LARGEST, True)
    later = table.house.now + 30 * uploads.PATIENCE
    assert uploads.sweep(table.instance, later).removed == 1
    assert len([path for path in server.files.rglob("*") if path.is_file()]) == 2


class Looking(io.BytesIO):
    """A form on its way; once most of it has been read, there is a look around."""

    def __init__(self, body: bytes, look: Callable[[], None]) -> None:
        super().__init__(body)
        self.late, self.look = len(body) - 128 * 1024, look

    def readinto(self, into: Any) -> int:
        if self.tell() > self.late:
            self.look()
        return super().readinto(into)


@pytest.mark.parametrize("request_class", [Request, SealingRequest])
def test_the_same_look_finds_the_words_where_files_are_not_sealed_on_their_way(
    table: Table, request_class: type[Request]
) -> None:
    table.house.now = datetime.now(UTC)
    app = create_app(settings.testing("sqlite://"), instance=table.instance, clock=table.house.tick)
    app.request_class = request_class
    ana = sit(lambda: Client(app), ANA)
    ana.get(f"/cases/{table.case_id}/documents/add")
    found: set[Path] = set()

    def look() -> None:
        found.update(path for path in Path("/proc/self/fd").iterdir() if holds(path, CANARY.encode()))

    head = EDGE + b'\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'
    body = head + 4 * BLOCK + b"\r\n" + EDGE + b"--\r\n"
    answer = ana.raw(
        "POST",
        f"/cases/{table.case_id}/documents/add",
        environ_overrides={
            "CONTENT_TYPE": f"multipart/form-data; boundary={EDGE[2:].decode()}",
            "wsgi.input": Looking(body, look),
            "CONTENT_LENGTH": str(len(body)),
        },
    )

    # Without the form's token it is refused, once all of it was read.
    assert answer.status_code == 400
    assert bool(found) is (request_class is Request)
