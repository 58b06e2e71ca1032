"""The chained record of what happened: each entry names the hash of the one before."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dialogue.crypto.context import digest


@dataclass(frozen=True, slots=True)
class Link:
    """One entry; ids only, never a word of content.

    chain        which chain, its id as text
    seq          from 1, without gaps
    at           when, aware
    actor        account, or None for the application itself
    act          "<resource>:<verb>"
    object       id of what it was about, or None
    sealed_hash  32 bytes, hash of the sealed thing, or None
    previous     32 bytes, hash of the entry before, or ``genesis`` of the chain
    """

    chain: str
    seq: int
    at: datetime
    actor: UUID | None
    act: str
    object: UUID | None
    sealed_hash: bytes | None
    previous: bytes


def genesis(chain: UUID | str) -> bytes:
    """What the first entry of ``chain`` names as previous: 32 bytes of its own."""
    return digest("dialogue/genesis/1", str(chain))


def link_hash(link: Link) -> bytes:
    """The entry's hash.

    link     all fields count
    returns  32 bytes, SHA-256 over the typed encoding of all fields
    raises   ValueError when ``at`` has no zone
    """
    return digest(
        "dialogue/link/1",
        link.chain,
        link.seq,
        link.at,
        link.actor,
        link.act,
        link.object,
        link.sealed_hash,
        link.previous,
    )


def first_bad(links: Iterable[tuple[Link, bytes, bool]]) -> int | None:
    """Where a chain first fails to be what was written.

    links    all entries of one chain in the order of ``seq``, each with the hash stored for it and whether its MAC
             is valid
    returns  the number that stands, or should stand, at the first entry edited, deleted, inserted, moved or without
             a valid MAC; None when there is none. A cut tail cannot be seen here: compare the last hash with the pins
    """
    chain: str | None = None
    previous = b""
    for expected, (link, stored, mac_ok) in enumerate(links, start=1):
        if chain is None:
            chain, previous = link.chain, genesis(link.chain)
        fits = link.chain == chain and link.seq == expected and hmac.compare_digest(link.previous, previous)
        if not (fits and mac_ok and hmac.compare_digest(link_hash(link), stored)):
            return expected
        previous = stored
    return None
