"""When somebody wishes to get mail, as the person sees and changes it."""

from __future__ import annotations

from dialogue.domain.acts import Act
from dialogue.domain.wishes import Wishes, check
from dialogue.services import audit
from dialogue.services.admission import enter
from dialogue.services.unit import UnitOfWork
from dialogue.store.tidings import find_wishes, lock_wishes


def show(work: UnitOfWork) -> Wishes:
    """The wishes of whoever is signed in; at once and without quiet hours where none were told."""
    person = enter(work, Act.ACCOUNT_READ)
    row = find_wishes(work.session, person.account_id)
    return row.wishes if row is not None else Wishes()


def change(work: UnitOfWork, wishes: Wishes) -> None:
    """Wish something else from now on; raises Unfit."""
    person = enter(work, Act.ACCOUNT_EDIT)
    check(wishes)
    row = lock_wishes(work.session, person.account_id)
    row.rhythm, row.hour = wishes.rhythm, wishes.hour
    row.quiet_from, row.quiet_until = wishes.quiet_from, wishes.quiet_until
    audit.event(work, Act.ACCOUNT_EDIT.value, person.account_id)
