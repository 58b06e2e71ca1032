"""The commands of an instance, for whoever operates it; nobody is signed in here and no content is readable."""

from __future__ import annotations

import json
import os
import secrets
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType
from typing import BinaryIO

import click
from flask import current_app, render_template
from flask.cli import AppGroup
from flask_babel import force_locale

from config import Config
from dialogue.crypto.secrets import ServerSecrets
from dialogue.demo.command import demo
from dialogue.domain.events import REFUSED, TURNED_AWAY, EventKind
from dialogue.domain.people import Party, StaffRole
from dialogue.domain.reports import hours
from dialogue.domain.retention import Step
from dialogue.errors import NotFound, SealBroken, Unfit
from dialogue.services import (
    accounts,
    audit,
    backups,
    calendars,
    catalogue,
    certificates,
    duedays,
    events,
    keyring,
    mailroom,
    newsmail,
    outcome_files,
    reports,
    retention,
    rotation,
    rows,
    terms,
    unit,
    uploads,
)
from dialogue.services.instance import Instance
from dialogue.services.keyring import KeyCheck
from dialogue.services.mailroom import MailServer
from dialogue.services.outcome_files import Checked, Point
from dialogue.services.rows import RowNotAsWritten
from dialogue.services.unit import UnitOfWork
from dialogue.store.schema import is_current, migrate

PAUSE_SECONDS = 5.0
_UNFIT = {
    "address": "This is not an e-mail address.",
    "address_known": "Somebody has an account with this address already.",
    "backup_no_content": "There is no backup of content in this folder.",
    "backup_no_keys": "There is no backup of keys in this folder; those older than thirty days are removed.",
    "backup_keys_older": "The backup of keys is older than that of the content; take a newer one.",
    "backup_not_empty": "This database is in use. Restore into a new one, after `dialogue migrate`.",
    "backup_revision": "The backup is of another revision of the database.",
    "backup_foreign": "This instance has not made this backup, or the master key of that time is not configured.",
    "backup_altered": "A file of the backup is damaged, or somebody has altered it.",
}

_STEPS = {
    Step.NOTES: "facilitators' notes and own drafts destroyed",
    Step.GRACE: "moved, for something was written in the last days",
    Step.FIRST_WARNING: "first warning",
    Step.LAST_WARNING: "last warning",
    Step.DESTROY: "destroyed",
}
_MOMENTS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
_EVENTS = {
    "alarm:keys": "ALARM: keys, seats or the record do not fit what was signed or seen before",
    "alarm:seal": "ALARM: something sealed was altered",
    "alarm:session": "ALARM: a session was altered",
    "anything": "One door after the other",
    "session:sign_in": "Sign-in",
    "session:sign_out": "Sign-out",
    "source": "Guesses at passwords from one place",
}

group = AppGroup("dialogue", help="Confidential dialogues between a company and a union.")
accounts_group = AppGroup("accounts", help="Accounts of the staff.")
keys_group = AppGroup("keys", help="The keys of this instance.")
outcomes_group = AppGroup("outcomes", help="Records that both parties have signed.")
audit_group = AppGroup("audit", help="The record of what happened.")
files_group = AppGroup("files", help="The folder of sealed files.")
cases_group = AppGroup("cases", help="Dialogues that are over: dates only, never a word of them.")
for part in (accounts_group, keys_group, outcomes_group, audit_group, cases_group, files_group, demo):
    group.add_command(part)


@group.command("migrate")
def move_to_newest() -> None:
    """Bring the database to the newest revision, and give a new one the first terms and the catalogue of support."""
    migrate(_instance().store.writing)
    with _unit(writes=True) as work:
        terms.put_first_templates(work)
        catalogue.put_first_offers(work)
        work.commit()
    click.echo("The database is at the newest revision.")


@group.command("policy")
@click.option("--language", default="en", type=click.Choice(["en", "fr", "es"]), help="The language of the words.")
def print_policy(language: str) -> None:
    """Print who may do what, and when, from the rules themselves; docs/who-may-do-what.md is made like this."""
    with current_app.test_request_context(), force_locale(language):
        click.echo(render_template("rights/document.md").strip())


