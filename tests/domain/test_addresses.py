"""One mailbox has one spelling, and only what a mail can reach is taken for an address."""

import pytest

from dialogue.domain.addresses import normalised
from dialogue.errors import Unfit


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        (" Ana.Rojas@Union.Example ", "ana.rojas@union.example"),
        ("o'hara+dialogue@example.org", "o'hara+dialogue@example.org"),
        ("ana@BÜCHER.example", "ana@xn--bcher-kva.example"),
        ("ａｎａ@example.org", "ana@example.org"),
        (f"{'a' * 64}@example.org", f"{'a' * 64}@example.org"),
    ],
)
def test_a_mailbox_has_one_spelling(typed, spelled):
    assert normalised(typed) == spelled


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "ana@",
        "@example.org",
        "ana@localhost",
        "ana@example..org",
        "ana@@example.org",
        "a..b@example.org",
        ".ana@example.org",
        "ana.@example.org",
        "a,b@example.org",
        '"ana"@example.org',
        "ana(work)@example.org",
        "<ana@example.org>",
        "ana@example.org\r\nBcc: luc@example.org",
        f"{'a' * 65}@example.org",
        f"ana@{'a' * 250}.org",
    ],
)
def test_what_no_mail_can_reach_is_no_address(typed):
    with pytest.raises(Unfit, match="address"):
        normalised(typed)
