"""Positions: signed by who speaks for a party, on the words that lie on the table, and counted by nobody."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete

from dialogue.crypto import signing
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.positions import Consensus, Stance
from dialogue.errors import Forbidden, IllegalTransition, NotFound, OutOfDate, Unfit
from dialogue.services import agenda, positions, rooms
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from dialogue.store.agenda import PositionRow, newest_position, newest_wordings
from dialogue.store.cases import lock_case
from dialogue.store.record import chain_of
from tests.builders import Table
from tests.on_the_table import admitted, agreed, look, proposed, stand, word


@pytest.fixture
def item_id(table: Table) -> UUID:
    """An item on the agenda with a wording by the company."""
    made = admitted(table)
    word(table, table.company_lead, made)
    return made


def recorded(table: Table) -> int:
    with table.reading(None) as work:
        return sum(entry.act == "position:record" for entry in chain_of(work.session, f"{table.case_id.hex}:joint"))


# What two positions make


def test_two_who_agree_are_in_consensus_and_one_alone_is_not(table: Table, item_id: UUID) -> None:
    assert stand(table, table.company_lead, item_id, Stance.AGREE) is Consensus.PENDING
    assert stand(table, table.union_lead, item_id, Stance.AGREE) is Consensus.AGREED

    assert look(table, table.facilitator, item_id).consensus is Consensus.AGREED
    assert recorded(table) == 2


def test_a_reservation_is_kept_with_the_agreement(table: Table, item_id: UUID) -> None:
    stand(table, table.company_lead, item_id, Stance.AGREE)
    stand(table, table.union_lead, item_id, Stance.CAN_LIVE_WITH_IT, reservation="For one season.")

    shown = look(table, table.company_delegate, item_id)

    assert shown.consensus is Consensus.AGREED_WITH_RESERVATION
    assert shown.positions[Party.UNION].reservation == "For one season."


def test_a_reason_is_asked_of_whoever_does_not_agree(table: Table, item_id: UUID) -> None:
    with pytest.raises(Unfit):
        stand(table, table.union_lead, item_id, Stance.NEEDS_WORK)

    stand(table, table.union_lead, item_id, Stance.CANNOT_AGREE, reason="It takes the night from us.")

    assert look(table, table.company_lead, item_id).positions[Party.UNION].reason == "It takes the night from us."


def test_a_new_wording_leaves_every_position_behind(table: Table, item_id: UUID) -> None:
    stand(table, table.company_lead, item_id, Stance.AGREE)
    stand(table, table.union_lead, item_id, Stance.NEEDS_WORK, reason="Who decides?")
    word(table, table.union_lead, item_id, "Other words.")

    shown = look(table, table.union_lead, item_id)

    assert (shown.positions, shown.consensus, shown.own_position) == ({}, Consensus.PENDING, None)
    assert {position.stance for position in shown.past[0].positions} == {Stance.AGREE, Stance.NEEDS_WORK}


def test_a_party_may_change_its_position_and_the_earlier_one_is_kept(table: Table, item_id: UUID) -> None:
    stand(table, table.union_lead, item_id, Stance.CANNOT_AGREE, reason="Never.")
    stand(table, table.union_lead, item_id, Stance.AGREE)

    shown = look(table, table.company_lead, item_id)

    assert shown.positions[Party.UNION].stance is Stance.AGREE
    assert shown.positions[Party.UNION].number == 2
    assert [position.reason for position in shown.replaced] == ["Never."]


# Who records


@pytest.mark.parametrize("who", ["company_delegate", "union_delegate", "facilitator"])
def test_delegates_and_facilitators_have_no_position(table: Table, item_id: UUID, who: str) -> None:
    with pytest.raises(Forbidden):
        stand(table, getattr(table, who), item_id, Stance.AGREE)


@pytest.mark.parametrize("who", ["coordinator", "outsider"])
def test_whoever_does_not_sit_at_the_table_has_none_either(table: Table, item_id: UUID, who: str) -> None:
    seen = look(table, table.company_lead, item_id)
    assert seen.wording is not None

    with pytest.raises((Forbidden, NotFound)), table.writing(getattr(table, who)) as work:
        positions.record(
            work, table.case_id, item_id, wording_id=seen.wording.id, previous_id=None, stance=Stance.AGREE
        )


def test_a_deputy_records_for_the_party(table: Table, item_id: UUID) -> None:
    deputy = table.house.person("Dora Vega", "dora@union.example")
    table.seat(deputy, Party.UNION, Role.DEPUTY)
    table.accept_terms(deputy)
    look(table, table.union_lead, item_id)

    stand(table, deputy, item_id, Stance.AGREE)

    shown = look(table, table.company_lead, item_id)
    assert shown.positions[Party.UNION].account_id == deputy.account_id
    assert shown.positions[Party.UNION].trouble is None


# What has changed in the meantime


def test_a_position_on_words_that_are_no_longer_on_the_table_is_out_of_date(table: Table, item_id: UUID) -> None:
    seen = look(table, table.union_lead, item_id)
    assert seen.wording is not None
    word(table, table.company_lead, item_id, "Other words.")

    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        positions.record(
            work, table.case_id, item_id, wording_id=seen.wording.id, previous_id=None, stance=Stance.AGREE
        )

    assert recorded(table) == 0


@pytest.mark.parametrize("seen_before", [True, False])
def test_a_position_that_does_not_know_the_partys_last_one_is_out_of_date(
    table: Table, item_id: UUID, seen_before: bool
) -> None:
    stand(table, table.union_lead, item_id, Stance.AGREE)
    seen = look(table, table.union_lead, item_id)
    if not seen_before:
        stand(table, table.union_lead, item_id, Stance.NEEDS_WORK, reason="On second thoughts.")
    assert seen.wording is not None
    previous = uuid4() if seen_before else seen.own_position

    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        positions.record(
            work, table.case_id, item_id, wording_id=seen.wording.id, previous_id=previous, stance=Stance.AGREE
        )


def test_the_other_partys_position_does_not_make_ones_own_out_of_date(table: Table, item_id: UUID) -> None:
    seen = look(table, table.union_lead, item_id)
    assert seen.wording is not None
    stand(table, table.company_lead, item_id, Stance.AGREE)

    with table.writing(table.union_lead) as work:
        together = positions.record(
            work, table.case_id, item_id, wording_id=seen.wording.id, previous_id=None, stance=Stance.AGREE
        )

    assert together is Consensus.AGREED


def test_there_is_no_position_on_an_item_without_a_wording(table: Table) -> None:
    item_id = proposed(table, table.company_lead)

    with pytest.raises(OutOfDate), table.writing(table.company_lead) as work:
        positions.record(work, table.case_id, item_id, wording_id=uuid4(), previous_id=None, stance=Stance.AGREE)


def test_a_withdrawn_item_takes_no_position(table: Table, item_id: UUID) -> None:
    with table.writing(table.company_lead) as work:
        case = lock_case(work.session, table.case_id)
        assert case is not None
        agenda.carry_withdrawal(work, case, item_id)

    with pytest.raises(IllegalTransition):
        stand(table, table.union_lead, item_id, Stance.AGREE)


# What was signed


def forged(table: Table, item_id: UUID, by: Actor, party: Party, stance: Stance) -> None:
    """A member of the room who also writes the database puts down a position that looks like the party's own."""
    seen = look(table, by, item_id)
    assert seen.wording is not None
    with table.writing(by) as work:
        case = lock_case(work.session, table.case_id)
        assert case is not None
        row = PositionRow(
            id=uuid4(),
            case_id=table.case_id,
            item_id=item_id,
            wording_id=seen.wording.id,
            party=party,
            number=99,
            account_id=by.account_id,
            made_at=work.now,
        )
        stated = {"stance": stance.value, "reason": "", "reservation": "", "previous": None}
        values = (row.item_id, row.wording_id, seen.wording.digest, row.id, row.number, row.made_at, *stated.values())
        signature = signing.sign(by.bundle, "dialogue/position/1", table.case_id, party.value, by.account_id, *values)
        body = stated | {
            "wording": seen.wording.digest.hex(),
            "fingerprint": by.bundle.public.fingerprint.hex(),
            "signature": signature.hex(),
        }
        row.sealed_body = rooms.seal(work, case, Room.JOINT, body, row.place("body", Room.JOINT))
        work.session.add(row)


