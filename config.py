"""The settings of one instance, read from the environment; production refuses to start on anything unsafe."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from urllib.parse import urlsplit

from dialogue.crypto.passwords import STANDARD, TEST, KdfParameters
from dialogue.crypto.secrets import ServerSecrets
from dialogue.errors import Misconfigured, SealBroken

SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 12
PRACTICE = ("demo", "dev", "test")
WELL_KNOWN = ("changeme", "change-me", "secret", "password", "example", "insecure", "default", "flask", "dialogue")
LOCAL = ("localhost", "127.0.0.1", "[::1]")


class Environment(StrEnum):
    """Where an instance runs; whoever does not say is in production."""

    DEVELOPMENT = "development"
    TESTING = "testing"
    DEMO = "demo"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that an instance can be told from outside. Nothing here switches encryption off.

    master_key     ``id:base64``, several with commas between, newest first
    secret_key     signs the cookie of visitors who are not signed in
    desk           32 bytes, fingerprint of the first coordinator
    base_url       where links in mails lead, without a closing slash
    trusted_hosts  the names under which the application answers; empty: any
    exit_url       where the quick way out leads, a page that means nothing
    proxies        how many proxies in front of the application are believed
    instance       folder for the database and, outside production, for keys made on the spot
    files          folder for the sealed files; by itself ``files`` in the instance's folder
    files_each_side, most_files_each_side   how much each side of a case may store, in megabytes and in number
    """

    environment: Environment
    database_url: str = field(repr=False)
    master_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str
    desk: bytes | None = None
    kdf: KdfParameters = STANDARD
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    secretariats: tuple[str, ...] = field(default=(), repr=False)
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = field(default="", repr=False)
    smtp_password: str = field(default="", repr=False)
    smtp_tls: bool = True
    mail_sender: str = "dialogue@localhost"
    exit_url: str = "https://www.wikipedia.org/"
    instance: Path = Path("instance")
    files: Path | None = None
    files_each_side: int = 2048
    most_files_each_side: int = 1000
    debug: bool = False

    def __post_init__(self) -> None:
        if self.is_production:
            _check_production(self)

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def shows_mailbox(self) -> bool:
        """Whether mails that wait may be read on a page: where nobody real gets any."""
        return not self.is_production

    @property
    def files_folder(self) -> Path:
        """Where the sealed files lie."""
        return self.files or self.instance / "files"

    def flask(self) -> dict[str, object]:
        """The same for Flask and its extensions."""
        return {
            "SECRET_KEY": self.secret_key,
            "WTF_CSRF_SECRET_KEY": sha256(b"dialogue/csrf/1" + self.secret_key.encode()).hexdigest(),
            "WTF_CSRF_TIME_LIMIT": None,
            # The check of Origin and Fetch-Metadata in web/security.py takes its place and needs no Referer.
            "WTF_CSRF_SSL_STRICT": False,
            "TESTING": self.environment is Environment.TESTING,
            "DEBUG": self.debug,
            "TRUSTED_HOSTS": list(self.trusted_hosts) or None,
            "MAX_CONTENT_LENGTH": 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
            "SEND_FILE_MAX_AGE_DEFAULT": 365 * 24 * 3600,
        }


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """Read the settings; raises Misconfigured with a sentence that says which one and what to do."""
    told = os.environ if environ is None else environ
    environment = _environment(told.get("DIALOGUE_ENV", "production"))
    instance = Path(told.get("DIALOGUE_INSTANCE", "instance")).absolute()
    master_key = _secret(told, "DIALOGUE_MASTER_KEY")
    secret_key = _secret(told, "SECRET_KEY")
    if environment is not Environment.PRODUCTION and not (master_key and secret_key):
        made = local_secrets(instance, environment)
        master_key, secret_key = master_key or made[0], secret_key or made[1]
    return Config(
        environment=environment,
        database_url=told.get("DIALOGUE_DATABASE_URL") or _local_database(environment, instance),
        master_key=master_key,
        secret_key=secret_key,
        base_url=_base_url(told, environment),
        desk=_desk(told.get("DIALOGUE_DESK", "")),
        kdf=_kdf(told.get("DIALOGUE_KDF", ""), environment),
        trusted_hosts=_words(told, "DIALOGUE_TRUSTED_HOSTS"),
        proxies=_number(told, "DIALOGUE_PROXIES", 0),
        secretariats=_words(told, "DIALOGUE_SECRETARIATS"),
        smtp_host=told.get("DIALOGUE_SMTP_HOST", ""),
        smtp_port=_number(told, "DIALOGUE_SMTP_PORT", 587),
        smtp_user=told.get("DIALOGUE_SMTP_USER", ""),
        smtp_password=_secret(told, "DIALOGUE_SMTP_PASSWORD"),
        smtp_tls=_switch(told, "DIALOGUE_SMTP_TLS", preset=True),
        mail_sender=told.get("DIALOGUE_SMTP_SENDER", "dialogue@localhost"),
        exit_url=told.get("DIALOGUE_EXIT_URL", "https://www.wikipedia.org/"),
        instance=instance,
        files=Path(told["DIALOGUE_FILES"]).absolute() if told.get("DIALOGUE_FILES") else None,
        files_each_side=_number(told, "DIALOGUE_FILES_MEGABYTES", 2048),
        most_files_each_side=_number(told, "DIALOGUE_FILES_NUMBER", 1000),
        debug=_switch(told, "FLASK_DEBUG", preset=False),
    )


