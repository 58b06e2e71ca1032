"""Whatever is sealed opens at its own place and as it was sealed, or is told to be broken: every column there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from dialogue.crypto import envelope, sealing, wrapping
from dialogue.crypto.context import Place, encode
from dialogue.crypto.sealing import RoomKey, unseal_under
from dialogue.domain.people import OrganisationKind, Party, Room
from dialogue.errors import KeyAlarm, Refusal, SealBroken
from dialogue.services import (
    cases,
    drafts,
    files,
    identity,
    letters,
    outcomes,
    pins,
    requests,
    rooms,
    signin,
    summaries,
    uploads,
)
from dialogue.services.letters import LetterKind
from dialogue.services.requests import RequestText
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor, UnitOfWork
from dialogue.store.accounts import Account, SessionLevel, SignIn, find_account
from dialogue.store.base import Row
from dialogue.store.cases import Case, PrivateLabel, find_case
from dialogue.store.factors import Passkey
from dialogue.store.rooms import Pin, RoomWrap
from dialogue.store.summaries import Summary
from tests import followed
from tests.architecture.test_columns import contract
from tests.builders import PASSWORD, House, Table
from tests.lived import lived_in
from tests.services.test_invariant_dump import NoCipher

Open = Callable[[bytes], object]
DETECTED = (SealBroken, KeyAlarm)


@dataclass(frozen=True)
class Sealed:
    """One sealed field of one row that somebody can open, and how he does."""

    column: str
    stored: bytes = field(repr=False)
    open: Open = field(repr=False)
    elsewhere: tuple[tuple[str, bytes], ...] = field(default=(), repr=False)


@dataclass
class Look:
    """What every sealed column of a database holds, seen by all of its people."""

    table: Table
    stack: ExitStack
    cookies: dict[bytes, str]

    def __post_init__(self) -> None:
        actors = sorted(self.table.house.actors.values(), key=lambda actor: actor.account_id)
        self.works = [self.work_of(actor) for actor in actors]
        self.session: Session = self.works[0].session

    def work_of(self, actor: Actor) -> UnitOfWork:
        """A unit that only looks: what it would note of the harm is thrown away."""
        session = self.stack.enter_context(self.table.instance.store.session(writes=False))
        return UnitOfWork(self.table.instance, session, actor, self.table.house.now, writes=False)

    def columns(self) -> Iterator[tuple[str, str, Any]]:
        """The name of each sealed column, what the contract says of it, and its class."""
        classes = {mapper.class_.__tablename__: mapper.class_ for mapper in Row.registry.mappers}
        for name, said in contract().items():
            table, _, column = name.partition(".")
            if column.startswith("sealed_") and not said.startswith("clear"):
                yield name, said, classes[table]

    def fields(self, name: str, said: str, kind: Any) -> list[Sealed]:
        """The fields of a column that open, each as far as possible in a room of its own."""
        column = name.partition(".")[2]
        rows = [row for row in self.session.scalars(select(kind)) if getattr(row, column)]
        openers: dict[str, Callable[[Any, str], list[Sealed]]] = {
            "room": self.in_rooms,
            "identity": self.of_identity,
            "personal": self.of_one_person,
            "session": self.of_a_session,
        }
        return [sealed for row in rows for sealed in openers[said](row, column)]

    def in_rooms(self, row: Any, column: str) -> list[Sealed]:
        stored = getattr(row, column)
        for work in self.works:
            case = find_case(work.session, row.case_id)
            assert case is not None
            for room in Room:
                place = row.place(column.removeprefix("sealed_"), room)
                if rooms.open_all(work, case, room, [(stored, place)])[0].trouble is None:
                    return [self._in_room(work, case, room, row, column, place)]
        return []

    def _in_room(self, work: UnitOfWork, case: Any, room: Room, row: Any, column: str, place: Any) -> Sealed:
        stored = getattr(row, column)

        def opened(sealed: bytes) -> object:
            one, other = rooms.open_all(work, case, room, [(sealed, place), (stored, place)])
            assert other.trouble is None, "what is broken hides what is not"
            if one.trouble is Trouble.BROKEN:
                raise SealBroken
            return one.body

        key = work.keys[case.id, room, sealing.epoch_of(stored)]
        body = rooms.written(opened(stored))  # type: ignore[arg-type]
        another = find_another_case(work, case.id)
        moved = {
            "case": replace(place, case=another),
            "room": replace(place, room=next(other for other in Room if other is not room).value),
            "table": replace(place, table="elsewhere"),
            "column": replace(place, column="another"),
            "row": replace(place, record=case.id),
            "version": replace(place, version=place.version + 1),
        }
        elsewhere = [(f"of another {what}", sealing.seal(key, body, wrong)) for what, wrong in moved.items()]
        later = sealing.seal(RoomKey(key.epoch + 1, key.secret), body, place)
        elsewhere.append(("of another epoch", later))
        elsewhere.append(("of another epoch, named as this one", stored[:2] + stored[2:6] + later[6:]))
        return Sealed(f"{row.__tablename__}.{column} in {room.value}", stored, opened, tuple(elsewhere))

    def of_identity(self, row: Any, column: str) -> list[Sealed]:
        secrets = self.table.instance.secrets
        record = UUID(bytes=row.id_hash[:16]) if isinstance(row, SignIn) else row.id

        def opened(sealed: bytes) -> dict[str, Any]:
            return identity._open(secrets, row.__tablename__, column, record, sealed)

        body = opened(getattr(row, column))
        written = [
            ("of another column", identity._seal(secrets, row.__tablename__, "another", record, body)),
            ("of another table", identity._seal(secrets, "elsewhere", column, record, body)),
        ]
        return [Sealed(f"{row.__tablename__}.{column}", getattr(row, column), opened, tuple(written))]

    def of_one_person(self, row: Any, column: str) -> list[Sealed]:
        owner = row.id if isinstance(row, Account) else row.account_id
        work = next((one for one in self.works if one.person.account_id == owner), None)
        if work is None:
            return []
        bundle = work.person.bundle
        what: Callable[[], object]
        if isinstance(row, Account):
            key, context = bundle.secret_for(pins._VISITS), encode(pins._VISITS, owner)
            return [Sealed("accounts.sealed_visits", row.sealed_visits, lambda blob: unseal_under(key, blob, context))]
        if isinstance(row, Pin):
            mine = work.session.get(Pin, (owner, row.case_id))
            assert mine is not None
            what = lambda: pins.load(work.session, bundle, owner, row.case_id)  # noqa: E731
            return [Sealed("pins.sealed_pin", row.sealed_pin, sealed_into(mine, column, what))]
        short = column.removeprefix("sealed_")
        place = row.place(short, Room.JOINT) if isinstance(row, PrivateLabel) else row.personal_place(short)
        name = f"{row.__tablename__}.{column}"
        return [Sealed(name, getattr(row, column), lambda blob: rooms.open_personal(work, blob, place))]

    def of_a_session(self, row: SignIn, column: str) -> list[Sealed]:
        if row.id_hash not in self.cookies:
            return []
        split = signin._split(self.cookies[row.id_hash])
        assert split is not None
        key, _ = signin._unlock(self.table.instance, split, row)

        def content() -> bytes:
            return unseal_under(key, row.sealed_content, signin._place(row, "content", row.version))

        def bundle() -> object:
            return signin._unlock(self.table.instance, split, row)

        opened = sealed_into(row, column, bundle if column == "sealed_bundle" else content)
        later = sealing.seal_under(key, b"", signin._place(row, "content", row.version + 1))
        return [Sealed(f"sessions.{column}", getattr(row, column), opened, (("of another version", later),))]


def sealed_into(row: Any, column: str, opens: Callable[[], object]) -> Open:
    """Open what somebody has put into the column of that row, and put back what was there."""

    def opened(sealed: bytes) -> object:
        before = getattr(row, column)
        with inspect(row).session.no_autoflush:
            setattr(row, column, sealed)
            try:
                return opens()
            finally:
                setattr(row, column, before)

    return opened


def find_another_case(work: UnitOfWork, case_id: Any) -> Any:
    """The id of another case of the same people."""
    return work.session.scalars(select(Case.id).where(Case.id != case_id)).first()


def damaged(stored: bytes) -> Iterator[tuple[str, bytes]]:
    """Every byte flipped, and every other way to be of another length."""
    for at in {*range(64), *range(64, len(stored) - 64, 5), *range(len(stored) - 64, len(stored))}:
        yield f"byte {at} flipped", stored[:at] + bytes([stored[at] ^ 0x01]) + stored[at + 1 :]
    yield "empty", b""
    yield "cut", stored[:-1]
    yield "cut in half", stored[: len(stored) // 2]
    yield "longer", stored + b"\0"


def what_passes(look: Look) -> tuple[dict[str, set[str]], set[str]]:
    """For each column, what was done to it without anybody's noticing; and the columns that hold nothing."""
    passed: dict[str, set[str]] = {}
    found = {name: look.fields(name, said, kind) for name, said, kind in look.columns()}
    everything = [(sealed.column, sealed.stored) for fields in found.values() for sealed in fields]
    for name, fields in found.items():
        passed[name] = set()
        for sealed in {one.column: one for one in fields}.values():
            harms = [*damaged(sealed.stored), *sealed.elsewhere]
            harms += [(f"from {of}", blob) for of, blob in everything if blob != sealed.stored]
            passed[name] |= {harm for harm, blob in harms if goes_through(sealed, blob)}
    return passed, {name for name, fields in found.items() if not fields}


