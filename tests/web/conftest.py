"""What the tests of pages share: an application on the house's database, and browsers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask

import config as settings
from dialogue.app import create_app
from dialogue.store.engine import Store
from tests import builders
from tests.builders import House
from tests.web.client import Client

STAGES = {"gathered", "drafted", "requested", "preparing", "table", "unfacilitated", "lived_in", "completed"}


@pytest.fixture
def kind() -> str:
    """Pages are looked at on one kind of database; the services below them are tested on both."""
    return "sqlite"


@pytest.fixture
def house(store: Store) -> House:
    """An instance without people; its clock is also the pages' and moves only when something happens."""
    house = builders.house_at(store)
    house.now = datetime.now(UTC)
    return house


@pytest.fixture
def app(request: pytest.FixtureRequest, house: House) -> Flask:
    """The application on the house of the test's case, if it has one. CSRF, headers and the gate are always on."""
    for stage in STAGES & set(request.fixturenames):
        house = request.getfixturevalue(stage).house
    config = settings.testing("sqlite://", base_url=house.instance.base_url)
    return create_app(config, instance=house.instance, clock=house.tick)


@pytest.fixture
def client(app: Flask) -> Client:
    """One browser."""
    return Client(app)


@pytest.fixture
def browser(app: Flask) -> Callable[[], Client]:
    """As many browsers as are asked for."""
    return lambda: Client(app)
