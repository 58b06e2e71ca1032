"""New keys: nothing comes back by itself, and nobody helps but the people who knew one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from dialogue.crypto.identity import Bundle
from dialogue.domain.acts import Act
from dialogue.domain.factors import FactorKind
from dialogue.domain.people import Party, Role, Room, StaffRole
from dialogue.domain.seats import StatementKind
from dialogue.domain.waiting import TaskKind
from dialogue.errors import Forbidden, KeyAlarm, LinkExpired, NotFound, WrongCredentials
from dialogue.services import (
    factors,
    letters,
    notes,
    participants,
    recovery,
    renewals,
    signin,
    statements,
    unit,
    waiting,
)
from dialogue.services.factors import NewFactor, Proof
from dialogue.services.unit import Actor
from dialogue.store.accounts import Account, SignIn
from dialogue.store.outbox import letters as letters_in
from dialogue.store.participants import Participant, ParticipantState
from tests.builders import PASSWORD, Table
from tests.thief import Thief

NEW = "another walk, another lake"
LUC, ANA = "luc@union.example", "ana@union.example"
WORDS = "Written before the keys were lost."


def mailed(table: Table) -> str:
    with table.reading(None) as work:
        found = [letters.opened(table.instance.secrets, row) for row in letters_in(work.session, limit=20)]
    token: str = re.findall(r"/recover/([\w-]+)", "\n".join(letter.text for letter in found if letter))[0]
    return token


def ask(table: Table, email: str) -> str:
    with table.writing(None) as work:
        recovery.ask(work, email)
    return mailed(table)


def lose(table: Table, person: Actor, token: str, *, known: str = PASSWORD, proof: Proof | None = None) -> Actor:
    """The same person with new keys."""
    offer = factors.offer_for_link(table.instance, token)
    chosen = NewFactor(FactorKind.APP, table.house.code(offer.secret))
    with table.writing(None) as work:
        back = renewals.lost(work, token, known=known, proof=proof or Proof(), password=NEW, chosen=chosen)
    return Actor(person.account_id, back.bundle, person.staff)


def seat_id(table: Table, person: Actor):  # type: ignore[no-untyped-def]
    with table.reading(None) as work:
        query = select(Participant.id).where(
            Participant.case_id == table.case_id, Participant.account_id == person.account_id
        )
        return work.session.scalar(query)


def state_of(table: Table, person: Actor) -> ParticipantState:
    with table.reading(None) as work:
        row = work.session.get(Participant, seat_id(table, person))
        assert row is not None
        return row.state


def sign(table: Table, signer: Actor, person: Actor, how: str = "state") -> None:
    """Look at the page of the new keys and sign for them."""
    where = seat_id(table, person)
    with table.reading(signer) as work:
        shown = renewals.show(work, table.case_id, where)
    with table.writing(signer) as work:
        getattr(renewals, how)(work, table.case_id, where, fingerprint=shown.fingerprint)


def write(table: Table, person: Actor, room: Room = Room.UNION, title: str = WORDS) -> None:
    with table.writing(person) as work:
        notes.write(work, table.case_id, room, title=title, body=title)


def titles(table: Table, person: Actor, room: Room = Room.UNION) -> set[str]:
    with table.reading(person) as work:
        return {line.title for line in notes.index(work, table.case_id, room).notes if line.title}


def awaited(table: Table, actor: Actor) -> set[TaskKind]:
    """Which signatures for new keys are on somebody's list."""
    with table.reading(actor) as work:
        found = {mine.task.kind for mine in waiting.for_me(work)}
    return found & {TaskKind.CONFIRM_KEYS, TaskKind.VOUCH_KEYS}


def test_a_delegate_with_new_keys_reads_nothing_until_the_own_lead_has_signed(table: Table) -> None:
    write(table, table.union_lead)
    luc = lose(table, table.union_delegate, ask(table, LUC))
    assert state_of(table, luc) is ParticipantState.RENEWED
    with pytest.raises(NotFound):
        titles(table, luc)
    write(table, table.union_lead, title="Others go on.")

    with pytest.raises(Forbidden):
        sign(table, table.company_lead, luc)
    sign(table, table.union_lead, luc)
    with table.writing(table.company_lead) as work:
        shown = participants.compare(work, table.case_id, seat_id(table, luc))
        participants.accept(work, table.case_id, seat_id(table, luc), fingerprint=shown.fingerprint)
    write(table, table.union_lead, title="Now for both.")

    assert state_of(table, luc) is ParticipantState.CONFIRMED
    assert "Now for both." in titles(table, luc)
    assert WORDS not in titles(table, luc), "the past comes back by a grant alone"


