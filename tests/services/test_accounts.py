"""How somebody gets an account, and what only its holder can do with it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from dialogue.crypto.passwords import RecoveryCode
from dialogue.domain.factors import FactorKind
from dialogue.domain.people import StaffRole
from dialogue.errors import LinkExpired, NotFound, NotFresh, SealBroken, Unfit, WrongCredentials
from dialogue.services import accounts, factors, identity, letters, links, signin, unit
from dialogue.services.accounts import Enrolled
from dialogue.services.factors import NewFactor, Proof
from dialogue.services.unit import Actor
from dialogue.store.accounts import LinkPurpose, find_account
from dialogue.store.outbox import letters as letters_in
from tests.builders import PASSWORD, House

MAIL = "maria@union.example"


def mails(house: House, address: str) -> list[letters.Letter]:
    """What was written to an address, newest first."""
    with house.reading(None) as work:
        found = [letters.opened(house.instance.secrets, row) for row in letters_in(work.session, limit=50)]
    return [letter for letter in found if letter is not None and letter.to == address]


def ask(house: House, address: str = MAIL) -> str:
    """Ask for an account and give the token of the link that was sent."""
    with house.writing(None) as work:
        accounts.ask_to_register(work, address, "en")
    found = re.search(r"/link/([\w-]+)", mails(house, address)[0].text)
    assert found
    return found[1]


def enrol(house: House, token: str, password: str = PASSWORD) -> Enrolled:
    offer = factors.offer_for_link(house.instance, token)
    shown = NewFactor(FactorKind.APP, house.code(offer.secret))
    with house.writing(None) as work:
        return accounts.enrol(
            work,
            token,
            name="Maria Lopez",
            organisation="Textile Workers",
            password=password,
            factor=shown,
            language="es",
            timezone="America/Lima",
        )


def confirmed(house: House, enrolled: Enrolled) -> Actor:
    """The person, once two groups of the recovery code were typed."""
    actor = Actor(enrolled.account_id, enrolled.bundle)
    groups = enrolled.code.split("-")
    with house.writing(actor) as work:
        accounts.confirm_recovery(work, enrolled.code, {1: groups[1], 6: groups[6]})
    return actor


def test_whoever_asks_gets_a_link_that_leads_to_an_account(house: House) -> None:
    token = ask(house)
    with house.reading(None) as work:
        followed = accounts.follow(work, token)
    actor = confirmed(house, enrol(house, token))

    assert (followed.purpose, followed.email, followed.is_registered) == ("register", MAIL, False)
    with house.reading(actor) as work:
        own = accounts.show(work)
    assert (own.person.name, own.person.organisation, own.person.email) == ("Maria Lopez", "Textile Workers", MAIL)
    assert (own.language, own.timezone) == ("es", "America/Lima")
    assert own.words == identity.words_of(actor.bundle)
    assert own.code_confirmed_at is not None


def test_a_known_address_is_told_by_mail_and_nobody_else_learns_it(house: House) -> None:
    house.person("Maria", MAIL)

    with house.writing(None) as work:
        accounts.ask_to_register(work, MAIL.upper(), "en")
    with house.writing(None) as work:
        accounts.ask_to_register(work, "nobody@union.example", "en")

    assert "There is one already" in mails(house, MAIL)[0].text
    assert "/link/" not in mails(house, MAIL)[0].text
    assert "/link/" in mails(house, "nobody@union.example")[0].text


def test_a_link_opens_one_account_and_no_second(house: House) -> None:
    token = ask(house)
    enrol(house, token)

    with pytest.raises(LinkExpired):
        enrol(house, token)
    with pytest.raises(LinkExpired), house.reading(None) as work:
        accounts.follow(work, token)


def test_two_links_to_one_address_open_one_account(house: House) -> None:
    first, second = ask(house), ask(house)
    enrol(house, second)

    with house.reading(None) as work:
        assert accounts.follow(work, first).is_registered
    with pytest.raises(LinkExpired):
        enrol(house, first)


def test_a_link_lives_seven_days(house: House) -> None:
    token = ask(house)
    house.tick(timedelta(days=7))

    with pytest.raises(LinkExpired), house.reading(None) as work:
        accounts.follow(work, token)
    with pytest.raises(LinkExpired):
        enrol(house, token)


def test_an_unknown_link_opens_nothing(house: House) -> None:
    with pytest.raises(LinkExpired), house.reading(None) as work:
        accounts.follow(work, "x" * 43)


def test_a_stolen_link_and_the_database_open_no_key(house: House) -> None:
    token = ask(house)
    enrolled = enrol(house, token)

    with house.reading(None) as work:
        account = find_account(work.session, enrolled.account_id)
        assert account is not None
        for guess in (token, MAIL, ""):
            with pytest.raises(SealBroken):
                identity.open_with_password(account, identity.password_key_of(house.instance, account, guess))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "password_short"),
        ("password1234", "password_known"),
        ("Maria Lopez 1987", "password_known"),
        ("Unbelievable!", "password_known"),
    ],
)
def test_a_password_is_long_and_not_well_known(house: House, password: str, reason: str) -> None:
    token = ask(house)

    with pytest.raises(Unfit) as refused:
        enrol(house, token, password)
    assert refused.value.reason == reason
    assert enrol(house, token).account_id


def test_the_recovery_code_opens_the_keys_and_counts_as_confirmed_only_when_typed(house: House) -> None:
    enrolled = enrol(house, ask(house))
    actor = Actor(enrolled.account_id, enrolled.bundle)
    groups = enrolled.code.split("-")

    for wrong in ({0: groups[0]}, {0: groups[1], 1: groups[0]}, {0: groups[0], 9: groups[1]}, {}):
        with pytest.raises(Unfit), house.writing(actor) as work:
            accounts.confirm_recovery(work, enrolled.code, wrong)
    with pytest.raises(Unfit), house.writing(actor) as work:
        other = RecoveryCode.fresh()
        accounts.confirm_recovery(work, other.text, {0: other.groups[0], 1: other.groups[1]})
    with house.reading(None) as work:
        account = find_account(work.session, actor.account_id)
        assert account is not None
        assert account.recovery_confirmed_at is None
        opened = identity.open_with_recovery(account, RecoveryCode.parse(enrolled.code))
    assert opened == enrolled.bundle
    confirmed(house, enrolled)


def test_a_new_recovery_code_needs_a_fresh_confirmation_and_ends_the_old_one(house: House) -> None:
    enrolled = enrol(house, ask(house))
    actor = confirmed(house, enrolled)

    for before in (None, house.now - timedelta(minutes=5)):
        stale = replace(actor, confirmed_at=before)
        with pytest.raises(NotFresh), unit.writing(house.instance, stale, house.now) as work:
            accounts.new_recovery_code(work)
    with house.writing(actor) as work:
        code = accounts.new_recovery_code(work)

    with house.reading(None) as work:
        account = find_account(work.session, actor.account_id)
        assert account is not None
        with pytest.raises(SealBroken):
            identity.open_with_recovery(account, RecoveryCode.parse(enrolled.code))
        assert identity.open_with_recovery(account, RecoveryCode.parse(code)) == actor.bundle
        assert account.recovery_confirmed_at is None


def test_another_code_without_the_password_is_for_one_that_was_never_confirmed(house: House) -> None:
    enrolled = enrol(house, ask(house))
    actor = Actor(enrolled.account_id, enrolled.bundle)
    with house.writing(actor) as work:
        code = accounts.another_code(work)
    groups = code.split("-")
    with house.writing(actor) as work:
        accounts.confirm_recovery(work, code, {0: groups[0], 7: groups[7]})

    with pytest.raises(NotFound), house.writing(actor) as work:
        accounts.another_code(work)


def test_changing_the_password_keeps_the_keys_and_ends_every_session(house: House) -> None:
    token = ask(house)
    secret = factors.offer_for_link(house.instance, token).secret
    actor = confirmed(house, enrol(house, token))
    code = house.code(secret)
    with house.writing(None) as work:
        signed = signin.sign_in(work, MAIL, PASSWORD, Proof(code))

    with pytest.raises(WrongCredentials), house.writing(actor) as work:
        accounts.change_password(work, current="something else here", new="another walk, another lake")
    with house.writing(actor) as work:
        accounts.change_password(work, current=PASSWORD, new="another walk, another lake")

    assert signin.resume(house.instance, signed.cookie, house.now) is None
    code = house.code(secret)
    with pytest.raises(WrongCredentials), house.writing(None) as work:
        signin.sign_in(work, MAIL, PASSWORD, Proof(code))
    with house.writing(None) as work:
        again = signin.sign_in(work, MAIL, "another walk, another lake", Proof(code))
    assert again.actor.bundle == actor.bundle


def test_details_change_and_the_address_stays(house: House) -> None:
    actor = confirmed(house, enrol(house, ask(house)))

    with house.writing(actor) as work:
        accounts.change_details(
            work, name=" Maria  L. ", organisation="Federation", language="fr", timezone="Europe/Paris"
        )
    with pytest.raises(Unfit), house.writing(actor) as work:
        accounts.change_details(work, name="Maria", organisation="", language="xx", timezone="Europe/Paris")
    with pytest.raises(Unfit), house.writing(actor) as work:
        accounts.change_details(work, name="Maria", organisation="", language="fr", timezone="Mars/Base")

    with house.reading(actor) as work:
        own = accounts.show(work)
        assert identity.name_of(work, actor.account_id) == "Maria L."
    assert (own.person.organisation, own.person.email, own.language) == ("Federation", MAIL, "fr")


def test_an_administrator_invites_staff_and_nobody_else_can(house: House) -> None:
    administrator = house.person("Ada", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    roles = frozenset({StaffRole.FACILITATOR})

    with house.writing(administrator) as work:
        link = accounts.invite_staff(work, email="fritz@ilo.example", name="Fritz", roles=roles)
    for other in (house.person("Maria", MAIL), house.person("Co", "co@ilo.example", roles=roles)):
        with pytest.raises(NotFound), house.writing(other) as work:
            accounts.invite_staff(work, email="x@ilo.example", name="X", roles=roles)

    assert link in mails(house, "fritz@ilo.example")[0].text
    enrolled = enrol(house, link.rpartition("/")[2])
    with house.reading(Actor(enrolled.account_id, enrolled.bundle, roles)) as work:
        assert accounts.show(work).roles == roles


def test_a_known_address_is_not_invited_to_the_staff_again(house: House) -> None:
    house.person("Maria", MAIL)

    with pytest.raises(Unfit), house.writing(None) as work:
        accounts.appoint(work, email=MAIL, name="Maria", roles=frozenset({StaffRole.EXPERT}))
    with pytest.raises(Unfit), house.writing(None) as work:
        accounts.appoint(work, email="new@ilo.example", name="N", roles=frozenset())


def test_who_works_here_takes_no_place_of_a_party(house: House) -> None:
    expert = house.person("Ex", "ex@ilo.example", roles=frozenset({StaffRole.EXPERT}))
    with house.writing(None) as work:
        token = links.create(work, LinkPurpose.JOIN, email="ex@ilo.example")

    with pytest.raises(NotFound), house.writing(expert) as work:
        accounts.join(work, token)


def test_names_and_addresses_are_not_shown_by_accident(house: House) -> None:
    actor = confirmed(house, enrol(house, ask(house)))

    with house.reading(actor) as work:
        shown = repr(accounts.show(work)) + repr(identity.people(work, [actor.account_id])) + repr(actor)
    assert not re.search("Maria|Lopez|Textile|union.example", shown)
