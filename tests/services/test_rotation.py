"""Rotation loses nothing: before, after, and when it is cut short between any two statements."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import event, select, update

from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.addresses import normalised
from dialogue.domain.people import Room
from dialogue.services import audit, identity, keyring, letters, notes, rotation
from dialogue.services.letters import LetterKind
from dialogue.store.accounts import Account, find_account_by_lookup
from dialogue.store.factors import Passkey
from dialogue.store.masterkeys import IDENTITY_COLUMNS, exchange, identity_page
from dialogue.store.record import Entry
from dialogue.store.schema import METADATA
from tests.builders import PASSWORD

AFTER = ServerSecrets.parse(ServerSecrets.generate("new"))


class PowerCut(Exception):
    pass


@pytest.fixture
def worn(preparing):
    """A house with people, an outbox, organisations, links and a record, all under the one key there is."""
    with preparing.writing(preparing.union_lead) as work:
        letters.to_address(work, LetterKind.JOIN, "New@example.org", "fr", key="join:1", link="/link/4711")
        notes.write(work, preparing.case_id, Room.UNION, title="Pay", body="Our floor is 2%.")
        passkey = Passkey(
            id=uuid4(),
            account_id=preparing.union_lead.account_id,
            credential_hash=bytes(32),
            sign_count=0,
            added_at=work.now,
        )
        passkey.sealed_identity = identity.seal_field(
            preparing.instance.secrets, passkey, "sealed_identity", {"name": "The telephone"}
        )
        work.session.add(passkey)
    return preparing


def under(instance, secrets):
    return replace(instance, secrets=secrets)


def under_both(instance):
    """The instance once a new key has been put before the old one."""
    old = instance.secrets
    return under(instance, ServerSecrets(("new", *old.key_ids), {**AFTER._keys, **old._keys}))


def readable(instance):
    """Everything that the server can read or find: fields, addresses and unbroken chains."""
    told = {}
    with instance.store.session(writes=False) as session:
        for of in IDENTITY_COLUMNS:
            for row in identity_page(session, of, after=None, limit=1000):
                body = identity.open_field(instance.secrets, row, of.column)
                told[of.name, row.id] = body
                if of.lookup and of.address in body:
                    found = getattr(row, of.lookup) in instance.secrets.lookups(normalised(body[of.address]))
                    told[of.name, row.id, "found"] = found
    told["chains"] = [(found.chain, found.entries, found.bad) for found in audit.verify(instance)]
    return told


def rows_in_between(instance):
    """Rows whose field stands under one master key and whose look-up hash under another."""
    found = []
    with instance.store.session(writes=False) as session:
        for of in IDENTITY_COLUMNS:
            for row in identity_page(session, of, after=None, limit=1000) if of.lookup else []:
                body = identity.open_field(instance.secrets, row, of.column)
                sealed = instance.secrets.identity_key_id(getattr(row, of.column))
                keyed = dict(
                    zip(instance.secrets.lookups(normalised(body[of.address])), instance.secrets.key_ids, strict=True)
                )
                if keyed[getattr(row, of.lookup)] != sealed:
                    found.append(row)
    return found


def check(instance, house):
    with house.reading(None) as work:
        work.instance = instance
        return keyring.check(work)


def test_everything_stays_readable_and_the_old_key_is_needed_no_more(worn):
    instance = under_both(worn.instance)
    before = readable(instance)
    assert all(of.name in {key[0] for key in before if isinstance(key, tuple)} for of in IDENTITY_COLUMNS)

    done = rotation.rotate(instance)

    assert sum(done.left.values()) == 0
    assert readable(instance) == before
    assert done.waiting == {"k1": 7}
    assert readable(under(instance, AFTER)) == before


def test_a_second_run_has_nothing_left_to_do(worn):
    instance = under_both(worn.instance)
    rotation.rotate(instance)

    assert sum(rotation.rotate(instance).moved.values()) == 0


def test_without_rotation_the_new_key_alone_reads_nothing(worn):
    instance = under(worn.instance, AFTER)

    done = rotation.rotate(instance)

    assert sum(done.moved.values()) == 0
    assert sum(done.left.values()) > 20
    assert check(instance, worn.house).unheld == {"k1"}


def test_people_are_found_and_sign_in_before_and_after(worn):
    instance = under_both(worn.instance)
    rotation.rotate(instance)

    with instance.store.session(writes=False) as session:
        account = find_account_by_lookup(session, AFTER.lookups("ana@union.example"))
    assert account.id == worn.union_lead.account_id
    assert identity.is_dated(instance, account)
    bundle = identity.open_with_password(account, identity.password_key_of(instance, account, PASSWORD))
    assert bundle == worn.union_lead.bundle


def test_what_people_sealed_opens_after_a_rotation(worn):
    instance = under_both(worn.instance)
    worn.house.instance = instance
    rotation.rotate(instance)

    with worn.reading(worn.union_lead) as work:
        page = notes.index(work, worn.case_id, Room.UNION)
    assert [line.title for line in page.notes] == ["Pay"]


def test_an_address_written_under_the_new_key_before_the_run_is_found_afterwards(worn):
    instance = under_both(worn.instance)
    with instance.store.session(writes=True) as session:
        account = session.get(Account, worn.union_lead.account_id)
        identity.describe(instance.secrets, account, name="Ana R.", organisation="", email="ana@union.example")
        session.commit()

    rotation.rotate(instance)

    with instance.store.session(writes=False) as session:
        assert find_account_by_lookup(session, AFTER.lookups("ana@union.example")) is not None


def test_an_entry_that_was_altered_is_still_named_after_the_run(worn):
    instance = under_both(worn.instance)
    with instance.store.session(writes=True) as session:
        altered = session.scalars(select(Entry).where(Entry.case_id == worn.case_id, Entry.seq == 3)).first()
        session.execute(update(Entry).where(Entry.chain == altered.chain, Entry.seq == 3).values(act="note:read"))
        session.commit()

    done = rotation.rotate(instance)

    assert done.left["record_entries.mac"] == 1
    bad = {found.chain: found.bad for found in audit.verify(instance) if found.bad}
    assert bad == {altered.chain: 3}


def test_what_somebody_writes_meanwhile_is_not_overwritten(worn):
    instance = under_both(worn.instance)
    of = IDENTITY_COLUMNS[0]
    with instance.store.session(writes=True) as session:
        row = identity_page(session, of, after=None, limit=1)[0]
        stale = {"sealed_identity": b"what stood there before", "lookup": row.lookup}

        assert not exchange(session, of, row.id, stale, {"sealed_identity": b"mine"})


def test_a_run_cut_short_between_any_two_statements_leaves_before_or_after(worn):
    instance = under_both(worn.instance)
    before = readable(instance)
    slots = stored_slots(instance)
    engine = instance.store.writing
    cuts = 0

    class Fuse:
        left = 0

        def burn(self, *_args):
            self.left -= 1
            if self.left < 0:
                raise PowerCut

    fuse = Fuse()
    event.listen(engine, "before_cursor_execute", fuse.burn)
    event.listen(engine, "after_cursor_execute", fuse.burn)
    try:
        finished = False
        while not finished:
            fuse.left = cuts
            try:
                rotation.rotate(instance)
                finished = True
            except PowerCut:
                cuts += 1
            fuse.left = 10**9
            assert readable(instance) == before
            assert rows_in_between(instance) == []
    finally:
        event.remove(engine, "before_cursor_execute", fuse.burn)
        event.remove(engine, "after_cursor_execute", fuse.burn)

    assert cuts > 10
    assert readable(under(instance, AFTER)) == before
    assert stored_slots(instance) == slots


def test_every_column_under_the_identity_key_is_rotated():
    known = {(of.table.__tablename__, of.column) for of in IDENTITY_COLUMNS}

    sealed = {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.columns
        if column.name in {"sealed_identity", "sealed_letter"}
    }
    # A session ends within twelve hours, and only its browser opens it.
    assert known == sealed - {("sessions", "sealed_identity")}


def test_the_check_counts_what_needs_which_key(worn):
    instance = under_both(worn.instance)

    seen = check(instance, worn.house)

    assert seen.is_well
    assert seen.newest == "new"
    assert seen.needed == {"k1"}
    assert seen.accounts == 7
    assert seen.desk_listed == 2
    assert seen.under["accounts.lookup"] == {"k1": 7}
    assert seen.under["accounts.password_slot"] == {"k1": 7}

    rotation.rotate(instance)
    seen = check(instance, worn.house)
    assert seen.under["accounts.lookup"] == {"new": 7}
    assert seen.under["accounts.password_slot"] == {"k1": 7}


def stored_slots(instance):
    with instance.store.session(writes=False) as session:
        query = select(Account.id, Account.password_slot, Account.recovery_slot, Account.version).order_by(Account.id)
        return session.execute(query).all()
