"""What a party signs: statements made by its lead or deputy, and checked whenever they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from dialogue.crypto import signing
from dialogue.crypto.context import Value
from dialogue.domain.people import Party
from dialogue.errors import SealBroken
from dialogue.services import statements
from dialogue.services.unit import UnitOfWork


def sign(work: UnitOfWork, label: str, case_id: UUID, party: Party, *values: Value) -> dict[str, str]:
    """Sign a statement for ``party`` with the actor's key.

    label    the kind of statement with its version, such as ``"dialogue/position/1"``
    values   all that is stated beside case, party and signer
    returns  "fingerprint" and "signature" in hex, for the inside of a sealed body
    """
    person = work.person
    signature = signing.sign(person.bundle, label, case_id, party.value, person.account_id, *values)
    return {"fingerprint": person.bundle.public.fingerprint.hex(), "signature": signature.hex()}


def fetch_keys(work: UnitOfWork, signed: list[Mapping[str, Any]]) -> None:
    """Read the keys behind those signatures in one query, so that checking them one by one asks no more."""
    statements.public_keys(work, {_bytes(one, "fingerprint") for one in signed} - {b""})


def check(
    work: UnitOfWork,
    label: str,
    case_id: UUID,
    party: Party,
    account_id: UUID,
    signed: Mapping[str, Any],
    *values: Value,
) -> None:
    """Raise SealBroken unless this person, as lead or deputy of ``party``, signed this very statement.

    Somebody who has left or changed seats since then still has signed: the chain of seat statements knows who spoke.
    """
    fingerprint = _bytes(signed, "fingerprint")
    key = statements.public_keys(work, {fingerprint}).get(fingerprint)
    if key is None or (account_id, fingerprint, party) not in statements.standings(work, case_id).spoke:
        raise SealBroken(account_id)
    signing.verify(key.sign, _bytes(signed, "signature"), label, case_id, party.value, account_id, *values)


def _bytes(signed: Mapping[str, Any], name: str) -> bytes:
    try:
        return bytes.fromhex(signed[name])
    except (KeyError, TypeError, ValueError):
        return b""
