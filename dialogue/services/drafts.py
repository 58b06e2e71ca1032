"""Drafts: what somebody is still writing, kept under that person's own key until it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from dialogue.domain.acts import Act
from dialogue.domain.drafts import MOST_DRAFTS, check_fields, check_form
from dialogue.errors import SealBroken
from dialogue.services import audit, rooms
from dialogue.services.admission import admit
from dialogue.services.unit import UnitOfWork
from dialogue.store.notes import Draft, drafts_by, find_draft


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft as it was found.

    fields     what stood in the form, by the field's name
    saved_at   None where there is no draft
    is_broken  there is one, and it does not open: it was altered
    """

    fields: dict[str, str] = field(default_factory=dict, repr=False)
    saved_at: datetime | None = None
    is_broken: bool = False


def save(work: UnitOfWork, case_id: UUID, form: str, fields: Mapping[str, str]) -> datetime:
    """Keep what the actor has typed so far and give the moment of it.

    form     a word of the application, such as "notes.write:joint" or "notes.revise:<id>"; never content
    fields   the form's fields; an empty value is kept as one

    The record has no entry for it: a draft is nobody's act yet, and when somebody pauses while writing is nobody's
    business. Where a person has more drafts than anybody writes at once, the oldest makes room.
    """
    case, seat = admit(work, case_id, Act.DRAFT_SAVE)
    check_form(form)
    check_fields(fields)
    draft = find_draft(work.session, seat.account, case.id, form)
    if draft is None:
        _make_room(work, seat.account, case.id)
        draft = Draft(id=uuid4(), account_id=seat.account, case_id=case.id, form=form)
        work.session.add(draft)
    body = {"form": form, "fields": dict(fields)}
    draft.sealed_body = rooms.seal_personal(work, body, draft.personal_place("body"))
    draft.saved_at = work.now
    work.session.flush()
    return work.now


def look(work: UnitOfWork, case_id: UUID, form: str) -> Kept:
    """The actor's draft of a form; one that was altered is told as such, with an alarm in the instance's record."""
    case, seat = admit(work, case_id, Act.DRAFT_SAVE)
    draft = find_draft(work.session, seat.account, case.id, form)
    if draft is None:
        return Kept()
    try:
        body = rooms.open_personal(work, draft.sealed_body, draft.personal_place("body"))
        if body["form"] != form:
            raise SealBroken(draft.id)
    except SealBroken:
        audit.event(work, "alarm:seal", draft.id)
        return Kept(saved_at=draft.saved_at, is_broken=True)
    return Kept(body["fields"], draft.saved_at)


def find(work: UnitOfWork, case_id: UUID, form: str) -> dict[str, str]:
    """The fields of the actor's draft of a form; nothing where there is none that opens."""
    return look(work, case_id, form).fields


def discard(work: UnitOfWork, case_id: UUID, form: str) -> None:
    """Forget a draft: it has been sent, or is not wanted any more."""
    case, seat = admit(work, case_id, Act.DRAFT_SAVE)
    draft = find_draft(work.session, seat.account, case.id, form)
    if draft is not None:
        work.session.delete(draft)
        work.session.flush()


def _make_room(work: UnitOfWork, account_id: UUID, case_id: UUID) -> None:
    present = drafts_by(work.session, account_id, case_id)
    for oldest in present[: max(0, len(present) - MOST_DRAFTS + 1)]:
        work.session.delete(oldest)