def goes_through(sealed: Sealed, blob: bytes) -> bool:
    try:
        sealed.open(blob)
    except DETECTED:
        return False
    except Refusal as other:
        raise AssertionError(f"{sealed.column}: another kind of error: {other!r}") from other
    except (ValueError, KeyError, TypeError):
        # What only happens without a cipher: changed words came out that are no sense any more.
        return True
    return True


def fill(table: Table) -> dict[bytes, str]:
    """What is still missing: the follow-up, another case of the same people, a draft, a letter, a sign-in, a passkey.

    returns   the sign-in's cookie, by its handle
    """
    lead = table.company_lead
    sign_for_the_union(table)
    followed.follow(table)
    followed.answer(table)
    approve_for_the_company(table)
    begin_to_send_a_file(table)
    with table.writing(lead) as work:
        other = cases.open_case(
            work, party=Party.COMPANY, organisation="Northfield Apparel", kind=OrganisationKind.BRAND, function="Head"
        )
    with table.writing(lead) as work:
        cases.label(work, other, words="The other one")
        drafts.save(work, other, "requests.edit", {"issues": "Heat"})
    with table.writing(lead) as work:
        requests.edit(work, other, RequestText(issues="Heat in the dye house"), seen=0)
    with table.writing(lead) as work:
        letters.to_address(work, LetterKind.JOIN, "new@example.org", "fr", key="join:1", link="/link/4711")
    with table.writing(None) as work:
        account = find_account(work.session, lead.account_id)
        assert account is not None
        signed = signin.begin(work, account, lead.bundle, level=SessionLevel.FULL)
        passkey = Passkey(
            id=uuid4(), account_id=lead.account_id, credential_hash=bytes(32), sign_count=0, added_at=work.now
        )
        passkey.sealed_identity = identity.seal_field(
            table.instance.secrets, passkey, "sealed_identity", {"name": "The telephone"}
        )
        work.session.add(passkey)
    return {signed.handle: signed.cookie}


