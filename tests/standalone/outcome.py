"""Checks a signed outcome record that was taken out. Nothing of the application is needed, only ``cryptography``.

    python outcome.py outcome-record.json [company=FINGERPRINT] [union=FINGERPRINT]

Prints what both parties signed, or which sentence is wrong, and ends with 1 then. What the seat statements say of
whose keys these are is checked by ``dialogue outcomes verify``; here the fingerprints are to be compared.
"""

import hashlib
import json
import sys
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def encode(*values):
    """Type, length and payload of each value, one after the other."""
    return b"".join(_one(value) for value in values)


def _one(value):
    if isinstance(value, str):
        tag, payload = b"S", value.encode()
    elif isinstance(value, bytes):
        tag, payload = b"Y", value
    elif isinstance(value, UUID):
        tag, payload = b"U", value.bytes
    elif isinstance(value, datetime):
        since = (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        tag, payload = b"T", since.to_bytes(since.bit_length() // 8 + 1, "big", signed=True)
    else:
        tag, payload = b"I", value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)
    return tag + len(payload).to_bytes(8, "big") + payload


def digest(*values):
    return hashlib.sha256(encode(*values)).digest()


def wrong(told, named):
    """Every sentence that does not hold."""
    words, case, outcome = told["words"].encode(), UUID(told["case"]), UUID(told["outcome"])
    body = json.loads(told["words"])
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    hashed = digest("dialogue/outcome/1", case, outcome, told["number"], digest("dialogue/body/1", words))
    if canonical != words or hashed.hex() != told["hash"] or body["number"] != told["number"]:
        yield "the words do not give the hash"
    for party in ("company", "union"):
        signed = [one for one in told["signatures"] if one["party"] == party]
        if len(signed) != 1:
            yield f"the {party} has not signed"
            continue
        key, one = told["keys"][signed[0]["fingerprint"]], signed[0]
        kem, public = b64decode(key["kem"]), b64decode(key["sign"])
        if digest("dialogue/fingerprint/1", kem, public).hex() != one["fingerprint"]:
            yield f"the {party}'s key does not fit its fingerprint"
        if party in named and one["fingerprint"] != named[party]:
            yield f"the {party}'s key is not the one named"
        at = datetime.fromisoformat(one["made_at"])
        values = (case, party, UUID(one["account"]), outcome, told["number"], hashed, at)
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(
                bytes.fromhex(one["signature"]), encode("dialogue/outcome-signature/1", *values)
            )
        except InvalidSignature:
            yield f"the {party}'s signature does not belong to these words"


def main(file, *told):
    read = json.loads(Path(file).read_bytes())
    if read["format"] != "dialogue/outcome-file/1":
        raise SystemExit("WRONG: this is no such record")
    found = list(wrong(read, dict(one.split("=") for one in told)))
    for sentence in found:
        print(f"WRONG: {sentence}")
    if not found:
        body = json.loads(read["words"])
        for one in read["signatures"]:
            print(f"{one['party']} signed with the key {one['fingerprint']}")
        for item in body["items"]:
            print(f"{item['number']}. {item['title']}: {item['text']}")
        print(body.get("words", ""))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
