"""Where nobody real gets mail, the mails stand on a page; anywhere else there is no such page."""

from datetime import UTC, datetime, timedelta

import pytest

import config as settings
from config import Environment
from dialogue.app import create_app
from dialogue.crypto.secrets import ServerSecrets
from dialogue.services import calendars, letters
from dialogue.services.letters import LetterKind
from tests.services.test_calendars import meet
from tests.web.client import Client


def app_for(environment, house, tmp_path):
    told = {
        "environment": environment,
        "database_url": "sqlite://",
        "master_key": ServerSecrets.generate("k1"),
        "secret_key": "rJ2mX7qLw9ZbT4vKc8NfH3sYd6GpE1uA",
        "base_url": "https://dialogue.test",
        "trusted_hosts": ("localhost", "dialogue.test"),
        "instance": tmp_path,
    }
    return create_app(settings.Config(**told), instance=house.instance, clock=house.tick)


@pytest.mark.parametrize("environment", [Environment.DEMO, Environment.DEVELOPMENT, Environment.TESTING])
def test_a_mail_can_be_read_and_its_link_followed(house, tmp_path, environment):
    with house.writing(None) as work:
        letters.to_address(work, LetterKind.REGISTER, "ana@example.org", "en", key="register:1", link="/link/4711")
        letters.to_address(work, LetterKind.COMPLETION_NOTICE, "e@example.org", key="n", reference="R-1", on=house.now)
    client = Client(app_for(environment, house, tmp_path))

    page = client.get("/mailbox")

    assert "To ana@example.org" in page
    assert page.link("https://dialogue.test/link/4711") == "/link/4711"


def test_an_entry_for_a_calendar_is_shown_as_one(table, tmp_path):
    table.house.tick(timedelta(minutes=1))
    meet(table, at=datetime(2099, 3, 26, 14, 0, tzinfo=UTC))
    calendars.write(table.instance, table.house.tick())

    page = Client(app_for(Environment.DEMO, table.house, tmp_path)).get("/mailbox")

    assert page.html.count("Goes into the calendar") == 5
    assert "26 March 2099 at 14:00" in page
    assert "BEGIN:VEVENT" in page


def test_an_empty_mailbox_says_so(house, tmp_path):
    assert "No mail has been written yet." in Client(app_for(Environment.DEMO, house, tmp_path)).get("/mailbox")


def test_production_does_not_know_the_page(house, tmp_path):
    app = app_for(Environment.PRODUCTION, house, tmp_path)

    assert not [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("mailbox")]
    Client(app).get("/mailbox", status=404)
