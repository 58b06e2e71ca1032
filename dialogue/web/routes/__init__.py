"""The addresses; each handler is form, one service call, redirect."""

from flask import Blueprint

from dialogue.web.routes import account, accounts, home, language, pages, session

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.bp,
    session.bp,
    accounts.bp,
    account.bp,
    language.bp,
    pages.bp,
)

# What only a demo or a developer's instance has.
PRACTICE: tuple[Blueprint, ...] = ()
