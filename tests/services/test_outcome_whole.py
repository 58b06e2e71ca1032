"""What stands around the agreed items, what is added later, what leaves this place, and what may be told of it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from dialogue.cli import group
from dialogue.crypto.identity import fingerprint_words
from dialogue.domain.agenda import ItemKind
from dialogue.domain.cases import CaseStatus
from dialogue.domain.disclosure import applies, may_be_said
from dialogue.domain.outcomes import OutcomeKind, OutcomeState, Standing
from dialogue.domain.people import Party
from dialogue.domain.positions import Consensus, Stance
from dialogue.domain.terms import Disclosure
from dialogue.errors import Forbidden, IllegalTransition, NotAgreed, NotFound, OutOfDate, SealBroken, Unfit
from dialogue.services import agenda, disclosure, outcome_files, outcomes, rows, terms, texts, wordings
from dialogue.services.outcome_files import Point
from dialogue.services.outcomes import OutcomeShown
from dialogue.services.rooms import Trouble
from dialogue.services.unit import Actor
from dialogue.store.cases import find_case
from dialogue.store.outcomes import Outcome, find_outcome, newest_wishes
from dialogue.store.record import chain_of
from tests import on_the_table
from tests.builders import Table
from tests.on_the_table import agreed, answer, conclude, framed, stand, text_of, word
from tests.services.test_outcomes import assemble, look, sign, signed_record, status

PREAMBLE, CLOSING, STATEMENT = ItemKind.PREAMBLE, ItemKind.CLOSING, ItemKind.STATEMENT


def put(table: Table, by: Actor, kind: ItemKind, text: str) -> UUID:
    seen = text_of(table, by, kind).words
    with table.writing(by) as work:
        present = seen.wording.id if seen is not None and seen.wording is not None else None
        return texts.word(work, table.case_id, kind, text=text, language="en", answers_id=present)


def new_terms(table: Table, **said: Any) -> None:
    """Other terms, accepted by everybody."""
    with table.writing(table.company_lead) as work:
        proposed = terms.propose(work, table.case_id, text="Other terms.", language="en", retention_months=12, **said)
    with table.writing(table.union_lead) as work:
        terms.agree(work, table.case_id, proposed)
    table.accept_terms(table.company_delegate, table.union_delegate, table.facilitator)


# The words before and after the items


def test_words_before_the_items_stand_in_the_record_once_both_have_agreed_on_them(table: Table) -> None:
    item_id = agreed(table)
    put(table, table.company_lead, PREAMBLE, "The parties met in Geneva.")
    answer(table, table.company_lead, PREAMBLE, Stance.AGREE)
    answer(table, table.union_lead, PREAMBLE, Stance.NEEDS_WORK, "Turin, not Geneva.")
    conclude(table)
    first = assemble(table, table.company_lead, item_id)
    assert look(table, table.union_lead, first).record.preamble is None  # type: ignore[union-attr]

    put(table, table.union_lead, PREAMBLE, "The parties met in Turin.")
    assert text_of(table, table.union_lead, PREAMBLE).consensus is Consensus.PENDING
    answer(table, table.union_lead, PREAMBLE, Stance.AGREE)
    assert answer(table, table.company_lead, PREAMBLE, Stance.AGREE) is Consensus.AGREED

    second = assemble(table, table.facilitator, item_id, replaces=first)
    record = look(table, table.union_delegate, second).record
    assert record is not None
    assert record.preamble is not None
    assert record.preamble.text == "The parties met in Turin."
    assert [one.stance for one in record.preamble.positions] == [Stance.AGREE, Stance.AGREE]
    assert [part.number for part in record.parts] == [0, 1]


def test_agreed_words_around_the_record_are_answered_only_after_a_party_has_moved(table: Table) -> None:
    framed(table, CLOSING, "They thank each other.")
    assert not text_of(table, table.union_lead, CLOSING).may_word
    with pytest.raises(NotAgreed):
        put(table, table.union_lead, CLOSING, "They thank the ILO as well.")

    conclude(table)
    item_free = assemble(table, table.company_lead)
    sign(table, table.company_lead, item_free)
    answer(table, table.union_lead, CLOSING, Stance.NEEDS_WORK, "The ILO is missing.")

    assert not look(table, table.union_lead, item_free).is_current
    with pytest.raises(OutOfDate):
        sign(table, table.union_lead, item_free)
    put(table, table.union_lead, CLOSING, "They thank the ILO as well.")


def test_these_words_are_on_no_agenda_and_no_act_of_the_agenda_reaches_them(table: Table) -> None:
    agreed(table)
    framed(table, PREAMBLE, "The parties met.")
    words = text_of(table, table.company_lead, PREAMBLE).words
    assert words is not None

    with table.reading(table.company_lead) as work:
        assert [line.number for line in agenda.board(work, table.case_id).lines] == [1]
    for act in (agenda.park, agenda.admit, agenda.withdraw):
        with pytest.raises(NotFound), table.writing(table.company_lead) as work:
            act(work, table.case_id, words.id)
    with pytest.raises(NotFound):
        word(table, table.company_lead, words.id)
    assert agreed(table, "Next")
    conclude(table)
    outcome_id = assemble(table, table.company_lead)
    assert look(table, table.company_lead, outcome_id).record.preamble is not None  # type: ignore[union-attr]


@pytest.mark.parametrize("who", ["company_delegate", "facilitator", "coordinator"])
def test_only_the_leads_answer_these_words(table: Table, who: str) -> None:
    wording = put(table, table.facilitator, PREAMBLE, "The parties met.")

    with pytest.raises(Forbidden), table.writing(getattr(table, who)) as work:
        texts.stand(
            work,
            table.case_id,
            PREAMBLE,
            wording_id=wording,
            previous_id=None,
            said=texts.Said(Stance.AGREE),
        )


# Languages


def test_translations_stand_beside_the_agreed_words_each_marked_and_bound_into_the_hash(table: Table) -> None:
    new_terms(table, prevailing="fr")
    item_id = agreed(table, text="Four weeks ahead.")
    wording = look_item(table, item_id)
    translate(table, item_id, wording, "fr", "Quatre semaines.")
    translate(table, item_id, wording, "es", "Tres semanas.")
    conclude(table)
    first = assemble(table, table.company_lead, item_id)
    shown = look(table, table.union_lead, first)

    assert shown.record is not None
    assert [(text.language, text.text, text.standing, text.prevails) for text in shown.record.items[0].texts] == [
        ("en", "Four weeks ahead.", Standing.AGREED, False),
        ("es", "Tres semanas.", Standing.CURRENT, False),
        ("fr", "Quatre semaines.", Standing.CURRENT, True),
    ]
    assert shown.record.lacks_prevailing == ()
    sign(table, table.company_lead, first)

    # A better translation, while the record waits for the second signature: it is assembled and signed anew.
    translate(table, item_id, wording, "es", "Cuatro semanas.")
    assert not look(table, table.union_lead, first).is_current
    with pytest.raises(OutOfDate):
        sign(table, table.union_lead, first)
    second = assemble(table, table.union_lead, item_id, replaces=first)
    again = look(table, table.union_lead, second)
    assert again.record is not None
    assert again.record.items[0].texts[1].text == "Cuatro semanas."
    assert again.hash != shown.hash


def test_a_translation_of_former_words_is_marked_out_of_step_and_does_not_prevail(table: Table) -> None:
    new_terms(table, prevailing="fr")
    item_id = agreed(table, text="Four weeks ahead.")
    translate(table, item_id, look_item(table, item_id), "fr", "Quatre semaines.")
    stand(table, table.union_lead, item_id, Stance.NEEDS_WORK, reason="Five.")
    word(table, table.union_lead, item_id, "Five weeks ahead.")
    for lead in (table.company_lead, table.union_lead):
        stand(table, lead, item_id, Stance.AGREE)
    conclude(table)

    record = look(table, table.union_lead, assemble(table, table.company_lead, item_id)).record

    assert record is not None
    texts_told = [(text.language, text.standing, text.prevails) for text in record.items[0].texts]
    assert texts_told == [("en", Standing.AGREED, True), ("fr", Standing.OUT_OF_STEP, False)]
    assert [part.number for part in record.lacks_prevailing] == [1]
    assert record.languages == ("en", "fr")


def look_item(table: Table, item_id: UUID) -> UUID:
    wording = on_the_table.look(table, table.union_lead, item_id).wording
    assert wording is not None
    return wording.id


def translate(table: Table, item_id: UUID, wording: UUID, language: str, text: str) -> None:
    with table.writing(table.union_lead) as work:
        wordings.translate(work, table.case_id, item_id, wording_id=wording, language=language, text=text)


# Nothing changes what is signed


def test_nothing_that_anybody_can_do_changes_a_signed_record_and_an_old_row_put_back_is_named(table: Table) -> None:
    framed(table, PREAMBLE, "The parties met.")
    outcome_id = signed_record(table)
    before = look(table, table.union_lead, outcome_id)
    for lead in (table.company_lead, table.union_lead):
        with pytest.raises(IllegalTransition):
            put(table, lead, PREAMBLE, "Other words.")
        with pytest.raises(IllegalTransition):
            answer(table, lead, PREAMBLE, Stance.CANNOT_AGREE, "No.")
        with pytest.raises(IllegalTransition):
            assemble(table, lead, replaces=outcome_id)
        with pytest.raises(NotFound), table.writing(lead) as work:
            outcomes.sign_addendum(work, table.case_id, outcome_id, seen=before.hash)
    assert rows.verify(table.instance) == []

    after = look(table, table.union_lead, outcome_id)
    assert (after.record, after.hash, after.signatures, after.state) == (
        before.record,
        before.hash,
        before.signatures,
        before.state,
    )

    outcome = Outcome.__table__
    for name, value in (("state", "draft"), ("signed_at", None), ("number", 7), ("kind", "addendum")):
        with table.instance.store.session(writes=True) as session:
            held = session.execute(select(outcome.c[name]).where(outcome.c.id == outcome_id)).scalar_one()
            session.execute(update(outcome).where(outcome.c.id == outcome_id).values({name: value}))
            session.commit()
        assert [(wrong.table, wrong.row) for wrong in rows.verify(table.instance)] == [("outcomes", outcome_id)], name
        if name in {"number", "kind"}:
            assert look(table, table.union_lead, outcome_id).trouble is Trouble.BROKEN, name
        with table.instance.store.session(writes=True) as session:
            session.execute(update(outcome).where(outcome.c.id == outcome_id).values({name: held}))
            session.commit()
    assert rows.verify(table.instance) == []


# Addenda


def addend(table: Table, by: Actor, words: str = "The bus runs on Sundays too.", replaces: UUID | None = None) -> UUID:
    with table.writing(by) as work:
        return outcomes.addend(work, table.case_id, words=words, language="en", replaces=replaces)


def sign_addendum(table: Table, by: Actor, outcome_id: UUID) -> OutcomeState:
    seen = look(table, by, outcome_id).hash
    with table.writing(by) as work:
        return outcomes.sign_addendum(work, table.case_id, outcome_id, seen=seen)


def test_an_addendum_is_a_record_of_its_own_that_names_the_old_one(table: Table) -> None:
    record_id = signed_record(table)
    record = look(table, table.union_lead, record_id)
    first = addend(table, table.company_lead)
    with pytest.raises(OutOfDate):
        addend(table, table.union_lead, "Something else.")
    sign_addendum(table, table.company_lead, first)
    second = addend(table, table.union_lead, "The bus runs on Sundays, from March on.", first)
    with pytest.raises(OutOfDate):
        sign_addendum(table, table.union_lead, first)

    assert sign_addendum(table, table.union_lead, second) is OutcomeState.DRAFT
    assert sign_addendum(table, table.company_lead, second) is OutcomeState.SIGNED

    shown = look(table, table.union_delegate, second)
    assert shown.record is not None
    assert shown.record.amends is not None
    assert (shown.kind, shown.number) == (OutcomeKind.ADDENDUM, 3)
    assert (shown.record.amends.outcome_id, shown.record.amends.hash) == (record_id, record.hash)
    assert shown.record.words == "The bus runs on Sundays, from March on."
    assert [(one.party, one.holds) for one in shown.signatures] == [(Party.UNION, True), (Party.COMPANY, True)]
    after = look(table, table.union_lead, record_id)
    assert (after.record, after.hash, after.signatures) == (record.record, record.hash, record.signatures)
    assert [(line.id, line.state) for line in after.addenda] == [(second, OutcomeState.SIGNED)]
    assert status(table)[0] is CaseStatus.COMPLETED
    with pytest.raises(IllegalTransition):
        sign_addendum(table, table.union_lead, second)
    third = addend(table, table.facilitator, "And a stop at the school.")
    assert [line.id for line in look(table, table.union_lead, record_id).addenda] == [second, third]


def test_there_is_no_addendum_without_a_signed_record_and_none_to_one_that_does_not_hold(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)
    with pytest.raises(IllegalTransition):
        addend(table, table.company_lead)
    outcome_id = assemble(table, table.company_lead, item_id)
    sign(table, table.company_lead, outcome_id)
    sign(table, table.union_lead, outcome_id)
    with pytest.raises(Unfit):
        addend(table, table.company_lead, "  ")
    with pytest.raises(Forbidden):
        addend(table, table.union_delegate)

    waiting = addend(table, table.company_lead)
    with table.writing(None) as work:
        row = find_outcome(work.session, table.case_id, outcome_id)
        assert row is not None
        row.sealed_body = row.sealed_body[:-1] + bytes([row.sealed_body[-1] ^ 1])
    with pytest.raises(SealBroken):
        addend(table, table.company_lead, replaces=waiting)
    with pytest.raises(SealBroken):
        sign_addendum(table, table.union_lead, waiting)


# Taken out


def taken_out(table: Table, by: Actor, outcome_id: UUID) -> outcomes.TakenOut:
    with table.writing(by) as work:
        return outcomes.take_out(work, table.case_id, outcome_id)


def test_who_takes_the_record_out_is_noted_and_the_file_proves_itself(table: Table) -> None:
    agreed(table, "Canteen", "Officers have access.", reservation="In breaks.")
    outcome_id = signed_record(table)
    found = taken_out(table, table.union_delegate, outcome_id)
    data = json.dumps(found.file).encode()

    with table.reading(None) as work:
        entries = list(chain_of(work.session, f"{table.case_id.hex}:joint"))
    assert (entries[-1].act, entries[-1].object_id) == ("outcome:export", outcome_id)
    number, _, digest = found.entry
    assert [(entry.seq, entry.digest.hex()) for entry in entries if entry.seq == number] == [(number, digest)]
    assert [item.title for item in found.board] == ["Canteen", "Night shifts"]
    assert found.board[0].stances == {Party.COMPANY: Stance.AGREE, Party.UNION: Stance.CAN_LIVE_WITH_IT}

    prints = {party: table.lead_of(party).bundle.public.fingerprint.hex() for party in Party}
    checked = outcome_files.verify(data, prints)
    assert [point.point for point in checked if not point.holds] == []
    assert {point.point for point in checked} == set(Point) - {Point.AMENDS}
    assert "Mina" not in data.decode()


def test_whatever_is_changed_in_the_file_is_named(table: Table) -> None:
    outcome_id = signed_record(table)
    file = json.loads(json.dumps(taken_out(table, table.company_lead, outcome_id).file))

    def wrong(named: dict[Party, str] | None = None, **changed: Any) -> set[Point]:
        told = json.dumps(file | changed).encode()
        return {point.point for point in outcome_files.verify(told, named) if not point.holds}

    words = file["words"].replace("four weeks", "five weeks")
    assert words != file["words"]
    assert Point.HASH in wrong(words=words)
    assert wrong(words=words, hash="00" * 32) >= {Point.HASH, Point.SIGNATURE}
    assert Point.HASH in wrong(words=file["words"].replace('{"', '{ "', 1))
    assert wrong(number=2) >= {Point.HASH, Point.SIGNATURE}
    assert wrong(signatures=file["signatures"][:1]) == {Point.SIGNATURE}
    first, second = file["signatures"]
    swapped = [first | {"party": second["party"]}, second | {"party": first["party"]}]
    assert wrong(signatures=swapped) == {Point.SIGNATURE}
    assert wrong(signatures=[first, second | {"made_at": "2026-01-01T00:00:00+00:00"}]) == {Point.SIGNATURE}
    assert Point.SEATS in wrong(seats=file["seats"][1:])
    assert Point.SEATS in wrong(seats=[file["seats"][0] | {"role": "delegate"}, *file["seats"][1:]])
    assert Point.SEATS in wrong(case=str(UUID(int=1)))
    keys = {print_: key | {"self_signature": file["keys"][first["fingerprint"]]["self_signature"]}
            for print_, key in file["keys"].items()}  # fmt: skip
    assert Point.KEYS in wrong(keys=keys)
    assert wrong({Party.COMPANY: "00" * 32}) == {Point.NAMED_KEY}
    assert wrong({Party.COMPANY: "0"}) == {Point.NAMED_KEY}
    assert {point.point for point in outcome_files.verify(b"{}")} == {Point.FORMAT}


def test_a_signature_by_a_key_without_a_seat_is_named(table: Table) -> None:
    outcome_id = signed_record(table)
    file = json.loads(json.dumps(taken_out(table, table.company_lead, outcome_id).file))
    last = file["seats"][-1]
    without_union = [seat for seat in file["seats"] if seat["number"] == 1]

    points = outcome_files.verify(json.dumps(file | {"seats": without_union}).encode())

    assert last["number"] > 1
    assert [(point.point, point.party) for point in points if not point.holds] == [(Point.SPEAKS, Party.UNION)]


def test_nothing_leaves_before_both_have_signed_nor_to_whoever_does_not_sit_there(table: Table) -> None:
    item_id = agreed(table)
    conclude(table)
    outcome_id = assemble(table, table.company_lead, item_id)
    with pytest.raises(IllegalTransition):
        taken_out(table, table.company_lead, outcome_id)
    sign(table, table.company_lead, outcome_id)
    sign(table, table.union_lead, outcome_id)
    for stranger in (table.coordinator, table.outsider):
        with pytest.raises((Forbidden, NotFound)):
            taken_out(table, stranger, outcome_id)
    waiting = addend(table, table.company_lead)
    sign_addendum(table, table.company_lead, waiting)
    sign_addendum(table, table.union_lead, waiting)
    file = json.dumps(taken_out(table, table.facilitator, waiting).file).encode()
    assert [point.point for point in outcome_files.verify(file) if not point.holds] == []
    named = [point.detail for point in outcome_files.verify(file) if point.point is Point.AMENDS]
    assert named == [f"{outcome_id} {look(table, table.union_lead, outcome_id).hash}"]


# What may be told outside


def test_the_lowest_of_two_wishes_and_the_terms_applies() -> None:
    nothing, fact, statement = Disclosure.NOTHING, Disclosure.THAT_IT_TOOK_PLACE, Disclosure.AGREED_STATEMENT

    assert applies(statement, {Party.COMPANY: statement, Party.UNION: fact}) is fact
    assert applies(statement, {Party.COMPANY: statement, Party.UNION: nothing}) is nothing
    assert applies(statement, {Party.COMPANY: statement}) is nothing
    assert applies(fact, {Party.COMPANY: statement, Party.UNION: statement}) is fact
    assert applies(nothing, {Party.COMPANY: statement, Party.UNION: statement}) is nothing
    assert may_be_said(statement, has_statement=False) is fact
    assert may_be_said(statement, has_statement=True) is statement
    assert may_be_said(nothing, has_statement=True) is nothing


def wish(table: Table, by: Actor, level: Disclosure) -> Disclosure:
    seen = outside(table, by).own_wish
    with table.writing(by) as work:
        return disclosure.wish(work, table.case_id, level=level, previous_id=seen)


def outside(table: Table, by: Actor) -> disclosure.DisclosureShown:
    with table.reading(by) as work:
        return disclosure.index(work, table.case_id)


def test_how_much_may_be_told_from_the_first_wish_to_after_the_end(table: Table) -> None:
    statement = Disclosure.AGREED_STATEMENT
    assert wish(table, table.company_lead, statement) is Disclosure.NOTHING
    assert wish(table, table.union_lead, statement) is Disclosure.NOTHING
    assert outside(table, table.union_delegate).limit is Disclosure.NOTHING
    new_terms(table, disclosure=statement)
    assert outside(table, table.union_delegate).applies is statement
    assert outside(table, table.union_delegate).now is Disclosure.THAT_IT_TOOK_PLACE

    outcome_id = signed_record(table)
    framed(table, STATEMENT, "We talked, and we agreed on night shifts.")
    shown = outside(table, table.union_delegate)
    assert (shown.now, shown.statement.consensus) == (statement, Consensus.AGREED)
    assert shown.organisations == {Party.COMPANY: ("Northfield Apparel",), Party.UNION: ("Sindicato Textil",)}
    assert look(table, table.union_lead, outcome_id).state is OutcomeState.SIGNED

    with pytest.raises(OutOfDate), table.writing(table.union_lead) as work:
        disclosure.wish(work, table.case_id, level=Disclosure.NOTHING, previous_id=None)
    assert wish(table, table.union_lead, Disclosure.THAT_IT_TOOK_PLACE) is Disclosure.THAT_IT_TOOK_PLACE
    for who in (table.union_delegate, table.facilitator):
        with pytest.raises(Forbidden):
            wish(table, who, Disclosure.NOTHING)
    answer(table, table.union_lead, STATEMENT, Stance.CANNOT_AGREE, "Not any more.")
    assert outside(table, table.company_lead).statement.consensus is Consensus.APART


def test_a_wish_that_its_party_did_not_sign_counts_as_nothing(table: Table) -> None:
    new_terms(table, disclosure=Disclosure.AGREED_STATEMENT)
    for lead in (table.company_lead, table.union_lead):
        wish(table, lead, Disclosure.AGREED_STATEMENT)
    with table.writing(None) as work:
        case = find_case(work.session, table.case_id)
        assert case is not None
        mine = next(row for row in newest_wishes(work.session, case.id) if row.party is Party.COMPANY)
        mine.party, mine.number = Party.UNION, 2

    shown = outside(table, table.company_lead)

    assert {party: one.level for party, one in shown.wishes.items()} == {Party.UNION: None}
    assert shown.now is Disclosure.NOTHING


def test_what_is_worded_and_wished_is_in_no_repr(table: Table) -> None:
    framed(table, STATEMENT, "Words to be kept")
    wish(table, table.company_lead, Disclosure.AGREED_STATEMENT)
    outcome_id = signed_record(table)
    told: list[OutcomeShown | object] = [
        text_of(table, table.union_lead, STATEMENT),
        outside(table, table.union_lead),
        taken_out(table, table.union_lead, outcome_id),
        replace(look(table, table.union_lead, outcome_id)),
    ]

    assert "to be kept" not in repr(told)
    assert "four weeks" not in repr(told)
    assert "agreed_statement" not in repr(told)


# Checked by others


def test_the_file_is_checked_offline_by_the_command_and_by_a_program_that_knows_nothing_of_this_one(
    table: Table, tmp_path: Path
) -> None:
    agreed(table, "Canteen", "Officers have access.")
    outcome_id = signed_record(table)
    file = tmp_path / "outcome-record.json"
    file.write_text(json.dumps(taken_out(table, table.union_lead, outcome_id).file, ensure_ascii=False))
    altered = tmp_path / "altered.json"
    altered.write_text(file.read_text().replace("four weeks", "nine weeks"))
    prints = {party: table.lead_of(party).bundle.public.fingerprint for party in Party}
    company, union = prints[Party.COMPANY].hex(), prints[Party.UNION].hex()

    def command(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(group, ["outcomes", "verify", *words])
        return result.exit_code, result.output

    code, said = command(str(file), "--company", company, "--union", f"{union[:8]} {union[8:20]}")
    assert (code, "WRONG" in said) == (0, False)
    assert "Both parties have signed these very words." in said
    assert " ".join(fingerprint_words(prints[Party.UNION])) in said
    code, said = command(str(file))
    assert (code, "compare the words with each party" in said) == (0, True)
    code, said = command(str(altered))
    assert code == 1
    assert "WRONG  The words, the number and the kind of record give the hash that both leads signed." in said
    code, said = command(str(file), "--union", company)
    assert (code, "WRONG  The union's key is the one that you named." in said) == (1, True)

    alone = Path(__file__).parents[1] / "standalone" / "outcome.py"
    assert "dialogue" not in {name.partition(".")[0] for name in _imported(alone)}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", str(alone), *words], capture_output=True, text=True, cwd=tmp_path, check=False
        )

    good = run(str(file), f"company={company}", f"union={union}")
    assert (good.returncode, good.stderr) == (0, "")
    assert "Canteen: Officers have access." in good.stdout or "Night shifts" in good.stdout
    bad = run(str(altered))
    assert (bad.returncode, "WRONG: the words do not give the hash" in bad.stdout) == (1, True)
    assert run(str(file), f"company={union}").returncode == 1


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    named = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    return named | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
