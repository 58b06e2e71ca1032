"""What others have published about the algorithms holds for the keys made here."""

from hashlib import sha3_256, shake_256

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from dialogue.crypto.derivation import derive_key
from dialogue.crypto.envelope import padded_length
from dialogue.crypto.identity import Bundle
from dialogue.crypto.signing import public_half


def test_keys_are_derived_as_rfc_5869_says(vectors):
    for case in vectors("hkdf_rfc5869"):
        derived = derive_key(*(bytes.fromhex(case[name]) for name in ("secret", "info", "salt")))

        assert derived.hex() == case["first_32_bytes"], case["source"]


def test_no_salt_is_a_salt_of_zeros_as_rfc_5869_says(vectors):
    case = vectors("hkdf_rfc5869")[2]

    assert derive_key(bytes.fromhex(case["secret"]), b"").hex() == case["first_32_bytes"]


def test_signatures_are_those_of_rfc_8032(vectors):
    for case in vectors("ed25519_rfc8032"):
        seed, message = bytes.fromhex(case["seed"]), bytes.fromhex(case["message"])

        assert public_half(seed).hex() == case["public"], case["source"]
        assert Ed25519PrivateKey.from_private_bytes(seed).sign(message).hex() == case["signature"], case["source"]
        Ed25519PublicKey.from_public_bytes(public_half(seed)).verify(bytes.fromhex(case["signature"]), message)


def test_argon2id_is_that_of_rfc_9106(vectors):
    for case in vectors("argon2id_rfc9106"):
        kdf = Argon2id(
            salt=bytes.fromhex(case["salt"]),
            length=32,
            iterations=case["iterations"],
            lanes=case["lanes"],
            memory_cost=case["memory_kib"],
            ad=case["ad"] and bytes.fromhex(case["ad"]),
            secret=case["secret"] and bytes.fromhex(case["secret"]),
        )

        assert kdf.derive(bytes.fromhex(case["password"])).hex() == case["tag"], case["source"]


def test_gcm_is_that_of_mcgrew_and_viega(vectors):
    for case in vectors("gcm_mcgrew_viega"):
        key, nonce, plaintext, aad = (bytes.fromhex(case[name]) for name in ("key", "nonce", "plaintext", "aad"))

        assert AESGCM(key).encrypt(nonce, plaintext, aad).hex() == case["sealed"], case["source"]


def test_a_seed_gives_the_public_key_of_the_x_wing_draft(vectors):
    case = vectors("xwing_draft")

    assert Bundle(bytes.fromhex(case["seed"]), bytes(32)).public.kem.hex() == case["public"]


def test_a_seed_opens_the_encapsulation_of_the_x_wing_draft(vectors):
    case = vectors("xwing_draft")
    encapsulation, public = bytes.fromhex(case["encapsulation"]), bytes.fromhex(case["public"])
    expanded = shake_256(bytes.fromhex(case["seed"])).digest(96)
    lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).decapsulate(encapsulation[:1088])
    curve = X25519PrivateKey.from_private_bytes(expanded[64:]).exchange(
        X25519PublicKey.from_public_bytes(encapsulation[1088:])
    )

    shared = sha3_256(
        lattice + curve + encapsulation[1088:] + public[1184:] + bytes.fromhex("5c2e2f2f5e5c")
    ).hexdigest()

    assert shared == case["shared_secret"]


def test_a_bundle_opens_what_the_hpke_draft_encrypted_to_its_seed(vectors):
    case = vectors("hpke_draft")
    bundle = Bundle(bytes.fromhex(case["seed"]), bytes(32))
    suite = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)

    opened = openssl.hpke._decrypt_with_aad(
        suite,
        bytes.fromhex(case["encapsulation"] + case["ciphertext"]),
        bundle.kem_key,
        bytes.fromhex(case["info"]),
        bytes.fromhex(case["aad"]),
    )

    assert opened.hex() == case["plaintext"]


@pytest.mark.parametrize(
    ("length", "padded"),
    [(0, 256), (1, 256), (256, 256), (257, 272), (1000, 1024), (1025, 1088), (65_537, 67_584), (1_048_577, 1_081_344)],
)
def test_lengths_are_padded_as_padme_says(length, padded):
    assert padded_length(length) == padded
