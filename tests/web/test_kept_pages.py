"""How long a dialogue is kept, the export of one's record, and the certificate, as people meet them on pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.domain.retention import Step
from dialogue.services import cases, notes, retention
from dialogue.store.record import Entry
from dialogue.web import printed
from tests.builders import Table
from tests.standalone import verify
from tests.web.client import Client
from tests.web.sitting import ANA, FARID, LUC, MINA, OTTO, sit

Browser = Callable[[], Client]


def attend(table: Table) -> list[Step]:
    return [step for _, step in retention.attend(table.instance, table.house.tick)]


def test_both_leads_see_the_date_move_it_and_at_last_destroy_it_together(table: Table, browser: Browser) -> None:
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)
    mina = sit(browser, MINA)
    page = mina.get(f"/cases/{table.case_id}/kept")
    assert "This dialogue will be destroyed on" in page
    assert "12 months after the end" in page
    table.house.tick(timedelta(days=308))
    assert attend(table) == [Step.NOTES, Step.FIRST_WARNING]

    mina, ana = sit(browser, MINA), sit(browser, ANA)
    assert "Look at the day on which this dialogue will be destroyed" in mina.get("/")
    page = mina.click("Look at the day on which this dialogue will be destroyed")
    mina.submit("We have seen the date")
    assert "Look at the day on which" not in mina.get("/")
    assert "Look at the day on which" in ana.get("/")
    luc = sit(browser, LUC)
    page = luc.get(f"/cases/{table.case_id}/kept")
    assert "This dialogue will be destroyed on" in page
    assert not page.offers("We have seen the date")
    assert "What is proposed so far" not in page
    sit(browser, OTTO).get(f"/cases/{table.case_id}/kept", status=404)

    mina.get(f"/cases/{table.case_id}/kept")
    mina.click("Keep the dialogue for longer")
    mina.submit("Propose it", status=422)
    mina.submit("Propose it", {"months": "6"})
    page = ana.get(f"/cases/{table.case_id}/together")
    assert "Keep the dialogue for longer: 6 months" in page
    ana.click("Read what it means and answer")
    assert "Both leads have said yes: it is done." in ana.submit("Yes, for the union")
    assert "First warning" not in mina.get(f"/cases/{table.case_id}/kept")

    mina.click("Destroy it earlier")
    page = mina.submit("Propose it")
    assert "Destroy the dialogue's content" in page
    ana.get(f"/cases/{table.case_id}/together")
    page = ana.click("Read what it means and answer")
    assert "It cannot be undone, by nobody." in page
    page = ana.submit("Yes, for the union")
    assert "Both leads have said yes: everything is destroyed. This certificate is what stays." in page
    assert "Both leads wanted it earlier, together." in page
    mina.get(f"/cases/{table.case_id}/together", status=404)
    assert "Both leads wanted it earlier, together." in mina.get(f"/certificates/{table.case_id}")


def test_a_lead_exports_and_the_file_is_whole(completed: Table, browser: Browser, app: Flask) -> None:
    table = completed
    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.UNION, title="Floor", body="Our floor is two per cent.")
    ana = sit(browser, ANA)
    ana.get(f"/cases/{table.case_id}/record")
    page = ana.click("Export your side's record")
    assert "Nothing of the other side's rooms." in page
    ana.submit("Export", status=422)
    with table.instance.store.session(writes=False) as session:
        assert session.scalars(select(Entry).where(Entry.act == Act.CASE_EXPORT.value)).all() == []
    answer = ana.raw("POST", f"/cases/{table.case_id}/export", data={"acknowledged": "y", "csrf_token": ana.token()})
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="export-20')
    assert "no-store" in answer.headers["Cache-Control"]
    archive = io.BytesIO(answer.data)
    assert verify.verify(archive)[1] is None
    papers = [name for name in zipfile.ZipFile(archive).namelist() if name.endswith(".pdf")]
    assert [zipfile.ZipFile(archive).read(name)[:5] for name in papers] == [b"%PDF-"] * printed.is_available()
    assert b"two per cent" in zipfile.ZipFile(archive).read("record.json")
    with table.instance.store.session(writes=False) as session:
        assert len(session.scalars(select(Entry).where(Entry.act == Act.CASE_EXPORT.value)).all()) == 1
    sit(browser, FARID).get(f"/cases/{table.case_id}/export", status=403)
    sit(browser, OTTO).get(f"/cases/{table.case_id}/export", status=404)


def test_after_the_end_the_leads_have_a_certificate_and_nobody_else_has_anything(
    table: Table, browser: Browser
) -> None:
    with table.writing(table.company_lead) as work:
        cases.leave(work, table.case_id)
    for days in (308, 46, 15):
        table.house.tick(timedelta(days=days))
        attend(table)

    for who in (MINA, ANA):
        lead = sit(browser, who)
        page = lead.get("/cases")
        assert "Certificates of dialogues that were destroyed" in page
        lead.click("Certificates of dialogues that were destroyed")
        page = lead.get(f"/certificates/{table.case_id}")
        assert "The time agreed was over, and both leads had been warned twice." in page
        file = lead.raw("GET", f"/certificates/{table.case_id}/file")
        assert file.mimetype == "application/json"
        assert b'"dialogue-certificate"' in file.data
        lead.get(f"/cases/{table.case_id}", status=404)
    for who in (LUC, FARID, OTTO):
        other = sit(browser, who)
        assert "Certificates of dialogues" not in other.get("/cases")
        other.get(f"/certificates/{table.case_id}", status=404)
        assert other.raw("GET", f"/certificates/{table.case_id}/file").status_code == 404
