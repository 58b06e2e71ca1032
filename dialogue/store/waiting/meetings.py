"""What the date of a meeting, its ground and its cancelling wait for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from dialogue.domain.cases import CaseStatus, Support
from dialogue.domain.meetings import (
    OPEN_DATES,
    PARTY_OF,
    DateState,
    Ground,
    MeetingKind,
    MeetingState,
    VoiceKind,
)
from dialogue.domain.people import PARTY_ROLES, SPEAKS_FOR_ITS_PARTY, Party, Role
from dialogue.domain.terms import TermsState
from dialogue.domain.waiting import TaskKind
from dialogue.store.cases import Case
from dialogue.store.meetings import Meeting, MeetingAnswer, MeetingDate, MeetingVoice
from dialogue.store.participants import Participant, ParticipantState
from dialogue.store.terms import TermsAcceptance, TermsVersion
from dialogue.store.waiting.line import JOINT_IS_WRITABLE, NOW, OPEN, PARTIES, Scope, line, status_of

_SHARED = (MeetingKind.JOINT, MeetingKind.LOGISTICS)
_CAUCUS: dict[Party, MeetingKind] = {party: kind for kind, party in PARTY_OF.items()}
# What is the same for a meeting of both sides and for a caucus, of which the other side does not learn.
_KINDS: dict[bool, dict[str, TaskKind]] = {
    False: {
        "answer": TaskKind.ANSWER_DATES,
        "confirm": TaskKind.CONFIRM_DATE,
        "cancel": TaskKind.AGREE_CANCEL,
        "hold": TaskKind.HOLD_MEETING,
    },
    True: {
        "answer": TaskKind.ANSWER_CAUCUS_DATES,
        "confirm": TaskKind.CONFIRM_CAUCUS_DATE,
        "cancel": TaskKind.AGREE_CAUCUS_CANCEL,
        "hold": TaskKind.HOLD_CAUCUS,
    },
}


def of_meetings(scope: Scope) -> list[Select[Any]]:
    """Of everybody who is asked to a meeting, and of those whose word decides."""
    return [
        *(each for is_caucus in (False, True) for each in _of_people(scope, is_caucus=is_caucus)),
        *(each for party in PARTIES for each in _of_a_party(scope, party)),
    ]


def of_ground(scope: Scope) -> list[Select[Any]]:
    """Of the ILO's desk."""
    return [
        line(
            TaskKind.BOOK_GROUND,
            Meeting.case_id,
            Meeting.id,
            Meeting.ground_since,
            Meeting.case_id.in_(scope),
            Meeting.kind.in_(_SHARED),
            Meeting.state == MeetingState.CONFIRMED,
            Meeting.ground == Ground.ASKED,
            Meeting.ends_at > NOW,
            _stands(),
            role=Role.COORDINATOR,
        )
    ]


def _of_people(scope: Scope, *, is_caucus: bool) -> list[Select[Any]]:
    """What waits for each person by himself: of dates everybody's answer, of what is decided the facilitators' word."""
    kinds = _KINDS[is_caucus]
    asked = and_(
        Meeting.case_id.in_(scope),
        Participant.case_id == Meeting.case_id,
        Participant.state == ParticipantState.CONFIRMED,
        or_(Participant.until.is_(None), Participant.until > NOW),
        _is_asked(is_caucus=is_caucus),
        _facilitated(True) if is_caucus else Meeting.kind.in_(_SHARED),
    )
    facilitates = and_(asked, Participant.role == Role.FACILITATOR)
    cancels = _said(VoiceKind.CANCEL)
    own_date = exists().where(
        *_open_date(DateState.ACCEPTED),
        MeetingAnswer.date_id == MeetingDate.id,
        MeetingAnswer.account_id == Participant.account_id,
    )
    first = select(func.min(MeetingDate.offered_at)).where(*_open_date(*OPEN_DATES)).scalar_subquery()
    answered = (
        exists()
        .where(MeetingAnswer.date_id == MeetingDate.id, MeetingAnswer.account_id == Participant.account_id)
        .correlate(MeetingDate, Participant)
    )
    unanswered = exists().where(*_open_date(*OPEN_DATES), ~answered)

    def one(kind: str, since: Any, *where: ColumnElement[bool]) -> Select[Any]:
        return line(kinds[kind], Meeting.case_id, Meeting.id, since, *where, account=Participant.account_id)

    return [
        one("answer", first, asked, unanswered, _dates_are_looked_for()),
        one("confirm", Meeting.state_since, facilitates, own_date, _dates_are_looked_for()),
        one("cancel", _since(VoiceKind.CANCEL), facilitates, cancels, ~_has_spoken(None), _stands()),
        one("hold", Meeting.ends_at, facilitates, _is_past(), _stands()),
    ]


