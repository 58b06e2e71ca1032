"""Backups as three artefacts, the way back, and what does not come back: whatever was destroyed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.errors import KeyAlarm, Locked, NotFound, Unfit
from dialogue.services import audit, backups, cases, certificates, documents, jointacts, notes, rooms, rows
from dialogue.store import backup
from dialogue.store.cases import Case
from dialogue.store.engine import Store
from dialogue.store.files import Files
from dialogue.store.notes import NoteRevision
from dialogue.store.rooms import RoomWrap
from dialogue.store.schema import METADATA
from tests.builders import Table, moved_to
from tests.services.test_documents import TEXT, add

SAID = "Was in diesem Raum gesagt wurde"


@pytest.fixture
def empty(request: pytest.FixtureRequest, kind: str) -> Callable[[], Store]:
    """A migrated database in which nobody is."""
    made: Callable[[], Store] = request.getfixturevalue(f"make_{kind}")
    return made


def elsewhere(table: Table, store: Store, folder: Path) -> Table:
    """The same instance, secrets and people, with another database and another folder of files."""
    moved = moved_to(store, table)
    moved.house.instance = replace(moved.instance, files=Files(folder))
    return moved


def saved(table: Table, folder: Path) -> backups.Made:
    return backups.make(table.instance, folder, table.house.tick())


def test_a_backup_in_an_empty_place_is_readable_again_for_its_members(
    table: Table, empty: Callable[[], Store], tmp_path: Path
) -> None:
    with table.writing(table.union_lead) as work:
        note = notes.write(work, table.case_id, Room.UNION, title=SAID, body=SAID)
    document = add(table, table.union_lead, Room.UNION)
    made = saved(table, tmp_path / "kept")
    assert oct(made.keys.stat().st_mode)[-3:] == "600"
    with zipfile.ZipFile(made.content) as content, zipfile.ZipFile(made.keys) as keys:
        inside = {name for name in content.namelist() if name.startswith("tables/")}
        opening = {name for name in keys.namelist() if name.startswith("tables/")}
    assert not inside & opening
    assert {"tables/room_wraps.jsonl", "tables/accounts.jsonl", "tables/pins.jsonl"} <= opening
    assert "tables/sessions.jsonl" not in inside | opening

    back = elsewhere(table, empty(), tmp_path / "files")
    done = backups.restore(back.instance, made.content, made.keys, back.house.tick())

    assert (done.rows, done.files, done.destroyed) == (made.rows, 1, ())
    with back.reading(back.union_lead) as work:
        assert notes.show(work, back.case_id, note).body == SAID
        assert b"".join(documents.take(work, back.case_id, document, 1).pieces) == TEXT
    with pytest.raises(NotFound), back.reading(back.company_lead) as work:
        notes.show(work, back.case_id, note)
    with back.writing(back.company_lead) as work:
        notes.write(work, back.case_id, Room.JOINT, title="And on", body="It goes on.")
    assert rows.verify(back.instance) == []
    assert all(chain.bad is None for chain in audit.verify(back.instance))
    with pytest.raises(Unfit, match="backup_not_empty"):
        backups.restore(back.instance, made.content, made.keys, back.house.tick())


def test_the_drill_restored_content_of_what_was_destroyed_opens_nothing(
    table: Table, empty: Callable[[], Store], tmp_path: Path
) -> None:
    with table.writing(table.union_lead) as work:
        note = notes.write(work, table.case_id, Room.UNION, title=SAID, body=SAID)
    add(table, table.union_lead, Room.UNION)
    folder = tmp_path / "kept"
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)
    before = saved(table, folder)
    with table.writing(table.company_lead) as work:
        asked = jointacts.propose(work, table.case_id, Act.CASE_DESTROY)
    with table.writing(table.union_lead) as work:
        jointacts.confirm(work, table.case_id, asked)
    assert not list((table.instance.files.folder / table.case_id.hex).glob("*"))
    table.house.tick(timedelta(days=31))
    after = saved(table, folder)
    assert after.removed == (before.keys,)
    assert backups.newest(folder, "keys") == after.keys

    # As the command does it: what was destroyed since the content was saved does not come back at all.
    back = elsewhere(table, empty(), tmp_path / "files")
    done = backups.restore(back.instance, before.content, after.keys, back.house.tick())
    assert (done.files, done.destroyed) == (0, (table.case_id,))
    with back.reading(back.union_lead) as work:
        assert certificates.show(work, back.case_id).holds
    with pytest.raises(NotFound), back.reading(back.union_lead) as work:
        notes.show(work, back.case_id, note)
    with back.instance.store.session(writes=False) as session:
        assert session.scalars(select(NoteRevision)).all() == []
    assert rows.verify(back.instance) == []
    assert certificates.not_as_issued(back.instance) == []
    assert all(chain.bad is None for chain in audit.verify(back.instance))

    # And as somebody would who keeps the old content and forces it in: the rows are there, and nothing opens them.
    forced = elsewhere(table, empty(), tmp_path / "forced")
    with forced.instance.store.session(writes=True) as session, zipfile.ZipFile(before.content) as content:
        with zipfile.ZipFile(after.keys) as keys:
            backup.clear_first_rows(session)
            for one in backup.all_tables():
                if one.name in {"certificates", "certificate_readers", "pins"}:
                    continue
                archive = keys if one.name in backup.KEYS else content
                lines = archive.read(f"tables/{one.name}.jsonl").splitlines(keepends=True)
                backup.put(session, one, lines, without=(), only=None)
        session.commit()
    with forced.instance.store.session(writes=False) as session:
        (revision,) = session.scalars(select(NoteRevision)).all()
        case = session.get(Case, forced.case_id)
        assert case is not None
        assert session.scalars(select(RoomWrap)).all() == []
    for actor in (forced.union_lead, forced.union_delegate, forced.company_lead, forced.facilitator):
        with forced.reading(actor) as work:
            told = rooms.open_all(work, case, Room.UNION, [(revision.sealed_body, revision.place("body", Room.UNION))])[
                0
            ]
        assert (told.body, told.trouble is None) == ({}, False)
        with pytest.raises((Locked, NotFound, KeyAlarm)), forced.reading(actor) as work:
            notes.show(work, forced.case_id, note)


def test_a_backup_that_was_altered_or_is_anothers_is_not_taken_in(
    table: Table, empty: Callable[[], Store], tmp_path: Path
) -> None:
    made = saved(table, tmp_path / "kept")
    back = elsewhere(table, empty(), tmp_path / "files")
    altered = tmp_path / "altered.zip"
    with zipfile.ZipFile(made.keys) as source, zipfile.ZipFile(altered, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b'"staff_roles":""', b'"staff_roles":"administrator"', 1))
    with pytest.raises(Unfit, match="backup_altered"):
        backups.restore(back.instance, made.content, altered, back.house.tick())
    with zipfile.ZipFile(made.keys) as source, zipfile.ZipFile(altered, "w") as target:
        for name in source.namelist():
            told = source.read(name)
            if name == "manifest.json":
                told = json.dumps(json.loads(told) | {"taken_at": "2030-01-01T00:00:00+00:00"}).encode()
            target.writestr(name, told)
    with pytest.raises(Unfit, match="backup_foreign"):
        backups.restore(back.instance, made.content, altered, back.house.tick())
    other = replace(back.instance, secrets=ServerSecrets.parse(ServerSecrets.generate("k2")))
    with pytest.raises(Unfit, match="backup_foreign"):
        backups.restore(other, made.content, made.keys, back.house.tick())
    later = saved(table, tmp_path / "kept")
    with pytest.raises(Unfit, match="backup_keys_older"):
        backups.restore(back.instance, later.content, made.keys, back.house.tick())
    with back.instance.store.session(writes=False) as session:
        assert backup.is_empty(session)


def test_every_table_has_its_artefact_or_stays_behind() -> None:
    named = {table.name for keys in (True, False) for table in backup.tables(keys=keys)}

    assert named | backup.LEFT_OUT == set(METADATA.tables)
    assert set(METADATA.tables) >= backup.KEYS | backup.LEFT_OUT
