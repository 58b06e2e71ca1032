"""A passkey made of software, as an authenticator would behave, or misbehave."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from os import urandom

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class SoftKey:
    """One credential for one site.

    verifies   whether it asks for a finger, a face or a PIN
    """

    origin: str
    verifies: bool = True
    id: bytes = field(default_factory=lambda: urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    count: int = 0

    def make(self, options: str) -> str:
        """Answer what ``navigator.credentials.create`` is asked."""
        asked = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        held = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(public)
        data = self._data(asked["rp"]["id"], ATTESTED) + held
        told = {
            "clientDataJSON": _text(self._client("webauthn.create", asked["challenge"])),
            "attestationObject": _text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._answer(told)

    def use(self, options: str) -> str:
        """Answer what ``navigator.credentials.get`` is asked."""
        asked = json.loads(options)
        self.count += 1
        data, client = self._data(asked["rpId"]), self._client("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        told = {
            "clientDataJSON": _text(client),
            "authenticatorData": _text(data),
            "signature": _text(signature),
            "userHandle": _text(b"x" * 32),
        }
        return self._answer(told)

    def _data(self, site: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return sha256(site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, told: dict[str, str]) -> str:
        name = _text(self.id)
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": told, "clientExtensionResults": {}}
        )
