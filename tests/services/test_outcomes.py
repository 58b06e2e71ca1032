"""The outcome record: what both agreed, signed by both over one hash, and nothing else ever after."""

from __future__ import annotations

from uuid import UUID

import pytest

from dialogue.domain.agenda import ItemKind
from dialogue.domain.cases import CaseStatus, Completion
from dialogue.domain.outcomes import OutcomeState
from dialogue.domain.people import Party, Role, Room
from dialogue.domain.positions import Consensus, Stance
from dialogue.errors import Forbidden, IllegalTransition, NotAgreed, NotFound, OutOfDate, SealBroken
from dialogue.services import cases, outcomes, rooms, signatures
from dialogue.services.outcomes import OutcomeShown
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from dialogue.store.cases import find_case, lock_case
from dialogue.store.outcomes import Outcome, OutcomeSignature, find_outcome
from dialogue.store.record import chain_of
from tests.builders import Table
from tests.on_the_table import admitted, agreed, conclude, framed, reopen, stand, statements_of, word


def assemble(table: Table, by: Actor, *item_ids: UUID, replaces: UUID | None = None) -> UUID:
    with table.writing(by) as work:
        return outcomes.assemble(work, table.case_id, item_ids=item_ids, language="en", replaces=replaces)


def look(table: Table, by: Actor, outcome_id: UUID) -> OutcomeShown:
    with table.reading(by) as work:
        return outcomes.show(work, table.case_id, outcome_id)


def sign(table: Table, by: Actor, outcome_id: UUID) -> OutcomeState:
    seen = look(table, by, outcome_id).hash
    with table.writing(by) as work:
        return outcomes.sign(work, table.case_id, outcome_id, seen=seen)


def status(table: Table) -> tuple[CaseStatus, Completion | None]:
    with table.reading(None) as work:
        case = find_case(work.session, table.case_id)
        assert case is not None
        return case.status, case.completion


def recorded(table: Table, act: str) -> int:
    with table.reading(None) as work:
        return sum(entry.act == act for entry in chain_of(work.session, f"{table.case_id.hex}:joint"))


# Assembling


def test_a_record_holds_the_agreed_words_with_their_reservations(table: Table) -> None:
    shifts = agreed(table, "Night shifts", "Four weeks ahead.", reservation="For one season.")
    canteen = agreed(table, "Canteen", "Officers have access.")
    open_item = admitted(table, "Wages")
    framed(table, ItemKind.PREAMBLE, "Meeting in Geneva,")
    conclude(table)
    framed(table, ItemKind.CLOSING, "They thank each other.", by=table.facilitator)

    outcome_id = assemble(table, table.facilitator, canteen, shifts)

    shown = look(table, table.union_delegate, outcome_id)
    assert shown.record is not None
    assert shown.record.preamble is not None
    assert shown.record.closing is not None
    assert (shown.record.preamble.text, shown.record.closing.text) == ("Meeting in Geneva,", "They thank each other.")
    assert [(item.number, item.title, item.text) for item in shown.record.items] == [
        (1, "Night shifts", "Four weeks ahead."),
        (2, "Canteen", "Officers have access."),
    ]
    company, union = shown.record.items[0].positions
    assert (company.party, company.stance, company.reservation) == (Party.COMPANY, Stance.AGREE, "")
    assert (union.party, union.stance, union.reservation) == (
        Party.UNION,
        Stance.CAN_LIVE_WITH_IT,
        "For one season.",
    )
    assert shown.completion is Completion.PARTIAL
    assert open_item not in {item.item_id for item in shown.record.items}


def test_only_what_is_in_consensus_can_be_chosen(table: Table) -> None:
    item_id = admitted(table)
    word(table, table.company_lead, item_id)
    stand(table, table.company_lead, item_id, Stance.AGREE)
    conclude(table)

    with pytest.raises(NotAgreed):
        assemble(table, table.company_lead, item_id)


