"""The second factor: which codes and passkeys count, once, and that nobody is ever without one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from dialogue.domain.factors import FactorKind
from dialogue.errors import NotFound, Unfit, WrongCredentials
from dialogue.services import accounts, factors, signin, unit
from dialogue.services.factors import NewFactor, Proof
from dialogue.services.signin import SignedIn
from dialogue.services.unit import Actor
from dialogue.store.factors import Authenticator, Passkey, PrintedCode
from tests.builders import APP_SECRET, PASSWORD, House
from tests.softkey import SoftKey

MAIL = "maria@union.example"


@pytest.fixture
def maria(house: House) -> Actor:
    return house.person("Maria", MAIL)


def sign_in(house: House, proof: Proof, password: str = PASSWORD) -> SignedIn:
    with house.writing(None) as work:
        return signin.sign_in(work, MAIL, password, proof)


def app_at(house: House, by: timedelta) -> Proof:
    return Proof(pyotp.TOTP(APP_SECRET).at(house.now + by))


def passkey_of(house: House, maria: Actor, *, verifies: bool = True) -> SoftKey:
    key, offer = SoftKey(house.instance.base_url), factors.fresh_offer()
    made = key.make(factors.passkey_to_make(house.instance, offer, MAIL))
    key.verifies = verifies
    with house.writing(maria) as work:
        accounts.add_factor(work, offer, NewFactor(FactorKind.PASSKEY, passkey=made, name="My phone"))
    return key


def answer(house: House, key: SoftKey, asked: bytes | None = None) -> Proof:
    asked = asked or factors.question(house.tick())
    return Proof(passkey=key.use(factors.passkey_to_use(house.instance, asked)), question=asked)


def printed_of(house: House, maria: Actor) -> tuple[str, ...]:
    offer = factors.fresh_offer()
    with house.writing(maria) as work:
        accounts.add_factor(work, offer, NewFactor(FactorKind.PRINTED, code=offer.codes[0].lower()))
    return offer.codes


def refused(house: House, proof: Proof) -> bool:
    try:
        sign_in(house, proof)
    except WrongCredentials:
        return True
    return False


def test_this_code_and_the_one_before_count_and_no_other(house: House, maria: Actor) -> None:
    house.now = house.now.replace(second=10)
    assert refused(house, app_at(house, timedelta(seconds=30)))
    assert refused(house, app_at(house, timedelta(seconds=-60)))
    assert not refused(house, app_at(house, timedelta(seconds=-30)))
    assert not refused(house, app_at(house, timedelta()))


def test_a_code_counts_once_and_none_before_it_counts_any_more(house: House, maria: Actor) -> None:
    house.now = house.now.replace(second=10)
    before, now = app_at(house, timedelta(seconds=-30)), app_at(house, timedelta())
    assert not refused(house, now)
    assert refused(house, now)
    assert refused(house, before)


def test_a_code_without_the_password_is_not_used_up(house: House, maria: Actor) -> None:
    now = app_at(house, timedelta())
    with pytest.raises(WrongCredentials):
        sign_in(house, now, "not the right one at all")
    assert not refused(house, now)


def test_a_password_without_a_code_opens_nothing(house: House, maria: Actor) -> None:
    assert refused(house, Proof())
    assert refused(house, Proof("000000 "))
    assert refused(house, Proof("١٢٣٤٥٦"))


def test_one_code_at_two_browsers_at_once_opens_one(house: House, maria: Actor) -> None:
    proof, began = app_at(house, timedelta()), house.now

    def one(_number: int) -> bool:
        try:
            with unit.writing(house.instance, None, began) as work:
                signin.sign_in(work, MAIL, PASSWORD, proof)
                work.commit()
        except WrongCredentials:
            return False
        return True

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sorted(pool.map(one, range(4))) == [False, False, False, True]


def test_a_printed_code_opens_once_however_it_is_typed(house: House, maria: Actor) -> None:
    codes = printed_of(house, maria)
    assert refused(house, Proof(codes[0])), "the first was used to show that they are there"
    assert not refused(house, Proof(codes[3].lower().replace("-", " ")))
    assert refused(house, Proof(codes[3]))
    with house.reading(maria) as work:
        assert factors.show(work, maria.account_id).codes_left == 8


def test_new_printed_codes_end_the_old_ones(house: House, maria: Actor) -> None:
    old = printed_of(house, maria)
    new = printed_of(house, maria)
    assert refused(house, Proof(old[4]))
    assert not refused(house, Proof(new[4]))


def test_a_passkey_opens_beside_the_password(house: House, maria: Actor) -> None:
    key = passkey_of(house, maria)
    assert sign_in(house, answer(house, key)).actor.bundle == maria.bundle
    assert not refused(house, answer(house, key))


def test_a_passkey_s_answer_counts_once(house: House, maria: Actor) -> None:
    shown = answer(house, passkey_of(house, maria))
    assert not refused(house, shown)
    assert refused(house, shown)


def test_an_old_question_is_asked_no_more(house: House, maria: Actor) -> None:
    shown = answer(house, passkey_of(house, maria))
    house.tick(timedelta(minutes=11))
    assert refused(house, shown)


def test_a_passkey_that_asks_for_no_finger_does_not_count(house: House, maria: Actor) -> None:
    assert refused(house, answer(house, passkey_of(house, maria, verifies=False)))


def test_a_passkey_of_another_site_or_of_nobody_does_not_count(house: House, maria: Actor) -> None:
    key = passkey_of(house, maria)
    key.origin = "https://dialogue.test.example"
    assert refused(house, answer(house, key))
    assert refused(house, answer(house, SoftKey(house.instance.base_url)))
    assert refused(house, Proof(passkey="{}", question=factors.question(house.now)))
    assert refused(house, Proof(passkey="not JSON", question=factors.question(house.now)))


def test_a_passkey_of_somebody_else_does_not_count(house: House, maria: Actor) -> None:
    other = house.person("Otto", "otto@elsewhere.example")
    assert refused(house, answer(house, passkey_of(house, other)))


def test_a_passkey_that_was_moved_to_another_account_does_not_count(house: House, maria: Actor) -> None:
    """By somebody who writes the database and knows the password."""
    other = house.person("Ivo", "ivo@elsewhere.example")
    key = passkey_of(house, other)
    with house.instance.store.session(writes=True) as session:
        session.execute(update(Passkey).values(account_id=maria.account_id))
        session.commit()
    assert refused(house, answer(house, key))


def test_what_is_set_up_has_to_work_first(house: House, maria: Actor) -> None:
    offer = factors.fresh_offer()
    other = SoftKey(house.instance.base_url)
    wrong = {
        "app_code": NewFactor(FactorKind.APP, code="000000"),
        "printed_code": NewFactor(FactorKind.PRINTED, code=offer.codes[1]),
        "passkey": NewFactor(
            FactorKind.PASSKEY,
            passkey=other.make(factors.passkey_to_make(house.instance, factors.fresh_offer(), MAIL)),
        ),
    }
    for reason, chosen in wrong.items():
        with pytest.raises(Unfit, match=reason), house.writing(maria) as work:
            accounts.add_factor(work, offer, chosen)


def test_the_last_factor_stays(house: House, maria: Actor) -> None:
    with pytest.raises(Unfit, match="last_factor"), house.writing(maria) as work:
        accounts.remove_factor(work, FactorKind.APP)
    passkey_of(house, maria)
    with house.writing(maria) as work:
        accounts.remove_factor(work, FactorKind.APP)
    with house.reading(maria) as work:
        own = factors.show(work, maria.account_id)
    assert own.kinds == {FactorKind.PASSKEY}
    with pytest.raises(Unfit, match="last_factor"), house.writing(maria) as work:
        accounts.remove_factor(work, FactorKind.PASSKEY, own.passkeys[0].id)


def test_nobody_removes_a_passkey_of_somebody_else(house: House, maria: Actor) -> None:
    other = house.person("Otto", "otto@elsewhere.example")
    passkey_of(house, other)
    passkey_of(house, maria)
    with house.reading(other) as work:
        theirs = factors.show(work, other.account_id).passkeys[0].id
    with pytest.raises(NotFound), house.writing(maria) as work:
        accounts.remove_factor(work, FactorKind.PASSKEY, theirs)


def test_no_secret_of_a_factor_stands_in_a_row(house: House, maria: Actor) -> None:
    codes = printed_of(house, maria)
    passkey_of(house, maria)
    with house.instance.store.session(writes=False) as session:
        rows = [*session.scalars(select(Authenticator)), *session.scalars(select(Passkey))]
        printed = list(session.scalars(select(PrintedCode)))
    stored = b"".join(bytes(v) for row in [*rows, *printed] for v in vars(row).values() if isinstance(v, bytes))
    for secret in (APP_SECRET.encode(), b"My phone", *(code.encode() for code in codes)):
        assert secret not in stored
        assert secret.replace(b"-", b"") not in stored
