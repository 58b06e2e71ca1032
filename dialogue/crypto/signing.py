"""Signatures by a person's own key over a typed statement."""

from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dialogue.crypto.context import Value, encode
from dialogue.errors import SealBroken


class Signer(Protocol):
    """Who holds a signing seed: an account's bundle."""

    @property
    def sign_seed(self) -> bytes:
        """32 bytes."""


def sign(bundle: Signer, label: str, *values: Value) -> bytes:
    """Sign a statement with the person's own key.

    bundle   the signer's opened bundle
    label    the kind of statement with its version, such as ``"dialogue/seat/1"``
    values   all that is stated, as in ``context.encode``
    returns  64 bytes, Ed25519 over ``encode(label, *values)``
    raises   TypeError, ValueError as ``encode``

    Source: RFC 8032.
    """
    return Ed25519PrivateKey.from_private_bytes(bundle.sign_seed).sign(encode(label, *values))


def verify(sign_public: bytes, signature: bytes, label: str, *values: Value) -> None:
    """Check that the holder of a key made this very statement.

    sign_public  32 bytes, ``PublicKeys.sign``
    signature    64 bytes
    label        the kind of statement, as at signing
    values       all that is stated, as at signing
    raises       SealBroken when key, signature or statement do not belong together

    Source: RFC 8032.
    """
    try:
        Ed25519PublicKey.from_public_bytes(sign_public).verify(signature, encode(label, *values))
    except (InvalidSignature, ValueError):
        raise SealBroken from None


def public_half(sign_seed: bytes) -> bytes:
    """The 32 public bytes that belong to the 32 bytes of ``sign_seed``."""
    return Ed25519PrivateKey.from_private_bytes(sign_seed).public_key().public_bytes_raw()
