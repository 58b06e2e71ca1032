"""The pages of meetings: from the first dates to the place that the desk has booked, moved, cancelled and held."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.builders import Table
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, FARID, LUC, MINA, sit

TITLE = "Heron-17 overtime roster"


def at(table: Table, rest: str = "") -> str:
    return f"/cases/{table.case_id}/meetings{rest}"


def plan(table: Table, *days: int, **words: str) -> dict[str, str]:
    """What is typed for a meeting in so many days, at two in the afternoon where its writer is."""
    told = {"title": TITLE, "mode": "both", "kind": "joint", "minutes": "120", **words}
    for place, day in enumerate(days):
        told[f"slots-{place}-day"] = (table.house.now + timedelta(days=day)).date().isoformat()
        told[f"slots-{place}-at"] = "14:00"
    return told


def test_a_meeting_from_the_first_dates_to_the_day_after(table: Table, browser: Callable[[], Client]) -> None:
    farid, mina, ana, clara = (sit(browser, who) for who in (FARID, MINA, ANA, CLARA))
    mina.get(at(table, "/propose"), status=403)
    page = mina.get(at(table))
    assert "No meeting is proposed yet. The facilitator proposes dates." in page
    assert "Meetings are not recorded" in page

    farid.get(at(table))
    page = farid.click("Propose a meeting")
    assert "Enter days and times as your clock shows them: Zurich time." in page
    page = farid.submit("Propose these dates", plan(table), status=422)
    assert "Offer at least one date." in page
    page = farid.submit("Propose these dates", {**plan(table, 20), "slots-0-at": ""}, status=422)
    assert "Enter the time." in page
    page = farid.submit("Propose these dates", {**plan(table, 20), "languages-0-source": "Bangla"}, status=422)
    assert "Enter both languages, or neither." in page
    page = farid.submit(
        "Propose these dates", {**plan(table, 20), "languages-0-source": "", "link": "http://plain.example"}, status=422
    )
    assert "Enter a link that begins with https://" in page
    told = plan(table, 20, 21, address="Maison Kestrel", link="", asks_ground="y") | {
        "languages-0-source": "Bangla",
        "languages-0-target": "English",
    }
    page = farid.submit("Propose these dates", told)
    assert TITLE in page and "from Bangla into English" in page and "Waiting for: Company, Union" in page
    assert page.heading == "Joint meeting"
    meeting = page.url

    assert "Say when you can come to a meeting" in mina.get("/")
    page = mina.get(meeting)
    assert not page.offers("Change what is said about the meeting")
    page = mina.submit("Save my answers", {"answers-0-said": "yes", "answers-1-said": "no"})
    assert "You can change it until a date is confirmed." in page
    assert "Say when you can come to a meeting" not in mina.get("/")
    assert "Confirm the date" not in farid.get("/")
    ana.get(meeting)
    page = ana.submit("Save my answers", {"answers-0-said": "if_need_be", "answers-1-said": "if_need_be"})
    assert "All who decide accept it" in page
    assert "Not possible for: Company" in page
    clara.get(at(table, "/propose"), status=403)
    assert not clara.get(meeting).offers("Save my answers")

    page = farid.get("/")
    assert "Confirm the date of a meeting that all who decide accept" in page
    farid.get(meeting)
    page = farid.submit("Confirm this date")
    assert "Confirmed by Farid Aziz" in page or "Confirmed by" in page
    assert "Book the ground for a meeting" in clara.get("/")
    assert TITLE in farid.get(f"/cases/{table.case_id}/meetings")
    page = clara.click("Book the ground for a meeting")
    assert "Enter the address or the link that you have booked." in clara.submit(
        "It is booked", {"venue": "ilo"}, status=422
    )
    page = clara.submit(
        "It is booked", {"venue": "ilo", "address": "Route des Morillons 4", "words": "Ask for Room R2"}
    )
    assert "The ILO's desk has booked a place" in page and "Ask for Room R2" in page
    assert "Book the ground" not in clara.get("/")
    assert "Route des Morillons 4" in ana.get(meeting)

    page = ana.submit("I cannot come")
    assert "Ana Rojas cannot come at this time." in page or "cannot come at this time." in page
    assert "cannot come at this time." in mina.get(meeting)
    ana.submit("I can come after all")
    assert "cannot come at this time." not in mina.get(meeting)

    farid.get(meeting)
    farid.click("Offer other dates, to move it")
    page = farid.submit("Offer these dates", {k: v for k, v in plan(table, 25).items() if k.startswith("slots")})
    assert "The time above stands until one of these is confirmed." in page
    mina.get(meeting)
    mina.submit("Save my answers", {"answers-0-said": "yes"})
    ana.get(meeting)
    ana.submit("Save my answers", {"answers-0-said": "yes"})
    page = ana.submit("Confirm this date")
    assert "This was booked for another time:" in page
    assert "Book the ground for a meeting" in clara.get("/")

    mina.get(meeting)
    page = mina.submit("Ask to cancel it")
    assert "It stands until these have agreed: Union, Facilitator." in page
    assert "Answer whether a meeting is to be cancelled" in ana.get("/")
    ana.get(meeting)
    page = ana.submit("Let it stand")
    assert "asks to cancel this meeting" not in page

    table.house.now += timedelta(days=26)
    farid, mina = sit(browser, FARID), sit(browser, MINA)
    assert "Note whether a meeting was held" in farid.get("/")
    assert not mina.get(meeting).offers("It was held")
    farid.get(meeting)
    farid.submit("It was held")
    assert "Held or cancelled" in farid.get(at(table))
    assert "Note whether a meeting was held" not in farid.get("/")


def test_a_caucus_is_as_if_it_were_not_there_for_the_other_side(table: Table, browser: Callable[[], Client]) -> None:
    farid, luc, mina, clara = (sit(browser, who) for who in (FARID, LUC, MINA, CLARA))
    farid.get(at(table, "/propose"))
    page = farid.submit("Propose these dates", plan(table, 20, kind="union_caucus"))
    meeting = page.url
    assert "Who can read this: you, other facilitators and the union's side; not the company" in page
    assert TITLE in luc.get(meeting)
    assert "Say when you can come to a caucus" in luc.get("/")

    for other in (mina, clara):
        other.get(meeting, status=404)
        page = other.get(at(table))
        assert TITLE not in page and "No meeting is proposed yet" in page
        overview = other.get(f"/cases/{table.case_id}")
        assert "caucus" not in overview.text.lower().replace("company caucus", "")


def test_what_is_typed_about_a_meeting_is_not_lost_when_somebody_else_was_faster(
    table: Table, browser: Callable[[], Client]
) -> None:
    farid, again = sit(browser, FARID), sit(browser, FARID)
    farid.get(at(table, "/propose"))
    meeting = farid.submit("Propose these dates", plan(table, 20)).url
    for one in (farid, again):
        one.get(f"{meeting}/edit")
    farid.submit("Save", {"purpose": "The first words"})
    page = again.submit("Save", {"purpose": "The second words"}, status=422)
    assert "The first words" in page
    assert "The second words" in page.html
    assert "The second words" in again.submit("Save")


def test_a_time_that_the_clock_never_shows_is_asked_for(table: Table, browser: Callable[[], Client]) -> None:
    farid = sit(browser, FARID)
    farid.get(at(table, "/propose"))
    night = {**plan(table, 20), "slots-0-day": "2027-03-28", "slots-0-at": "02:30"}
    assert "this time does not exist where you are" in farid.submit("Propose these dates", night, status=422)
    night |= {"slots-0-day": "2027-10-31"}
    assert "this time comes twice where you are" in farid.submit("Propose these dates", night, status=422)
