"""Production starts with its secrets or not at all."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from secrets import token_urlsafe

import pytest

import config as settings
from config import Config, Environment, from_environment, local_secrets
from dialogue.crypto.passwords import STANDARD, TEST
from dialogue.crypto.secrets import ServerSecrets
from dialogue.errors import Misconfigured

GOOD = {
    "DIALOGUE_ENV": "production",
    "DIALOGUE_DATABASE_URL": "postgresql+psycopg://dialogue@db/dialogue",
    "DIALOGUE_MASTER_KEY": ServerSecrets.generate("k1"),
    "SECRET_KEY": token_urlsafe(48),
    "DIALOGUE_BASE_URL": "https://dialogue.example.org",
    "DIALOGUE_TRUSTED_HOSTS": "dialogue.example.org",
}


def test_production_starts_with_everything_told() -> None:
    config = from_environment(GOOD)

    assert config.is_production
    assert config.kdf == STANDARD
    assert config.trusted_hosts == ("dialogue.example.org",)
    assert not config.shows_mailbox


def test_whoever_does_not_say_where_he_is_is_in_production() -> None:
    with pytest.raises(Misconfigured):
        from_environment({})
    assert from_environment({**GOOD, "DIALOGUE_ENV": "production"}).is_production


@pytest.mark.parametrize("name", [name for name in GOOD if name != "DIALOGUE_ENV"])
def test_nothing_of_it_may_be_missing(name: str) -> None:
    with pytest.raises(Misconfigured, match=name):
        from_environment({key: value for key, value in GOOD.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIALOGUE_MASTER_KEY", "k1"),
        ("DIALOGUE_MASTER_KEY", "k1:" + b64encode(b"too short").decode()),
        ("DIALOGUE_MASTER_KEY", "k1:" + b64encode(bytes(32)).decode()),
        ("DIALOGUE_MASTER_KEY", "k1:" + b64encode(b"0123456789abcdef0123456789abcdef").decode()),
        ("DIALOGUE_MASTER_KEY", ServerSecrets.generate("demo-1")),
        ("DIALOGUE_MASTER_KEY", ServerSecrets.generate("dev-1")),
        ("DIALOGUE_MASTER_KEY", ServerSecrets.generate("k1") + "," + ServerSecrets.generate("test")),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 40),
        ("SECRET_KEY", "abcdefghijklmnop" * 4),
        ("SECRET_KEY", "abababababababababababababababababababab"),
        ("SECRET_KEY", "change-me-change-me-or-do-not-change-me-at-all"),
        ("SECRET_KEY", "demo-" + token_urlsafe(48)),
        ("DIALOGUE_BASE_URL", "http://dialogue.example.org"),
        ("DIALOGUE_BASE_URL", "https://dialogue.example.org/path"),
        ("DIALOGUE_BASE_URL", "dialogue.example.org"),
        ("DIALOGUE_KDF", TEST.encode()),
        ("DIALOGUE_KDF", "argon2id$m=65536,t=2,p=1"),
        ("DIALOGUE_KDF", "plain"),
        ("DIALOGUE_DESK", "abcd"),
        ("DIALOGUE_DESK", "zz" * 32),
        ("DIALOGUE_PROXIES", "one"),
        ("FLASK_DEBUG", "1"),
        ("DIALOGUE_ENV", "prod"),
        ("DIALOGUE_SMTP_TLS", "maybe"),
    ],
)
def test_nothing_unsafe_starts(name: str, value: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        from_environment({**GOOD, name: value})
    said = str(refused.value)
    assert name in said or "DIALOGUE_" in said
    if len(value) > 20 and name in {"SECRET_KEY", "DIALOGUE_MASTER_KEY"}:
        assert value not in said


def test_mails_leave_the_machine_over_tls_only() -> None:
    open_line = {**GOOD, "DIALOGUE_SMTP_TLS": "0"}

    with pytest.raises(Misconfigured, match="DIALOGUE_SMTP_TLS"):
        from_environment({**open_line, "DIALOGUE_SMTP_HOST": "mail.example.org"})
    assert not from_environment({**open_line, "DIALOGUE_SMTP_HOST": "localhost"}).smtp_tls
    assert from_environment({**GOOD, "DIALOGUE_SMTP_HOST": "mail.example.org"}).smtp_tls


def test_secrets_come_from_files_and_from_the_credentials_of_systemd(tmp_path: Path) -> None:
    (tmp_path / "DIALOGUE_MASTER_KEY").write_text(GOOD["DIALOGUE_MASTER_KEY"] + "\n")
    (tmp_path / "anywhere").write_text(GOOD["SECRET_KEY"] + "\n")
    told = {key: value for key, value in GOOD.items() if key not in {"DIALOGUE_MASTER_KEY", "SECRET_KEY"}}

    config = from_environment(
        {**told, "CREDENTIALS_DIRECTORY": str(tmp_path), "SECRET_KEY_FILE": str(tmp_path / "anywhere")}
    )
    assert config.master_key == GOOD["DIALOGUE_MASTER_KEY"]
    assert config.secret_key == GOOD["SECRET_KEY"]
    with pytest.raises(Misconfigured, match="SECRET_KEY_FILE"):
        from_environment({**told, "SECRET_KEY_FILE": str(tmp_path / "nowhere")})


def test_a_practice_instance_makes_its_keys_once_and_production_refuses_them(tmp_path: Path) -> None:
    first = local_secrets(tmp_path, Environment.DEMO)
    second = local_secrets(tmp_path, Environment.DEMO)

    assert first == second
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    for name, value in zip(("DIALOGUE_MASTER_KEY", "SECRET_KEY"), first, strict=True):
        with pytest.raises(Misconfigured):
            from_environment({**GOOD, name: value})


def test_development_starts_with_nothing_told(tmp_path: Path) -> None:
    config = from_environment({"DIALOGUE_ENV": "development", "DIALOGUE_INSTANCE": str(tmp_path)})

    assert config.database_url.startswith("sqlite:///")
    assert config.kdf == STANDARD
    assert config.shows_mailbox


def test_no_setting_switches_encryption_off() -> None:
    switches = [name for name in Config.__dataclass_fields__ if "crypt" in name or "seal" in name or "plain" in name]

    assert switches == []


def test_secrets_do_not_show_themselves() -> None:
    config = settings.testing("sqlite://", smtp_password="hush hush")

    for hidden in (config.master_key, config.secret_key, "hush hush"):
        assert hidden not in repr(config)


def test_the_pages_get_no_debugger_and_a_token_key_of_their_own() -> None:
    told = from_environment(GOOD).flask()

    assert told["DEBUG"] is False
    assert told["TESTING"] is False
    assert told["WTF_CSRF_SECRET_KEY"] != told["SECRET_KEY"]
    assert "WTF_CSRF_ENABLED" not in told
