"""What the joint request may ask for, who may leave it alone, and what is no comment."""

from __future__ import annotations

import pytest

from dialogue.domain.cases import Support
from dialogue.domain.jointacts import check_support
from dialogue.domain.people import check_organisation_may_leave
from dialogue.domain.requests import check_comment
from dialogue.errors import Unfit

# What is asked, what would be asked, and why not.
SUPPORT = """
neutral_ground               facilitation                 -
neutral_ground               neutral_ground,facilitation  -
neutral_ground,facilitation  facilitation                 -
neutral_ground               neutral_ground               support_same
technical_input              none                         support_none
"""

# How many organisations stand on the side, whether its lead comes from the one that leaves, and why not.
ORGANISATIONS = """
2  no   -
5  no   -
1  no   organisation_last
1  yes  organisation_last
2  yes  organisation_of_lead
"""


def support(words: str) -> frozenset[Support]:
    return frozenset(Support(word) for word in words.split(",") if word != "none")


@pytest.mark.parametrize("line", SUPPORT.strip().splitlines())
def test_support_is_another_set_and_never_empty(line: str) -> None:
    present, asked, reason = line.split()
    if reason == "-":
        check_support(support(asked), support(present))
        return
    with pytest.raises(Unfit, match=reason):
        check_support(support(asked), support(present))


@pytest.mark.parametrize("line", ORGANISATIONS.strip().splitlines())
def test_one_organisation_of_several_leaves_alone_unless_the_lead_is_its_own(line: str) -> None:
    standing, has_the_lead, reason = line.split()
    if reason == "-":
        check_organisation_may_leave(int(standing), has_the_lead=has_the_lead == "yes")
        return
    with pytest.raises(Unfit, match=reason):
        check_organisation_may_leave(int(standing), has_the_lead=has_the_lead == "yes")


@pytest.mark.parametrize("words", ["", " \n ", "x" * 4_001])
def test_a_comment_has_words_and_a_measure(words: str) -> None:
    with pytest.raises(Unfit):
        check_comment(words)