def test_what_a_lead_signs_for_its_own_party_by_that_road_is_good(table: Table, item_id: UUID) -> None:
    forged(table, item_id, table.union_lead, Party.UNION, Stance.AGREE)

    assert look(table, table.company_lead, item_id).positions[Party.UNION].stance is Stance.AGREE


@pytest.mark.parametrize("who", ["company_lead", "company_delegate", "union_delegate", "facilitator"])
def test_nobody_else_signs_for_a_party(table: Table, item_id: UUID, who: str) -> None:
    stand(table, table.company_lead, item_id, Stance.AGREE)
    forged(table, item_id, getattr(table, who), Party.UNION, Stance.AGREE)

    shown = look(table, table.union_lead, item_id)

    assert shown.positions[Party.UNION].trouble is Trouble.BROKEN
    assert shown.positions[Party.UNION].stance is None
    assert shown.consensus is Consensus.PENDING


@pytest.mark.parametrize("field", ["account_id", "made_at"])
def test_a_position_whose_row_was_altered_counts_for_nothing(table: Table, field: str) -> None:
    item_id = agreed(table)
    seen = look(table, table.company_lead, item_id)
    assert seen.wording is not None
    with table.writing(None) as work:
        row = newest_position(work.session, seen.wording.id, Party.UNION)
        assert row is not None
        setattr(row, field, {"account_id": table.union_delegate.account_id, "made_at": work.now}[field])

    shown = look(table, table.company_lead, item_id)

    assert shown.positions[Party.UNION].trouble is Trouble.BROKEN
    assert shown.positions[Party.COMPANY].trouble is None
    assert shown.consensus is Consensus.PENDING


