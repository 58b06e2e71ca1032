"""Positions on a wording, and what two of them make together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from dialogue.domain.people import Party
from dialogue.errors import Unfit


class Stance(StrEnum):
    """What a party says to the wording on the table, from far to near."""

    CANNOT_AGREE = "cannot_agree"
    NEEDS_WORK = "needs_work"
    CAN_LIVE_WITH_IT = "can_live_with_it"
    AGREE = "agree"


AGREEING = frozenset({Stance.AGREE, Stance.CAN_LIVE_WITH_IT})
REASON_REQUIRED = frozenset({Stance.NEEDS_WORK, Stance.CANNOT_AGREE})
RESERVATION_POSSIBLE = frozenset({Stance.CAN_LIVE_WITH_IT})
LONGEST_WORDS = 6_000


class Consensus(StrEnum):
    """What the two current positions make; there is no count of heads (R7)."""

    NO_WORDING = "no_wording"
    PENDING = "pending"
    OPEN = "open"
    APART = "apart"
    AGREED_WITH_RESERVATION = "agreed_with_reservation"
    AGREED = "agreed"

    @property
    def is_agreement(self) -> bool:
        return self in {Consensus.AGREED, Consensus.AGREED_WITH_RESERVATION}


@dataclass(frozen=True, slots=True)
class Position:
    """A party's position, bound to the wording that it answers."""

    wording: UUID
    stance: Stance


def check_words(stance: Stance, *, reason: str, reservation: str) -> None:
    """Raise unless a stance comes with the words that belong to it, and with no others."""
    if stance in REASON_REQUIRED and not reason.strip():
        raise Unfit("reason_required")
    if reason and stance not in REASON_REQUIRED:
        raise Unfit("reason_without_place")
    if reservation and stance not in RESERVATION_POSSIBLE:
        raise Unfit("reservation_without_place")
    if max(len(reason), len(reservation)) > LONGEST_WORDS:
        raise Unfit("position_words")


def consensus_of(positions: Mapping[Party, Position], wording: UUID | None) -> Consensus:
    """What the parties' positions on the current wording make; silence is not consent."""
    if wording is None:
        return Consensus.NO_WORDING
    current = {party: p.stance for party, p in positions.items() if p.wording == wording}
    if set(current) != set(Party):
        return Consensus.PENDING
    stances = set(current.values())
    if stances == {Stance.AGREE}:
        return Consensus.AGREED
    if stances <= AGREEING:
        return Consensus.AGREED_WITH_RESERVATION
    if Stance.CANNOT_AGREE in stances:
        return Consensus.APART
    return Consensus.OPEN
