"""Server secrets: the master keys outside the database and what is derived from them."""

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from os import urandom
from types import MappingProxyType

from dialogue.crypto.context import encode
from dialogue.crypto.derivation import KEY_BYTES, derive_key
from dialogue.crypto.envelope import VERSION, lock, unlock
from dialogue.crypto.sealing import body_of, keyed_hash
from dialogue.errors import Misconfigured, SealBroken

IDENTITY = 3

_KEY_ID = re.compile(r"[a-z0-9-]{1,16}")


@dataclass(frozen=True, slots=True)
class ServerSecrets:
    """The master keys, newest first; the repr shows their ids only.

    newest   id of the key under which everything new is made
    key_ids  ids of all keys held, newest first
    """

    key_ids: tuple[str, ...]
    _keys: Mapping[str, bytes] = field(repr=False, hash=False)

    @classmethod
    def parse(cls, text: str) -> "ServerSecrets":
        """Read the setting ``DIALOGUE_MASTER_KEY``.

        text     ``id:base64`` and, after a rotation, older ones behind commas, newest first; each id 1 to 16 of
                 ``a-z 0-9 -``, each key 32 random bytes
        returns  the secrets
        raises   Misconfigured for a missing, short, long, repeated or guessable key or a repeated id; the message
                 names the id, never the key
        """
        keys: dict[str, bytes] = {}
        for entry in text.strip().split(","):
            key_id, key = _entry(entry.strip())
            if key_id in keys:
                raise Misconfigured(f"DIALOGUE_MASTER_KEY: the id {key_id!r} stands twice; give each key its own")
            if key in keys.values():
                raise Misconfigured(f"DIALOGUE_MASTER_KEY: {key_id!r} repeats another key; generate a new one")
            keys[key_id] = key
        return cls(tuple(keys), MappingProxyType(keys))

    @staticmethod
    def generate(key_id: str) -> str:
        """A fresh entry for the setting.

        key_id   1 to 16 of ``a-z 0-9 -``
        returns  ``id:base64`` of 32 random bytes
        raises   Misconfigured for an id of another form
        """
        return f"{_fit_id(key_id)}:{b64encode(urandom(KEY_BYTES)).decode()}"

    @property
    def newest(self) -> str:
        return self.key_ids[0]

    @property
    def pepper(self) -> bytes:
        """32 bytes mixed into every password under the newest key."""
        return self._derived(self.newest, "pepper")

    @property
    def peppers(self) -> Mapping[str, bytes]:
        """The pepper of every held key by its id; what is stored beside a slot is the id."""
        return self._all_derived("pepper")

    @property
    def session_salt(self) -> bytes:
        """32 bytes that a session's key needs beside the browser's secret, under the newest key."""
        return self._derived(self.newest, "session-salt")

    @property
    def lookup_key(self) -> bytes:
        """32 bytes for the hashes by which an e-mail address is found, under the newest key."""
        return self._derived(self.newest, "lookup")

    @property
    def lookup_keys(self) -> list[tuple[str, bytes]]:
        """Id and look-up key of every held key, newest first."""
        return list(self._all_derived("lookup").items())

    @property
    def audit_key(self) -> bytes:
        """32 bytes for the MACs of the record of what happened, under the newest key."""
        return self._derived(self.newest, "audit")

    @property
    def audit_keys(self) -> Mapping[str, bytes]:
        """The audit key of every held key by its id."""
        return self._all_derived("audit")

    def subkey(self, label: str) -> bytes:
        """32 bytes of the newest key for a use that has no property here.

        label  the use, with its version, such as ``"dialogue/throttle/1"``
        """
        return derive_key(self._keys[self.newest], encode("dialogue/server-subkey/1", label))

    def seal_identity(self, plaintext: bytes, context: bytes) -> bytes:
        """Encrypt a name, an address or the like under the newest key; the server can read it, a dump cannot.

        plaintext  below 2**31 bytes, padded as in ``sealing.seal``
        context    ``encode`` of a label and of all that the field must not be moved away from
        returns    version 1 B | algorithm 1 B | length of the id 1 B | id | nonce 12 B | ciphertext | tag 16 B
        raises     ValueError when plaintext is too long

        Source: NIST SP 800-38D (GCM), RFC 5869 (HKDF).
        """
        key_id = self.newest
        header = bytes((VERSION, IDENTITY, len(key_id))) + key_id.encode()
        return header + lock(self._derived(key_id, "identity"), plaintext, _identity(key_id, context))

    def open_identity(self, blob: bytes, context: bytes) -> bytes:
        """Open what ``seal_identity`` made under any key still held.

        blob     what ``seal_identity`` returned
        context  the same bytes as at sealing
        returns  the plaintext
        raises   SealBroken when blob or context are not those of the seal or its key is no longer held
        """
        key_id = self.identity_key_id(blob)
        if key_id not in self._keys:
            raise SealBroken
        box = body_of(blob, IDENTITY)[1 + len(key_id) :]
        return unlock(self._derived(key_id, "identity"), box, _identity(key_id, context))

    def identity_key_id(self, blob: bytes) -> str:
        """Which master key ``blob`` was sealed under, held or not; SealBroken when it names none."""
        named = body_of(blob, IDENTITY)
        try:
            key_id = named[1 : 1 + named[0]].decode("ascii")
        except (IndexError, UnicodeDecodeError):
            raise SealBroken from None
        if len(key_id) != named[0] or not _KEY_ID.fullmatch(key_id):
            raise SealBroken
        return key_id

    def lookup(self, email: str) -> bytes:
        """The hash under which a new account is found.

        email    the address, already normalised by the caller
        returns  32 bytes, HMAC-SHA256 under the newest look-up key
        """
        return _lookup(self.lookup_key, email)

    def lookups(self, email: str) -> list[bytes]:
        """The hashes under which an account may be found, one for each held key, newest first."""
        return [_lookup(key, email) for _, key in self.lookup_keys]

    def session_key(self, secret: bytes) -> bytes:
        """The key of a session: half from the browser, half from the newest master key.

        secret   the 32 bytes of the cookie
        returns  32 bytes
        raises   ValueError when the secret is shorter than 16 bytes

        Source: RFC 5869.
        """
        return _session(secret, self.session_salt)

    def session_keys(self, secret: bytes) -> list[bytes]:
        """The keys that a session begun before a rotation may have, one for each held key, newest first."""
        return [_session(secret, salt) for salt in self._all_derived("session-salt").values()]

    def audit_mac(self, message: bytes) -> tuple[str, bytes]:
        """Vouch for an entry of the record.

        message  the entry's hash
        returns  id of the newest key and 32 bytes, HMAC-SHA256
        """
        return self.newest, keyed_hash(self.audit_key, "dialogue/audit-mac/1", message)

    def audit_mac_valid(self, key_id: str, message: bytes, mac: bytes) -> bool:
        """Whether ``mac`` is this server's for ``message`` under the key ``key_id``; False for a key not held."""
        if key_id not in self._keys:
            return False
        expected = keyed_hash(self._derived(key_id, "audit"), "dialogue/audit-mac/1", message)
        return hmac.compare_digest(expected, mac)

    def throttle_name(self, key: str) -> bytes:
        """The name under which tries are counted: it tells nobody whose they are.

        key      what is counted for whom, with addresses in clear
        returns  32 bytes, HMAC-SHA256 under the newest throttle key
        """
        return keyed_hash(self._derived(self.newest, "throttle"), "dialogue/throttle-name/1", key)

    def browser_mac(self, email: str, browser: bytes, since: int) -> bytes:
        """Vouch that somebody has signed in with this address in this browser.

        email    the address, already normalised by the caller
        browser  16 random bytes that the browser keeps
        since    day of the sign-in, counted from 1970
        returns  32 bytes, HMAC-SHA256 under the newest throttle key
        """
        return _browser(self._derived(self.newest, "throttle"), email, browser, since)

    def browser_mac_valid(self, email: str, browser: bytes, since: int, mac: bytes) -> bool:
        """Whether ``mac`` is what ``browser_mac`` made under any key still held."""
        keys = self._all_derived("throttle").values()
        return any(hmac.compare_digest(_browser(key, email, browser, since), mac) for key in keys)

    def _derived(self, key_id: str, purpose: str) -> bytes:
        return derive_key(self._keys[key_id], encode("dialogue/server/1", purpose))

    def _all_derived(self, purpose: str) -> Mapping[str, bytes]:
        return {key_id: self._derived(key_id, purpose) for key_id in self.key_ids}


