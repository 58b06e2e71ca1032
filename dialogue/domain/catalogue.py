"""What the ILO offers to help parties carry out what they agreed, and how a case asks for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from dialogue.domain.acts import Act
from dialogue.domain.lifecycle import Lifecycle
from dialogue.errors import Unfit

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 2_000
LONGEST_CONTACT = 300
LONGEST_REACH = 500
LONGEST_ANSWER = 3_000
DRAFT_OF_ASKING = "help.ask"


class OfferKind(StrEnum):
    HELPDESK = "helpdesk"
    COURSE = "course"
    SCORE = "score"


class Fee(StrEnum):
    """What it costs; UNSTATED where the office does not say."""

    FREE = "free"
    FEE = "fee"
    UNSTATED = "unstated"


class OfferFormat(StrEnum):
    """How it is given."""

    SELF_GUIDED = "self_guided"
    TUTORED = "tutored"
    MOOC = "mooc"
    VIDEO = "video"
    ONLINE = "online"
    CLASSROOM = "classroom"
    FACTORY = "factory"
    UNSTATED = "unstated"


class HelpState(StrEnum):
    """PROPOSED by one lead, ASKED once both want it, then answered by the desk, or taken back."""

    PROPOSED = "proposed"
    ASKED = "asked"
    ARRANGED = "arranged"
    NOT_AVAILABLE = "not_available"
    WITHDRAWN = "withdrawn"


HELP: Lifecycle[HelpState] = Lifecycle(
    {
        (HelpState.PROPOSED, Act.HELP_AGREE): HelpState.ASKED,
        (HelpState.PROPOSED, Act.HELP_WITHDRAW): HelpState.WITHDRAWN,
        (HelpState.ASKED, Act.HELP_WITHDRAW): HelpState.WITHDRAWN,
    }
)
OPEN_HELP = frozenset({HelpState.PROPOSED, HelpState.ASKED})
HELP_ANSWERS = frozenset({HelpState.ARRANGED, HelpState.NOT_AVAILABLE})


@dataclass(frozen=True, slots=True)
class OfferTold:
    """What the office says of one offer.

    title         the offer's own name, in every language the same
    languages     codes of the languages in which it is given; empty where the office does not say
    descriptions  by language; what is not there is shown in English
    begins        first day of the last time it was held, or of the next
    """

    kind: OfferKind
    title: str
    provider: str = ""
    format: OfferFormat = OfferFormat.UNSTATED
    fee: Fee = Fee.UNSTATED
    languages: tuple[str, ...] = ()
    begins: date | None = None
    ends: date | None = None
    contact: str = ""
    descriptions: dict[str, str] = field(default_factory=dict)

    def described(self, language: str) -> tuple[str, str]:
        """The description with the language that it is in: the reader's, else English."""
        for code in (language, "en"):
            if self.descriptions.get(code):
                return self.descriptions[code], code
        return "", language

    def was_held(self, today: date) -> bool:
        """Whether its days are past."""
        last = self.ends or self.begins
        return last is not None and last < today


def check_offer(told: OfferTold) -> None:
    """Raise Unfit unless it has a name, everything is within measure, and it does not end before it begins."""
    if not told.title.strip() or len(told.title) > LONGEST_TITLE:
        raise Unfit("offer_title")
    if len(told.provider) > LONGEST_TITLE or len(told.contact) > LONGEST_CONTACT:
        raise Unfit("offer_words")
    if any(len(words) > LONGEST_DESCRIPTION for words in told.descriptions.values()):
        raise Unfit("offer_words")
    if told.ends is not None and (told.begins is None or told.ends < told.begins):
        raise Unfit("offer_days")


def check_asking(reach: str) -> None:
    """Raise Unfit unless somebody is named whom the desk can reach."""
    if not reach.strip() or len(reach) > LONGEST_REACH:
        raise Unfit("help_reach")


def check_help_answer(state: HelpState, words: str) -> None:
    if state not in HELP_ANSWERS:
        raise Unfit("help_answer")
    if not words.strip() or len(words) > LONGEST_ANSWER:
        raise Unfit("help_words")


def draft_of_help_answer(help_id: object) -> str:
    return f"help.answer:{help_id}"
