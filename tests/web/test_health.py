"""What whoever watches over the machine is told."""

from __future__ import annotations

from datetime import timedelta

from dialogue.services import accounts
from tests.builders import House
from tests.web.client import Client


def ready(client: Client) -> tuple[int, object]:
    answer = client.raw("GET", "/readyz")
    return answer.status_code, answer.json


def test_a_process_that_answers_is_alive_even_without_its_database(house: House, client: Client) -> None:
    with house.instance.store.writing.begin() as connection:
        connection.exec_driver_sql("DROP TABLE outbox")

    assert client.raw("GET", "/healthz").json == {"process": True}
    assert ready(client) == (503, {"database": False, "revision": False, "outbox": False})


def test_a_database_at_the_newest_revision_is_ready(client: Client) -> None:
    assert ready(client) == (200, {"database": True, "revision": True, "outbox": True})


def test_an_older_database_is_not_ready(house: House, client: Client) -> None:
    with house.instance.store.writing.begin() as connection:
        connection.exec_driver_sql("DELETE FROM alembic_version")

    assert ready(client) == (503, {"database": True, "revision": False, "outbox": False})


def test_mails_that_stay_are_told_and_close_no_page(house: House, client: Client) -> None:
    with house.writing(None) as work:
        accounts.ask_to_register(work, "maria@union.example", "en")
    assert ready(client)[0] == 200
    house.tick(timedelta(hours=1))

    assert ready(client) == (200, {"database": True, "revision": True, "outbox": False})
