"""Mails say that something waits, never who, with whom or about what."""

import re
from datetime import date

import pytest

from dialogue.errors import OutOfDate
from dialogue.services import letters
from dialogue.services.letters import LetterKind
from dialogue.store import outbox

BASE = "https://dialogue.example.org"
ALL_THAT_IS_TOLD = {"link": "/link/abc", "reference": "CUD-2026-0007", "on": date(2026, 3, 1)}
LANGUAGES = ("en", "fr", "es")
SIDES = re.compile(
    r"\b(compan(y|ies)|brand|supplier|union|entreprise|marque|fournisseur|syndicat|empresa|marca|proveedor|sindicato|"
    r"company_lead|union_lead)\b",
    re.IGNORECASE,
)


def worded(kind, language, **told):
    return letters.word(BASE, kind, "ana@example.org", language, **(ALL_THAT_IS_TOLD | told))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", LetterKind)
def test_a_letter_is_made_of_fixed_sentences_its_link_and_what_its_kind_may_tell(kind, language):
    one = worded(kind, language)
    other = worded(kind, language, link="/link/xyz", reference="CUD-2027-0001", on=date(2027, 12, 24))

    fixed = [text.replace(one.link or "\0", "").replace("CUD-2026-0007", "") for text in (one.subject, one.text)]
    again = [text.replace(other.link or "\0", "").replace("CUD-2027-0001", "") for text in (other.subject, other.text)]
    if kind is not LetterKind.COMPLETION_NOTICE:
        assert fixed == again
    assert len(one.text) < 1000
    assert "%(" not in one.subject + one.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(set(LetterKind) - {LetterKind.COMPLETION_NOTICE}))
def test_no_letter_tells_on_which_side_somebody_is(kind, language):
    letter = worded(kind, language)

    assert not SIDES.search(letter.subject + letter.text)


@pytest.mark.parametrize("kind", sorted(set(LetterKind) - {LetterKind.ACKNOWLEDGEMENT, LetterKind.COMPLETION_NOTICE}))
def test_only_the_acknowledgement_and_the_notice_tell_a_number(kind):
    letter = worded(kind, "en")

    assert "CUD-2026-0007" not in letter.subject + letter.text


@pytest.mark.parametrize(
    ("language", "day"), [("en", "March 1, 2026"), ("fr", "1 mars 2026"), ("es", "1 de marzo de 2026")]
)
def test_the_completion_notice_says_number_and_date_and_leads_nowhere(language, day):
    letter = worded(LetterKind.COMPLETION_NOTICE, language)

    assert "CUD-2026-0007" in letter.text
    assert day in letter.text
    assert letter.link == ""
    assert "http" not in letter.text


def test_a_letter_to_somebody_whose_language_nobody_knows_says_the_same_in_each():
    letter = letters.word(BASE, LetterKind.JOIN, "ana@example.org", None, link="/link/abc")

    assert letter.text.count(f"{BASE}/link/abc") == 3


def test_a_letter_leads_only_to_this_instance():
    with pytest.raises(ValueError, match="nowhere but to this instance"):
        worded(LetterKind.JOIN, "en", link="https://elsewhere.example.net/link/abc")
    assert worded(LetterKind.JOIN, "en", link=f"{BASE}/link/abc").link == f"{BASE}/link/abc"
    assert worded(LetterKind.WAITING, "en", link=None).link == f"{BASE}/"


@pytest.mark.parametrize("kind", [LetterKind.REGISTER, LetterKind.JOIN, LetterKind.STAFF_INVITATION])
def test_an_invitation_without_its_link_is_not_written(kind):
    with pytest.raises(ValueError, match="lacks its link"):
        worded(kind, "en", link=None)


def test_the_completion_notice_is_not_written_without_its_date():
    with pytest.raises(ValueError, match="lacks its date"):
        worded(LetterKind.COMPLETION_NOTICE, "en", on=None)


def test_the_same_letter_is_written_once(house):
    with house.writing(None) as work:
        for _ in range(2):
            letters.to_address(work, LetterKind.WAITING, "ana@example.org", "fr", key="waiting:1")
    with house.writing(None) as work:
        letters.to_address(work, LetterKind.WAITING, "ana@example.org", "fr", key="waiting:1")

    with house.reading(None) as work:
        rows = outbox.letters(work.session, limit=10)
        assert len(rows) == 1
        assert letters.opened(house.instance.secrets, rows[0]).language == "fr"


def test_what_is_undone_sends_no_letter(house):
    with pytest.raises(OutOfDate), house.writing(None) as work:
        letters.to_address(work, LetterKind.WAITING, "ana@example.org", "fr", key="waiting:1")
        raise OutOfDate

    with house.reading(None) as work:
        assert outbox.letters(work.session, limit=10) == []


def test_the_outbox_holds_no_address_and_no_link_in_clear(house):
    with house.writing(None) as work:
        letters.to_address(
            work, LetterKind.REGISTER, "Ana.Pereira@example.org", "es", key="register:1", link="/link/canary-4711"
        )

    with house.instance.store.session(writes=False) as session:
        row = outbox.letters(session, limit=1)[0]
        stored = repr([getattr(row, column.key) for column in row.__table__.columns]).lower()
        assert "pereira" not in stored
        assert "4711" not in stored
    assert "4711" in letters.opened(house.instance.secrets, row).text
    assert "pereira" not in repr(letters.opened(house.instance.secrets, row)).lower()


def test_a_key_with_an_address_in_it_is_refused(house):
    with house.writing(None) as work, pytest.raises(ValueError, match="holds no address"):
        letters.to_address(work, LetterKind.WAITING, "ana@example.org", "en", key="waiting:ana@example.org")
