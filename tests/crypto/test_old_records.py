"""What was sealed, signed, derived and read out once stays readable: frozen examples, made once and never again."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from dialogue.crypto import identity, passwords, sealing, signing, wrapping
from dialogue.crypto.chain import Link, first_bad, genesis, link_hash
from dialogue.crypto.context import Place
from dialogue.crypto.secrets import ServerSecrets
from dialogue.crypto.streams import open_stream

unhex = bytes.fromhex


def place_of(frozen):
    return Place(**frozen["place"] | {name: UUID(frozen["place"][name]) for name in ("case", "record")})


def test_an_old_note_opens_in_its_room(vectors):
    frozen = vectors("frozen_seals")
    key, place = sealing.RoomKey(frozen["epoch"], unhex(frozen["room_key"])), place_of(frozen)

    assert place.context(7).hex() == frozen["context"]
    assert sealing.epoch_of(unhex(frozen["sealed"])) == 7
    assert sealing.unseal(key, unhex(frozen["sealed"]), place).decode() == frozen["plaintext"]
    assert sealing.unseal(key, unhex(frozen["sealed_long"]), place) == b"a" * 300
    assert key.subkey(frozen["subkey_label"]).hex() == frozen["subkey"]


def test_an_old_pin_opens_under_its_key(vectors):
    frozen = vectors("frozen_seals")
    key, context = unhex(frozen["under_key"]), unhex(frozen["under_context"])

    assert sealing.unseal_under(key, unhex(frozen["sealed_under"]), context).decode() == frozen["plaintext"]
    assert sealing.keyed_hash(key, *frozen["keyed_hash_values"]).hex() == frozen["keyed_hash"]


def test_an_old_account_keeps_its_keys(vectors):
    frozen = vectors("frozen_identity")
    bundle = identity.open_slot(unhex(frozen["slot"]), unhex(frozen["slot_key"]), unhex(frozen["slot_context"]))

    assert bundle.pack().hex() == frozen["kem_seed"] + frozen["sign_seed"]
    assert sha256(bundle.public.kem).hexdigest() == frozen["kem_public_sha256"]
    assert bundle.public.sign.hex() == frozen["sign_public"]
    assert bundle.public.self_signature.hex() == frozen["self_signature"]
    assert bundle.public.fingerprint.hex() == frozen["fingerprint"]
    assert bundle.secret_for(frozen["secret_label"]).hex() == frozen["secret"]


def test_words_once_read_out_stay_the_same(vectors):
    frozen = vectors("frozen_identity")
    ours, theirs = unhex(frozen["fingerprint"]), unhex(frozen["other_fingerprint"])

    assert list(identity.fingerprint_words(ours)) == frozen["fingerprint_words"]
    assert list(identity.comparison_words(ours, theirs)) == frozen["comparison_words"]
    in_context = identity.comparison_words(ours, theirs, unhex(frozen["comparison_context"]))
    assert list(in_context) == frozen["comparison_words_in_context"]
    for drawn, label in frozen["neutral_labels"].items():
        assert identity.neutral_label(unhex(drawn)) == label


def test_an_old_password_still_gives_its_key(vectors):
    frozen = vectors("frozen_identity")
    parameters = passwords.KdfParameters.decode(frozen["parameters"])

    key = passwords.derive(frozen["password"], unhex(frozen["salt"]), unhex(frozen["pepper"]), parameters)

    assert key.hex() == frozen["password_key"]


def test_an_old_recovery_code_still_gives_its_key(vectors):
    frozen = vectors("frozen_identity")
    code = passwords.RecoveryCode.parse(frozen["recovery_text"])

    assert code.text == frozen["recovery_text"]
    assert code.entropy.hex() == frozen["recovery_entropy"]
    assert code.key(unhex(frozen["recovery_context"])).hex() == frozen["recovery_key"]


def test_an_old_statement_still_bears_its_signature(vectors):
    frozen = vectors("frozen_identity")
    signature = unhex(frozen["statement_signature"])

    signing.verify(unhex(frozen["sign_public"]), signature, frozen["statement_label"], *frozen["statement_values"])
    bundle = identity.Bundle(unhex(frozen["kem_seed"]), unhex(frozen["sign_seed"]))
    assert signing.sign(bundle, frozen["statement_label"], *frozen["statement_values"]) == signature


def test_an_old_wrap_gives_its_room_key(vectors):
    frozen = vectors("frozen_wraps")
    bundle = identity.Bundle(unhex(frozen["kem_seed"]), unhex(frozen["sign_seed"]))

    key = wrapping.unwrap(bundle, unhex(frozen["wrap"]), frozen["epoch"], unhex(frozen["context"]))

    assert key.secret.hex() == frozen["room_key"]
    assert wrapping.commitment(key, unhex(frozen["context"])).hex() == frozen["commitment"]


def test_an_old_file_opens(vectors):
    frozen = vectors("frozen_stream")

    opened = b"".join(open_stream(unhex(frozen["key"]), unhex(frozen["context"]), [unhex(frozen["sealed"])]))

    assert opened.hex() == frozen["plaintext"]


def test_an_old_record_of_what_happened_still_holds(vectors):
    frozen = vectors("frozen_chain")
    links = [(link_of(row), unhex(row["hash"]), True) for row in frozen["links"]]

    assert genesis(frozen["links"][0]["chain"]).hex() == frozen["genesis"]
    assert [link_hash(link).hex() for link, _, _ in links] == [row["hash"] for row in frozen["links"]]
    assert first_bad(links) is None


def test_server_secrets_give_what_they_gave(vectors):
    frozen = vectors("frozen_secrets")
    held = ServerSecrets.parse(frozen["setting"])
    message, context = unhex(frozen["audit_message"]), unhex(frozen["identity_context"])

    assert {key_id: pepper.hex() for key_id, pepper in held.peppers.items()} == frozen["peppers"]
    assert [found.hex() for found in held.lookups(frozen["lookup"])] == frozen["lookups"]
    assert [key.hex() for key in held.session_keys(unhex(frozen["session_secret"]))] == frozen["session_keys"]
    assert held.subkey(frozen["subkey_label"]).hex() == frozen["subkey"]
    for key_id, mac in frozen["audit_macs"].items():
        assert held.audit_mac_valid(key_id, message, unhex(mac))
    for sealed in (frozen["identity_old"], frozen["identity_new"]):
        assert held.open_identity(unhex(sealed), context).decode() == frozen["identity_plaintext"]


def link_of(row):
    return Link(
        chain=row["chain"],
        seq=row["seq"],
        at=datetime.fromisoformat(row["at"]),
        actor=row["actor"] and UUID(row["actor"]),
        act=row["act"],
        object=row["object"] and UUID(row["object"]),
        sealed_hash=row["sealed_hash"] and unhex(row["sealed_hash"]),
        previous=unhex(row["previous"]),
    )
