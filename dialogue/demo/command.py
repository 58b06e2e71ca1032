"""The command ``dialogue demo``: makes an instance with a dialogue in progress, says how to sign in, and serves it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import click

from dialogue.demo.people import FIGURES, PASSWORD, Figure
from dialogue.demo.seed import is_seeded, seed
from dialogue.services.instance import Instance
from dialogue.store.schema import migrate

_DESK = "demo-desk.txt"
_DATABASE = "demo.sqlite"


@click.command("demo")
@click.option("--port", default=5000, show_default=True, help="Where the demonstration listens, on localhost.")
@click.option(
    "--instance",
    "folder",
    default="instance",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for its keys and its database.",
)
@click.option("--json", "as_json", is_flag=True, help="Say how to sign in as one JSON object on the first line.")
@click.pass_context
def demo(context: click.Context, port: int, folder: Path, as_json: bool) -> None:
    """Make a dialogue in progress, print how to sign in as each person, and serve it."""
    url = f"http://localhost:{port}"
    environment = _environment(folder, url)
    os.environ.update(environment)
    if not (folder / _DESK).exists():
        _begin_anew(folder)
    instance: Instance = context.obj.load_app().extensions["dialogue"]
    migrate(instance.store.writing)
    if not is_seeded(instance):
        click.echo("Preparing the demonstration; this takes a few seconds.", err=True)
        seeded = seed(instance)
        (folder / _DESK).write_text(seeded.desk.hex() + "\n")
    instance.store.dispose()
    click.echo(_as_json(url) if as_json else _as_table(url))
    sys.stdout.flush()
    sys.exit(_serve(port, os.environ | _environment(folder, url)))


def _environment(folder: Path, url: str) -> dict[str, str]:
    told = {
        "DIALOGUE_ENV": "demo",
        "DIALOGUE_INSTANCE": str(folder.absolute()),
        "DIALOGUE_BASE_URL": url,
        "DIALOGUE_SECRETARIATS": "employers@groups.example,workers@groups.example",
    }
    desk = folder / _DESK
    return told | ({"DIALOGUE_DESK": desk.read_text().strip()} if desk.exists() else {})


def _begin_anew(folder: Path) -> None:
    """Take away what an interrupted first start has left: it is a demonstration and nobody's dialogue."""
    for path in folder.glob(f"{_DATABASE}*"):
        path.unlink()


def _serve(port: int, environment: dict[str, str]) -> int:
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        "python:dialogue.demo.server",
        "--bind",
        f"localhost:{port}",
        "wsgi:app",
    ]
    server = subprocess.Popen(command, env=environment)  # noqa: S603

    def stop(_number: int, _frame: FrameType | None) -> None:
        server.terminate()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    return server.wait()


def _people() -> list[dict[str, Any]]:
    return [
        {
            "name": figure.name,
            "email": figure.email,
            "password": PASSWORD,
            "role": _role(figure),
            "party": figure.party.value if figure.party else None,
            "totp_secret": None,
        }
        for figure in FIGURES
    ]


def _role(figure: Figure) -> str:
    word = figure.role or figure.staff
    return word.value if word else ""


def _as_json(url: str) -> str:
    return json.dumps({"url": url, "people": _people()}, ensure_ascii=False)


def _as_table(url: str) -> str:
    width = max(len(figure.name) for figure in FIGURES)
    address = max(len(figure.email) for figure in FIGURES)
    lines = [
        "",
        f"  The demonstration is at {url}",
        f'  Everybody\'s password is "{PASSWORD}". Every name is made up.',
        "",
        f"  {'Name':{width}}  {'Address':{address}}  Seat",
    ]
    for figure in FIGURES:
        side = f"{figure.party.value}, " if figure.party else "ILO, "
        lines.append(f"  {figure.name:{width}}  {figure.email:{address}}  {side}{_role(figure)}")
    lines += ["", f"  Mails that would be sent: {url}/mailbox", "  Stop with Ctrl+C.", ""]
    return "\n".join(lines)
