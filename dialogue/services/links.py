"""Single-use links sent by mail: they prove the mailbox, for seven days, and carry no key."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from dialogue.domain.people import StaffRole
from dialogue.errors import LinkExpired
from dialogue.services import identity
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import Link, LinkPurpose, find_link

LIVES = timedelta(days=7)
_TOKEN_BYTES = 32


def create(
    work: UnitOfWork,
    purpose: LinkPurpose,
    *,
    email: str,
    name: str = "",
    participant_id: UUID | None = None,
    staff_roles: frozenset[StaffRole] = frozenset(),
    lives: timedelta = LIVES,
) -> str:
    """Make a link and give its token, which is stored nowhere but as a hash.

    email    the normalised address that the link is sent to
    returns  43 characters, URL-safe, 256 random bits
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    row = Link(
        id=uuid4(),
        token_hash=_hashed(token),
        purpose=purpose,
        lookup=work.instance.secrets.lookup(email),
        participant_id=participant_id,
        staff_roles=",".join(sorted(staff_roles)),
        expires_at=work.now + lives,
        created_at=work.now,
    )
    row.sealed_identity = identity.seal_field(
        work.instance.secrets, row, "sealed_identity", {"email": email, "name": name}
    )
    work.session.add(row)
    return token


def find(work: UnitOfWork, token: str) -> Link:
    """The link behind a token; raises LinkExpired for an unknown, a used and an old one alike."""
    row = found(work.session, token, work.now)
    if row is None:
        raise LinkExpired
    return row


def found(session: Session, token: str, now: datetime) -> Link | None:
    """The same where there is no unit of work yet, or None."""
    row = find_link(session, _hashed(token))
    return None if row is None or row.used_at is not None or row.expires_at <= now else row


def address(work: UnitOfWork, token: str, page: str = "link") -> str:
    """Where the link leads, from the configured base address and never from a request.

    page   path of the page that follows it
    """
    return f"{work.instance.base_url}/{page}/{token}"


def _hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()
