"""Comments in the drafting room: what those who prepare the request say about it before anybody endorses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.people import Party, Room
from dialogue.domain.requests import DRAFT_OF_COMMENT, check_comment
from dialogue.errors import OutOfDate
from dialogue.services import audit, drafts, identity, rooms
from dialogue.services.admission import admit
from dialogue.services.identity import Person
from dialogue.services.rooms import Trouble
from dialogue.services.unit import UnitOfWork
from dialogue.store.requests import RequestComment, comments_on, find_version, versions_among

PAGE = 20


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment as the drafting room reads it.

    number    of the version that it is about
    trouble   why the words are not shown
    """

    id: UUID
    number: int
    person: Person | None = field(repr=False)
    party: Party | None
    made_at: datetime
    words: str = field(repr=False)
    trouble: Trouble | None


@dataclass(frozen=True, slots=True)
class Comments:
    """One page of them, newest first.

    after   where the next page begins, where there is more
    """

    lines: tuple[Comment, ...]
    after: tuple[datetime, UUID] | None


def read(work: UnitOfWork, case_id: UUID, *, after: tuple[datetime, UUID] | None = None) -> Comments:
    """What was said about the draft, for whoever hears the drafting room."""
    case, _ = admit(work, case_id, Act.REQUEST_READ, room=Room.DRAFTING)
    found = comments_on(work.session, case.id, before=after, limit=PAGE + 1)
    rows = found[:PAGE]
    opened = rooms.open_all(
        work, case, Room.DRAFTING, [(row.sealed_body, row.place("body", Room.DRAFTING)) for row in rows]
    )
    people = identity.people(work, {row.author_id for row in rows})
    numbers = versions_among(work.session, case.id, {row.version_id for row in rows})
    sides = {account: row.party for account, row in rooms.rows_of(work, case.id).items()}
    lines = tuple(
        Comment(
            row.id,
            numbers.get(row.version_id, 0),
            people.get(row.author_id),
            sides.get(row.author_id),
            row.made_at,
            told.body.get("words", ""),
            told.trouble,
        )
        for row, told in zip(rows, opened, strict=True)
    )
    return Comments(lines, (rows[-1].made_at, rows[-1].id) if len(found) > PAGE else None)


def write(work: UnitOfWork, case_id: UUID, version_id: UUID, *, words: str) -> UUID:
    """Say something about one version; both sides' leads, deputies and advisers read it, and nobody at the ILO.

    raises   OutOfDate where there is no such version
    """
    case, seat = admit(work, case_id, Act.REQUEST_COMMENT, room=Room.DRAFTING)
    check_comment(words)
    version = find_version(work.session, case.id, version_id)
    if version is None:
        raise OutOfDate(version_id)
    row = RequestComment(id=uuid4(), case_id=case.id, version_id=version.id, author_id=seat.account, made_at=work.now)
    row.sealed_body = rooms.seal(work, case, Room.DRAFTING, {"words": words}, row.place("body", Room.DRAFTING))
    work.session.add(row)
    work.session.flush()
    audit.record(work, Act.REQUEST_COMMENT, case.id, row.id, sealed=row.sealed_body)
    drafts.discard(work, case_id, DRAFT_OF_COMMENT)
    return row.id
