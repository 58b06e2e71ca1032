"""What stands around the agreed item of the completed dialogue, what is added to it, and what may be told of it."""

from __future__ import annotations

from uuid import UUID

from dialogue.demo.stage import Stage
from dialogue.domain.agenda import ItemKind
from dialogue.domain.positions import Stance
from dialogue.domain.terms import Disclosure
from dialogue.services import disclosure, outcomes, texts, wordings
from dialogue.services.positions import Said

KEPT_IN_FRENCH = (
    "De juin à septembre, la ligne de filetage s'arrête quinze minutes toutes les deux heures. "
    "L'arrêt est payé et n'est pas rattrapé à la fin du poste."
)
KEPT_PREAMBLE = (
    "The parties met on neutral ground, in good faith and without prejudice. They thank each other for having listened."
)
KEPT_STATEMENT = (
    "We have talked about breaks in the summer season, on neutral ground, and we have found an arrangement. "
    "Neither of us will say more about it."
)
KEPT_ADDENDUM = "The stops of the filleting line are also kept in October, as long as the season lasts."


def word_around(stage: Stage, case_id: UUID, item_id: UUID, wording_id: UUID) -> None:
    """A French translation of the agreed wording, and words before it on which both agree."""
    with stage.writing("cannery_lead") as work:
        wordings.translate(work, case_id, item_id, wording_id=wording_id, language="fr", text=KEPT_IN_FRENCH)
    _agree(stage, case_id, ItemKind.PREAMBLE, KEPT_PREAMBLE)


def tell(stage: Stage, case_id: UUID) -> None:
    """A statement that both accept, one party's wish to tell it, and an addendum that one has signed."""
    _agree(stage, case_id, ItemKind.STATEMENT, KEPT_STATEMENT)
    with stage.writing("harbour_lead") as work:
        disclosure.wish(work, case_id, level=Disclosure.AGREED_STATEMENT, previous_id=None)
    with stage.writing("cannery_lead") as work:
        addendum = outcomes.addend(work, case_id, words=KEPT_ADDENDUM, language="en")
    with stage.reading("cannery_lead") as work:
        seen = outcomes.show(work, case_id, addendum).hash
    with stage.writing("cannery_lead") as work:
        outcomes.sign_addendum(work, case_id, addendum, seen=seen)


def _agree(stage: Stage, case_id: UUID, kind: ItemKind, words: str) -> None:
    with stage.writing("harbour_lead") as work:
        wording = texts.word(work, case_id, kind, text=words, language="en", answers_id=None)
    for lead in ("harbour_lead", "cannery_lead"):
        with stage.writing(lead) as work:
            texts.stand(work, case_id, kind, wording_id=wording, previous_id=None, said=Said(Stance.AGREE))