def _of_a_party(scope: Scope, party: Party) -> list[Select[Any]]:
    """What waits for whoever speaks for a party; where there is no facilitator that is all that decides."""
    accepted = exists().where(*_open_date(DateState.ACCEPTED))
    shared = and_(Meeting.case_id.in_(scope), Meeting.kind.in_(_SHARED))
    caucus = and_(Meeting.case_id.in_(scope), Meeting.kind == _CAUCUS[party], _facilitated(True))
    lines = [
        line(
            TaskKind.CONFIRM_DATE,
            Meeting.case_id,
            Meeting.id,
            Meeting.state_since,
            shared,
            accepted,
            _facilitated(False),
            _dates_are_looked_for(),
            party=party,
        ),
        line(
            TaskKind.HOLD_MEETING,
            Meeting.case_id,
            Meeting.id,
            Meeting.ends_at,
            shared,
            _is_past(),
            _facilitated(False),
            _stands(),
            party=party,
        ),
    ]
    for is_caucus, these in ((False, shared), (True, caucus)):
        lines.append(
            line(
                _KINDS[is_caucus]["cancel"],
                Meeting.case_id,
                Meeting.id,
                _since(VoiceKind.CANCEL),
                these,
                _said(VoiceKind.CANCEL),
                ~_has_spoken(party),
                _stands(),
                party=party,
            )
        )
    return lines


def _is_asked(*, is_caucus: bool) -> ColumnElement[bool]:
    """Whether the person hears the room of the meeting; behind the terms only whoever has undertaken does."""
    facilitates = Participant.role == Role.FACILITATOR
    if not is_caucus:
        return or_(Participant.party.is_not(None), facilitates)
    undertook = exists().where(
        TermsAcceptance.case_id == Meeting.case_id, TermsAcceptance.account_id == Participant.account_id
    )
    of_the_side = or_(
        *(and_(Meeting.kind == kind, or_(Participant.party == party, facilitates)) for party, kind in _CAUCUS.items())
    )
    return and_(of_the_side, undertook)


def _open_date(*states: DateState) -> tuple[ColumnElement[bool], ...]:
    return MeetingDate.meeting_id == Meeting.id, MeetingDate.state.in_(states), MeetingDate.begins_at > NOW


def _is_past() -> ColumnElement[bool]:
    return and_(Meeting.state == MeetingState.CONFIRMED, Meeting.ends_at <= NOW)


def _said(kind: VoiceKind) -> ColumnElement[bool]:
    """Somebody says that of a confirmed meeting at its present time."""
    voice = aliased(MeetingVoice)
    return and_(Meeting.state == MeetingState.CONFIRMED, exists().where(*_present(voice), voice.kind == kind))


def _since(kind: VoiceKind) -> Any:
    voice = aliased(MeetingVoice)
    return select(func.min(voice.said_at)).where(*_present(voice), voice.kind == kind).scalar_subquery()


def _has_spoken(party: Party | None) -> ColumnElement[bool]:
    """Of a side, or of the facilitators: they have agreed to the cancelling, or cannot come in any case."""
    voice, speaker = aliased(MeetingVoice), aliased(Participant)
    speaks = speaker.role == Role.FACILITATOR
    if party is not None:
        speaks = and_(speaker.party == party, speaker.role.in_(SPEAKS_FOR_ITS_PARTY))
    return exists().where(
        *_present(voice),
        voice.kind.in_((VoiceKind.CANCEL, VoiceKind.ABSENT)),
        speaker.case_id == Meeting.case_id,
        speaker.account_id == voice.account_id,
        speaks,
    )


def _present(voice: Any) -> tuple[ColumnElement[bool], ...]:
    return voice.meeting_id == Meeting.id, voice.sequence == Meeting.sequence, voice.taken_back_at.is_(None)


def _facilitated(is_so: bool) -> ColumnElement[bool]:
    case = aliased(Case)
    asked = case.support_asked.contains(Support.FACILITATION.value)
    return exists().where(case.id == Meeting.case_id, asked if is_so else ~asked)


def _stands() -> ColumnElement[bool]:
    return status_of(Meeting.case_id, *OPEN, CaseStatus.COMPLETED)


def _dates_are_looked_for() -> ColumnElement[bool]:
    """Before the dialogue has begun, and then only while everybody has accepted the terms in force."""
    missing, accepted = aliased(Participant), aliased(TermsAcceptance)
    terms = aliased(TermsVersion)
    in_force = exists().where(
        terms.case_id == missing.case_id,
        terms.state == TermsState.IN_FORCE,
        accepted.terms_id == terms.id,
        accepted.account_id == missing.account_id,
    )
    someone_is_missing = exists().where(
        missing.case_id == Meeting.case_id,
        missing.state == ParticipantState.CONFIRMED,
        missing.role.in_((*PARTY_ROLES, Role.FACILITATOR)),
        or_(missing.until.is_(None), missing.until > NOW),
        ~missing.is_late,
        ~in_force,
    )
    return or_(
        and_(Meeting.kind.in_(_SHARED), status_of(Meeting.case_id, CaseStatus.PREPARING)),
        and_(status_of(Meeting.case_id, *JOINT_IS_WRITABLE), ~someone_is_missing),
    )
