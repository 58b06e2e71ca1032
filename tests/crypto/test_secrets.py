"""Server secrets: what is refused at the start, and what survives a rotation."""

from base64 import b64encode

import pytest

from dialogue.crypto.context import encode
from dialogue.crypto.secrets import ServerSecrets
from dialogue.errors import Misconfigured, SealBroken

OLD, NEW = ServerSecrets.generate("2025"), ServerSecrets.generate("2026")
CONTEXT = encode("dialogue/account/1", "name")


def entry(key_id, key):
    return f"{key_id}:{b64encode(key).decode()}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        ",",
        "2026",
        OLD.partition(":")[2],
        "2026:",
        "2026:not base64",
        entry("2026", bytes(range(31))),
        entry("2026", bytes(range(33))),
        entry("2026", bytes(32)),
        entry("2026", b"\xaa" * 32),
        entry("2026", b"\x01\xfe" * 16),
        entry("2026", bytes(range(8)) * 4),
        entry("2026", bytes(range(32))),
        entry("2026", b"0123456789abcdefghijklmnopqrstuv"),
        OLD.replace("2025:", ":"),
        OLD.replace("2025:", "Twenty:"),
        OLD.replace("2025:", "a-very-long-name-for-a-key:"),
        OLD + ",",
        f"{OLD},{OLD}",
        f"{OLD},{OLD.replace('2025', '2026')}",
        f"{OLD},{NEW.replace('2026', '2025')}",
    ],
)
def test_a_setting_that_is_no_secret_is_refused(text):
    with pytest.raises(Misconfigured) as refused:
        ServerSecrets.parse(text)

    told = str(refused.value)
    assert "DIALOGUE_MASTER_KEY" in told
    assert not any(part in told for part in text.replace(",", ":").split(":") if len(part) > 20)


def test_generated_secrets_are_accepted_and_never_shown():
    held = ServerSecrets.parse(f" {NEW} , {OLD} ")

    assert repr(held) == "ServerSecrets(key_ids=('2026', '2025'))"
    assert held.newest == "2026"
    assert hash(held) == hash(ServerSecrets.parse(f"{NEW},{OLD}"))
    assert not hasattr(held, "__dict__")
    with pytest.raises(Misconfigured):
        ServerSecrets.generate("Not an id")


def test_every_purpose_has_a_key_of_its_own():
    held = ServerSecrets.parse(NEW)
    keys = {held.pepper, held.session_salt, held.lookup_key, held.audit_key, held.subkey("a"), held.subkey("b")}

    assert len(keys) == 6
    assert all(len(key) == 32 for key in keys)


def test_after_a_rotation_the_newest_key_is_used_and_the_old_still_serves():
    before, after = ServerSecrets.parse(OLD), ServerSecrets.parse(f"{NEW},{OLD}")

    assert after.pepper != before.pepper
    assert after.peppers["2025"] == before.pepper
    assert after.peppers["2026"] == after.pepper
    assert after.lookup_keys == [("2026", after.lookup_key), ("2025", before.lookup_key)]
    assert after.lookups("amal@example.org") == [after.lookup("amal@example.org"), before.lookup("amal@example.org")]
    assert after.session_keys(bytes(32)) == [after.session_key(bytes(32)), before.session_key(bytes(32))]
    assert after.audit_keys == {"2026": after.audit_key, "2025": before.audit_key}


def test_a_name_opens_after_a_rotation_and_not_without_its_key():
    before, after = ServerSecrets.parse(OLD), ServerSecrets.parse(f"{NEW},{OLD}")
    old, new = before.seal_identity(b"Amal", CONTEXT), after.seal_identity(b"Amal", CONTEXT)

    assert (after.identity_key_id(old), after.identity_key_id(new)) == ("2025", "2026")
    assert after.open_identity(old, CONTEXT) == after.open_identity(new, CONTEXT) == b"Amal"
    with pytest.raises(SealBroken):
        before.open_identity(new, CONTEXT)
    with pytest.raises(SealBroken):
        ServerSecrets.parse(NEW).open_identity(old, CONTEXT)


def test_a_name_that_was_altered_cut_or_moved_does_not_open():
    held = ServerSecrets.parse(f"{NEW},{OLD}")
    sealed = held.seal_identity(b"Amal", CONTEXT)
    flips = (sealed[:at] + bytes((sealed[at] ^ 1,)) + sealed[at + 1 :] for at in range(len(sealed)))

    for blob in [*flips, *(sealed[:end] for end in range(len(sealed))), sealed + b"\0"]:
        with pytest.raises(SealBroken):
            held.open_identity(blob, CONTEXT)
    with pytest.raises(SealBroken):
        held.open_identity(sealed, encode("dialogue/account/1", "address"))
    with pytest.raises(SealBroken):
        held.open_identity(sealed.replace(b"2026", b"2025", 1), CONTEXT)


def test_an_address_is_found_only_with_the_key():
    assert ServerSecrets.parse(OLD).lookup("amal@example.org") != ServerSecrets.parse(NEW).lookup("amal@example.org")
    assert ServerSecrets.parse(OLD).lookup("amal@example.org") != ServerSecrets.parse(OLD).lookup("amal@example.com")


def test_a_session_needs_both_halves():
    held = ServerSecrets.parse(OLD)

    assert held.session_key(bytes(32)) != held.session_key(b"\1" + bytes(31))
    assert held.session_key(bytes(32)) != ServerSecrets.parse(NEW).session_key(bytes(32))
    with pytest.raises(ValueError, match="16 bytes"):
        held.session_key(b"")


def test_an_entry_of_the_record_is_vouched_for_by_its_key_only():
    before, after = ServerSecrets.parse(OLD), ServerSecrets.parse(f"{NEW},{OLD}")
    key_id, mac = before.audit_mac(b"entry")

    assert key_id == "2025"
    assert after.audit_mac_valid(key_id, b"entry", mac)
    assert not after.audit_mac_valid("2026", b"entry", mac)
    assert not after.audit_mac_valid("2024", b"entry", mac)
    assert not after.audit_mac_valid(key_id, b"other", mac)
    assert not after.audit_mac_valid(key_id, b"entry", mac[:-1])
    assert after.audit_mac(b"entry")[0] == "2026"


def test_a_browser_stays_known_through_a_rotation_and_only_to_its_account():
    old, both, new = ServerSecrets.parse(OLD), ServerSecrets.parse(f"{NEW},{OLD}"), ServerSecrets.parse(NEW)
    mac = old.browser_mac("ana@union.example", b"b" * 16, 20_000)

    assert both.browser_mac_valid("ana@union.example", b"b" * 16, 20_000, mac)
    assert not new.browser_mac_valid("ana@union.example", b"b" * 16, 20_000, mac)
    assert not old.browser_mac_valid("luc@union.example", b"b" * 16, 20_000, mac)
    assert not old.browser_mac_valid("ana@union.example", b"c" * 16, 20_000, mac)
    assert not old.browser_mac_valid("ana@union.example", b"b" * 16, 20_001, mac)


def test_the_name_of_a_count_tells_nobody_without_the_key():
    name = ServerSecrets.parse(OLD).throttle_name("account/ana@union.example")

    assert len(name) == 32
    assert name == ServerSecrets.parse(OLD).throttle_name("account/ana@union.example")
    assert name != ServerSecrets.parse(NEW).throttle_name("account/ana@union.example")
    assert name != ServerSecrets.parse(OLD).lookup("account/ana@union.example")
