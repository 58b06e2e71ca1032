"""Administrators see whether the machine works and what its keys are, and bring dead letters back; nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from dialogue.crypto.passwords import KdfParameters
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.events import EventKind
from dialogue.domain.people import Room, StaffRole
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import accounts, events, mailroom, notes, staff, upkeep
from dialogue.services.mailroom import KEPT_WHEN_GIVEN_UP, Delivery
from dialogue.store.accounts import Account
from dialogue.store.outbox import OutboxLetter
from dialogue.store.record import Entry

ADMINISTERS = frozenset({StaffRole.ADMINISTRATOR})


@pytest.fixture
def administrator(gathered):
    return gathered.house.person("Ada Lovell", "ada@ilo.example", organisation="ILO", roles=ADMINISTERS)


def report_of(table, reader):
    with table.reading(reader) as work:
        return upkeep.report(work)


def ask(table, email="maria@union.example"):
    with table.writing(None) as work:
        accounts.ask_to_register(work, email, "en")


def refuse(_message):
    raise OSError


def give_up(table):
    """The mail server refuses until the worker lets go."""
    done = []
    while Delivery.GIVEN_UP not in done:
        done += mailroom.deliver_all(table.instance, refuse, lambda: table.house.now)
        table.house.tick(timedelta(hours=6))


@pytest.mark.parametrize("who", ["coordinator", "facilitator", "union_lead", "outsider"])
def test_the_machine_is_nobody_elses_business(gathered, who):
    reader = getattr(gathered, who)
    for look in (upkeep.report, upkeep.keys, upkeep.check_keys, events.index, events.verify):
        with pytest.raises(NotFound), gathered.reading(reader) as work:
            look(work)
    for do in (
        lambda work: upkeep.retry(work, gathered.case_id),
        lambda work: staff.disable(work, gathered.coordinator.account_id),
        lambda work: staff.enable(work, gathered.coordinator.account_id),
        lambda work: staff.turn_by_address(work, "mina@brand.example", opens=False),
    ):
        with pytest.raises(NotFound), gathered.writing(reader) as work:
            do(work)


# Health


def test_a_worker_is_seen_while_it_works_and_missed_when_it_stops(gathered, administrator):
    assert (report_of(gathered, administrator).worker_seen, report_of(gathered, administrator).worker_works) == (
        None,
        False,
    )

    mailroom.deliver_all(gathered.instance, refuse, lambda: gathered.house.now)
    assert report_of(gathered, administrator).worker_works

    gathered.house.tick(timedelta(minutes=5))
    late = report_of(gathered, administrator)
    assert late.worker_seen is not None
    assert not late.worker_works


def test_letters_that_stay_are_counted_and_dated(gathered, administrator):
    sent = []
    mailroom.deliver_all(gathered.instance, sent.append, lambda: gathered.house.now)
    assert report_of(gathered, administrator).waiting == 0
    ask(gathered)
    ask(gathered, "luis@union.example")

    told = report_of(gathered, administrator)
    assert (told.waiting, told.mails_leave, told.is_current) == (2, True, True)
    gathered.house.tick(timedelta(hours=1))
    assert not report_of(gathered, administrator).mails_leave


def test_a_dead_letter_is_shown_without_its_address_and_leaves_once_it_is_tried_again(gathered, administrator):
    ask(gathered)
    give_up(gathered)
    [dead] = report_of(gathered, administrator).given_up
    assert dead.occasion == "register"
    assert "maria" not in repr(report_of(gathered, administrator))

    with gathered.writing(administrator) as work:
        upkeep.retry(work, dead.letter_id)

    sent = []
    assert mailroom.deliver_all(gathered.instance, sent.append, lambda: gathered.house.now) == [Delivery.SENT]
    assert sent[0]["To"] == "maria@union.example"
    assert report_of(gathered, administrator).given_up == ()
    with pytest.raises(OutOfDate), gathered.writing(administrator) as work:
        upkeep.retry(work, dead.letter_id)


def test_a_dead_letter_is_deleted_once_its_link_cannot_work_any_more(gathered, administrator):
    ask(gathered)
    give_up(gathered)
    [dead] = report_of(gathered, administrator).given_up

    gathered.house.tick(KEPT_WHEN_GIVEN_UP)
    mailroom.deliver_all(gathered.instance, refuse, lambda: gathered.house.now)

    assert report_of(gathered, administrator).given_up == ()
    with gathered.instance.store.session(writes=False) as session:
        assert session.scalar(select(OutboxLetter).where(OutboxLetter.id == dead.letter_id)) is None


def test_a_letter_that_does_not_open_any_more_is_not_tried_again(gathered, administrator):
    ask(gathered)
    give_up(gathered)
    [dead] = report_of(gathered, administrator).given_up
    with gathered.instance.store.session(writes=True) as session:
        session.execute(update(OutboxLetter).values(sealed_letter=b"\1\3\2k1" * 20))
        session.commit()

    with pytest.raises(Unfit, match="letter_gone"), gathered.writing(administrator) as work:
        upkeep.retry(work, dead.letter_id)


# Keys


def test_a_password_under_an_older_key_or_too_cheap_is_counted_as_dated(gathered, administrator):
    with gathered.reading(administrator) as work:
        before = upkeep.keys(work)
    assert (before.dated, before.held) == (0, gathered.instance.secrets.key_ids)

    kdf = KdfParameters.decode(gathered.instance.kdf.encode())
    dearer = replace(gathered.instance, kdf=replace(kdf, iterations=kdf.iterations + 1))
    gathered.house.instance = dearer
    with gathered.reading(administrator) as work:
        after = upkeep.keys(work)
    assert after.dated == after.slots == before.slots > 5


def test_the_keys_that_are_needed_are_told_and_a_missing_one_is_named(gathered, administrator):
    with gathered.reading(administrator) as work:
        seen = upkeep.check_keys(work)
    assert seen.is_well
    assert seen.needed == {"k1"}

    other = ServerSecrets.parse(ServerSecrets.generate("k2"))
    gathered.house.instance = replace(gathered.instance, secrets=other)
    with gathered.reading(administrator) as work:
        seen = upkeep.check_keys(work)
    assert not seen.is_well
    assert "k1" in seen.unheld


def test_the_list_of_staff_is_told_and_its_alarm_too(gathered, administrator):
    with gathered.reading(administrator) as work:
        told = upkeep.keys(work)
    assert (told.desk, told.desk_listed, told.desk_alarm) == (gathered.instance.desk.hex(), 2, None)

    gathered.house.instance = replace(gathered.instance, desk=bytes(32))
    with gathered.reading(administrator) as work:
        assert upkeep.keys(work).desk_alarm is not None


# Accounts of colleagues


def test_a_disabled_colleague_cannot_sign_in_until_enabled_again(gathered, administrator):
    with gathered.writing(administrator) as work:
        staff.disable(work, gathered.facilitator.account_id)
    with gathered.reading(administrator) as work:
        shown = {one.account_id: one.is_active for one in staff.index(work).colleagues}
    assert not shown[gathered.facilitator.account_id]
    with pytest.raises(OutOfDate), gathered.writing(administrator) as work:
        staff.disable(work, gathered.facilitator.account_id)

    with gathered.writing(administrator) as work:
        staff.enable(work, gathered.facilitator.account_id)
    with gathered.reading(administrator) as work:
        shown = {one.account_id: one.is_active for one in staff.index(work).colleagues}
    assert shown[gathered.facilitator.account_id]


def test_an_administrator_stays_and_is_not_closed_by_the_own_hand(gathered, administrator):
    with pytest.raises(Unfit, match="own_account"), gathered.writing(administrator) as work:
        staff.disable(work, administrator.account_id)
    with pytest.raises(Unfit, match="own_account"), gathered.writing(administrator) as work:
        staff.turn_by_address(work, "Ada@ilo.example", opens=False)


def test_somebody_of_a_party_is_no_colleague(gathered, administrator):
    with pytest.raises(NotFound), gathered.writing(administrator) as work:
        staff.disable(work, gathered.union_lead.account_id)


def test_by_address_an_account_is_closed_and_nobody_learns_whether_there_is_one(gathered, administrator):
    for email in ("ana@union.example", "nobody@union.example"):
        with gathered.writing(administrator) as work:
            assert staff.turn_by_address(work, email, opens=False) is None

    with gathered.instance.store.session(writes=False) as session:
        account = session.get(Account, gathered.union_lead.account_id)
        assert account.state.value == "disabled"
    with gathered.reading(administrator) as work:
        [one, other] = [event for event in events.listed(work) if event.what == "staff:disable"]
    assert (one.actor, one.about is None) == (other.actor, other.about is None)
    assert gathered.union_lead.account_id not in (one.about, other.about)


# Events


def test_the_events_name_the_staff_and_nobody_of_a_party(gathered, administrator):
    with pytest.raises(NotFound), gathered.reading(gathered.union_lead) as work:
        upkeep.report(work)
    with gathered.writing(administrator) as work:
        staff.disable(work, gathered.facilitator.account_id)

    with gathered.reading(administrator) as work:
        page = events.index(work)
    told = {event.what: event for event in page.events}
    assert told["refused:instance:read"].actor == gathered.union_lead.account_id
    assert {person.name for person in page.colleagues.values()} >= {"Ada Lovell", "Farid Lindqvist"}
    assert "Ana Rojas" not in {person.name for person in page.colleagues.values()}


def test_events_are_told_apart_by_kind_and_paged_without_loss(gathered, administrator):
    with pytest.raises(NotFound), gathered.reading(gathered.outsider) as work:
        upkeep.report(work)
    for _ in range(60):
        with gathered.reading(administrator) as work:
            events.index(work)
    told, before = [], None
    while True:
        with gathered.reading(administrator) as work:
            page = events.index(work, kind=EventKind.OFFICE, before=before)
        told += [event.number for event in page.events]
        before = page.older
        if before is None:
            break
    assert len(told) == len(set(told)) == 60
    assert told == sorted(told, reverse=True)
    with gathered.reading(administrator) as work:
        kinds = {kind: events.listed(work, kind=kind, limit=1000) for kind in EventKind}
        everything = events.listed(work, limit=1000)
    assert sum(map(len, kinds.values())) == len(everything)
    assert {event.what for event in kinds[EventKind.REFUSALS]} == {"refused:instance:read"}
    assert {event.kind for event in kinds[EventKind.OFFICE]} == {EventKind.OFFICE}


def test_an_alarm_in_a_dialogue_shows_among_the_events_and_on_the_page_of_health(table):
    administrator = table.house.person("Ada Lovell", "ada@ilo.example", roles=ADMINISTERS)
    with table.writing(table.union_lead) as work:
        note = notes.write(work, table.case_id, Room.UNION, title="Wages", body="Our floor is two per cent.")
    assert report_of(table, administrator).alarms == 0
    with table.instance.store.session(writes=True) as session:
        session.execute(update(Entry).where(Entry.chain.endswith(":union")).values(digest=bytes(32)))
        session.commit()

    with pytest.raises(Exception, match="record_rolled_back"), table.reading(table.union_lead) as work:
        notes.show(work, table.case_id, note)

    assert report_of(table, administrator).alarms == 1
    with table.reading(administrator) as work:
        [alarm] = events.index(work, kind=EventKind.ALARMS).events
    assert (alarm.what, alarm.actor) == ("alarm:keys", table.union_lead.account_id)


def test_an_altered_event_is_named(gathered, administrator):
    for _ in range(3):
        with gathered.reading(administrator) as work:
            events.index(work)
    with gathered.reading(administrator) as work:
        assert (events.verify(work).entries, events.verify(work).bad) == (3, None)
    with gathered.instance.store.session(writes=True) as session:
        session.execute(update(Entry).where(Entry.chain == "instance", Entry.seq == 2).values(act="session:sign_in"))
        session.commit()
    with gathered.reading(administrator) as work:
        assert events.verify(work).bad == 2