def sign_for_the_union(table: Table) -> None:
    """The second signature: the dialogue is completed."""
    with table.reading(table.union_lead) as work:
        current = outcomes.index(work, table.case_id).current
        assert current is not None
        seen = outcomes.show(work, table.case_id, current.id).hash
    with table.writing(table.union_lead) as work:
        outcomes.sign(work, table.case_id, current.id, seen=seen)


def approve_for_the_company(table: Table) -> None:
    """One signature under the joint summary."""
    with table.reading(table.company_lead) as work:
        summary = work.session.scalars(select(Summary.id)).one()
        seen = summaries.show(work, table.case_id, summary).hash
    with table.writing(table.company_lead) as work:
        summaries.approve(work, table.case_id, summary, seen=seen)


def begin_to_send_a_file(table: Table) -> None:
    """The first piece of a file that nobody has made a document of."""
    arrival = files.Arrival(table.instance, table.case_id, "begun.txt")
    arrival.write(b"The first piece. " * 9)
    with table.writing(table.union_lead) as work:
        uploads.take_piece(work, table.case_id, uuid4(), 0, arrival.finish())


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_no_sealed_column_holds_anything_that_was_altered_or_moved(lived_in: Table, stack: ExitStack) -> None:
    passed, empty = what_passes(Look(lived_in, stack, fill(lived_in)))

    assert not empty, "let tests/lived.py fill these columns"
    assert {name: harms for name, harms in passed.items() if harms} == {}