def testing(database_url: str, **changes: object) -> Config:
    """Settings for a test: fresh secrets, a cheap password function, mails that nobody gets."""
    values: dict[str, object] = {
        "environment": Environment.TESTING,
        "database_url": database_url,
        "master_key": ServerSecrets.generate("test"),
        "secret_key": token_urlsafe(SHORTEST_SECRET),
        "base_url": "https://localhost",
        "kdf": TEST,
    }
    return Config(**(values | changes))  # type: ignore[arg-type]


def local_secrets(folder: Path, environment: Environment) -> tuple[str, str]:
    """Master key and secret key of a practice instance, made at the first call and kept in ``folder``.

    Their ids and beginnings tell what they are for, so that production refuses them.
    """
    mark = "dev" if environment is Environment.DEVELOPMENT else environment.value
    folder.mkdir(parents=True, exist_ok=True)
    key = b64encode(token_bytes(32)).decode()
    return (
        _kept(folder / f"{mark}-master.key", f"{mark}-1:{key}"),
        _kept(folder / f"{mark}-secret.key", f"{mark}-{token_urlsafe(SHORTEST_SECRET)}"),
    )


def _kept(path: Path, fresh: str) -> str:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(fresh + "\n")
    return fresh


def _environment(word: str) -> Environment:
    try:
        return Environment(word)
    except ValueError:
        names = ", ".join(Environment)
        raise Misconfigured(f"DIALOGUE_ENV is {word!r}; set it to one of: {names}.") from None


def _secret(told: Mapping[str, str], name: str) -> str:
    """A secret from the setting itself, from the file that ``…_FILE`` names, or from systemd's credentials."""
    if told.get(name):
        return told[name].strip()
    named = told.get(f"{name}_FILE")
    folder = told.get("CREDENTIALS_DIRECTORY")
    path = Path(named) if named else Path(folder) / name if folder else None
    if path is None or (not named and not path.is_file()):
        return ""
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(
            f"{name}_FILE names a file that cannot be read; check the path and who may read it."
        ) from None


def _local_database(environment: Environment, instance: Path) -> str:
    if environment is Environment.PRODUCTION:
        return ""
    instance.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{instance / f'{environment}.sqlite'}"


