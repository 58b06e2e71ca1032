"""The addresses; each handler is form, one service call, redirect."""

from flask import Blueprint

from dialogue.web.routes import (
    account,
    accounts,
    agenda,
    cases,
    delegation,
    desk_staff,
    home,
    language,
    mailbox,
    outcomes,
    pages,
    request,
    session,
    staff,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.bp,
    session.bp,
    accounts.bp,
    account.bp,
    language.bp,
    pages.bp,
    cases.bp,
    request.bp,
    delegation.bp,
    agenda.bp,
    outcomes.bp,
    desk_staff.bp,
    staff.bp,
)

# What only a demo or a developer's instance has.
PRACTICE: tuple[Blueprint, ...] = (mailbox.bp,)
