"""The command ``dialogue demo``: makes an instance with a dialogue in progress, says how to sign in, and serves it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

import click
import pyotp

from dialogue.demo.people import FIGURES, PASSWORD, Figure
from dialogue.demo.seed import is_seeded, seed
from dialogue.services import calendars, factors, newsmail
from dialogue.services.factors import App
from dialogue.services.instance import Instance
from dialogue.store.accounts import find_account_by_lookup
from dialogue.store.schema import migrate

_DESK = "demo-desk.txt"
_DATABASE = "demo.sqlite"
_LOOKS_EVERY = 5.0


_ENVIRONMENT = "DIALOGUE_ENV"


@click.group("demo", invoke_without_command=True)
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
    if os.environ.get(_ENVIRONMENT, "demo") != "demo":
        raise click.UsageError(f"{_ENVIRONMENT} names another configuration; a demonstration has its own.")
    url = f"http://localhost:{port}"
    os.environ.update(_environment(folder, url))
    if context.invoked_subcommand is not None:
        return
    if not (folder / _DESK).exists():
        _begin_anew(folder)
    instance: Instance = context.obj.load_app().extensions["dialogue"]
    migrate(instance.store.writing)
    if not is_seeded(instance):
        click.echo("Preparing the demonstration; this takes a few seconds.", err=True)
        seeded = seed(instance)
        (folder / _DESK).write_text(seeded.desk.hex() + "\n")
        instance = replace(instance, desk=seeded.desk)
    people = _people(instance)
    instance.store.dispose()
    click.echo(json.dumps({"url": url, "people": people}, ensure_ascii=False) if as_json else _as_table(url, people))
    sys.stdout.flush()
    sys.exit(_serve(port, os.environ | _environment(folder, url), instance))


@demo.command("code")
@click.argument("email")
@click.pass_context
def code(context: click.Context, email: str) -> None:
    """Print the next code of a person of the demonstration; waits for it where the present one was used."""
    instance: Instance = context.obj.load_app().extensions["dialogue"]
    if email not in {figure.email for figure in FIGURES} or not is_seeded(instance):
        raise click.UsageError("Nobody in this demonstration has that address.")
    while (shown := _app_of(instance, email)) is not None and shown.is_used:
        time.sleep(1)
    if shown is None:
        raise click.UsageError("This person has no app.")
    click.echo(shown.code)


def _environment(folder: Path, url: str) -> dict[str, str]:
    told = {
        _ENVIRONMENT: "demo",
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


def _serve(port: int, environment: dict[str, str], instance: Instance) -> int:
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
    while True:
        try:
            return server.wait(_LOOKS_EVERY)
        except subprocess.TimeoutExpired:
            _write_mails(instance)


def _write_mails(instance: Instance) -> None:
    """What a worker would write; here nothing leaves, and the mails stand on the page of the mailbox."""
    now = datetime.now(UTC)
    calendars.write(instance, now)
    newsmail.write(instance, now, leaves=False)


def _people(instance: Instance) -> list[dict[str, Any]]:
    return [
        {
            "name": figure.name,
            "email": figure.email,
            "password": PASSWORD,
            "role": _role(figure),
            "party": figure.party.value if figure.party else None,
            "totp_secret": app.secret if (app := _app_of(instance, figure.email)) else None,
        }
        for figure in FIGURES
    ]


def _app_of(instance: Instance, email: str) -> App | None:
    with instance.store.session(writes=False) as session:
        account = find_account_by_lookup(session, instance.secrets.lookups(email))
        if account is None:
            return None
        return factors.app_of(instance, session, account.id, datetime.now(UTC))


def _role(figure: Figure) -> str:
    word = figure.role or figure.staff
    return word.value if word else ""


def _as_table(url: str, people: list[dict[str, Any]]) -> str:
    width = max(len(one["name"]) for one in people)
    address = max(len(one["email"]) for one in people)
    lines = [
        "",
        f"  The demonstration is at {url}",
        f'  Everybody\'s password is "{PASSWORD}". Every name is made up.',
        "",
        f"  {'Name':{width}}  {'Address':{address}}  Code    Seat",
    ]
    for one in people:
        side = f"{one['party']}, " if one["party"] else "ILO, "
        shown = pyotp.TOTP(one["totp_secret"]).now() if one["totp_secret"] else "      "
        lines.append(f"  {one['name']:{width}}  {one['email']:{address}}  {shown}  {side}{one['role']}")
    lines += [
        "",
        "  A code lasts for half a minute and is taken once. The next one: dialogue demo code ADDRESS",
        f"  Mails that would be sent: {url}/mailbox",
        "  Stop with Ctrl+C.",
        "",
    ]
    return "\n".join(lines)
