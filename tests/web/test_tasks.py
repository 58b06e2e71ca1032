"""What waits for somebody leads to a page that opens, in words that are there for every kind."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from flask import Flask

from dialogue.domain.people import Party
from dialogue.domain.waiting import Progress, TaskKind
from dialogue.services.overview import Awaited, SideShown
from dialogue.web import tasks

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def test_every_task_leads_to_an_address_that_a_browser_can_open(app: Flask) -> None:
    with app.test_request_context("/"):
        for kind in TaskKind:
            for about in (None, uuid4()):
                address = tasks.address(kind, uuid4(), about)
                assert app.url_map.bind("localhost").match(address, method="GET"), kind


def test_every_task_has_words_for_one_for_many_and_for_people(app: Flask) -> None:
    with app.test_request_context("/"):
        for kind in TaskKind:
            for words in (tasks.words(kind), tasks.words(kind, 3), tasks.words(kind, 1, "Ana Rojas")):
                assert words
                assert "%" not in words


def test_a_side_is_told_what_is_done_and_only_the_asked_get_a_link(app: Flask) -> None:
    progress = Progress(
        Party.UNION,
        people=3,
        confirmed=2,
        bound=1,
        endorsed=True,
        facilitator_accepted=False,
        wordings=4,
        positions=2,
        signed=False,
        notice_agreed=False,
    )
    awaited = Awaited(TaskKind.JOIN, uuid4(), uuid4(), 1, NOW, ("Luc Mensah",), own=False)
    asked = Awaited(TaskKind.ENDORSE, uuid4(), uuid4(), 1, NOW, (), own=True)
    with app.test_request_context("/"):
        shown = tasks.column(SideShown(Party.UNION, progress, "", (awaited, asked), is_own=True, shows_joint=True))
        silent = tasks.column(SideShown(Party.UNION, progress, "", (), is_own=False, shows_joint=False))

    assert shown.done == [
        "2 of 3 people sit at the table",
        "Endorsed the joint request",
        "1 of 3 have accepted the terms",
        "Positions recorded on 2 of 4 wordings",
    ]
    assert [(entry.text, bool(entry.href)) for entry in shown.waiting] == [
        ("Open the invitation: Luc Mensah", False),
        ("Endorse the joint request", True),
    ]
    assert silent.done[-1] == "1 of 3 have accepted the terms"
