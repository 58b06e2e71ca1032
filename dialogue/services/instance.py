"""What one running instance is made of: its database, its secrets and its settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from dialogue.crypto.passwords import STANDARD, KdfParameters
from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.documents import Share
from dialogue.store.engine import Store
from dialogue.store.files import Files


@dataclass(frozen=True, slots=True)
class Instance:
    """Handed to every unit of work.

    desk          32 bytes, fingerprint of the first coordinator; None until it is configured
    base_url      where links in mails lead, without a closing slash
    secretariats  the addresses of the two groups' secretariats, for the completion notice
    files         the folder of the sealed files
    share         how much of it each side of a case may fill
    """

    store: Store
    secrets: ServerSecrets = field(repr=False)
    base_url: str
    desk: bytes | None = None
    kdf: KdfParameters = STANDARD
    mail_sender: str = "dialogue@localhost"
    secretariats: tuple[str, ...] = ()
    files: Files = field(default_factory=lambda: Files(Path("instance/files")))
    share: Share = field(default_factory=Share)
