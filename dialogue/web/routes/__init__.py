"""The addresses; each handler is form, one service call, redirect."""

from flask import Blueprint

from dialogue.web.routes import (
    account,
    accounts,
    agenda,
    cases,
    delegation,
    desk_office,
    drafts,
    facilitator,
    health,
    home,
    language,
    mailbox,
    notes,
    notice,
    outcomes,
    pages,
    record,
    recovery,
    release,
    request,
    session,
    staff,
    terms,
    together,
    upkeep,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.bp,
    session.bp,
    accounts.bp,
    account.bp,
    recovery.bp,
    language.bp,
    pages.bp,
    health.bp,
    cases.bp,
    request.bp,
    delegation.bp,
    terms.bp,
    facilitator.bp,
    agenda.bp,
    notes.bp,
    release.bp,
    drafts.bp,
    together.bp,
    outcomes.bp,
    notice.bp,
    record.bp,
    desk_office.bp,
    staff.bp,
    upkeep.bp,
)

# What only a demo or a developer's instance has.
PRACTICE: tuple[Blueprint, ...] = (mailbox.bp,)