def _entry(entry: str) -> tuple[str, bytes]:
    key_id, colon, encoded = entry.partition(":")
    if not colon:
        raise Misconfigured("DIALOGUE_MASTER_KEY: expected id:base64, several with commas between, newest first")
    _fit_id(key_id)
    try:
        key = b64decode(encoded, validate=True)
    except (NotBase64, ValueError):
        raise Misconfigured(f"DIALOGUE_MASTER_KEY: what follows {key_id!r} is not base64") from None
    if len(key) != KEY_BYTES:
        raise Misconfigured(f"DIALOGUE_MASTER_KEY: {key_id!r} has {len(key)} bytes instead of 32")
    if _guessable(key):
        raise Misconfigured(f"DIALOGUE_MASTER_KEY: {key_id!r} is not random; generate one with `dialogue keys`")
    return key_id, key


def _fit_id(key_id: str) -> str:
    if not _KEY_ID.fullmatch(key_id):
        raise Misconfigured("DIALOGUE_MASTER_KEY: an id is 1 to 16 small letters, digits or hyphens")
    return key_id


def _guessable(key: bytes) -> bool:
    """Few different bytes, printable text, or equal steps: none happens by chance once in 2**40 keys."""
    steps = {(b - a) % 256 for a, b in pairwise(key)}
    return len(set(key)) < 16 or all(32 <= byte < 127 for byte in key) or len(steps) == 1


def _identity(key_id: str, context: bytes) -> bytes:
    return encode("dialogue/identity/1", key_id, context)


def _lookup(key: bytes, email: str) -> bytes:
    return keyed_hash(key, "dialogue/lookup/1", email)


def _session(secret: bytes, salt: bytes) -> bytes:
    return derive_key(secret, encode("dialogue/session/1"), salt)


def _browser(key: bytes, email: str, browser: bytes, since: int) -> bytes:
    return keyed_hash(key, "dialogue/known-browser/1", email, browser, since)