@group.command("worker")
@click.option("--once", is_flag=True, help="Deliver what is due and stop.")
def work(once: bool) -> None:
    """Write the letters that the clock asks for, deliver what is due, and destroy what is over by its rule.

    Runs until it is told to stop.
    """
    if not is_current(_instance().store.reading):
        raise click.ClickException("The database is not at the newest revision; run `dialogue migrate` first.")
    server = _mail_server()
    stop = _told_to_stop()
    swept: datetime | None = None
    while True:
        duedays.tell(_instance(), _now())
        calendars.write(_instance(), _now())
        newsmail.write(_instance(), _now())
        done = mailroom.deliver_all(_instance(), server.send, _now)
        retention.attend(_instance(), _now)
        events.settle(_instance(), _now())
        if swept is None or _now() - swept >= uploads.SWEEP_EVERY:
            uploads.sweep(_instance(), swept := _now())
        if once:
            click.echo(f"Letters taken up: {len(done)}, delivered: {done.count(mailroom.Delivery.SENT)}.")
        if once or stop.wait(PAUSE_SECONDS):
            return


@accounts_group.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The person's name, as others will see it.")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice([role.value for role in StaffRole]),
    help="What the person does here; can be given several times.",
)
def create_account(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Invite a member of the staff: prints a link that opens the account once, within seven days."""
    with _unit(writes=True) as work_unit:
        link = accounts.appoint(work_unit, email=email, name=name, roles=frozenset(map(StaffRole, roles)))
        work_unit.commit()
    click.echo(link)


@keys_group.command("generate", with_appcontext=False)
def generate() -> None:
    """Print fresh secrets for the settings; keep them apart from the database and its backups."""
    key_id = f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(3)}"
    click.echo(f"DIALOGUE_MASTER_KEY={ServerSecrets.generate(key_id)}")
    click.echo(f"SECRET_KEY={secrets.token_urlsafe(48)}")


@keys_group.command("check")
def check_keys() -> None:
    """Look over settings, the signed list of staff, everybody's public keys and what stands under which master key."""
    with _unit() as work_unit:
        seen = keyring.check(work_unit)
    for line in (*_setting_lines(), *_desk_lines(seen), *_account_lines(seen), *_key_lines(seen)):
        click.echo(line)
    sys.exit(0 if seen.is_well else 1)


@keys_group.command("desk")
@click.argument("email")
def show_desk(email: str) -> None:
    """Print the key of the first coordinator, and the setting that makes it the root of the list of staff."""
    with _unit() as work_unit:
        found = keyring.desk_key(work_unit, email)
    click.echo(f"Fingerprint  {found.fingerprint.hex()}")
    click.echo(f"Words        {' '.join(found.words)}")
    if not found.fits:
        raise click.ClickException("The stored keys do not fit this fingerprint. Do not use them.")
    if not (found.is_active and found.is_coordinator):
        raise click.ClickException("This is not the account of an active coordinator.")
    if found.is_configured:
        click.echo("This is the configured first coordinator.")
        return
    click.echo("Let the person read these words from the page of the own key; only if they are the same, set:")
    click.echo(f"DIALOGUE_DESK={found.fingerprint.hex()}")


@keys_group.command("rotate")
def rotate_keys() -> None:
    """Move everything that the server sealed under the newest master key; can be stopped and started again."""
    done = rotation.rotate(_instance(), lambda column: click.echo(f"Done: {column}", err=True))
    for column in sorted(done.moved | done.left):
        click.echo(f"{column}: {done.moved[column]} moved, {done.left[column]} left")
    for key_id, count in sorted(done.waiting.items()):
        click.echo(f"{count} passwords still need {key_id!r}; each moves when its person signs in.")
    click.echo("Sessions that began before end within twelve hours. `dialogue keys check` shows which keys are needed.")
    sys.exit(1 if done.left.total() else 0)


@outcomes_group.command("verify", with_appcontext=False)
@click.argument("file", type=click.File("rb"))
@click.option("--company", metavar="FINGERPRINT", help="The company's key, as it was told on another way.")
@click.option("--union", metavar="FINGERPRINT", help="The union's key, as it was told on another way.")
def verify_outcome(file: BinaryIO, company: str | None, union: str | None) -> None:
    """Check a record that was taken out, with nothing but the file: no database, no key of this instance, no network.

    A FINGERPRINT may be given by its first 16 digits or more, with blanks between them. Without it, compare the words
    of each key with the ones that its owner reads from the page of the own key.
    """
    named = {
        party: "".join(told.split())
        for party, told in ((Party.COMPANY, company), (Party.UNION, union))
        if told is not None
    }
    checked = outcome_files.verify(file.read(), named)
    for one in checked:
        click.echo(f"{'holds' if one.holds else 'WRONG'}  {_point_line(one)}")
        if one.point is Point.SIGNATURE and one.holds:
            click.echo(f"       Key {one.detail}, in words: {' '.join(one.words)}")
    wrong = [one for one in checked if not one.holds]
    if not wrong and len(named) < len(Party):
        click.echo("Whose keys these are, the file cannot say: compare the words with each party.")
    click.echo("Both parties have signed these very words." if not wrong else "Do not rely on this file.")
    sys.exit(1 if wrong else 0)


def _point_line(one: Checked) -> str:
    who = {Party.COMPANY: "company", Party.UNION: "union"}.get(one.party, "") if one.party else ""
    told = {
        Point.FORMAT: "The file is a signed outcome record of a format that this program knows.",
        Point.HASH: "The words, the number and the kind of record give the hash that both leads signed.",
        Point.KEYS: "Each public key fits its fingerprint.",
        Point.SEATS: "The chain of signed seat statements holds, from the one that began the dialogue.",
        Point.SIGNATURE: f"The {who} has signed this hash.",
        Point.NAMED_KEY: f"The {who}'s key is the one that you named.",
        Point.SPEAKS: f"The {who}'s key sat there as lead or deputy of the {who}.",
        Point.AMENDS: f"It is an addendum. It names another record, id and hash: {one.detail}",
    }
    return told[one.point]


@audit_group.command("verify")
def verify_record() -> None:
    """Follow every chain of the record from its first entry, and compare every row with the last entry about it.

    Names the first bad entry of each chain, and each row that is not what was written last.
    """
    checked = audit.verify(_instance())
    for chain in checked:
        if chain.bad is not None:
            click.echo(f"{chain.chain}: entry {chain.bad} does not hold")
    bad = sum(chain.bad is not None for chain in checked)
    wrong = rows.verify(_instance())
    for row in wrong:
        click.echo(f"{row.chain}: {row.table} {row.row} {_wrong_with(row)}")
    click.echo(f"Chains: {len(checked)}, entries: {sum(chain.entries for chain in checked)}, bad chains: {bad}.")
    click.echo(f"Rows that are not as they were written: {len(wrong)}.")
    without = certificates.not_as_issued(_instance())
    for case_id in without:
        click.echo(f"{case_id}: the certificate of destruction does not hold, or has gone")
    click.echo(f"Certificates of destruction that do not hold: {len(without)}.")
    sys.exit(1 if bad or wrong or without else 0)


@group.command("backup")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--secrets", "with_secrets", is_flag=True, help="Write the instance's secrets as well. Keep them apart!")
def back_up(folder: Path, with_secrets: bool) -> None:
    """Write content and keys into two files of FOLDER, and remove its backups of keys older than thirty days."""
    made = backups.make(_instance(), folder, _now())
    click.echo(f"{made.content.name}: content, of no use without keys; {made.rows} rows in both, files: {made.files}.")
    click.echo(f"{made.keys.name}: keys; let no copy of it grow older than thirty days.")
    for path in made.removed:
        click.echo(f"{path.name}: removed, older than thirty days.")
    if with_secrets:
        path = folder / made.keys.name.replace("keys-", "secrets-").replace(".zip", ".env")
        told: Config = current_app.config["DIALOGUE"]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(f"DIALOGUE_MASTER_KEY={told.master_key}\nSECRET_KEY={told.secret_key}\n")
            file.write(f"DIALOGUE_DESK={told.desk.hex()}\n" if told.desk else "")
        click.echo(f"{path.name}: THE SECRETS OF THIS INSTANCE, in clear. Move it to another place than the other two.")


@group.command("restore")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--content", type=click.Path(exists=True, path_type=Path), help="By itself the newest in FOLDER.")
@click.option("--keys", type=click.Path(exists=True, path_type=Path), help="By itself the newest in FOLDER.")
def restore(folder: Path, content: Path | None, keys: Path | None) -> None:
    """Bring a backup into an empty database; what was destroyed since stays destroyed."""
    try:
        content, keys = content or backups.newest(folder, "content"), keys or backups.newest(folder, "keys")
        done = backups.restore(_instance(), content, keys, _now())
    except Unfit as unfit:
        raise click.ClickException(_UNFIT.get(unfit.reason, unfit.reason)) from None
    click.echo(f"Rows: {done.rows}, files: {done.files}, destroyed since: {len(done.destroyed)}.")
    click.echo("Nobody is signed in. Run `dialogue audit verify`.")


@files_group.command("sweep")
def sweep_files() -> None:
    """Take away files that belong to nobody; name those that a row knows and the folder does not have.

    The worker does the same every hour. What is missing can only come back from a backup.
    """
    swept = uploads.sweep(_instance(), _now())
    click.echo(f"Files of nobody taken away: {swept.removed}.")
    for case_id, file_id in swept.missing:
        click.echo(f"ALARM: missing {case_id.hex}/{file_id.hex}")
    sys.exit(1 if swept.missing else 0)


@cases_group.command("due")
def show_due() -> None:
    """Show when each dialogue that is over will be destroyed, the next first."""
    for found in retention.due(_instance(), _now()):
        state = "held by both leads" if found.is_held else _STEPS[found.step] if found.step else "nothing due"
        click.echo(f"{found.until:%Y-%m-%d}  {found.number or found.case_id}  {state}")


@cases_group.command("destroy-due")
def destroy_due() -> None:
    """Warn and destroy whatever is due, as the worker does by itself; nobody can bring a date nearer by it."""
    done = retention.attend(_instance(), _now)
    for case_id, step in done:
        click.echo(f"{case_id}  {_STEPS[step]}")
    click.echo(f"Done: {len(done)}.")


@cases_group.command("verify-certificate")
@click.argument("file", type=click.File("rb"))
def verify_certificate(file: BinaryIO) -> None:
    """Hold a certificate of destruction that somebody kept against this instance's key and its own copy."""
    try:
        verdict = certificates.verify_file(_instance(), file.read())
    except SealBroken:
        raise click.ClickException("This is not a certificate of destruction.") from None
    click.echo(f"Number       {verdict.number or 'none'}")
    click.echo(f"Destroyed    {verdict.destroyed_at:%Y-%m-%d %H:%M}Z")
    if not verdict.is_ours:
        raise click.ClickException("This instance has not made it, or it was altered.")
    click.echo("This instance has made it, word for word.")
    if not verdict.is_stored:
        raise click.ClickException("The same certificate does not stand in this database any more.")


@group.command("stats")
def show_stats() -> None:
    """Meetings held over all dialogues: how many of each kind, hours, how many came, languages. Nothing else is known.

    No key is needed for it: a register says in clear how many came, and never who. Caucuses of both sides are one line.
    """
    report = reports.of_instance(_instance())
    for name, one in (*((kind.value, total) for kind, total in report.kinds), ("in all", report.total)):
        people = "-" if one.people is None else one.people
        languages = " ".join(one.languages) or "-"
        click.echo(f"{name:10} meetings {one.meetings}, hours {hours(one.minutes)}, people {people}, {languages}")


@group.command("events")
@click.option("--since", type=click.DateTime(_MOMENTS), help="From this moment on, in UTC.")
@click.option("--kind", type=click.Choice([kind.value for kind in EventKind]), help="Of this kind only.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.option("--limit", default=200, show_default=True, help="At most so many, the newest.")
def show_events(since: datetime | None, kind: str | None, as_json: bool, limit: int) -> None:
    """Show what belongs to no dialogue, oldest first: sign-ins, refusals, alarms, acts of the staff. Ids, no names."""
    events.settle(_instance(), _now())
    with _unit() as work_unit:
        found = events.listed(
            work_unit,
            kind=EventKind(kind) if kind else None,
            since=since.replace(tzinfo=UTC) if since else None,
            limit=limit,
        )
    for event in reversed(found):
        click.echo(_as_json(event) if as_json else _as_line(event))
    if not found and not as_json:
        click.echo("Nothing of this kind has happened.")


def _as_json(event: events.Event) -> str:
    told = {"number": event.number, "at": event.at.isoformat(), "what": event.what, "kind": event.kind.value}
    people = {"actor": event.actor and str(event.actor), "about": event.about and str(event.about)}
    return json.dumps(told | people | {"more": event.more})


def _as_line(event: events.Event) -> str:
    said = _words_of(event.what) + (f", and {event.more} times more within 15 minutes" if event.more else "")
    by, about = (f", {word} {one}" if one else "" for word, one in (("by", event.actor), ("about", event.about)))
    return f"{event.number}  {event.at:%Y-%m-%d %H:%M:%S}Z  {said}{by}{about}"


def _words_of(what: str) -> str:
    for begins, says in ((REFUSED, "Refused: "), (TURNED_AWAY, "Turned away, too often: ")):
        if what.startswith(begins):
            return says + _words_of(what.removeprefix(begins)).lower()
    return _EVENTS.get(what) or what.replace(":", ", ").replace("_", " ").capitalize()


def _wrong_with(row: RowNotAsWritten) -> str:
    if row.entry is None:
        return "was written by nobody"
    return f"has gone since entry {row.entry}" if row.has_gone else f"is not what entry {row.entry} says"


def _instance() -> Instance:
    found: Instance = current_app.extensions["dialogue"]
    return found


def _now() -> datetime:
    found: datetime = current_app.extensions["dialogue.clock"]()
    return found


@contextmanager
def _unit(*, writes: bool = False) -> Iterator[UnitOfWork]:
    """A unit in which nobody is signed in; refusals become one sentence."""
    begin = unit.writing if writes else unit.reading
    try:
        with begin(_instance(), None, _now()) as work_unit:
            yield work_unit
    except NotFound:
        raise click.ClickException("Nobody has an account with this address.") from None
    except Unfit as unfit:
        raise click.ClickException(_UNFIT.get(unfit.reason, unfit.reason)) from None


def _mail_server() -> MailServer:
    told: Config = current_app.config["DIALOGUE"]
    if not told.smtp_host:
        raise click.ClickException("DIALOGUE_SMTP_HOST is missing; name the server that takes the mails.")
    return MailServer(told.smtp_host, told.smtp_port, told.smtp_user, told.smtp_password, told.smtp_tls)


def _told_to_stop() -> Event:
    stop = Event()

    def tell(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, tell)
    return stop


def _setting_lines() -> Iterator[str]:
    told: Config = current_app.config["DIALOGUE"]
    if not told.smtp_host:
        yield "Mail: DIALOGUE_SMTP_HOST is missing, no mail leaves."
    if not _instance().secretariats:
        yield "Notices: DIALOGUE_SECRETARIATS is missing, no completion notice can be sent."
    if not is_current(_instance().store.reading):
        yield "Database: not at the newest revision; run `dialogue migrate`."


def _desk_lines(seen: KeyCheck) -> Iterator[str]:
    if not seen.desk_configured:
        yield "Desk: no first coordinator is configured; `dialogue keys desk EMAIL` prints the setting."
    if seen.desk_alarm is not None:
        yield f"Desk: ALARM, the signed list of staff does not hold ({seen.desk_alarm})."
    else:
        yield f"Desk: the signed list of staff holds, entries: {seen.desk_listed}."


def _account_lines(seen: KeyCheck) -> Iterator[str]:
    yield f"Accounts: {seen.accounts}, with keys that do not fit: {len(seen.strange)}."
    for account_id in sorted(seen.strange):
        yield f"  ALARM: {account_id}"


def _key_lines(seen: KeyCheck) -> Iterator[str]:
    yield f"Newest master key: {seen.newest}."
    for column, counted in sorted(seen.under.items()):
        yield f"  {column}: " + (", ".join(f"{key} {count}" for key, count in sorted(counted.items())) or "none")
    for key_id in sorted(seen.unheld):
        what = (
            "rows that do not open" if key_id == keyring.NO_KEY else f"rows under {key_id!r}, which is not configured"
        )
        yield f"  ALARM: there are {what}."
