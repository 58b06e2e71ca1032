"""What the rows say about the ILO's people: who is invited to work here, and what a coordinator's keys reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from dialogue.domain.cases import BEFORE_THE_ILO, GONE
from dialogue.domain.people import Room
from dialogue.store.accounts import Link, LinkPurpose
from dialogue.store.cases import Case
from dialogue.store.participants import Participant
from dialogue.store.rooms import DueWrap, RoomEpoch, RoomWrap


def staff_links(session: Session, now: datetime) -> Sequence[Link]:
    """Invitations to work here that can still be followed, newest first."""
    return session.scalars(
        select(Link)
        .where(Link.purpose == LinkPurpose.STAFF, Link.used_at.is_(None), Link.expires_at > now)
        .order_by(Link.created_at.desc(), Link.id)
    ).all()


def cases_with_requests(session: Session) -> Sequence[UUID]:
    """The cases that the ILO knows and that have a request to read."""
    return session.scalars(
        select(Case.id)
        .where(
            Case.status.not_in(BEFORE_THE_ILO | GONE),
            exists().where(RoomEpoch.case_id == Case.id, RoomEpoch.room == Room.REQUEST),
        )
        .order_by(Case.id)
    ).all()


def cases_expecting(session: Session, account_id: UUID, room: Room) -> frozenset[UUID]:
    """The cases in which that account waits for the past of a room already."""
    query = select(DueWrap.case_id).where(DueWrap.account_id == account_id, DueWrap.room == room)
    return frozenset(session.scalars(query))


def delete_wraps_without_seat(session: Session, account_id: UUID) -> None:
    """Take from an account the keys of every case in which it is not listed itself."""
    for table in (RoomWrap, DueWrap):
        seated = exists().where(Participant.case_id == table.case_id, Participant.account_id == account_id)
        session.execute(
            delete(table).where(table.account_id == account_id, ~seated).execution_options(synchronize_session=False)
        )