def test_the_old_keys_open_nothing_that_is_written_afterwards(table: Table) -> None:
    old = table.union_delegate
    write(table, table.union_lead)
    lose(table, old, ask(table, LUC))
    write(table, table.union_lead, title="Not for the old keys.")
    thief = Thief(table.instance.store)
    thief.copy()
    assert b"Not for the old keys." not in b" ".join(thief.opens(old.bundle).values())


def test_a_deputy_signs_for_the_lead(table: Table) -> None:
    with table.writing(table.company_lead) as work:
        row = work.session.get(Participant, seat_id(table, table.company_delegate))
        assert row is not None
        is_deputy = row.role is Role.DEPUTY
    if not is_deputy:
        with table.writing(table.company_lead) as work:
            statements.state(
                work,
                table.case_id,
                StatementKind.SEAT,
                account=table.company_delegate.account_id,
                fingerprint=table.company_delegate.bundle.public.fingerprint,
                party=Party.COMPANY,
                role=Role.DEPUTY,
            )
            row = work.session.get(Participant, seat_id(table, table.company_delegate))
            assert row is not None
            row.role = Role.DEPUTY
    mina = lose(table, table.company_lead, ask(table, "mina@brand.example"))
    assert awaited(table, table.company_delegate) == {TaskKind.CONFIRM_KEYS}
    assert awaited(table, table.union_lead) == awaited(table, mina) == set()
    sign(table, table.company_delegate, mina)
    with table.writing(table.union_lead) as work:
        shown = participants.compare(work, table.case_id, seat_id(table, mina))
        participants.accept(work, table.case_id, seat_id(table, mina), fingerprint=shown.fingerprint)
    write(table, mina, Room.COMPANY, "Back at the head.")


def test_a_lead_without_a_deputy_comes_back_by_the_other_lead_and_the_coordinator_together(table: Table) -> None:
    ana = lose(table, table.union_lead, ask(table, ANA))
    assert awaited(table, table.company_lead) == awaited(table, ana) == set()
    assert awaited(table, table.coordinator) == {TaskKind.VOUCH_KEYS}
    with pytest.raises(Forbidden):
        sign(table, table.company_lead, ana)
    sign(table, table.coordinator, ana, "vouch")
    assert awaited(table, table.company_lead) == {TaskKind.CONFIRM_KEYS}
    assert awaited(table, table.coordinator) == set()
    with pytest.raises(NotFound):
        titles(table, ana)
    sign(table, table.company_lead, ana)
    assert awaited(table, table.company_lead) == set()
    assert state_of(table, ana) is ParticipantState.CONFIRMED
    write(table, ana, Room.UNION, "Back at the head.")
    assert "Back at the head." in titles(table, ana)


def test_a_coordinator_alone_seats_nobody_and_stands_up_for_leads_only(table: Table) -> None:
    luc = lose(table, table.union_delegate, ask(table, LUC))
    with pytest.raises(Forbidden):
        sign(table, table.coordinator, luc, "vouch")
    ana = lose(table, table.union_lead, ask(table, ANA))
    sign(table, table.coordinator, ana, "vouch")
    with pytest.raises((Forbidden, NotFound)):
        sign(table, table.coordinator, ana)


def test_a_facilitator_comes_back_by_the_list_and_both_leads(table: Table) -> None:
    old = table.facilitator
    farid = lose(table, old, ask(table, "farid@ilo.example"))
    assert awaited(table, table.company_lead) == set()
    with pytest.raises((Forbidden, KeyAlarm)):
        sign(table, table.company_lead, farid)
    table.house.list_staff(table.coordinator, farid)
    assert awaited(table, table.union_lead) == {TaskKind.CONFIRM_KEYS}
    sign(table, table.company_lead, farid)
    assert state_of(table, farid) is ParticipantState.STATED
    with pytest.raises(NotFound):
        write(table, farid, Room.FACILITATION, "Not yet.")


