"""Coming back with the recovery code: nothing is lost, nothing is in escrow, and a stolen mail opens nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from dialogue.domain.factors import FactorKind
from dialogue.errors import LinkExpired, Unfit, WrongCredentials
from dialogue.services import accounts, factors, identity, letters, recovery, signin
from dialogue.services.factors import NewFactor, Proof
from dialogue.services.recovery import Recovered
from dialogue.services.unit import Actor
from dialogue.store.accounts import AccountState, SignIn, find_account
from dialogue.store.outbox import letters as letters_in
from dialogue.store.record import Entry
from tests.builders import PASSWORD, House

MAIL = "maria@union.example"
NEW = "another walk, another lake"


@pytest.fixture
def maria(house: House) -> Actor:
    return house.person("Maria", MAIL)


@pytest.fixture
def code(house: House, maria: Actor) -> str:
    """The recovery code that Maria has on paper."""
    with house.writing(maria) as work:
        return accounts.new_recovery_code(work)


def mails(house: House) -> list[letters.Letter]:
    with house.reading(None) as work:
        found = [letters.opened(house.instance.secrets, row) for row in letters_in(work.session, limit=20)]
    return [letter for letter in found if letter is not None]


def ask(house: House, email: str = MAIL) -> str:
    with house.writing(None) as work:
        recovery.ask(work, email)
    found: str = re.findall(r"/recover/([\w-]+)", "\n".join(letter.text for letter in mails(house)))[0]
    return found


def new_password(house: House, token: str, code: str, proof: Proof | None = None) -> Recovered:
    proof = proof or house.proof()
    with house.writing(None) as work:
        return recovery.new_password(work, token, proof=proof, code=code, password=NEW)


def new_factor(house: House, token: str, code: str, password: str = PASSWORD) -> Recovered:
    offer = factors.offer_for_link(house.instance, token)
    chosen = NewFactor(FactorKind.APP, house.code(offer.secret))
    with house.writing(None) as work:
        return recovery.new_factor(work, token, password=password, code=code, chosen=chosen)


def signs_in(house: House, password: str, proof: Proof) -> bool:
    try:
        with house.writing(None) as work:
            signin.sign_in(work, MAIL, password, proof)
    except WrongCredentials:
        return False
    return True


def test_a_forgotten_password_loses_nothing(house: House, maria: Actor, code: str) -> None:
    assert signs_in(house, PASSWORD, house.proof())
    back = new_password(house, ask(house), code)

    assert back.bundle == maria.bundle
    assert back.code != code
    assert not signs_in(house, PASSWORD, house.proof())
    assert signs_in(house, NEW, house.proof())
    with house.instance.store.session(writes=False) as session:
        assert len(session.scalars(select(SignIn)).all()) == 1, "the session from before is over"
        account = find_account(session, maria.account_id)
        assert account is not None
        assert account.recovery_confirmed_at is None, "the new code is still to be written down"


def test_a_recovery_code_is_used_once(house: House, maria: Actor, code: str) -> None:
    new_password(house, ask(house), code)
    with pytest.raises(WrongCredentials):
        new_password(house, ask(house), code)


def test_a_lost_phone_loses_nothing(house: House, maria: Actor, code: str) -> None:
    token = ask(house)
    back = new_factor(house, token, code)

    assert back.bundle == maria.bundle
    assert not signs_in(house, PASSWORD, house.proof()), "the lost phone opens nothing"
    assert signs_in(house, PASSWORD, Proof(house.code(factors.offer_for_link(house.instance, token).secret)))


@pytest.mark.parametrize("miss", ["code", "factor"])
def test_a_stolen_mail_opens_nothing(house: House, maria: Actor, code: str, miss: str) -> None:
    """Whoever reads the mail lacks at least one of the two other things."""
    token = ask(house)
    wrong = "K" * 33
    with pytest.raises(WrongCredentials):
        new_password(house, token, wrong if miss == "code" else code, Proof("000000") if miss == "factor" else None)
    with pytest.raises(WrongCredentials):
        new_factor(house, token, wrong if miss == "code" else code, PASSWORD if miss == "code" else "a guess at it")
    assert signs_in(house, PASSWORD, house.proof())
    with house.reading(None) as work:
        acts = list(work.session.scalars(select(Entry.act).where(Entry.chain == "instance")))
    assert acts.count("refused:account:recover") == 2


def test_a_link_works_for_an_hour_and_once(house: House, maria: Actor, code: str) -> None:
    token = ask(house)
    back = new_password(house, token, code)
    with pytest.raises(LinkExpired):
        new_password(house, token, back.code)
    late = ask(house)
    house.tick(timedelta(hours=1))
    with pytest.raises(LinkExpired), house.reading(None) as work:
        recovery.show(work, late)


def test_a_recovery_link_opens_no_account_and_an_invitation_recovers_none(
    house: House, maria: Actor, code: str
) -> None:
    token = ask(house)
    with pytest.raises(LinkExpired), house.reading(None) as work:
        accounts.follow(work, token)
    with house.writing(None) as work:
        link = accounts.appoint(work, email="new@ilo.example", name="New", roles=frozenset({"facilitator"}))  # type: ignore[arg-type]
    with pytest.raises(LinkExpired), house.reading(None) as work:
        recovery.show(work, link.rpartition("/")[2])


def test_nobody_learns_whether_an_address_has_an_account(house: House, maria: Actor) -> None:
    before = len(mails(house))
    with house.writing(None) as work:
        recovery.ask(work, "nobody@elsewhere.example")
    assert len(mails(house)) == before


def test_a_disabled_account_does_not_come_back(house: House, maria: Actor, code: str) -> None:
    token = ask(house)
    with house.writing(None) as work:
        account = find_account(work.session, maria.account_id)
        assert account is not None
        account.state = AccountState.DISABLED
    with pytest.raises(LinkExpired):
        new_password(house, token, code)


def test_a_weak_password_is_refused_before_anything_is_used_up(house: House, maria: Actor, code: str) -> None:
    token = ask(house)
    with pytest.raises(Unfit, match="password"), house.writing(None) as work:
        recovery.new_password(work, token, proof=house.proof(), code=code, password="short")
    assert new_password(house, token, code).bundle == maria.bundle


def test_the_holder_is_told_by_mail(house: House, maria: Actor, code: str) -> None:
    new_password(house, ask(house), code)
    assert mails(house)[0].subject == "Something changed in how you sign in"


def test_the_code_is_worth_a_look_every_half_year(house: House, maria: Actor, code: str) -> None:
    groups = code.split("-")
    with house.writing(maria) as work:
        accounts.confirm_recovery(work, code, {0: groups[0], 5: groups[5]})
    house.tick(timedelta(days=183))
    with house.reading(maria) as work:
        assert accounts.show(work).code_is_due
    with pytest.raises(Unfit, match="recovery_code"), house.writing(maria) as work:
        accounts.check_recovery(work, "-".join([*groups[:7], groups[6]]))
    with house.writing(maria) as work:
        accounts.check_recovery(work, code.lower())
    with house.reading(maria) as work:
        assert not accounts.show(work).code_is_due
        account = find_account(work.session, maria.account_id)
        assert account is not None
        assert identity.person_of(house.instance.secrets, account).email == MAIL