def test_the_form_offers_what_is_agreed_and_names_what_is_open(table: Table) -> None:
    shifts = agreed(table, "Night shifts")
    apart = admitted(table, "Wages")
    word(table, table.company_lead, apart)
    stand(table, table.company_lead, apart, Stance.AGREE)
    stand(table, table.union_lead, apart, Stance.CANNOT_AGREE, reason="Too low.")
    conclude(table)

    with table.reading(table.company_lead) as work:
        form = outcomes.assembling(work, table.case_id)

    assert [(choice.item_id, choice.title, choice.is_chosen) for choice in form.agreed] == [
        (shifts, "Night shifts", True)
    ]
    assert [(choice.item_id, choice.consensus) for choice in form.open] == [(apart, Consensus.APART)]
    assert (form.draft, form.words) == (None, None)


def test_a_record_may_hold_some_or_none_of_what_is_agreed(table: Table) -> None:
    first, second = agreed(table, "One"), agreed(table, "Two")
    conclude(table)

    some = assemble(table, table.company_lead, second)
    assert look(table, table.union_lead, some).completion is Completion.PARTIAL
    none = assemble(table, table.company_lead, replaces=some)
    assert look(table, table.union_lead, none).completion is Completion.NONE
    both = assemble(table, table.company_lead, first, second, replaces=none)
    assert look(table, table.union_lead, both).completion is Completion.FULL


def test_a_newly_assembled_record_replaces_the_one_before(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)
    first = assemble(table, table.company_lead, item_id)
    sign(table, table.company_lead, first)
    second = assemble(table, table.union_lead, item_id, replaces=first)

    with table.reading(table.company_lead) as work:
        found = outcomes.index(work, table.case_id)

    assert [(line.id, line.state, line.signed_by) for line in found.lines] == [
        (second, OutcomeState.DRAFT, ()),
        (first, OutcomeState.REPLACED, (Party.COMPANY,)),
    ]
    assert found.current is not None
    assert found.current.id == second
    with pytest.raises(OutOfDate):
        sign(table, table.union_lead, first)


def test_who_has_not_seen_the_other_draft_replaces_nothing(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)
    first = assemble(table, table.company_lead, item_id)

    with pytest.raises(OutOfDate):
        assemble(table, table.union_lead, item_id)

    with table.reading(table.union_lead) as work:
        form = outcomes.assembling(work, table.case_id)
    assert form.draft is not None
    assert form.draft.id == first


def test_the_next_draft_begins_from_the_words_of_the_last(table: Table) -> None:
    first, second = agreed(table, "One"), agreed(table, "Two")
    conclude(table)
    framed(table, ItemKind.PREAMBLE, "Meeting in Turin,")
    assemble(table, table.company_lead, second)

    with table.reading(table.facilitator) as work:
        form = outcomes.assembling(work, table.case_id)

    assert form.words is not None
    assert form.words.preamble is not None
    assert form.words.preamble.text == "Meeting in Turin,"
    assert form.frame == {ItemKind.PREAMBLE: Consensus.AGREED, ItemKind.CLOSING: Consensus.NO_WORDING}
    assert {choice.item_id: choice.is_chosen for choice in form.agreed} == {first: False, second: True}


def test_a_preview_writes_nothing(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)

    with table.reading(table.company_lead) as work:
        preview = outcomes.preview(work, table.case_id, item_ids=[item_id], language="en")
        assert work.session.query(Outcome).count() == 0

    assert (preview.completion, len(preview.record.items)) == (Completion.FULL, 1)


@pytest.mark.parametrize("who", ["company_delegate", "union_delegate"])
def test_delegates_read_and_do_not_assemble(table: Table, who: str) -> None:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.company_lead, item_id)

    assert look(table, getattr(table, who), outcome_id).record is not None
    with pytest.raises(Forbidden):
        assemble(table, getattr(table, who), item_id, replaces=outcome_id)


@pytest.mark.parametrize("who", ["coordinator", "outsider"])
def test_the_record_is_closed_to_whoever_does_not_sit_at_the_table(table: Table, who: str) -> None:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.company_lead, item_id)

    with pytest.raises((Forbidden, NotFound)):
        look(table, getattr(table, who), outcome_id)


def test_nothing_is_assembled_before_both_conclude(table: Table) -> None:
    item_id = agreed(table)

    with pytest.raises(IllegalTransition):
        assemble(table, table.company_lead, item_id)


# Signing