def test_who_knows_neither_password_nor_code_makes_no_new_keys_with_a_stolen_mail(table: Table) -> None:
    token = ask(table, LUC)
    with pytest.raises(WrongCredentials):
        lose(table, table.union_delegate, token, known="a guess at it, twice")
    with pytest.raises(WrongCredentials):
        lose(table, table.union_delegate, token, known="", proof=Proof("000000"))
    assert state_of(table, table.union_delegate) is ParticipantState.CONFIRMED
    lose(table, table.union_delegate, token, known="", proof=table.house.proof())


def test_an_administrator_begins_a_reset_and_gains_nothing(table: Table) -> None:
    admin = table.house.person("Ines", "ines@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    for other in (table.coordinator, table.company_lead):
        with pytest.raises(NotFound), table.writing(other) as work:
            renewals.start_reset_by_address(work, LUC)
    with table.writing(admin) as work:
        renewals.start_reset_by_address(work, "nobody@elsewhere.example")
        renewals.start_reset_by_address(work, LUC)
    with pytest.raises(NotFound), table.writing(admin) as work:
        renewals.start_reset(work, table.union_delegate.account_id)
    token = mailed(table)
    luc = lose(table, table.union_delegate, token, known="")
    assert state_of(table, luc) is ParticipantState.RENEWED
    with pytest.raises(LinkExpired):
        lose(table, table.union_delegate, token, known="")


def test_a_second_link_of_a_reset_opens_nothing_once_the_first_was_used(table: Table) -> None:
    """Without it whoever reads the mail would undo the new keys within the hour, and needs nothing for it."""
    admin = table.house.person("Ines", "ines@ilo.example", roles=frozenset({StaffRole.ADMINISTRATOR}))
    tokens = []
    for _ in range(2):
        with table.writing(admin) as work:
            renewals.start_reset_by_address(work, LUC)
        with table.reading(None) as work:
            found = [letters.opened(table.instance.secrets, row) for row in letters_in(work.session, limit=20)]
        told = re.findall(r"/recover/([\w-]+)", "\n".join(letter.text for letter in found if letter))
        tokens += [one for one in told if one not in tokens]
    first, second = tokens
    lose(table, table.union_delegate, first, known="")
    with pytest.raises(LinkExpired):
        lose(table, table.union_delegate, second, known="")


def test_new_keys_bring_no_other_seat_than_the_one_before_whatever_the_row_says(table: Table) -> None:
    luc = lose(table, table.union_delegate, ask(table, LUC))
    with table.instance.store.session(writes=True) as session:
        session.execute(update(Participant).where(Participant.id == seat_id(table, luc)).values(role=Role.LEAD))
        session.commit()
    sign(table, table.union_lead, luc)
    with table.reading(table.union_lead) as work:
        found = statements.standings(work, table.case_id)
    assert found.people[luc.account_id].role is Role.DELEGATE
    assert found.leads[Party.UNION] == table.union_lead.account_id


def test_somebody_whose_keys_are_known_to_others_keeps_the_past_and_the_thief_gets_no_future(table: Table) -> None:
    write(table, table.union_lead)
    old = table.union_delegate
    titles(table, old)
    with table.writing(old) as work:
        back = renewals.compromised(work, password=NEW)
    luc = Actor(old.account_id, back.bundle)
    write(table, table.union_lead, title="After the alarm.")
    sign(table, table.union_lead, luc)
    with table.writing(table.company_lead) as work:
        shown = participants.compare(work, table.case_id, seat_id(table, luc))
        participants.accept(work, table.case_id, seat_id(table, luc), fingerprint=shown.fingerprint)
    write(table, table.union_lead, title="After the return.")

    assert {WORDS, "After the return."} <= titles(table, luc)
    thief = Thief(table.instance.store)
    thief.copy()
    stolen = b" ".join(thief.opens(old.bundle).values())
    assert b"After the alarm." not in stolen
    assert b"After the return." not in stolen


def test_a_stolen_key_signs_nothing_more_once_its_holder_has_renounced_it(table: Table) -> None:
    """Not even for a thief who writes the database and gives the account its old fingerprint again."""
    old, thief = table.union_lead, table.house.person("Ivo", "ivo@elsewhere.example")
    with table.writing(old) as work:
        renewals.compromised(work, password=NEW)
    with table.instance.store.session(writes=True) as session:
        was = {"fingerprint": old.bundle.public.fingerprint, "renewed_at": None}
        session.execute(update(Account).where(Account.id == old.account_id).values(**was))
        confirmed = {"state": ParticipantState.CONFIRMED}
        session.execute(update(Participant).where(Participant.id == seat_id(table, old)).values(**confirmed))
        session.commit()
    with pytest.raises(Forbidden), table.writing(old) as work:
        statements.state(
            work,
            table.case_id,
            StatementKind.SEAT,
            account=thief.account_id,
            fingerprint=thief.bundle.public.fingerprint,
            party=Party.UNION,
            role=Role.DELEGATE,
        )
    with pytest.raises(KeyAlarm):
        write(table, table.company_lead, Room.JOINT, "Not for the old key.")


def test_lost_keys_sign_nothing_more_though_nobody_has_signed_for_the_new_ones(table: Table) -> None:
    old, finder = table.union_lead, table.house.person("Ivo", "ivo@elsewhere.example")
    ana = lose(table, old, ask(table, ANA))

    def seat_the_finder() -> None:
        with unit.writing(table.instance, old, table.house.tick()) as work:
            statements.state(
                work,
                table.case_id,
                StatementKind.SEAT,
                account=finder.account_id,
                fingerprint=finder.bundle.public.fingerprint,
                party=Party.UNION,
                role=Role.DELEGATE,
            )
            work.session.commit()

    with pytest.raises(Forbidden):
        seat_the_finder()
    was = select(Account.fingerprint, Account.renewed_at).where(Account.id == ana.account_id)
    with table.instance.store.session(writes=True) as session:
        fingerprint, renewed_at = session.execute(was).one()
        session.execute(update(Account).where(Account.id == ana.account_id).values(renewed_at=None))
        session.commit()
    seat_the_finder()
    with table.instance.store.session(writes=True) as session:
        told = {"fingerprint": fingerprint, "renewed_at": renewed_at}
        session.execute(update(Account).where(Account.id == ana.account_id).values(**told))
        session.commit()
    with pytest.raises(KeyAlarm) as raised:
        titles(table, table.company_lead)
    assert "signed_with_old_keys" in str(raised.value.args)


def test_new_keys_end_every_session_and_open_with_the_new_password(table: Table) -> None:
    proof = table.house.proof()
    with table.writing(None) as work:
        signin.sign_in(work, LUC, PASSWORD, proof)
    token = ask(table, LUC)
    secret = factors.offer_for_link(table.instance, token).secret
    luc = lose(table, table.union_delegate, token)
    with table.reading(None) as work:
        assert work.session.scalars(select(SignIn).where(SignIn.account_id == luc.account_id)).all() == []
    code = table.house.code(secret)
    with table.writing(None) as work:
        assert signin.sign_in(work, LUC, NEW, Proof(code)).actor.bundle == luc.bundle


def test_a_writer_of_the_database_who_says_that_keys_were_renewed_only_takes_away(table: Table) -> None:
    """He changes the fingerprint of a member to his own and says that it was renewed: he gets no wrap."""
    his = Bundle.fresh()
    write(table, table.union_lead)
    table.house.tick(timedelta(seconds=1))
    with table.instance.store.session(writes=True) as session:
        from dialogue.services.identity import public_row

        session.add(public_row(table.union_delegate.account_id, his, table.house.now))
        session.flush()
        session.execute(
            update(Account)
            .where(Account.id == table.union_delegate.account_id)
            .values(fingerprint=his.public.fingerprint, renewed_at=table.house.now)
        )
        session.commit()
    write(table, table.union_lead, title="Not for him.")
    thief = Thief(table.instance.store)
    thief.copy()
    assert b"Not for him." not in b" ".join(thief.opens(his).values())


def test_the_page_says_who_is_waited_for(table: Table) -> None:
    ana = lose(table, table.union_lead, ask(table, ANA))
    with table.reading(ana) as work:
        own = renewals.show(work, table.case_id, seat_id(table, ana))
    with table.reading(table.coordinator) as work:
        theirs = renewals.show(work, table.case_id, seat_id(table, ana))
    assert not own.may
    assert theirs.may == {Act.SEAT_VOUCH}
    assert theirs.words in {words for _name, words in own.own_words}
    assert table.company_lead.account_id not in {ana.account_id}
