"""Names, addresses and letters under the identity key: the server reads them, a dump without its keys does not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from dialogue.crypto.context import encode
from dialogue.crypto.secrets import ServerSecrets
from dialogue.errors import SealBroken

_FIELD = "dialogue/identity-field/1"


class Named(Protocol):
    """A row that has an id of its own."""

    __tablename__: str

    @property
    def id(self) -> Any: ...


def seal_field(secrets: ServerSecrets, row: Named, column: str, body: Mapping[str, Any]) -> bytes:
    """Seal an identity field for the one row and column where it stands.

    row      with the id that it was given in Python
    column   its name, such as ``"sealed_identity"``
    """
    written = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return secrets.seal_identity(written, _place(row.__tablename__, column, row.id))


def open_field(secrets: ServerSecrets, row: Named, column: str) -> dict[str, Any]:
    """What ``seal_field`` sealed into that column of the row; raises SealBroken."""
    told = json.loads(secrets.open_identity(getattr(row, column), _place(row.__tablename__, column, row.id)))
    if not isinstance(told, dict):
        raise SealBroken(row.id)
    return told


def _place(table: str, column: str, record: UUID) -> bytes:
    return encode(_FIELD, table, column, record)
