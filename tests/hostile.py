"""Somebody who writes the database as he likes, and has an account and keys of his own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dialogue.crypto import signing
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.seats import Statement, StatementKind
from dialogue.services import statements
from dialogue.services.unit import Actor
from dialogue.store.cases import Organisation
from dialogue.store.engine import Store
from dialogue.store.participants import Participant, ParticipantState, SeatStatement, statements_of
from dialogue.store.rooms import DueWrap, Pin

_SIGNED = "dialogue/statement-signature/1"


@dataclass
class Hostile:
    """Writes rows behind the application; signs with his own keys, for nobody else's are his."""

    store: Store
    me: Actor
    now: datetime

    def write(self, *rows: Any) -> None:
        with self.store.session(writes=True) as session:
            session.add_all(rows)
            session.commit()

    def execute(self, *queries: Any) -> None:
        with self.store.session(writes=True) as session:
            for query in queries:
                session.execute(query)
            session.commit()

    def seat_row(
        self,
        case_id: UUID,
        party: Party | None,
        role: Role,
        *,
        account: UUID | None = None,
        state: ParticipantState = ParticipantState.CONFIRMED,
    ) -> Participant:
        """A seat as the table of participants would tell it, with an identity copied from somebody else."""
        with self.store.session(writes=False) as session:
            sealed = session.scalars(select(Organisation.sealed_identity)).first()
        return Participant(
            id=uuid4(),
            case_id=case_id,
            account_id=account or self.me.account_id,
            party=party,
            role=role,
            state=state,
            sealed_identity=sealed or b"",
            listed_by=None,
            listed_at=self.now,
            is_late=False,
        )

    def due(self, case_id: UUID, room: Room, account: UUID | None = None) -> DueWrap:
        return DueWrap(case_id=case_id, room=room, account_id=account or self.me.account_id, asked_at=self.now)

    def statement(
        self,
        session: Session,
        case_id: UUID,
        kind: StatementKind,
        about: Actor,
        party: Party | None,
        role: Role,
        *,
        room: Room | None = None,
        signer: Actor | None = None,
    ) -> SeatStatement:
        """One more statement at the chain's end, signed with his own key, whoever is said to have signed it."""
        rows = statements_of(session, case_id)
        said_by = signer or self.me
        told = Statement(
            case_id,
            rows[-1].number + 1 if rows else 1,
            kind,
            about.account_id,
            about.bundle.public.fingerprint,
            party,
            role,
            room,
            None,
            said_by.account_id,
            said_by.bundle.public.fingerprint,
            rows[-1].digest if rows else bytes(32),
        )
        digest = statements.seat_digest(told)
        return SeatStatement(
            case_id=case_id,
            number=told.number,
            kind=kind,
            account_id=told.account,
            fingerprint=told.fingerprint,
            party=party,
            role=role,
            room=room,
            until=None,
            signer_id=told.signer,
            signer_fingerprint=told.signer_fingerprint,
            previous=told.previous,
            digest=digest,
            signature=signing.sign(self.me.bundle, _SIGNED, digest),
            made_at=self.now,
        )

    def say(
        self, case_id: UUID, kind: StatementKind, about: Actor, party: Party | None, role: Role, **more: Any
    ) -> None:
        with self.store.session(writes=True) as session:
            session.add(self.statement(session, case_id, kind, about, party, role, **more))
            session.commit()

    def forget_visits(self, case_id: UUID, *accounts: UUID) -> None:
        """Make a visit look like the first one."""
        self.execute(delete(Pin).where(Pin.case_id == case_id, Pin.account_id.in_(accounts)))

    def replace_chain(self, case_id: UUID, led: Party, *seats: tuple[Actor, Party, Role]) -> None:
        """A chain that he has begun himself, as a lead, and in which others sit where he wishes."""
        self.execute(delete(SeatStatement).where(SeatStatement.case_id == case_id))
        self.say(case_id, StatementKind.SEAT, self.me, led, Role.LEAD)
        for somebody, party, role in seats:
            self.say(case_id, StatementKind.SEAT, somebody, party, role)
            self.execute(
                update(Participant)
                .where(Participant.case_id == case_id, Participant.account_id == somebody.account_id)
                .values(party=party, role=role)
            )
        self.write(self.seat_row(case_id, led, Role.LEAD))