@pytest.mark.parametrize("kind", ["sqlite"])
def test_without_a_cipher_the_same_look_finds_every_column_open_to_change(
    house: House, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(envelope, "AESGCM", NoCipher)
    table = lived_in(house)

    passed, _ = what_passes(Look(table, stack, fill(table)))

    for done in ("flipped", "from "):
        assert {name for name, harms in passed.items() if not any(done in harm for harm in harms)} == set()


@pytest.mark.parametrize("kind", ["sqlite"])
def test_where_a_place_counts_for_nothing_the_same_look_finds_every_room_open_to_swaps(
    house: House, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(Place, "context", lambda _place, _epoch: b"anywhere")
    table = lived_in(house)

    passed, _ = what_passes(Look(table, stack, fill(table)))

    expected = {f"of another {what}" for what in ("case", "room", "table", "column", "row", "version")}
    assert all(passed[name] >= expected for name, said in contract().items() if said == "room")


def test_no_slot_and_no_wrap_opens_once_it_was_altered_or_moved(table: Table) -> None:
    lead = table.company_lead
    with table.instance.store.session(writes=False) as session:
        account, other = (session.get(Account, one.account_id) for one in (lead, table.union_lead))
        assert account is not None
        assert other is not None
        made = identity.password_key_of(table.instance, account, PASSWORD)
        code = identity.lock_with_recovery(account, lead.bundle)
        slots: dict[str, Callable[[], object]] = {
            "password_slot": lambda: identity.open_with_password(account, made),
            "recovery_slot": lambda: identity.open_with_recovery(account, code),
        }
        for column, opens in slots.items():
            stored, moved = getattr(account, column), getattr(other, column)
            sealed = Sealed(column, stored, sealed_into(account, column, opens))
            assert [harm for harm, blob in (*damaged(stored), ("moved", moved)) if goes_through(sealed, blob)] == []
            assert sealed.open(stored) == lead.bundle
    wraps = [wrap for wrap in wraps_of(table) if wrap.account_id == lead.account_id]
    assert len(wraps) > 3
    for wrap in wraps:
        sealed = Sealed("room_wraps.wrapped", wrap.wrapped, partial(unwrap, lead, wrap))
        harms = [harm for at, harm in enumerate(damaged(wrap.wrapped)) if at % 29 == 0]
        others = [("moved", one.wrapped) for one in wraps_of(table) if one.wrapped != wrap.wrapped]
        assert [harm for harm, blob in (*harms, *others) if goes_through(sealed, blob)] == []


def wraps_of(table: Table) -> list[RoomWrap]:
    with table.instance.store.session(writes=False) as session:
        return list(session.scalars(select(RoomWrap).order_by(RoomWrap.room, RoomWrap.epoch, RoomWrap.account_id)))


def unwrap(actor: Actor, wrap: RoomWrap, blob: bytes) -> object:
    place = encode(wrap.case_id, wrap.room.value, actor.account_id)
    return wrapping.unwrap(actor.bundle, blob, wrap.epoch, place)
