"""What people sign when they accept terms: a statement over the very words, by their own key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dialogue.crypto import signing
from dialogue.errors import SealBroken
from dialogue.services import statements
from dialogue.services.unit import UnitOfWork

_ACCEPTANCE = "dialogue/terms/1"


def sign(work: UnitOfWork, case_id: UUID, terms_id: UUID, words: bytes) -> dict[str, str]:
    """Sign terms with the actor's key.

    words    32 bytes, the digest of what is agreed
    returns  "fingerprint" and "signature" in hex, for the inside of a sealed body
    """
    bundle = work.person.bundle
    signature = signing.sign(bundle, _ACCEPTANCE, case_id, terms_id, words)
    return {"fingerprint": bundle.public.fingerprint.hex(), "signature": signature.hex()}


def signed_by(
    work: UnitOfWork, case_id: UUID, terms_id: UUID, words: bytes, statement: Mapping[str, Any]
) -> bytes | None:
    """The fingerprint of the key that has signed these terms; None where the statement does not hold."""
    try:
        fingerprint = bytes.fromhex(statement["fingerprint"])
        key = statements.public_keys(work, {fingerprint}).get(fingerprint)
        if key is None:
            return None
        signing.verify(key.sign, bytes.fromhex(statement["signature"]), _ACCEPTANCE, case_id, terms_id, words)
    except (SealBroken, KeyError, TypeError, ValueError):
        return None
    return fingerprint