def _base_url(told: Mapping[str, str], environment: Environment) -> str:
    url = told.get("DIALOGUE_BASE_URL", "").rstrip("/")
    return url or ("" if environment is Environment.PRODUCTION else "http://localhost:5000")


def _desk(text: str) -> bytes | None:
    if not text.strip():
        return None
    try:
        fingerprint = bytes.fromhex(text)
    except ValueError:
        fingerprint = b""
    if len(fingerprint) != 32:
        raise Misconfigured(
            "DIALOGUE_DESK is not a fingerprint of 64 hexadecimal digits; `dialogue keys desk` shows it."
        )
    return fingerprint


def _kdf(text: str, environment: Environment) -> KdfParameters:
    if not text:
        return TEST if environment is Environment.TESTING else STANDARD
    try:
        return KdfParameters.decode(text)
    except SealBroken:
        raise Misconfigured(f"DIALOGUE_KDF cannot be read; write it as {STANDARD.encode()!r}.") from None


def _words(told: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in told.get(name, "").split(",") if word.strip())


def _number(told: Mapping[str, str], name: str, preset: int) -> int:
    text = told.get(name, "").strip() or str(preset)
    if not text.isdecimal():
        raise Misconfigured(f"{name} is not a number; write digits only.")
    return int(text)


def _switch(told: Mapping[str, str], name: str, *, preset: bool) -> bool:
    text = told.get(name, "").strip().lower()
    if not text:
        return preset
    if text not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise Misconfigured(f"{name} is neither yes nor no; write 1 or 0.")
    return text in {"1", "true", "yes", "on"}


def _check_production(config: Config) -> None:
    if config.debug:
        raise Misconfigured("FLASK_DEBUG is on; production never shows its inside: take the setting away.")
    if not config.database_url:
        raise Misconfigured("DIALOGUE_DATABASE_URL is missing; name the database.")
    if config.kdf.is_test or config.kdf.weaker_than(STANDARD):
        raise Misconfigured(
            f"DIALOGUE_KDF is too cheap for production; take it away or raise it to {STANDARD.encode()}."
        )
    if not config.master_key:
        raise Misconfigured("DIALOGUE_MASTER_KEY is missing; make one with `dialogue keys generate` and keep it safe.")
    secrets = ServerSecrets.parse(config.master_key)
    if practice := [key_id for key_id in secrets.key_ids if key_id.startswith(PRACTICE)]:
        raise Misconfigured(f"DIALOGUE_MASTER_KEY: {practice[0]!r} was made for practice; generate one for production.")
    _check_secret_key(config.secret_key)
    parts = urlsplit(config.base_url)
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.query:
        raise Misconfigured("DIALOGUE_BASE_URL must be the public address, https and nothing behind the host's name.")
    if config.smtp_host and not config.smtp_tls and config.smtp_host not in LOCAL:
        raise Misconfigured("DIALOGUE_SMTP_TLS is off; mails carry links: turn it on, or use a server on this machine.")
    if not config.trusted_hosts:
        raise Misconfigured("DIALOGUE_TRUSTED_HOSTS is missing; write the names under which people reach this place.")


def _check_secret_key(key: str) -> None:
    if not key:
        raise Misconfigured("SECRET_KEY is missing; make one with `dialogue keys generate` and keep it safe.")
    if len(key) < SHORTEST_SECRET:
        raise Misconfigured(f"SECRET_KEY has {len(key)} characters; it needs {SHORTEST_SECRET} random ones.")
    if key.lower().startswith((*PRACTICE, *WELL_KNOWN)):
        raise Misconfigured("SECRET_KEY is well known or was made for practice; generate one for production.")
    if len(set(key)) < FEWEST_CHARACTERS or _repeats(key):
        raise Misconfigured("SECRET_KEY repeats itself and can be guessed; generate a random one.")


def _repeats(key: str) -> bool:
    return any(key == (key[:length] * len(key))[: len(key)] for length in range(1, len(key) // 2 + 1))
