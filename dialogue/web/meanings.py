"""What a joint act means, for who can read what and for what is kept: said before anybody says yes."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from dialogue.domain.acts import Act
from dialogue.domain.people import Room
from dialogue.web.labels import label

MEANINGS: dict[Act, tuple[Any, ...]] = {
    Act.CASE_SUSPEND: (
        _l("The agenda rests: no item, wording or position changes, and the joint room is not added to."),
        _l("Whoever can read something now can read it as before."),
        _l("Each side's own room, the caucuses and the facilitators' notes stay open for writing."),
        _l("Nothing can be released from a private room until then, and no outcome record is assembled."),
        _l("The dialogue goes on when both leads agree to resume it. Either lead can still leave at any time."),
    ),
    Act.CASE_RESUME: (
        _l("The parties are at the table again. Agenda, wordings and positions are as they were left."),
        _l("The joint room can be written in again."),
    ),
    Act.CASE_CONCLUDE: (
        _l("The agenda rests: no item, wording or position changes."),
        _l("The outcome record can be put together from the items in consensus, and signed by both leads."),
        _l("Whoever can read something now can read it as before, and notes can still be written."),
        _l("Either lead alone can go back to the dialogue as long as the outcome record is not signed by both."),
    ),
    Act.CASE_COMPLETE: (
        _l("The dialogue is completed without an outcome record, and is kept as one without consensus."),
        _l("What was written can still be read by those who can read it now. Wordings and positions bind nobody."),
        _l("Notes can still be written, in the joint room and in each side's own."),
        _l("Nothing is destroyed before both leads have closed the dialogue and the time agreed in the terms is over."),
        _l(
            "The ILO's desk sends one notice to the secretariats of the Employers' and the Workers' groups: number and "
            "date, nothing else. Both leads are shown it before."
        ),
        _l("It cannot be undone."),
    ),
    Act.CASE_CLOSE: (
        _l("Follow-up is over. Nothing can be written any more, in no room."),
        _l(
            "What is there can still be read by those who can read it now, for as long as the terms say. Then the keys "
            "are destroyed, after two warnings to both leads."
        ),
        _l("It cannot be undone."),
    ),
    Act.SUPPORT_CHANGE: (
        _l("The ILO does what both ask. Its desk sees the new set, and nothing of why it was changed."),
        _l(
            "With facilitation there are caucuses and facilitators' notes, and a facilitator whom both leads accept. "
            "In preparation the dialogue waits for that."
        ),
        _l(
            "Without facilitation no facilitator sits here any more: the seat ends at once with a signed removal, and "
            "the caucuses and the facilitators' notes are closed to everybody. What only a facilitator could open is "
            "given up."
        ),
        _l(
            "Without technical input no question is put to an expert any more, and an expert who sits here for one "
            "loses the seat at once."
        ),
        _l("The leads keep the register and draft the summary themselves where there is no facilitator."),
    ),
    Act.RETENTION_EXTEND: (
        _l("Everything is kept for so much longer, readable for those who can read it now. Nothing can be added."),
        _l("Both leads are warned anew before the new date."),
        _l("It is possible only before the date. Neither lead alone can do it, and nobody at the ILO."),
    ),
    Act.HOLD_PLACE: (
        _l("Nothing is destroyed until both leads lift the hold together, however long that takes."),
        _l("The facilitators' working notes are kept as well, where they are still there."),
        _l("Nothing else changes: who can read something now can read it, and nothing can be added."),
    ),
    Act.HOLD_LIFT: (
        _l("The date of destruction runs again. There are at least thirty days until then."),
        _l("Both leads are warned anew before the date."),
    ),
    Act.CASE_DESTROY: (
        _l("The keys of every room are destroyed at once, then every word, every file and the record."),
        _l("What stays is the number of the case, its dates and a certificate for both leads."),
        _l("Each side's own room goes with it, and what people kept for themselves. Export before what you need."),
        _l("It cannot be undone, by nobody."),
    ),
    Act.AGENDA_REOPEN: (
        _l("Another wording can answer the agreed words of this item."),
        _l("Until somebody puts one, the agreed words and both positions stay as they are."),
        _l("Once there is another wording both parties are asked for new positions. Nothing is deleted."),
    ),
    Act.AGENDA_WITHDRAW: (
        _l("The item leaves the agenda. It does not stand in an outcome record."),
        _l("What was written on it can still be read by those who can read it now."),
        _l("It cannot be taken up again; the same can be proposed as a new item."),
    ),
    Act.HISTORY_GRANT: (
        _l("%(person)s can read all that was written in the %(room)s before, from the first day on."),
        _l("Once the keys are given it cannot be taken back: what somebody has read stays read."),
        _l("Your yes is a signed statement of the dialogue. You can take it back as long as the keys are not given."),
        _l("Nothing changes for other rooms."),
    ),
}


def meaning(act: Act, *, person: str = "", room: Room | None = None) -> list[str]:
    """What it means when both leads do this, sentence by sentence."""
    told = {"person": person, "room": label(room) if room is not None else ""}
    return [str(sentence) % told if "%(" in str(sentence) else str(sentence) for sentence in MEANINGS[act]]
