"""Counting tries: in one statement, under names that tell nobody, until the window ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import inspect, select

from dialogue.crypto.secrets import ServerSecrets
from dialogue.store.engine import Store
from dialogue.store.limits import FILE, Count, SqlStorage, open_counts

SECRETS = ServerSecrets.parse(ServerSecrets.generate("k1"))


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counts(store: Store, clock: Clock) -> SqlStorage:
    return counts_of(store, clock)


def counts_of(store: Store, clock: Callable[[], datetime]) -> SqlStorage:
    return SqlStorage(engine=open_counts(store), conceal=SECRETS.throttle_name, clock=clock)


def test_the_eleventh_try_is_one_too_many_and_a_new_window_forgets(counts: SqlStorage, clock: Clock) -> None:
    guard, bound = FixedWindowRateLimiter(counts), RateLimitItemPerMinute(10, 15)

    assert [guard.hit(bound, "ana@union.example") for _ in range(12)] == [True] * 10 + [False] * 2
    assert guard.hit(bound, "luc@union.example")
    assert guard.get_window_stats(bound, "ana@union.example") == (clock.now.timestamp() + 900, 0)
    clock.now += timedelta(minutes=15)
    assert guard.test(bound, "ana@union.example")
    assert [guard.hit(bound, "ana@union.example") for _ in range(11)] == [True] * 10 + [False]


def test_what_is_taken_back_never_becomes_a_credit(counts: SqlStorage, clock: Clock) -> None:
    assert counts.incr("a", 60, 3) == 3
    assert counts.incr("a", 60, -1) == 2
    assert counts.incr("a", 60, -5) == 0
    assert counts.incr("b", 60, -1) == 0
    clock.now += timedelta(minutes=2)
    assert counts.incr("a", 60, -1) == 0
    assert counts.incr("a", 60) == 1


def test_a_window_ends_when_it_began_to_end_however_often_somebody_tries(counts: SqlStorage, clock: Clock) -> None:
    counts.incr("a", 60)
    end = counts.get_expiry("a")
    clock.now += timedelta(seconds=59)
    counts.incr("a", 60)

    assert counts.get_expiry("a") == end
    clock.now += timedelta(seconds=1)
    assert counts.get("a") == 0


def test_two_workers_at_once_lose_no_try(store: Store, clock: Clock) -> None:
    def work() -> None:
        own = counts_of(store, clock)
        for _ in range(25):
            own.incr("a", 600)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert counts_of(store, clock).get("a") == 100


def test_no_address_stands_in_the_counts(store: Store, counts: SqlStorage) -> None:
    FixedWindowRateLimiter(counts).hit(RateLimitItemPerMinute(10, 15), "ana@union.example", "203.0.113.9")

    with open_counts(store).begin() as connection:
        rows = connection.execute(select(Count.__table__)).all()
    assert [len(row.name) for row in rows] == [32]
    if store.is_sqlite:
        beside = Path(str(store.writing.url.database)).with_name(FILE)
        kept = b"".join(path.read_bytes() for path in beside.parent.glob(f"{FILE}*"))
        assert b"limits" in kept
        assert b"ana@" not in kept
        assert b"203.0" not in kept
    other = ServerSecrets.parse(ServerSecrets.generate("k2"))
    assert SECRETS.throttle_name("a") != other.throttle_name("a")


def test_sqlite_counts_beside_the_database_and_postgresql_in_it(store: Store, counts: SqlStorage) -> None:
    counts.incr("a", 60)

    with store.writing.begin() as connection:
        inside = connection.execute(select(Count.__table__)).all()
    assert len(inside) == (0 if store.is_sqlite else 1)
    if store.is_sqlite:
        assert inspect(open_counts(store)).get_table_names() == ["limits"]


def test_what_is_over_is_swept(store: Store, counts: SqlStorage, clock: Clock) -> None:
    for number in range(20):
        counts.incr(f"address {number}", 60)
    clock.now += timedelta(minutes=10)
    counts.incr("somebody else", 60)

    with open_counts(store).begin() as connection:
        assert len(connection.execute(select(Count.__table__)).all()) == 1


def test_counts_can_be_forgotten(counts: SqlStorage) -> None:
    counts.incr("a", 60)
    counts.incr("b", 60)
    counts.clear("a")

    assert (counts.get("a"), counts.get("b")) == (0, 1)
    assert counts.check()
    assert counts.reset() == 1
    assert counts.get("b") == 0
