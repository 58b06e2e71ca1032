"""Dates: when a clock shows what, which date suits best, and when all who decide have accepted one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from dialogue.domain.meetings import (
    Acceptance,
    Answer,
    Candidate,
    Hour,
    MeetingKind,
    Offer,
    acceptance_of,
    best_first,
    check_offers,
    decisive_voices,
    instant,
    local_slot,
)
from dialogue.domain.people import Party, Role
from dialogue.errors import Unfit

GENEVA, DHAKA, BOGOTA, LOS_ANGELES = "Europe/Zurich", "Asia/Dhaka", "America/Bogota", "America/Los_Angeles"
VOICES = {"company": Party.COMPANY, "union": Party.UNION, "facilitator": Role.FACILITATOR}
SAID = {"yes": Answer.YES, "maybe": Answer.IF_NEED_BE, "no": Answer.NO}

# When it is 16:00 in Geneva; the clocks change in Los Angeles on 14 March 2027, in Geneva on 28 March.
SIXTEEN_IN_GENEVA = """
2027-03-12  15:00  21:00  10:00  07:00
2027-03-15  15:00  21:00  10:00  08:00
2027-03-26  15:00  21:00  10:00  08:00
2027-03-29  14:00  20:00  09:00  07:00
2027-10-29  14:00  20:00  09:00  07:00
2027-11-01  15:00  21:00  10:00  08:00
2027-11-08  15:00  21:00  10:00  07:00
"""

# What the decisive voices make of one date; a stroke: no answer yet.
CONFIRM = """
joint           company  union  facilitator  outcome
facilitated     yes      yes    yes          agreed
facilitated     maybe    yes    maybe        agreed
facilitated     yes      yes    -            open
facilitated     -        yes    yes          open
facilitated     yes      no     yes          refused
facilitated     yes      no     -            refused
facilitated     yes      yes    no           refused
leads           yes      maybe  -            agreed
leads           yes      -      yes          open
leads           no       yes    -            refused
"""


@pytest.mark.parametrize("line", SIXTEEN_IN_GENEVA.strip().splitlines())
def test_everybodys_clock_is_right_on_both_sides_of_a_change(line: str) -> None:
    day, utc, dhaka, bogota, los_angeles = line.split()
    begins = instant(datetime.fromisoformat(f"{day}T16:00"), GENEVA)

    assert begins.tzinfo is UTC
    assert f"{begins:%H:%M}" == utc
    shown = {zone: f"{local_slot(begins, 90, zone).begins:%H:%M}" for zone in (GENEVA, DHAKA, BOGOTA, LOS_ANGELES)}
    assert shown == {GENEVA: "16:00", DHAKA: dhaka, BOGOTA: bogota, LOS_ANGELES: los_angeles}


@pytest.mark.parametrize(
    ("local", "zone", "reason"),
    [
        ("2027-03-28T02:30", GENEVA, "time_never"),
        ("2027-03-14T02:00", LOS_ANGELES, "time_never"),
        ("2027-10-31T02:30", GENEVA, "time_twice"),
        ("2027-11-07T01:00", LOS_ANGELES, "time_twice"),
        ("2027-03-28T02:30", "Nowhere/Atlantis", "zone"),
    ],
)
def test_a_time_that_the_clock_never_shows_or_shows_twice_is_refused(local: str, zone: str, reason: str) -> None:
    with pytest.raises(Unfit) as refused:
        instant(datetime.fromisoformat(local), zone)
    assert refused.value.reason == reason
    assert instant(datetime.fromisoformat(local), DHAKA)


def test_an_hour_is_an_hour_although_the_clocks_change_meanwhile() -> None:
    slot = local_slot(datetime(2027, 3, 28, 0, 30, tzinfo=UTC), 60, GENEVA)

    assert (f"{slot.begins:%H:%M}", f"{slot.ends:%H:%M}") == ("01:30", "03:30")
    assert slot.hour is Hour.NIGHT


@pytest.mark.parametrize(
    ("begins", "minutes", "hour"),
    [
        ("08:00", 600, Hour.WORKING),
        ("07:59", 60, Hour.WAKING),
        ("17:30", 45, Hour.WAKING),
        ("21:00", 60, Hour.WAKING),
        ("21:30", 60, Hour.NIGHT),
        ("06:30", 120, Hour.NIGHT),
        ("23:30", 60, Hour.NIGHT),
    ],
)
def test_working_hours_waking_hours_and_night(begins: str, minutes: int, hour: Hour) -> None:
    at = datetime.fromisoformat(f"2027-03-09T{begins}+00:00")

    assert local_slot(at, minutes, "UTC").hour is hour


def test_a_day_of_rest_is_another_in_dhaka_than_in_geneva() -> None:
    friday = datetime(2027, 3, 5, 9, 0, tzinfo=UTC)

    assert local_slot(friday, 60, DHAKA, {4, 5}).is_weekend
    assert local_slot(friday, 60, DHAKA, {4, 5}).hour is Hour.WAKING
    assert local_slot(friday, 60, GENEVA).hour is Hour.WORKING


@pytest.mark.parametrize("line", CONFIRM.strip().splitlines()[1:])
def test_a_date_is_agreed_when_every_voice_that_decides_accepts_it(line: str) -> None:
    who, *told, outcome = line.split()
    needed = decisive_voices(MeetingKind.JOINT, facilitated=who == "facilitated")
    answers = {VOICES[name]: SAID[word] for name, word in zip(VOICES, told, strict=True) if word != "-"}

    assert acceptance_of(needed, answers) is Acceptance(outcome)


def test_in_a_caucus_one_side_and_the_facilitator_decide() -> None:
    assert decisive_voices(MeetingKind.UNION_CAUCUS, facilitated=True) == (Party.UNION, Role.FACILITATOR)
    assert decisive_voices(MeetingKind.LOGISTICS, facilitated=False) == (Party.COMPANY, Party.UNION)


def _candidate(
    number: int, said: str, others: tuple[Answer, ...] = (), hours: tuple[Hour, ...] = (), day: int = 1
) -> Candidate:
    words = {VOICES[name]: SAID[word] for name, word in zip(VOICES, said.split(), strict=True) if word != "-"}
    begins = datetime(2027, 3, 1, 9, 0, tzinfo=UTC) + timedelta(days=day)
    return Candidate(UUID(int=number), begins, tuple(VOICES.values()), words, others, hours)


def test_the_best_date_comes_first() -> None:
    """Written in the order that the page explains; each differs from the one before in what is told next."""
    working, waking, night = Hour.WORKING, Hour.WAKING, Hour.NIGHT
    yes, maybe, no = Answer.YES, Answer.IF_NEED_BE, Answer.NO
    told = [
        _candidate(1, "yes yes yes", (yes,), (working, working), day=1),
        _candidate(2, "yes yes yes", (yes,), (working, working), day=2),
        _candidate(3, "yes yes yes", (yes,), (working, waking), day=1),
        _candidate(4, "yes yes yes", (yes,), (working, night), day=1),
        _candidate(5, "yes yes yes", (yes, maybe), (working, working)),
        _candidate(6, "yes yes yes", (no,), (working, working)),
        _candidate(7, "yes maybe yes", (yes,), (working, working)),
        _candidate(8, "yes - yes", (yes,), (working, working)),
        _candidate(9, "yes no yes", (yes,), (working, working)),
    ]

    assert [one.id.int for one in best_first(reversed(told))] == list(range(1, 10))


def test_what_is_offered_is_to_come_and_offered_once() -> None:
    now = datetime(2027, 3, 1, tzinfo=UTC)
    fit = Offer(now + timedelta(days=1), 90)
    check_offers([fit], now)
    for reason, offers, present in (
        ("dates_none", [], []),
        ("dates_many", [Offer(now + timedelta(days=day), 90) for day in range(1, 14)], []),
        ("dates_past", [Offer(now, 90)], []),
        ("dates_length", [Offer(fit.begins_at, 5)], []),
        ("dates_twice", [fit, fit], []),
        ("dates_twice", [fit], [fit.begins_at]),
    ):
        with pytest.raises(Unfit) as refused:
            check_offers(offers, now, present)
        assert refused.value.reason == reason
