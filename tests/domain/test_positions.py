"""What two positions make together, as a table that a lawyer can read."""

from uuid import UUID

import pytest

from dialogue.domain.people import Party
from dialogue.domain.positions import Consensus, Position, Stance, check_words, consensus_of
from dialogue.errors import Unfit

WORDING, OLDER = UUID(int=2), UUID(int=1)

# company            union               together
TOGETHER = """
agree              agree               agreed
agree              can_live_with_it    agreed_with_reservation
agree              needs_work          open
agree              cannot_agree        apart
agree              -                   pending
can_live_with_it   agree               agreed_with_reservation
can_live_with_it   can_live_with_it    agreed_with_reservation
can_live_with_it   needs_work          open
can_live_with_it   cannot_agree        apart
can_live_with_it   -                   pending
needs_work         agree               open
needs_work         can_live_with_it    open
needs_work         needs_work          open
needs_work         cannot_agree        apart
needs_work         -                   pending
cannot_agree       agree               apart
cannot_agree       can_live_with_it    apart
cannot_agree       needs_work          apart
cannot_agree       cannot_agree        apart
cannot_agree       -                   pending
-                  agree               pending
-                  can_live_with_it    pending
-                  needs_work          pending
-                  cannot_agree        pending
-                  -                   pending
"""


@pytest.mark.parametrize("line", TOGETHER.strip().splitlines())
def test_two_positions_on_the_wording_on_the_table(line: str) -> None:
    company, union, together = line.split()
    said = {Party.COMPANY: company, Party.UNION: union}

    found = consensus_of({p: Position(WORDING, Stance(word)) for p, word in said.items() if word != "-"}, WORDING)

    assert found.value == together


def test_positions_on_an_earlier_wording_are_positions_on_the_past() -> None:
    positions = {Party.COMPANY: Position(WORDING, Stance.AGREE), Party.UNION: Position(OLDER, Stance.AGREE)}

    assert consensus_of(positions, WORDING) is Consensus.PENDING


def test_without_a_wording_there_is_nothing_to_agree_on() -> None:
    assert consensus_of({}, None) is Consensus.NO_WORDING


def test_only_agreement_counts_as_agreement() -> None:
    assert {found.value for found in Consensus if found.is_agreement} == {"agreed", "agreed_with_reservation"}


# stance             reason  reservation  refused because
WORDS = """
agree              no      no           -
agree              yes     no           reason_without_place
agree              no      yes          reservation_without_place
can_live_with_it   no      no           -
can_live_with_it   no      yes          -
can_live_with_it   yes     no           reason_without_place
needs_work         no      no           reason_required
needs_work         yes     no           -
needs_work         yes     yes          reservation_without_place
cannot_agree       no      no           reason_required
cannot_agree       yes     no           -
cannot_agree       yes     yes          reservation_without_place
"""


@pytest.mark.parametrize("line", WORDS.strip().splitlines())
def test_a_stance_comes_with_the_words_that_belong_to_it(line: str) -> None:
    stance, reason, reservation, refused = line.split()
    words = {
        "reason": "Because." if reason == "yes" else "",
        "reservation": "But." if reservation == "yes" else "",
    }

    if refused == "-":
        check_words(Stance(stance), **words)
    else:
        with pytest.raises(Unfit) as caught:
            check_words(Stance(stance), **words)
        assert caught.value.reason == refused


def test_spaces_are_no_reason() -> None:
    with pytest.raises(Unfit):
        check_words(Stance.NEEDS_WORK, reason=" \n ", reservation="")


def test_a_reason_has_a_measure() -> None:
    with pytest.raises(Unfit):
        check_words(Stance.NEEDS_WORK, reason="x" * 6_001, reservation="")
