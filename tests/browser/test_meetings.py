"""Four people in Geneva, Dhaka, Bogotá and Los Angeles find a time across two changes of the clocks, and move it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.conftest import Demo, served
from tests.browser.test_journey import Person
from tests.browser.test_other_roads import case_of

ZONES = {
    "Farid Lindqvist": "Europe/Zurich",
    "Mina Brandt": "Asia/Dhaka",
    "Ana Rojas": "America/Bogota",
    "Luc Mensah": "America/Los_Angeles",
}
# The clocks are put forward in Los Angeles on 14 March 2027, in Geneva on 28 March; elsewhere they are left alone.
BEFORE_BOTH = {
    "Farid Lindqvist": "Friday, 12 March 2027, 16:00–18:00",
    "Mina Brandt": "Friday, 12 March 2027, 21:00–23:00",
    "Ana Rojas": "Friday, 12 March 2027, 10:00–12:00",
    "Luc Mensah": "Friday, 12 March 2027, 07:00–09:00",
}
BETWEEN = {
    "Farid Lindqvist": "Monday, 15 March 2027, 16:00–18:00",
    "Mina Brandt": "Monday, 15 March 2027, 21:00–23:00",
    "Ana Rojas": "Monday, 15 March 2027, 10:00–12:00",
    "Luc Mensah": "Monday, 15 March 2027, 08:00–10:00",
}
AFTER_BOTH = {
    "Farid Lindqvist": "Monday, 29 March 2027, 16:00–18:00",
    "Mina Brandt": "Monday, 29 March 2027, 20:00–22:00",
    "Ana Rojas": "Monday, 29 March 2027, 09:00–11:00",
    "Luc Mensah": "Monday, 29 March 2027, 07:00–09:00",
}
TITLE = "Third round"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demonstration of its own, whose meetings are moved."""
    with served(tmp_path_factory.mktemp("meetings")) as running:
        yield running


@pytest.fixture
def people(sign_in: Callable[..., Any], demo: Demo) -> dict[str, Person]:
    """The four, each where he lives; two of them at a telephone."""
    found = {}
    for name, zone in ZONES.items():
        width = 390 if name in {"Ana Rojas", "Luc Mensah"} else 1280
        found[name] = Person(sign_in(name, width=width), demo.url)
        found[name].go("/account/details")
        found[name].send("Save", timezone=zone)
    return found


def clocks_show(people: dict[str, Person], meeting: str, expected: dict[str, str]) -> None:
    for name, person in people.items():
        person.go(meeting)
        assert person.reads(expected[name]), (name, expected[name])


def answer(people: dict[str, Person], meeting: str, *said: str) -> None:
    """Both leads, as it suits them; the deputy is not waited for."""
    for name in ("Mina Brandt", "Ana Rojas"):
        people[name].go(meeting)
        people[name].send("Save my answers", **{f"answers__{place}__said": word for place, word in enumerate(said)})


def test_everybody_reads_the_right_time_before_between_and_after_the_changes(people: dict[str, Person]) -> None:
    farid, mina, ana, luc = people.values()
    case = case_of(ana)

    farid.go(f"{case}/meetings/propose")
    assert farid.reads("Enter days and times as your clock shows them: Zurich time.")
    farid.send(
        "Propose these dates",
        kind="joint",
        title=TITLE,
        mode="remote",
        minutes="120",
        slots__0__day="2027-03-12",
        slots__0__at="16:00",
        slots__1__day="2027-03-15",
        slots__1__at="16:00",
    )
    meeting = farid.page.url
    clocks_show(people, meeting, BEFORE_BOTH)
    clocks_show(people, meeting, BETWEEN)
    assert luc.reads("Fri 12 Mar, 16:00–18:00") and luc.reads("Outside working hours")
    mina.go("/")
    assert mina.reads("Say when you can come to a meeting")

    answer(people, meeting, "yes", "yes")
    mina.go(meeting)
    first = mina.page.locator("main section[id^='date-']").first.inner_text()
    assert BETWEEN["Mina Brandt"] in first and "Suits best" in first
    luc.go(meeting)
    luc.send("Confirm this date, Monday|Confirm this date Monday, 15 March")
    clocks_show(people, meeting, BETWEEN)
    mina.go(case)
    assert mina.page.locator("#next-meeting").count() == 1

    farid.go(meeting)
    farid.follow("Offer other dates, to move it")
    farid.send("Offer these dates", minutes="120", slots__0__day="2027-03-29", slots__0__at="16:00")
    clocks_show(people, meeting, BETWEEN)
    clocks_show(people, meeting, AFTER_BOTH)
    answer(people, meeting, "if_need_be")
    farid.go(meeting)
    farid.send("Confirm this date")
    clocks_show(people, meeting, AFTER_BOTH)
    assert not luc.reads(BETWEEN["Luc Mensah"])

    # A time that the clocks leave out is asked for again, with what was typed.
    farid.go(f"{meeting}/offer")
    farid.page.fill("[name='slots-0-day']", "2027-03-28")
    farid.page.fill("[name='slots-0-at']", "02:30")
    farid.page.locator("main form button").filter(has_text="Offer these dates").click()
    farid.page.wait_for_load_state()
    assert farid.reads("this time does not exist where you are")
    assert farid.page.input_value("[name='slots-0-at']") == "02:30"


def test_what_is_left_open_carries_over_and_what_was_held_is_minuted_and_approved(people: dict[str, Person]) -> None:
    farid, mina, ana, luc = people.values()
    case = case_of(ana)
    farid.go(f"{case}/meetings/propose")
    farid.send(
        "Propose these dates",
        kind="joint",
        title="Fourth round",
        mode="remote",
        minutes="120",
        slots__0__day="2027-03-26",
        slots__0__at="16:00",
    )
    meeting = farid.page.url
    answer(people, meeting, "yes")
    farid.go(meeting)
    farid.send("Confirm this date")

    farid.go(f"{meeting}/agenda")
    assert farid.reads("Union access to the canteen") and farid.reads("carried over from the meeting of")
    farid.follow("Set the agenda")
    farid.send("Set the agenda", start="10")
    at = {
        "Farid Lindqvist": "16:10 (Zurich time)",
        "Mina Brandt": "21:10 (Dhaka time)",
        "Ana Rojas": "10:10 (Bogota time)",
        "Luc Mensah": "08:10 (Los Angeles time)",
    }
    for name, person in people.items():
        person.go(f"{meeting}/agenda")
        assert person.reads(at[name]), (name, at[name])

    farid.go(f"{case}/summaries")
    farid.follow("Joint meeting of")
    summary = farid.page.url
    farid.send("Take it over")
    for person, button in ((ana, "Approve for the union"), (mina, "Approve for the company")):
        person.go(f"{summary}/approve")
        person.send(button, read=True)
    luc.go(summary)
    assert luc.reads("Nobody can change it any more.")
    assert luc.reads("within ten days, to both leads at once")
