"""Sessions: one half of the key is with the browser, the other with the server, and neither opens anything alone."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, text, update

from dialogue.crypto import passwords
from dialogue.crypto.passwords import KdfParameters
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.factors import FactorKind
from dialogue.domain.people import StaffRole
from dialogue.errors import NotFound, NotSignedIn, SealBroken, WrongCredentials
from dialogue.services import audit, factors, signin, unit
from dialogue.services.factors import NewFactor, Proof
from dialogue.services.instance import Instance
from dialogue.services.signin import SignedIn
from dialogue.services.unit import Actor
from dialogue.store.accounts import Account, AccountState, SessionLevel, SignIn, find_account, find_sign_in
from dialogue.store.record import Entry
from tests.builders import APP_SECRET, PASSWORD, House

MAIL = "maria@union.example"


@pytest.fixture
def maria(house: House) -> Actor:
    return house.person("Maria", MAIL)


def sign_in(house: House, password: str = PASSWORD, email: str = MAIL) -> SignedIn:
    proof = house.proof()
    with house.writing(None) as work:
        return signin.sign_in(work, email, password, proof)


def resume(house: House, cookie: str) -> SignedIn | None:
    return signin.resume(house.instance, cookie, house.now)


def events(house: House) -> list[str]:
    with house.reading(None) as work:
        return list(work.session.scalars(select(Entry.act).where(Entry.chain == "instance").order_by(Entry.seq)))


def alter(house: House, **values: object) -> None:
    """A hostile writer changes every session row."""
    with house.instance.store.session(writes=True) as session:
        session.execute(update(SignIn).values(**values))
        session.commit()


def with_instance(house: House, instance: Instance) -> House:
    return House(instance, house.now, house.actors)


def test_the_right_password_opens_the_keys(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    found = resume(house, signed.cookie)

    assert found is not None
    assert found.actor.bundle == maria.bundle
    assert (found.person.name, found.is_full, found.timezone) == ("Maria", True, "Europe/Zurich")
    assert events(house)[-1] == "session:sign_in"


def test_an_address_is_one_however_it_is_written(house: House, maria: Actor) -> None:
    assert sign_in(house, email="  Maria@Union.Example ").actor.account_id == maria.account_id


def test_unknown_disabled_and_mistaken_get_the_same_answer_at_the_same_cost(house: House, maria: Actor) -> None:
    house.person("Dora", "dora@union.example")
    with house.instance.store.session(writes=True) as session:
        lookup = house.instance.secrets.lookup("dora@union.example")
        session.execute(update(Account).where(Account.lookup == lookup).values(state=AccountState.DISABLED))
        session.commit()

    for email in (MAIL, "nobody@union.example", "dora@union.example", "not an address"):
        before = passwords.runs()
        with pytest.raises(WrongCredentials):
            sign_in(house, "wrong but long enough", email)
        assert passwords.runs() - before == 1, email
    with pytest.raises(WrongCredentials):
        sign_in(house, PASSWORD, "dora@union.example")
    assert events(house).count("refused:session:sign_in") == 5


def test_a_guess_is_made_before_the_database_is_held(
    house: House, maria: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bool] = []
    with house.writing(None) as work:
        real = passwords.derive

        def derive(*told: object, **more: object) -> bytes:
            held.append(work.session.in_transaction())
            return real(*told, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(passwords, "derive", derive)
        signin.sign_in(work, MAIL, PASSWORD, Proof(pyotp.TOTP(APP_SECRET).at(house.now)))
    assert held == [False]


def test_the_row_says_neither_id_nor_secret_nor_content(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    kept = signin.keep(house.instance, signed, b"a word that nobody else reads")
    assert kept is not None
    halves = urlsafe_b64decode(signed.cookie)

    with house.instance.store.session(writes=False) as session:
        row = session.scalars(select(SignIn)).one()
    stored = row.id_hash + row.sealed_content + row.sealed_bundle
    for hidden in (halves[:16], halves[16:], b"a word that nobody", maria.bundle.kem_seed, maria.bundle.sign_seed):
        assert hidden not in stored
    found = resume(house, signed.cookie)
    assert found is not None
    assert found.content == b"a word that nobody else reads"


def test_database_and_secrets_without_the_cookie_open_nothing(house: House, maria: Actor) -> None:
    sign_in(house)
    with house.instance.store.session(writes=False) as session:
        row = session.scalars(select(SignIn)).one()

    for guess in (row.id_hash, bytes(32), house.instance.secrets.session_salt):
        cookie = urlsafe_b64encode(row.id_hash[:16] + guess).decode()
        assert resume(house, cookie) is None
        with pytest.raises(SealBroken):
            signin._unlock(house.instance, signin._Split(b"", guess), row)


def test_the_cookie_without_the_row_opens_nothing(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    with house.writing(signed.actor) as work:
        signin.sign_out(work, signed)

    assert resume(house, signed.cookie) is None


@pytest.mark.parametrize("place", [0, 15, 16, 47])
def test_a_changed_cookie_opens_nothing(house: House, maria: Actor, place: int) -> None:
    signed = sign_in(house)
    halves = bytearray(urlsafe_b64decode(signed.cookie))
    halves[place] ^= 1

    assert resume(house, urlsafe_b64encode(bytes(halves)).decode()) is None
    assert ("alarm:session" in events(house)) is (place >= 16)
    assert resume(house, signed.cookie) is not None


@pytest.mark.parametrize("cookie", ["", "x", "é", "a" * 64, "=" * 64, "A" * 63 + "\n", "%00"])
def test_nonsense_in_the_place_of_a_cookie_opens_nothing(house: House, cookie: str) -> None:
    assert resume(house, cookie) is None


def test_thirty_minutes_without_a_sign_of_life_end_a_session(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    house.tick(timedelta(minutes=29))
    assert resume(house, signed.cookie) is not None
    house.tick(timedelta(minutes=29))
    assert resume(house, signed.cookie) is not None
    house.tick(timedelta(minutes=30))
    assert resume(house, signed.cookie) is None
    with house.instance.store.session(writes=False) as session:
        assert find_sign_in(session, signed.handle) is None


def test_a_page_that_asks_by_itself_is_no_sign_of_life(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    for _ in range(3):
        house.tick(timedelta(minutes=9))
        assert signin.resume(house.instance, signed.cookie, house.now, counts=False) is not None
    house.tick(timedelta(minutes=9))
    assert signin.resume(house.instance, signed.cookie, house.now, counts=False) is None


def test_twelve_hours_are_the_end_whatever_happens(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    for _ in range(35):
        house.tick(timedelta(minutes=20))
        assert resume(house, signed.cookie) is not None
    house.tick(timedelta(minutes=20))
    assert resume(house, signed.cookie) is None


def test_last_seen_is_written_at_most_once_a_minute(house: House, maria: Actor) -> None:
    signed = sign_in(house)

    def seen() -> object:
        with house.instance.store.session(writes=False) as session:
            row = find_sign_in(session, signed.handle)
            assert row is not None
            return row.last_seen_at

    begin = seen()
    house.tick(timedelta(seconds=59))
    resume(house, signed.cookie)
    assert seen() == begin
    house.tick(timedelta(seconds=5))
    resume(house, signed.cookie)
    assert seen() == house.now


def test_nobody_lifts_a_session_by_writing_the_database(house: House, maria: Actor) -> None:
    with house.writing(None) as work:
        account = find_account(work.session, maria.account_id)
        assert account is not None
        account.recovery_confirmed_at = None
    signed = sign_in(house)
    assert not signed.is_full

    alter(house, level=SessionLevel.FULL)
    assert resume(house, signed.cookie) is None
    assert events(house)[-1] == "alarm:session"


def test_nobody_lengthens_a_session_by_writing_the_database(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    alter(house, expires_at=house.now + timedelta(days=30))

    assert resume(house, signed.cookie) is None


def test_nobody_makes_an_old_confirmation_fresh_by_writing_the_database(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    alter(house, confirmed_at=house.now + timedelta(hours=1))

    assert resume(house, signed.cookie) is None
    assert events(house)[-1] == "alarm:session"


def test_nobody_hands_a_session_to_another_account(house: House, maria: Actor) -> None:
    other = house.person("Otto", "otto@company.example")
    signed = sign_in(house)
    alter(house, account_id=other.account_id)

    assert resume(house, signed.cookie) is None


def test_nobody_borrows_the_roles_of_another_account_for_his_own_keys(house: House, maria: Actor) -> None:
    """The writer gives an account of the staff the fingerprint of his own keys, and his session to that account."""
    staff = house.person("Ada", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    signed = sign_in(house)
    with house.instance.store.session(writes=True) as session:
        own = maria.bundle.public.fingerprint
        session.execute(update(Account).where(Account.id == staff.account_id).values(fingerprint=own))
        session.commit()
    alter(house, account_id=staff.account_id)

    assert resume(house, signed.cookie) is None


def test_nobody_signs_in_to_another_account_with_his_own_slot(house: House, maria: Actor) -> None:
    house.person("Ada", "ada@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    with house.instance.store.session(writes=True) as session:
        hers = session.get(Account, maria.account_id)
        staff = session.scalars(select(Account).where(Account.id != maria.account_id)).one()
        assert hers is not None
        for column in ("password_slot", "password_salt", "kdf", "pepper_id", "fingerprint"):
            setattr(staff, column, getattr(hers, column))
        session.commit()

    with pytest.raises(WrongCredentials):
        sign_in(house, email="ada@ilo.example")


def test_old_content_does_not_come_back_under_a_new_version(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    with house.instance.store.session(writes=False) as session:
        old = session.scalars(select(SignIn.sealed_content)).one()
    kept = signin.keep(house.instance, signed, b"newer")
    assert kept is not None
    alter(house, sealed_content=old)

    assert resume(house, signed.cookie) is None


def test_of_two_that_write_content_one_is_told_to_look_again(house: House, maria: Actor) -> None:
    signed = sign_in(house)

    assert signin.keep(house.instance, signed, b"first") is not None
    assert signin.keep(house.instance, signed, b"second") is None
    found = resume(house, signed.cookie)
    assert found is not None
    assert found.content == b"first"


def test_a_session_that_ended_meanwhile_is_not_written_back(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    with house.writing(signed.actor) as work:
        signin.sign_out(work, signed)

    assert signin.keep(house.instance, signed, b"late") is None
    with house.instance.store.session(writes=False) as session:
        assert session.scalars(select(SignIn)).all() == []


def test_a_session_survives_the_change_of_the_master_key(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    newer = rotated(house)

    found = resume(newer, signed.cookie)
    assert found is not None
    assert signin.keep(newer.instance, found, b"still here") is not None
    again = resume(newer, signed.cookie)
    assert again is not None
    assert again.content == b"still here"


def rotated(house: House) -> House:
    """The same instance with a newer master key in front of the old one."""
    old = house.instance.secrets
    both = ServerSecrets(
        (("k2"), *old.key_ids), {**ServerSecrets.parse(ServerSecrets.generate("k2"))._keys, **old._keys}
    )
    return with_instance(house, replace(house.instance, secrets=both))


def test_signing_in_brings_the_password_slot_under_the_newest_pepper(house: House, maria: Actor) -> None:
    newer = rotated(house)
    sign_in(newer)

    with newer.instance.store.session(writes=False) as session:
        account = find_account(session, maria.account_id)
        assert account is not None
        assert account.pepper_id == "k2"
        assert account.lookup == newer.instance.secrets.lookup(MAIL)
    assert sign_in(newer).actor.bundle == maria.bundle
    with pytest.raises(WrongCredentials):
        sign_in(house)


def test_signing_in_makes_a_cheap_slot_dearer_and_a_dear_one_no_cheaper(house: House, maria: Actor) -> None:
    dearer = with_instance(house, replace(house.instance, kdf=KdfParameters(memory_kib=128, iterations=2)))
    sign_in(dearer)
    house.now = dearer.now
    sign_in(house)
    dearer.now = house.now

    with house.instance.store.session(writes=False) as session:
        account = find_account(session, maria.account_id)
        assert account is not None
        assert account.kdf == "argon2id$m=128,t=2,p=1"
    assert sign_in(dearer).actor.bundle == maria.bundle


def test_a_lost_pepper_refuses_in_the_same_words(house: House, maria: Actor) -> None:
    with house.instance.store.session(writes=True) as session:
        session.execute(update(Account).values(pepper_id="gone"))
        session.commit()

    with pytest.raises(WrongCredentials):
        sign_in(house)


def test_going_a_step_further_gives_a_new_id_and_secret(house: House, maria: Actor) -> None:
    with house.writing(None) as work:
        account = find_account(work.session, maria.account_id)
        assert account is not None
        account.recovery_confirmed_at = None
    signed = sign_in(house)
    with pytest.raises(NotSignedIn), house.writing(signed.actor) as work:
        signin.step_up(work, signed)
    with house.writing(None) as work:
        account = find_account(work.session, maria.account_id)
        assert account is not None
        account.recovery_confirmed_at = work.now
    with house.writing(signed.actor) as work:
        full = signin.step_up(work, signed)

    assert full.is_full
    assert full.expires_at == signed.expires_at
    assert urlsafe_b64decode(full.cookie)[:16] != urlsafe_b64decode(signed.cookie)[:16]
    assert urlsafe_b64decode(full.cookie)[16:] != urlsafe_b64decode(signed.cookie)[16:]
    assert resume(house, signed.cookie) is None
    assert resume(house, full.cookie) is not None


def test_own_sessions_are_seen_and_ended_and_nobody_elses(house: House, maria: Actor) -> None:
    otto = house.person("Otto", "otto@company.example")
    first, second, third = sign_in(house), sign_in(house), sign_in(house)
    others = sign_in(house, email="otto@company.example")

    with house.reading(maria) as work:
        seen = signin.sessions(work, second.handle)
    assert {session.handle for session in seen} == {s.handle.hex() for s in (first, second, third)}
    assert [session.handle for session in seen if session.is_this] == [second.handle.hex()]
    with pytest.raises(NotFound), house.writing(maria) as work:
        signin.end(work, others.handle.hex())
    with pytest.raises(NotFound), house.writing(maria) as work:
        signin.end(work, "no hexadecimal")
    with house.writing(maria) as work:
        signin.end(work, first.handle.hex())
    assert resume(house, first.cookie) is None
    with house.writing(maria) as work:
        signin.end_others(work, second.handle)
    assert resume(house, third.cookie) is None
    assert resume(house, second.cookie) is not None
    found = resume(house, others.cookie)
    assert found is not None
    assert found.actor.account_id == otto.account_id


def test_a_disabled_account_loses_its_sessions(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    with house.instance.store.session(writes=True) as session:
        session.execute(update(Account).values(state=AccountState.DISABLED))
        session.commit()

    assert resume(house, signed.cookie) is None


def test_a_key_exchanged_behind_the_back_ends_the_session_with_an_alarm(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    with house.instance.store.session(writes=True) as session:
        session.execute(text("UPDATE accounts SET fingerprint = :other"), {"other": bytes(32)})
        session.commit()

    assert resume(house, signed.cookie) is None
    assert events(house)[-1] == "alarm:keys"


def test_a_session_does_not_show_its_keys(house: House, maria: Actor) -> None:
    signed = sign_in(house)
    secret = urlsafe_b64decode(signed.cookie)[16:]

    assert signed.cookie not in repr(signed)
    assert repr(secret) not in repr(signed)
    assert "Maria" not in repr(signed)
    assert maria.bundle.kem_seed.hex() not in repr(signed)


def test_twenty_sign_ins_at_once_hang_nowhere_and_other_pages_go_on(house: House, maria: Actor) -> None:
    dearer = replace(house.instance, kdf=KdfParameters(memory_kib=8192, iterations=1))
    offer = factors.fresh_offer()
    with house.writing(maria) as work:
        factors.put(work, maria.account_id, offer, NewFactor(FactorKind.PRINTED, offer.codes[0]))
    codes = [*offer.codes[1:], house.code()]
    began = house.now

    def one(number: int) -> bool:
        password = PASSWORD if number % 2 else "wrong but long enough"
        try:
            with unit.writing(dearer, None, began) as work:
                signin.sign_in(work, MAIL, password, Proof(codes[number // 2]))
                work.commit()
        except WrongCredentials:
            return False
        return True

    with ThreadPoolExecutor(max_workers=24) as pool:
        waiting = [pool.submit(one, number) for number in range(20)]
        with house.reading(maria) as work:
            assert signin.sessions(work, b"") is not None
        answers = [done.result(timeout=60) for done in waiting]

    assert answers == [bool(number % 2) for number in range(20)]
    with house.reading(maria) as work:
        assert len(signin.sessions(work, b"")) == 10
    assert events(house).count("refused:session:sign_in") == 10
    assert all(found.bad is None for found in audit.verify(house.instance))
