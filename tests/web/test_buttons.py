"""What the pages of a case offer: everything that is possible now, and nothing that would be refused."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from tests.builders import Table
from tests.on_the_table import admitted, word
from tests.services.test_every_act import LATER
from tests.web.client import Client
from tests.web.sitting import ANA, CLARA, FARID, LUC, MINA, PIET, sit

PEOPLE = {"lead": ANA, "delegate": PIET, "facilitator": FARID, "coordinator": CLARA}
FAR_ENOUGH = 80

# Pages that are only looked at, and what everybody is offered everywhere.
ONLY_LOOKING = {
    "agenda.index",
    "agenda.item",
    "attendants.index",
    "cases.show",
    "delegation.index",
    "desk.case",
    "disclosure.index",
    "documents.before",
    "documents.index",
    "facilitator.index",
    "followup.index",
    "help.index",
    "input.index",
    "language.switch",
    "meetings.index",
    "notes.index",
    "notice.show",
    "outcome.index",
    "paper.index",
    "record.check",
    "record.index",
    "report.case",
    "report.case_table",
    "request.show",
    "retention.show",
    "search.index",
    "session.sign_out",
    "summaries.index",
    "terms.show",
    "terms.version",
    "terms.versions",
    "together.index",
    "together.past",
    "words.show",
}

# Written by hand from the procedure: one item is on the agenda with a wording, nothing is proposed together.
OFFERED = {
    "in_dialogue": """
                            lead delegate facilitator coordinator
    agenda.propose          yes  -        yes         -
    agenda.park             yes  -        yes         -
    agenda.word             yes  -        yes         -
    agenda.translate        yes  -        yes         -
    agenda.position         yes  -        -           -
    attendants.enter        yes  -        yes         yes
    cases.label             yes  yes      yes         yes
    paper.propose           yes  -        yes         -
    summaries.on_paper      -    -        yes         -
    cases.leave             yes  -        -           -
    delegation.add          yes  -        -           -
    delegation.organisation yes  -        -           -
    delegation.remove       yes  -        -           -
    delegation.succeed      yes  -        -           -
    drafts.save             yes  yes      yes         -
    facilitator.hand_over   -    -        yes         -
    facilitator.leave       -    -        yes         -
    input.propose           yes  -        -           -
    input.suggest           -    -        -           yes
    meetings.propose        -    -        yes         -
    notes.write             yes  yes      yes         -
    documents.add           yes  yes      yes         -
    record.on_paper         yes  yes      yes         -
    terms.propose           yes  -        -           -
    together.propose        yes  -        yes         -
    together.support        yes  -        -           -
    export.show             yes  -        -           -
    words.word              yes  -        yes         -
    disclosure.wish         yes  -        -           -
    """,
    "suspended": """
                            lead delegate facilitator coordinator
    attendants.enter        yes  -        yes         yes
    cases.label             yes  yes      yes         yes
    cases.leave             yes  -        -           -
    delegation.add          yes  -        -           -
    delegation.organisation yes  -        -           -
    delegation.remove       yes  -        -           -
    delegation.succeed      yes  -        -           -
    drafts.save             yes  yes      yes         -
    facilitator.hand_over   -    -        yes         -
    facilitator.leave       -    -        yes         -
    notes.write             yes  yes      yes         -
    documents.add           yes  yes      yes         -
    record.on_paper         yes  yes      yes         -
    terms.propose           yes  -        -           -
    together.propose        yes  -        yes         -
    together.support        yes  -        -           -
    export.show             yes  -        -           -
    disclosure.wish         yes  -        -           -
    """,
    "concluding": """
                            lead delegate facilitator coordinator
    attendants.enter        yes  -        yes         yes
    cases.go_back           yes  -        -           -
    cases.label             yes  yes      yes         yes
    paper.propose           yes  -        yes         -
    summaries.on_paper      -    -        yes         -
    cases.leave             yes  -        -           -
    delegation.add          yes  -        -           -
    delegation.organisation yes  -        -           -
    delegation.remove       yes  -        -           -
    delegation.succeed      yes  -        -           -
    drafts.save             yes  yes      yes         -
    facilitator.hand_over   -    -        yes         -
    facilitator.leave       -    -        yes         -
    meetings.propose        -    -        yes         -
    notes.write             yes  yes      yes         -
    documents.add           yes  yes      yes         -
    outcome.assemble        yes  -        yes         -
    record.on_paper         yes  yes      yes         -
    terms.propose           yes  -        -           -
    together.propose        yes  -        -           -
    together.support        yes  -        -           -
    export.show             yes  -        -           -
    agenda.translate        yes  -        yes         -
    words.word              yes  -        yes         -
    disclosure.wish         yes  -        -           -
    """,
    "completed": """
                            lead delegate facilitator coordinator
    cases.label             yes  yes      yes         yes
    paper.propose           yes  -        yes         -
    summaries.on_paper      -    -        yes         -
    drafts.save             yes  yes      yes         -
    followup.propose        yes  -        -           -
    help.ask                yes  -        -           -
    reviews.propose         yes  -        -           -
    meetings.propose        -    -        yes         -
    notes.write             yes  yes      yes         -
    documents.add           yes  yes      yes         -
    notice.prepare          -    -        -           yes
    record.on_paper         yes  yes      yes         -
    together.propose        yes  -        -           -
    export.show             yes  -        -           -
    words.word              yes  -        yes         -
    disclosure.wish         yes  -        -           -
    """,
    "closed": """
                            lead delegate facilitator coordinator
    cases.label             yes  yes      yes         yes
    notice.prepare          -    -        -           yes
    record.on_paper         yes  yes      yes         -
    export.show             yes  -        -           -
    retention.extend        yes  -        -           -
    together.propose        yes  -        -           -
    """,
    "ended": """
                            lead delegate facilitator coordinator
    cases.label             yes  yes      yes         yes
    drafts.save             yes  yes      -           -
    notes.write             yes  yes      -           -
    documents.add           yes  yes      -           -
    notice.prepare          -    -        -           yes
    record.on_paper         yes  yes      yes         -
    export.show             yes  -        -           -
    retention.extend        yes  -        -           -
    together.propose        yes  -        -           -
    """,
}


def walk(app: Flask, client: Client, start: str, case_id: str) -> set[str]:
    """Open every page of a case that a link leads to; gives the endpoints of all pages, buttons and forms found.

    No link may lead to a refusal: ``get`` takes nothing but 200 for an answer.
    """
    addresses = app.url_map.bind("localhost")
    offered: set[str] = set()
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        assert len(seen) < FAR_ENOUGH, sorted(seen)
        page = client.get(url)
        offered.add(addresses.match(urlsplit(url).path, "GET")[0])
        for form in page.forms:
            if form.method == "post":
                actions = [form.action or page.url, *form.detours.values()]
                offered |= {addresses.match(urlsplit(urljoin(page.url, to)).path, "POST")[0] for to in actions}
        for _, href in page.links:
            target = urlsplit(urljoin(page.url, href))
            if case_id in target.path and not target.path.startswith("/static"):
                waiting.append(target.path + ("?" + target.query if target.query else ""))
    return offered


@pytest.mark.parametrize("status", LATER)
def test_the_pages_offer_what_is_possible_now_and_nothing_else(
    app: Flask, table: Table, browser: Callable[[], Client], status: str
) -> None:
    word(table, table.union_lead, admitted(table))
    LATER[status](table)
    heading, *rows = [line.split() for line in OFFERED[status].strip().splitlines()]
    for who, email in PEOPLE.items():
        start = f"/desk/{table.case_id}" if who == "coordinator" else f"/cases/{table.case_id}"
        offered = walk(app, sit(browser, email), start, str(table.case_id)) - ONLY_LOOKING
        expected = {name for name, *cells in rows if cells[heading.index(who)] == "yes"}
        assert offered == expected, (status, who)


def offered_to(app: Flask, browser: Callable[[], Client], table: Table, who: str) -> set[str]:
    start = f"/desk/{table.case_id}" if who == CLARA else f"/cases/{table.case_id}"
    return walk(app, sit(browser, who), start, str(table.case_id))


def test_while_a_request_is_drafted_each_lead_has_the_own_way_out(
    app: Flask, drafted: Table, browser: Callable[[], Client]
) -> None:
    both = {"request.edit", "request.endorse", "request.comment", "delegation.add"}
    invited, initiator = (offered_to(app, browser, drafted, who) for who in (ANA, MINA))

    assert both | {"cases.decline"} <= invited
    assert both | {"cases.withdraw"} <= initiator
    assert not {"cases.withdraw", "cases.leave", "agenda.propose", "terms.propose"} & invited
    assert not {"cases.decline", "cases.leave", "agenda.propose", "terms.propose"} & initiator


def test_a_request_before_the_ilo_is_answered_by_the_desk_and_changed_by_nobody(
    app: Flask, requested: Table, browser: Callable[[], Client]
) -> None:
    lead, delegate, desk = (offered_to(app, browser, requested, who) for who in (ANA, LUC, CLARA))

    assert {"cases.leave", "delegation.remove"} <= lead
    assert not {"request.edit", "request.endorse", "delegation.add", "cases.withdraw", "cases.decline"} & lead
    assert not {"cases.leave", "delegation.remove", "request.edit"} & delegate
    assert {"desk.take_up", "desk.give_back", "desk.not_take_up"} <= desk
    assert not {"notice.prepare", "notes.write", "terms.propose"} & desk


def test_in_preparation_the_leads_agree_on_terms_and_on_a_facilitator(
    app: Flask, preparing: Table, browser: Callable[[], Client]
) -> None:
    lead, delegate, desk = (offered_to(app, browser, preparing, who) for who in (ANA, LUC, CLARA))

    assert {"terms.propose", "facilitator.propose", "cases.leave"} <= lead
    assert not {"agenda.propose", "request.edit", "outcome.assemble"} & lead
    assert not {"terms.propose", "facilitator.propose", "cases.leave", "agenda.propose"} & delegate
    assert "facilitator.propose" in desk
    assert not {"desk.take_up", "terms.propose", "notice.prepare"} & desk
