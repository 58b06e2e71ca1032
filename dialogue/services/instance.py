"""What one running instance is made of: its database, its secrets and its settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogue.crypto.passwords import STANDARD, KdfParameters
from dialogue.crypto.secrets import ServerSecrets
from dialogue.store.engine import Store


@dataclass(frozen=True, slots=True)
class Instance:
    """Handed to every unit of work.

    desk          32 bytes, fingerprint of the first coordinator; None until it is configured
    base_url      where links in mails lead, without a closing slash
    secretariats  the addresses of the two groups' secretariats, for the completion notice
    """

    store: Store
    secrets: ServerSecrets = field(repr=False)
    base_url: str
    desk: bytes | None = None
    kdf: KdfParameters = STANDARD
    mail_sender: str = "dialogue@localhost"
    secretariats: tuple[str, ...] = ()