def test_the_second_signature_completes_the_dialogue(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.facilitator, item_id)

    assert sign(table, table.union_lead, outcome_id) is OutcomeState.DRAFT
    assert status(table) == (CaseStatus.CONCLUDING, None)
    assert sign(table, table.company_lead, outcome_id) is OutcomeState.SIGNED
    assert status(table) == (CaseStatus.COMPLETED, Completion.FULL)

    shown = look(table, table.union_delegate, outcome_id)
    assert shown.state is OutcomeState.SIGNED
    assert shown.signed_at is not None
    assert [(one.party, one.person.name, one.holds) for one in shown.signatures] == [
        (Party.UNION, "Ana Rojas", True),
        (Party.COMPANY, "Mina Brandt", True),
    ]
    assert {one.fingerprint for one in shown.signatures} == {
        lead.bundle.public.fingerprint.hex() for lead in (table.union_lead, table.company_lead)
    }
    assert (recorded(table, "outcome:sign"), recorded(table, "case:complete")) == (2, 1)


def test_a_signed_record_never_changes(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.facilitator, item_id)
    sign(table, table.union_lead, outcome_id)
    sign(table, table.company_lead, outcome_id)
    before = look(table, table.union_lead, outcome_id)

    for lead in (table.union_lead, table.company_lead):
        with pytest.raises(IllegalTransition):
            assemble(table, lead, item_id, replaces=outcome_id)
        with pytest.raises(IllegalTransition):
            sign(table, lead, outcome_id)
        with pytest.raises(IllegalTransition):
            stand(table, lead, item_id, Stance.CANNOT_AGREE, reason="No.")

    after = look(table, table.union_lead, outcome_id)
    assert (after.record, after.hash, after.signatures) == (before.record, before.hash, before.signatures)


def test_a_party_signs_once_whoever_speaks_for_it(table: Table) -> None:
    deputy = table.house.person("Dora Vega", "dora@union.example")
    table.seat(deputy, Party.UNION, Role.DEPUTY)
    table.accept_terms(deputy)
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.company_lead, item_id)
    sign(table, deputy, outcome_id)

    with pytest.raises(IllegalTransition):
        sign(table, table.union_lead, outcome_id)

    assert sign(table, table.company_lead, outcome_id) is OutcomeState.SIGNED


@pytest.mark.parametrize("who", ["company_delegate", "union_delegate", "facilitator"])
def test_nobody_but_the_leads_signs(table: Table, who: str) -> None:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.company_lead, item_id)

    with pytest.raises(Forbidden):
        sign(table, getattr(table, who), outcome_id)


def test_who_saw_another_hash_signs_nothing(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.company_lead, item_id)

    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        outcomes.sign(work, table.case_id, outcome_id, seen="00" * 32)


def test_a_draft_from_before_going_back_is_not_signed_when_words_have_changed(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.company_lead, item_id)
    sign(table, table.company_lead, outcome_id)
    with table.writing(table.union_lead) as work:
        cases.go_back(work, table.case_id)
    reopen(table, item_id)
    word(table, table.union_lead, item_id, "Other words.")
    conclude(table)

    shown = look(table, table.union_lead, outcome_id)
    assert not shown.is_current
    assert "outcome:sign" not in shown.may
    with pytest.raises(OutOfDate):
        sign(table, table.union_lead, outcome_id)


def test_a_draft_from_before_going_back_is_not_signed_when_a_position_has_changed(table: Table) -> None:
    item_id = agreed(table, reservation="For one season.")
    conclude(table)
    outcome_id = assemble(table, table.company_lead, item_id)
    with table.writing(table.union_lead) as work:
        cases.go_back(work, table.case_id)
    stand(table, table.union_lead, item_id, Stance.CAN_LIVE_WITH_IT, reservation="For two seasons.")
    conclude(table)

    with pytest.raises(OutOfDate):
        sign(table, table.company_lead, outcome_id)


def test_the_pages_offer_to_sign_only_to_whom_it_is_open(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.company_lead, item_id)
    sign(table, table.company_lead, outcome_id)

    may = {
        who: "outcome:sign" in look(table, getattr(table, who), outcome_id).may
        for who in ("company_lead", "union_lead", "facilitator", "union_delegate")
    }

    assert may == {"company_lead": False, "union_lead": True, "facilitator": False, "union_delegate": False}


