"""The pages of rooms with notes, as the people in them meet them; nothing that is typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from dialogue.domain.people import Party, Role, Room
from dialogue.services import cases, drafts, notes
from dialogue.store.notes import NoteRevision
from tests.builders import PASSWORD, Table
from tests.web.client import Client

EMAILS = {
    "company_lead": "mina@brand.example",
    "union_lead": "ana@union.example",
    "union_delegate": "luc@union.example",
    "facilitator": "farid@ilo.example",
    "coordinator": "clara@ilo.example",
    "outsider": "otto@elsewhere.example",
}
FLOOR = "Our floor is **two** per cent."

Seat = Callable[[str], Client]


@pytest.fixture
def at(browser: Callable[[], Client], table: Table) -> Seat:
    """A browser of one of the people, signed in and in English."""

    def sit(who: str) -> Client:
        client = browser()
        client.sign_in(EMAILS.get(who, who), PASSWORD)
        if client.page is not None and client.page.language != "en":
            client.submit("English")
        return client

    return sit


def room_page(table: Table, room: Room) -> str:
    return f"/cases/{table.case_id}/rooms/{room.value}"


def note_page(table: Table, note_id: UUID) -> str:
    return f"/cases/{table.case_id}/notes/{note_id}"


def wrote(table: Table, by: str, room: Room, title: str = "Wages", body: str = FLOOR) -> UUID:
    with table.writing(getattr(table, by)) as work:
        return notes.write(work, table.case_id, room, title=title, body=body)


def fetch(client: Client, url: str, fields: dict[str, str]):  # type: ignore[no-untyped-def]
    headers = {"X-Requested-With": "fetch", "X-CSRFToken": client.token(), "Referer": "https://localhost/"}
    return client.raw("POST", url, data=fields, headers=headers)


# Reading and writing


def test_a_note_is_written_into_a_room_and_read_by_those_who_hear_it(table: Table, at: Seat) -> None:
    ana = at("union_lead")
    page = ana.get(room_page(table, Room.UNION_CAUCUS))
    assert page.heading == "Union caucus"
    assert "Who can read this: your side, the union's, all its organisations, and the facilitator" in page
    assert "There are no notes in this room yet." in page

    page = ana.submit("Put the note into the room", {"title": "Wages", "body": FLOOR})
    assert "Your note is in the room." in page
    assert "<strong>two</strong>" in page.html

    page = at("facilitator").get(room_page(table, Room.UNION_CAUCUS))
    assert "Ana Rojas" in page
    page = at("facilitator").get(page.link("Wages"))
    assert "Our floor is two per cent." in page
    assert page.heading == "A note"
    assert "Wages" not in page.html.partition("<title>")[2].partition("</title>")[0]


@pytest.mark.parametrize("who", ["company_lead", "coordinator", "outsider"])
def test_a_room_of_others_looks_like_no_page_at_all(table: Table, at: Seat, who: str) -> None:
    note_id = wrote(table, "union_lead", Room.UNION)
    client = at(who)

    for address in (
        room_page(table, Room.UNION),
        room_page(table, Room.UNION) + "/write",
        note_page(table, note_id),
        note_page(table, note_id) + "/revise",
        note_page(table, note_id) + "/compare?older=1&newer=2",
    ):
        page = client.get(address, status=404)
        assert page.heading == "There is nothing at this address"
    assert (
        room_page(table, Room.UNION)
        not in client.get(f"/cases/{table.case_id}", status=200 if who != "outsider" else 404).html
    )


@pytest.mark.parametrize("address", ["rooms/nowhere", "rooms/request", "rooms/union?before=nonsense", "notes/123"])
def test_an_address_that_means_nothing_is_no_page(table: Table, at: Seat, address: str) -> None:
    status = 200 if "before" in address else 404
    at("union_lead").get(f"/cases/{table.case_id}/{address}", status=status)


def test_what_is_missing_is_said_and_what_was_typed_stands_there_still(table: Table, at: Seat) -> None:
    ana = at("union_lead")
    ana.get(room_page(table, Room.UNION))
    page = ana.submit("Put the note into the room", {"title": "", "body": "Words without a title."}, status=422)

    assert "Write in a few words what the note is about." in page
    assert page.form("Put the note into the room").fields["body"] == ["Words without a title."]
    page = ana.submit("Put the note into the room", {"title": "Now", "body": "x" * 20_001}, status=422)
    assert "Shorten this to at most 20000 characters." in page
    assert len(page.form("Put the note into the room").fields["body"][0]) == 20_001


def test_words_typed_while_the_room_was_closed_stand_there_still(table: Table, at: Seat) -> None:
    ana = at("union_lead")
    ana.get(room_page(table, Room.JOINT))
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)

    page = ana.submit(
        "Put the note into the room", {"title": "Late", "body": "What I still wanted to say."}, status=422
    )
    assert "another point of the procedure" in page
    assert page.form("Put the note into the room").fields["body"] == ["What I still wanted to say."]
    page = ana.get(room_page(table, Room.JOINT))
    assert "Nothing can be written here at the moment." in page
    assert not page.offers("Put the note into the room")


def test_a_long_room_is_read_page_by_page(table: Table, at: Seat) -> None:
    with table.writing(table.union_lead) as work:
        for number in range(notes.PAGE + 2):
            notes.write(work, table.case_id, Room.UNION, title=f"Note {number}", body="x")
    luc = at("union_delegate")

    first = luc.get(room_page(table, Room.UNION))
    second = luc.click("Earlier notes")
    assert first.html.count("<article") == notes.PAGE
    assert second.html.count("<article") == 2
    assert not second.offers("Earlier notes")


def test_a_note_that_does_not_open_is_told_in_a_sentence_and_hides_nothing(table: Table, at: Seat) -> None:
    wrote(table, "union_lead", Room.UNION, "Altered", "Gone.")
    wrote(table, "union_lead", Room.UNION, "Whole", "Still here.")
    with table.writing(None) as work:
        row = work.session.scalars(select(NoteRevision).order_by(NoteRevision.written_at)).first()
        assert row is not None
        row.sealed_body = row.sealed_body[:-1] + bytes([row.sealed_body[-1] ^ 1])

    page = at("union_delegate").get(room_page(table, Room.UNION))
    assert "This was altered after it was written" in page
    assert "A note that you cannot read" in page
    assert "Still here." in page


def test_a_newcomer_is_told_who_can_open_what_was_written_before(table: Table, at: Seat) -> None:
    wrote(table, "union_lead", Room.UNION)
    nora = table.house.person("Nora Ito", "nora@union.example")
    table.seat(nora, Party.UNION, Role.DELEGATE)
    table.accept_terms(nora)

    client = at("nora@union.example")
    page = client.get(room_page(table, Room.UNION))
    assert "You do not hold the key to it." in page
    assert "that party's lead alone" in client.click("Who can open what was written before")


def test_what_somebody_writes_is_never_markup_of_the_page(table: Table, at: Seat) -> None:
    hostile = "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))"
    wrote(table, "company_lead", Room.JOINT, "<b>Title</b>", hostile)

    page = at("union_lead").get(room_page(table, Room.JOINT))
    body = page.html.partition("<article")[2]
    assert "<script" not in body.partition("</article>")[0]
    assert "<img" not in body
    assert "<b>Title" not in page.html
    assert "<b>Title</b>" in page


# Revising


def test_a_note_is_revised_and_what_changed_is_shown(table: Table, at: Seat) -> None:
    note_id = wrote(table, "union_lead", Room.UNION)
    ana = at("union_lead")
    ana.get(note_page(table, note_id))
    page = ana.click("Revise the note")
    assert page.form("Send the revision").fields["body"] == [FLOOR]
    page = ana.submit("Send the revision", {"body": "Our floor is **three** per cent."})
    assert "Our floor is three per cent." in page

    luc = at("union_delegate")
    page = luc.get(note_page(table, note_id))
    assert not page.offers("Revise the note")
    page = luc.click("What changed")
    assert "**two**" in page
    assert "**three**" in page
    assert "This is what the note said before." in luc.get(note_page(table, note_id) + "?revision=1")
    luc.get(note_page(table, note_id) + "?revision=9", status=404)


def test_two_who_revise_at_once_see_both_texts_and_lose_nothing(table: Table, at: Seat) -> None:
    note_id = wrote(table, "facilitator", Room.FACILITATION, body="First words.")
    farid, again = at("facilitator"), at("facilitator")
    farid.get(note_page(table, note_id) + "/revise")
    again.get(note_page(table, note_id) + "/revise")
    again.submit("Send the revision", {"body": "Words of the other window."})

    page = farid.submit("Send the revision", {"title": "Mine", "body": "Words of this window."}, status=409)
    assert "Somebody has revised this note while you wrote. What you wrote is not lost." in page
    assert "the other" in page
    form = page.form("Send the revision")
    assert (form.fields["title"], form.fields["body"]) == (["Mine"], ["Words of this window."])

    page = farid.submit("Send the revision", {"body": "Words of both windows."})
    assert "Words of both windows." in page
    with table.reading(table.facilitator) as work:
        assert notes.show(work, table.case_id, note_id).newest == 3


def test_the_conflict_is_shown_again_when_a_kept_draft_has_been_overtaken(table: Table, at: Seat) -> None:
    note_id = wrote(table, "union_lead", Room.UNION, body="First words.")
    with table.writing(table.union_lead) as work:
        fields = {"title": "Wages", "body": "Words of my draft.", "seen": "1"}
        drafts.save(work, table.case_id, f"notes.revise:{note_id}", fields)
    with table.writing(table.union_lead) as work:
        notes.revise(work, table.case_id, note_id, title="Wages", body="Second words.", seen_revision=1)
    with table.writing(table.union_lead) as work:
        drafts.save(work, table.case_id, f"notes.revise:{note_id}", fields)

    page = at("union_lead").get(note_page(table, note_id) + "/revise")
    assert "Both texts stand here" in page
    assert page.form("Send the revision").fields["body"] == ["Words of my draft."]
    assert page.form("Send the revision").fields["seen"] == ["2"]


# Drafts


def test_what_is_typed_is_kept_by_itself_and_found_again(table: Table, at: Seat) -> None:
    luc = at("union_delegate")
    page = luc.get(room_page(table, Room.UNION))
    address = page.html.partition('data-draft-url="')[2].partition('"')[0]
    answer = fetch(luc, address, {"title": "Half", "body": "a thought", "csrf_token": luc.token()})
    assert answer.status_code == 200
    assert list(answer.get_json()) == ["saved_at"]

    page = luc.get(room_page(table, Room.UNION))
    assert "Nobody else can read it before you send it." in page
    form = page.form("Put the note into the room")
    assert (form.fields["title"], form.fields["body"]) == (["Half"], ["a thought"])
    assert "a thought" not in at("union_lead").get(room_page(table, Room.UNION))
    page = luc.submit("Throw the draft away")
    assert "Your draft is thrown away." in page
    assert page.form("Put the note into the room").fields["body"] == [""]


def test_without_script_a_button_keeps_the_draft_and_shows_it_again(table: Table, at: Seat) -> None:
    luc = at("union_delegate")
    page = luc.get(room_page(table, Room.UNION))
    assert page.offers("Keep as a draft")
    form = page.form("Keep as a draft")
    form.action = f"/cases/{table.case_id}/drafts/notes.write:union"

    page = luc._send(page, form, None, {"title": "Half", "body": "a thought"}, 200)
    assert page.heading == "Union's own room"
    assert "Your draft is kept. Only you can read it." in page
    assert page.form("Put the note into the room").fields["body"] == ["a thought"]


def test_a_draft_is_nothing_for_strangers_and_needs_its_token(table: Table, at: Seat) -> None:
    address = f"/cases/{table.case_id}/drafts/notes.write:union"
    otto = at("outsider")
    assert fetch(otto, address, {"body": "x"}).status_code == 404
    luc = at("union_delegate")
    assert luc.raw("POST", address, data={"body": "x"}).status_code == 400
    assert fetch(luc, f"/cases/{table.case_id}/drafts/Our floor is two per cent", {"body": "x"}).status_code == 422


def test_what_was_typed_when_the_session_ran_out_is_in_the_room_after_signing_in(table: Table, at: Seat) -> None:
    luc = at("union_delegate")
    luc.get(room_page(table, Room.UNION))
    table.house.tick(timedelta(hours=13))

    luc.submit("Put the note into the room", {"title": "Late", "body": "Typed too long."}, status=401)
    page = luc.submit(
        "Sign in", {"email": EMAILS["union_delegate"], "password": PASSWORD, "code": luc.code()}, form="/sign-in"
    )
    assert page.form("Put the note into the room" if page.language == "en" else "/write").fields["body"] == [
        "Typed too long."
    ]