def test_a_position_moved_to_the_other_party_counts_for_nothing(table: Table, item_id: UUID) -> None:
    stand(table, table.company_lead, item_id, Stance.AGREE)
    with table.writing(None) as work:
        seen = work.session.query(PositionRow).one()
        seen.party = Party.UNION

    assert look(table, table.union_lead, item_id).positions[Party.UNION].trouble is Trouble.BROKEN


def test_a_flipped_byte_hides_one_position_and_not_the_page(table: Table) -> None:
    item_id = agreed(table)
    with table.writing(None) as work:
        for row in work.session.query(PositionRow).filter_by(party=Party.UNION):
            row.sealed_body = row.sealed_body[:-1] + bytes([row.sealed_body[-1] ^ 1])

    shown = look(table, table.company_lead, item_id)

    assert shown.title == "Night shifts"
    assert shown.positions[Party.COMPANY].stance is Stance.AGREE
    assert (shown.positions[Party.UNION].stance, shown.positions[Party.UNION].trouble) == (None, Trouble.BROKEN)


def test_a_position_that_vanished_leaves_no_consensus(table: Table) -> None:
    item_id = agreed(table)
    with table.writing(None) as work:
        work.session.execute(delete(PositionRow).where(PositionRow.party == Party.UNION))

    assert look(table, table.company_lead, item_id).consensus is Consensus.PENDING


def test_words_exchanged_under_two_positions_leave_no_consensus(table: Table) -> None:
    item_id = agreed(table, text="Four weeks ahead.")
    with table.writing(table.facilitator) as work:
        case = lock_case(work.session, table.case_id)
        row = newest_wordings(work.session, item_id, limit=1)[0]
        assert case is not None
        place = row.place("body", Room.JOINT)
        body = rooms.open_one(work, case, Room.JOINT, row.sealed_body, place)
        row.sealed_body = rooms.seal(work, case, Room.JOINT, body | {"text": "Two weeks ahead."}, place)

    shown = look(table, table.union_lead, item_id)

    assert shown.wording is not None
    assert shown.wording.text == "Two weeks ahead."
    assert {position.trouble for position in shown.positions.values()} == {Trouble.BROKEN}
    assert shown.consensus is Consensus.PENDING
