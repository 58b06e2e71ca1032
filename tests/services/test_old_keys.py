"""Passwords, codes, parameters and keys of the server change: nothing is lost, and what was old opens nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from dialogue.crypto.passwords import KdfParameters, RecoveryCode
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.people import Room
from dialogue.errors import SealBroken, WrongCredentials
from dialogue.services import accounts, cases, drafts, identity, letters, notes, recovery, rotation, signin
from dialogue.services.identity import PasswordKey
from dialogue.services.instance import Instance
from dialogue.services.unit import Actor
from dialogue.store.accounts import Account, find_account
from dialogue.store.outbox import letters as letters_in
from tests.builders import PASSWORD, House, Table
from tests.thief import Thief

MAIL = "ana@union.example"
NEW = "another walk, another lake"
DRAFT = "notes.write:joint"


@dataclass(frozen=True)
class Old:
    """Everything with which Ana could open her keys before the change."""

    password: str
    slot_key: PasswordKey
    code: str
    cookie: str


def change_the_password(table: Table, _old: Old) -> str:
    with table.writing(table.union_lead) as work:
        accounts.change_password(work, current=PASSWORD, new=NEW)
    return NEW


def replace_the_code(table: Table, _old: Old) -> str:
    with table.writing(table.union_lead) as work:
        accounts.new_recovery_code(work)
    return PASSWORD


def come_back_with_the_code(table: Table, old: Old) -> str:
    with table.writing(None) as work:
        recovery.ask(work, MAIL)
    with table.reading(None) as work:
        mails = [letters.opened(table.instance.secrets, row) for row in letters_in(work.session, limit=200)]
    token = next(found[1] for one in mails if one and (found := re.search(r"/recover/([\w-]+)", one.text)))
    proof = table.house.proof()
    with table.writing(None) as work:
        recovery.new_password(work, token, proof=proof, code=old.code, password=NEW)
    return NEW


def make_the_password_dearer(table: Table, _old: Old) -> str:
    table.house.instance = replace(table.instance, kdf=KdfParameters(memory_kib=128, iterations=2))
    return PASSWORD


def change_the_masters_key(table: Table, _old: Old) -> str:
    """A newer key in front, everything moved, everybody signed in again; then the old one is forgotten."""
    newer, older = ServerSecrets.parse(ServerSecrets.generate("k2")), table.instance.secrets
    both = ServerSecrets(("k2", *older.key_ids), {**newer._keys, **older._keys})
    table.house.instance = replace(table.instance, secrets=both)
    assert sum(rotation.rotate(table.instance).left.values()) == 0
    sign_in(table.house, PASSWORD)
    table.house.instance = replace(table.instance, secrets=newer)
    return PASSWORD


Change = Callable[[Table, Old], str]
# What is not concerned by a change goes on opening what it opened.
STILL_OPENS: dict[Change, set[str]] = {
    change_the_password: {"code"},
    replace_the_code: {"password", "slot key", "session"},
    come_back_with_the_code: set(),
    make_the_password_dearer: {"password", "code", "session"},
    change_the_masters_key: {"password", "code"},
}


def sign_in(house: House, password: str) -> signin.SignedIn:
    proof = house.proof()
    with house.writing(None) as work:
        return signin.sign_in(work, MAIL, password, proof)


def account_of(table: Table) -> Account:
    with table.instance.store.session(writes=False) as session:
        found = find_account(session, table.union_lead.account_id)
    assert found is not None
    return found


def prepared(table: Table) -> Old:
    """Ana has written, kept a draft, named the case, and noted a recovery code."""
    with table.writing(table.union_lead) as work:
        notes.write(work, table.case_id, Room.UNION, title="Pay", body="Our floor is two per cent.")
        drafts.save(work, table.case_id, DRAFT, {"body": "Half a thought"})
        cases.label(work, table.case_id, words="The plant in the north")
    with table.writing(table.union_lead) as work:
        code = accounts.new_recovery_code(work)
    groups = code.split("-")
    with table.writing(table.union_lead) as work:
        accounts.confirm_recovery(work, code, {0: groups[0], 7: groups[7]})
    cookie = sign_in(table.house, PASSWORD).cookie
    made = identity.password_key_of(table.instance, account_of(table), PASSWORD)
    return Old(PASSWORD, made, code, cookie)


def read(table: Table, actor: Actor) -> object:
    """All that she can read: every record of every room, her own, and what the pages make of them."""
    thief = Thief(table.instance.store)
    thief.copy()
    with table.reading(actor) as work:
        page = notes.index(work, table.case_id, Room.UNION)
        own = (drafts.find(work, table.case_id, DRAFT), page.head.own_label)
        people = {one.name for one in identity.people(work, list(table.house.actors)).values()}
    told = [(note.title, note.beginning, note.trouble) for note in page.notes]
    return sorted(thief.opens(actor.bundle).values()), own, told, people


def opens(table: Table, old: Old) -> set[str]:
    """Which of the old things open anything that is stored now."""
    account, instance = account_of(table), table.instance
    ways: dict[str, Callable[[], object]] = {
        "password": lambda: by_password(instance, account, old.password),
        "slot key": lambda: identity.open_with_password(account, old.slot_key),
        "code": lambda: identity.open_with_recovery(account, RecoveryCode.parse(old.code)),
        "session": lambda: signin.resume(instance, old.cookie, table.house.now),
    }
    return {name for name, way in ways.items() if works(way)}


def by_password(instance: Instance, account: Account, password: str) -> object:
    return identity.open_with_password(account, identity.password_key_of(instance, account, password))


def works(way: Callable[[], object]) -> bool:
    try:
        return way() is not None
    except (SealBroken, WrongCredentials):
        return False


@pytest.mark.parametrize("change", STILL_OPENS)
def test_all_stays_readable_and_once_signed_in_again_the_old_opens_nothing(table: Table, change: Change) -> None:
    old = prepared(table)
    assert opens(table, old) == {"password", "slot key", "code", "session"}
    before = read(table, table.union_lead)

    password = change(table, old)
    again = sign_in(table.house, password)

    assert again.actor.bundle == table.union_lead.bundle
    assert read(table, again.actor) == before
    assert opens(table, old) == STILL_OPENS[change]


def the_slot_stays(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(identity, "lock_with_password", lambda *_: None)


def sessions_stay(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(accounts, "end_sign_ins", lambda *_, **__: None)


@pytest.mark.parametrize("kind", ["sqlite"])
@pytest.mark.parametrize(
    ("fault", "change", "found"),
    [
        (the_slot_stays, change_the_password, {"password", "slot key"}),
        (the_slot_stays, make_the_password_dearer, {"slot key"}),
        (sessions_stay, change_the_password, {"session"}),
    ],
)
def test_with_a_step_left_out_the_same_look_finds_what_still_opens(
    table: Table,
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[pytest.MonkeyPatch], None],
    change: Change,
    found: set[str],
    kind: str,
) -> None:
    old = prepared(table)
    fault(monkeypatch)

    change(table, old)

    assert opens(table, old) - STILL_OPENS[change] == found
