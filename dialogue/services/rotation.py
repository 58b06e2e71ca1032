"""Rotation: what the server itself sealed moves under the newest master key, one row before or after, never between.

What people sealed moves with them: a password slot at the next sign-in, a session by its end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.addresses import normalised
from dialogue.errors import SealBroken, Unfit
from dialogue.services import certificates, identity, ledger
from dialogue.services.instance import Instance
from dialogue.store.masterkeys import (
    IDENTITY_COLUMNS,
    IdentityColumn,
    entries_not_under,
    exchange,
    identity_page,
    slots_by_pepper,
)

PAGE = 200


@dataclass(slots=True)
class Rotation:
    """What one run has done.

    moved    rows that stand under the newest key now, by column
    left     rows that could not be moved, by column: altered, under a key that is not held, or twins of one address
    waiting  password slots that move when their people sign in, by the id of the key that they still need
    """

    moved: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    waiting: dict[str, int] = field(default_factory=dict)


def rotate(instance: Instance, tell: Callable[[str], None] = lambda _: None) -> Rotation:
    """Move every row that is not there yet; a run that was cut short is taken up by the next one.

    tell   is given the name of each column when it is done
    """
    done = Rotation()
    for of in IDENTITY_COLUMNS:
        _move_fields(instance, of, done)
        tell(of.name)
    _move_macs(instance, done)
    tell(ledger.MACS)
    moved, left = certificates.vouch_anew(instance)
    done.moved[certificates.MACS] += moved
    done.left[certificates.MACS] += left
    tell(certificates.MACS)
    with instance.store.session(writes=False) as session:
        found = slots_by_pepper(session)
    done.waiting = {key_id: count for key_id, count in found.items() if key_id != instance.secrets.newest}
    return done


def _move_fields(instance: Instance, of: IdentityColumn, done: Rotation) -> None:
    after: UUID | None = None
    while True:
        with instance.store.session(writes=False) as session:
            page = identity_page(session, of, after=after, limit=PAGE)
        for row in page:
            try:
                renewed = _renewed(instance.secrets, of, row)
            except (SealBroken, Unfit):
                done.left[of.name] += 1
                continue
            if renewed != of.of(row):
                _put(instance, of, row, renewed, done)
        if len(page) < PAGE:
            return
        after = page[-1].id


def _renewed(secrets: ServerSecrets, of: IdentityColumn, row: Any) -> dict[str, bytes]:
    """The same row under the newest key; the very same values where it stands there already."""
    renewed = of.of(row)
    told = identity.open_field(secrets, row, of.column)
    if secrets.identity_key_id(renewed[of.column]) != secrets.newest:
        renewed[of.column] = identity.seal_field(secrets, row, of.column, told)
    if of.lookup is not None and of.address in told:
        renewed[of.lookup] = secrets.lookup(normalised(told[of.address]))
    return renewed


def _put(instance: Instance, of: IdentityColumn, row: Any, renewed: dict[str, bytes], done: Rotation) -> None:
    try:
        with instance.store.session(writes=True) as session:
            exchanged = exchange(session, of, row.id, of.of(row), renewed)
            session.commit()
    except IntegrityError:
        done.left[of.name] += 1
        return
    done.moved[of.name] += exchanged


def _move_macs(instance: Instance, done: Rotation) -> None:
    """Vouch anew for every entry that the old key vouches for. What was altered keeps its old MAC, and stays named."""
    after: tuple[str, int] | None = None
    while True:
        with instance.store.session(writes=True) as session:
            page = entries_not_under(session, instance.secrets.newest, after=after, limit=PAGE)
            moved = sum(ledger.vouch_anew(instance.secrets, entry) for entry in page)
            session.commit()
        done.moved[ledger.MACS] += moved
        done.left[ledger.MACS] += len(page) - moved
        if len(page) < PAGE:
            return
        after = (page[-1].chain, page[-1].seq)
