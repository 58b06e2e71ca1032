"""The addresses; each handler is form, one service call, redirect."""

from flask import Blueprint

from dialogue.web.routes import (
    account,
    accounts,
    agenda,
    desk_staff,
    home,
    language,
    mailbox,
    outcomes,
    pages,
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
    agenda.bp,
    outcomes.bp,
    desk_staff.bp,
    staff.bp,
)

# What only a demo or a developer's instance has.
PRACTICE: tuple[Blueprint, ...] = (mailbox.bp,)
