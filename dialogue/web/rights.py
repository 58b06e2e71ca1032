"""Who may do what, and when, in the words of the reader: the lines of the policy as sentences and lists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from dialogue.domain import rights
from dialogue.domain.cases import ACTIVE, GONE, CaseStatus
from dialogue.domain.people import Role, Room
from dialogue.domain.record import Subject, subject_of
from dialogue.domain.rights import PARTY_CHAIRS, ActRights, Chair, Right, Standing
from dialogue.web.labels import label

ROOMS: dict[Room, Any] = {
    Room.COMPANY: _l("own room of the party"),
    Room.COMPANY_CAUCUS: _l("caucus"),
    Room.FACILITATION: _l("facilitators' notes"),
    Room.JOINT: _l("joint room"),
    Room.DRAFTING: _l("drafting room"),
    Room.REQUEST: _l("request room"),
}
COME_SO_FAR: dict[Standing, Any] = {
    Standing.INVITED: _l("already when the invitation is followed"),
    Standing.ACCEPTED: _l("once the seat is accepted"),
    Standing.BOUND_BEFORE: _l("once the person has accepted terms of confidentiality, these or earlier ones"),
    Standing.BOUND: _l("once the person has accepted the terms in force"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is read."""

    who: str
    when: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActLines:
    """One act as it is read, with where it is done and all its lines."""

    what: str
    where: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The acts about one thing."""

    heading: str
    acts: tuple[ActLines, ...]


@dataclass(frozen=True, slots=True)
class HouseLine:
    """One act outside any dialogue, and who may do it."""

    what: str
    who: str
    conditions: tuple[str, ...]


def install(app: Flask) -> None:
    """Give the templates the whole of it."""
    app.jinja_env.globals.update(rights_chapters=chapters, rights_outside=outside, rights_active=active)


def chapters(role: Role | None = None, status: CaseStatus | None = None) -> list[Chapter]:
    """Everything that can be done in a dialogue.

    role     only what somebody in this role may
    status   only what is possible in this state
    """
    found: dict[Subject, list[ActLines]] = {subject: [] for subject in Subject}
    for act in rights.table():
        kept = [right for right in act.rights if _concerns(right, role, status)]
        if kept:
            found[subject_of(act.act)].append(_act(act, kept))
    return [Chapter(label(subject), tuple(acts)) for subject, acts in found.items() if acts]


def outside() -> list[HouseLine]:
    """Everything that can be done outside any dialogue."""
    return [
        HouseLine(
            label(right.act),
            _everybody(right.parties, [label(role) for role in right.staff]),
            (_anew(),) if right.fresh else (),
        )
        for right in rights.house()
    ]


def active() -> str:
    """The states in which a dialogue is called active."""
    return ", ".join(label(status) for status in CaseStatus if status in ACTIVE)


def _concerns(right: Right, role: Role | None, status: CaseStatus | None) -> bool:
    sits = role is None or any(chair.role is role for chair in right.chairs)
    return sits and (status is None or status in right.statuses)


def _act(act: ActRights, kept: Iterable[Right]) -> ActLines:
    where = str(ROOMS.get(act.room, "")) if act.room is not None else ""
    return ActLines(label(act.act), where, tuple(_line(right, fresh=act.fresh) for right in kept))


def _line(right: Right, *, fresh: bool) -> Line:
    return Line(", ".join(_who(right.chairs)), _when(right.statuses), tuple(_conditions(right, fresh=fresh)))


def _who(chairs: Collection[Chair]) -> Iterator[str]:
    if set(PARTY_CHAIRS) <= set(chairs):
        yield _("everybody of a party")
        chairs = [chair for chair in chairs if chair not in PARTY_CHAIRS]
    deputies = [chair for chair in chairs if chair.role is Role.DEPUTY]
    for chair in chairs:
        if chair.role is not Role.DEPUTY:
            yield label(chair.role)
        elif chair.stands_in:
            yield label(Role.DEPUTY) if len(deputies) > 1 else _("Deputy who stands in for the lead")
        elif len(deputies) == 1:
            yield _("Deputy who does not stand in for the lead")


def _when(statuses: frozenset[CaseStatus]) -> str:
    if statuses == frozenset(CaseStatus) - GONE:
        return str(_("at any time, until the content is destroyed"))
    words = [label(status) for status in CaseStatus if status in statuses]
    if statuses >= ACTIVE:
        words = [label(status) for status in CaseStatus if status in statuses - ACTIVE]
        words.insert(_before_active(statuses), _("while it is active"))
    return ", ".join(words)


def _before_active(statuses: frozenset[CaseStatus]) -> int:
    order = list(CaseStatus)
    first = min(order.index(status) for status in ACTIVE)
    return sum(order.index(status) < first for status in statuses - ACTIVE)


def _conditions(right: Right, *, fresh: bool) -> Iterator[str]:
    if right.least is Standing.BOUND and right.everyone_bound:
        yield _("once every participant has accepted the terms in force")
    else:
        if right.least is None:
            yield _(" or ").join(str(COME_SO_FAR.get(one, _("once the seat is signed for"))) for one in right.standings)
        elif right.least in COME_SO_FAR:
            yield str(COME_SO_FAR[right.least])
        if right.everyone_bound is not None:
            yield (
                _("once every participant has accepted the terms in force")
                if right.everyone_bound
                else _("as long as somebody has not accepted the terms in force")
            )
    if right.facilitation is not None:
        yield _("where facilitation is asked") if right.facilitation else _("where facilitation is not asked")
    if right.technical is not None:
        yield _("where technical input is asked") if right.technical else _("where technical input is not asked")
    if right.keys_are_safe is not None and any(chair.of_a_party for chair in right.chairs):
        yield (
            _("unless one person alone holds the party's keys and has not confirmed the recovery code")
            if right.keys_are_safe
            else _("only while one person alone holds the party's keys")
        )
    if fresh:
        yield _anew()


def _everybody(parties: bool, staff: list[str]) -> str:
    if parties:
        return str(_("everybody with an account") if staff else _("people of the parties"))
    return ", ".join(staff)


def _anew() -> str:
    return str(_("password and second factor are asked for anew"))
