"""Mails as they leave, in bytes, and everything that somebody could read in them."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage


def parts_of(message: EmailMessage) -> list[tuple[str, str]]:
    """The kind and the words of each part, read back from the bytes that leave."""
    arrived = message_from_bytes(message.as_bytes(), policy=policy.SMTP)
    return [
        (part.get_content_type(), (part.get_payload(decode=True) or b"").decode("utf-8"))  # type: ignore[union-attr]
        for part in arrived.walk()
        if not part.is_multipart()
    ]


def everything_in(message: EmailMessage) -> str:
    """All that a mail says: its headers as they are and decoded, each part decoded and its lines unfolded."""
    raw = message.as_bytes()
    arrived = message_from_bytes(raw, policy=policy.compat32)
    told = [raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")]
    for part in arrived.walk():
        told += [f"{name}: {make_header(decode_header(str(value)))}" for name, value in part.items()]
        told += [str(part.get_filename() or "")]
    for _, words in parts_of(message):
        told += [words, re.sub(r"\r?\n[ \t]", "", words), re.sub(r"\r?\n", " ", words)]
    return "\n".join(told)
