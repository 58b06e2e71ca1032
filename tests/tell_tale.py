"""What people were told of in the application, as the table says it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from dialogue.services.instance import Instance
from dialogue.store.tidings import Tiding


def told_of(instance: Instance, account_id: UUID) -> list[str]:
    """The occasions on which one person was told something, the newest last."""
    with instance.store.session(writes=False) as session:
        query = select(Tiding.kind).where(Tiding.account_id == account_id).order_by(Tiding.at)
        return [kind.value for kind in session.scalars(query)]


def told_who(instance: Instance, key: str) -> set[UUID]:
    """Who was told of the thing with that key."""
    with instance.store.session(writes=False) as session:
        rows = session.execute(select(Tiding.key, Tiding.account_id))
        return {account_id for found, account_id in rows if found.startswith(key)}