# What was signed


def signed_record(table: Table) -> UUID:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.facilitator, item_id)
    sign(table, table.union_lead, outcome_id)
    sign(table, table.company_lead, outcome_id)
    return outcome_id


def test_words_exchanged_under_two_signatures_are_noticed(table: Table) -> None:
    outcome_id = signed_record(table)
    with table.writing(table.facilitator) as work:
        case = lock_case(work.session, table.case_id)
        row = find_outcome(work.session, table.case_id, outcome_id)
        assert case is not None
        assert row is not None
        place = row.place("body", Room.JOINT)
        body = rooms.open_one(work, case, Room.JOINT, row.sealed_body, place)
        row.sealed_body = rooms.seal(work, case, Room.JOINT, body | {"words": "And more."}, place)

    assert [one.holds for one in look(table, table.union_lead, outcome_id).signatures] == [False, False]


def test_a_facilitator_who_writes_the_database_signs_for_nobody(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.facilitator, item_id)
    hashed = bytes.fromhex(look(table, table.facilitator, outcome_id).hash)
    with table.writing(table.facilitator) as work:
        case = lock_case(work.session, table.case_id)
        assert case is not None
        row = OutcomeSignature(
            id=UUID(int=7),
            case_id=table.case_id,
            outcome_id=outcome_id,
            party=Party.UNION,
            account_id=table.facilitator.account_id,
            made_at=work.now,
        )
        values = (outcome_id, 1, hashed, row.made_at)
        signed = signatures.sign(work, "dialogue/outcome-signature/1", table.case_id, Party.UNION, *values)
        statement = {"hash": hashed.hex(), **signed}
        place = row.place("statement", Room.JOINT)
        row.sealed_statement = rooms.seal(work, case, Room.JOINT, statement, place)
        work.session.add(row)

    assert [one.holds for one in look(table, table.company_lead, outcome_id).signatures] == [False]
    with pytest.raises(SealBroken):
        sign(table, table.company_lead, outcome_id)
    assert status(table) == (CaseStatus.CONCLUDING, None)


def test_a_record_with_a_flipped_byte_does_not_open_and_its_signatures_do_not_hold(table: Table) -> None:
    outcome_id = signed_record(table)
    with table.writing(None) as work:
        row = find_outcome(work.session, table.case_id, outcome_id)
        assert row is not None
        row.sealed_body = row.sealed_body[:-1] + bytes([row.sealed_body[-1] ^ 1])

    shown = look(table, table.union_lead, outcome_id)

    assert (shown.trouble, shown.record, shown.hash) == (Trouble.BROKEN, None, "")
    assert [one.holds for one in shown.signatures] == [False, False]


def test_what_the_record_says_is_in_no_repr(table: Table) -> None:
    item_id = agreed(table, "A title to be kept", "Words to be kept", reservation="A reservation to be kept")
    conclude(table)
    framed(table, ItemKind.PREAMBLE, "A preamble to be kept")
    outcome_id = assemble(table, table.company_lead, item_id)
    with table.reading(table.company_lead) as work:
        form = outcomes.assembling(work, table.case_id)

    assert "to be kept" not in repr(look(table, table.company_lead, outcome_id)) + repr(form)


def test_a_record_costs_the_same_with_two_items_and_with_many(table: Table) -> None:
    few_items = [agreed(table, "One"), agreed(table, "Two")]
    more_items = [agreed(table, f"Item {number}") for number in range(12)]
    conclude(table)
    first = assemble(table, table.company_lead, *few_items)
    few = cost(table, first)
    second = assemble(table, table.company_lead, *few_items, *more_items, replaces=first)

    assert cost(table, second) == few


def cost(table: Table, outcome_id: UUID) -> list[int]:
    found = []
    for page in (
        lambda work: outcomes.show(work, table.case_id, outcome_id),
        lambda work: outcomes.assembling(work, table.case_id),
        lambda work: outcomes.index(work, table.case_id),
    ):
        with statements_of(table.instance.store) as ran, table.reading(table.union_lead) as work:
            page(work)
        found.append(len(ran))
    return found
