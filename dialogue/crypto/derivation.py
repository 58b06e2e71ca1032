"""One way to make keys out of keys."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


def derive_key(secret: bytes, info: bytes, salt: bytes | None = None) -> bytes:
    """Derive the key for one purpose from a secret that is already random.

    secret   at least 16 random bytes (never a password)
    info     the purpose; two purposes never share their bytes
    salt     any length, or None for a string of zeros
    returns  32 bytes
    raises   ValueError when the secret is too short

    Source: RFC 5869 (HKDF with SHA-256).
    """
    if len(secret) < 16:
        raise ValueError("a secret has at least 16 bytes")
    return HKDF(SHA256(), KEY_BYTES, salt, info).derive(secret)
