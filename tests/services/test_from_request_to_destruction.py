"""One dialogue, from its first draft to the day on which nothing of it is left but a certificate."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from dialogue.domain.acts import Act
from dialogue.domain.cases import CaseStatus
from dialogue.domain.people import Room
from dialogue.domain.retention import Step
from dialogue.services import (
    audit,
    backups,
    cases,
    certificates,
    drafts,
    export,
    jointacts,
    notes,
    notices,
    retention,
    rows,
)
from dialogue.store.cases import Case
from dialogue.store.record import head_of
from tests import builders
from tests.builders import House
from tests.services.test_documents import add
from tests.services.test_invariant_dump import dump
from tests.standalone import verify
from tests.thief import Thief

SAID = "Wovon am Ende niemand mehr etwas weiß"
DAY = timedelta(days=1)


def test_from_the_request_to_the_certificate(house: House, tmp_path: Path) -> None:
    # Both parties ask, agree and sign.
    table = builders.completed(house)
    house = table.house
    for actor, room in (
        (table.company_lead, Room.COMPANY),
        (table.union_lead, Room.UNION),
        (table.facilitator, Room.UNION_CAUCUS),
        (table.facilitator, Room.FACILITATION),
        (table.union_lead, Room.JOINT),
    ):
        with table.writing(actor) as work:
            notes.write(work, table.case_id, room, title=SAID, body=f"{SAID}: {room.value}")
    for room in (Room.UNION, Room.JOINT):
        add(table, table.union_lead, room)
    with table.writing(table.union_lead) as work:
        drafts.save(work, table.case_id, "notes.write:union", {"title": SAID, "body": SAID})
    with table.writing(table.union_lead) as work:
        cases.label(work, table.case_id, words=SAID)
    with table.writing(table.coordinator) as work:
        notices.prepare(work, table.case_id)
    with table.writing(table.union_lead) as work:
        closing = jointacts.propose(work, table.case_id, Act.CASE_CLOSE)
    with table.writing(table.company_lead) as work:
        assert jointacts.confirm(work, table.case_id, closing)

    # Each side takes out what is its own; the instance is saved; a thief copies all that there is.
    archives = []
    for lead in (table.company_lead, table.union_lead):
        with table.writing(lead) as work:
            export.begin(work, table.case_id)
        fresh = house.fresh(lead)
        assert fresh is not None
        archives.append(b"".join(export.pieces(house.instance, fresh, house.tick(), table.case_id)))
    old = backups.make(house.instance, tmp_path / "kept", house.tick())
    everybody = [actor.bundle for actor in house.actors.values()]
    thief = Thief(house.instance.store)
    thief.copy()
    assert len(thief.opens(*everybody)) > 25, "whoever copies while it is there, with people's keys, reads it"
    copied = dict(thief.records)

    # The days go by: the warnings, the last one, the end.
    done = []
    with house.instance.store.session(writes=False) as session:
        case = session.get(Case, table.case_id)
        assert case is not None
        until = case.retention_until
    assert until is not None
    for moment in (house.now + 31 * DAY, until - 60 * DAY, until - 14 * DAY, until - DAY):
        house.now = moment
        done += [step for _, step in retention.attend(house.instance, house.tick)]
    assert done == [Step.NOTES, Step.FIRST_WARNING, Step.LAST_WARNING]
    with house.instance.store.session(writes=False) as session:
        head = head_of(session, f"{table.case_id.hex}:joint")
        assert head is not None
    house.now = until + timedelta(seconds=1)
    assert [step for _, step in retention.attend(house.instance, house.tick)] == [Step.DESTROY]

    # Nothing is left of it in the database, in its files, or in what it has written aside.
    with house.instance.store.session(writes=False) as session:
        case = session.get(Case, table.case_id)
        assert case is not None
        assert case.status is CaseStatus.DESTROYED
    assert not [found for found in house.instance.files.every() if found.case_id == table.case_id]
    dumped = dump(house.instance.store)
    for (_, sealed), row in copied.items():
        assert row.case_id == table.case_id
        assert sealed[:64] not in dumped
    for wrap in thief.wraps:
        assert wrap[-1][:64] not in dumped
    left = Thief(house.instance.store)
    left.copy()
    assert (left.records, left.wraps) == ({}, {})

    # An old copy of the content, with the keys of today, opens nothing; older keys have gone from the backups.
    new = backups.make(house.instance, tmp_path / "kept", house.tick())
    assert new.removed == (old.keys,)
    assert not old.keys.exists()
    with zipfile.ZipFile(old.content) as content:
        assert {"tables/room_wraps.jsonl", "tables/drafts.jsonl", "tables/private_labels.jsonl"}.isdisjoint(
            content.namelist()
        )
        assert b"note_revisions" in b"".join(name.encode() for name in content.namelist())
        kept = b"".join(content.read(name) for name in content.namelist())
    assert SAID.encode() not in kept
    left.records = copied
    assert left.opens(*everybody) == {}

    # The certificate says so, to both leads, and can be checked; so can what each side has taken out.
    for lead, archive in zip((table.company_lead, table.union_lead), archives, strict=True):
        with table.reading(lead) as work:
            certificate = certificates.show(work, table.case_id)
        assert certificate.holds
        assert head.digest.hex() in {one.head for one in certificate.heads if one.room is Room.JOINT}
        verdict = certificates.verify_file(house.instance, certificate.file)
        assert (verdict.is_ours, verdict.is_stored) == (True, True)
        assert SAID.encode() not in certificate.file
        assert verify.verify(io.BytesIO(archive))[1] is None
    assert rows.verify(house.instance) == []
    assert certificates.not_as_issued(house.instance) == []
    assert all(chain.bad is None for chain in audit.verify(house.instance))
    with house.instance.store.session(writes=False) as session:
        assert session.scalars(select(Case.reference)).all() == [verdict.number]
