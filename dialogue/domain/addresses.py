"""E-mail addresses: one spelling for each mailbox, so that twins are not two people."""

from __future__ import annotations

import re
import unicodedata

from dialogue.errors import Unfit

LONGEST = 254
# Quoted and commented local parts are left out: nobody has one, and two spellings of one mailbox would be two people.
_ATOM = r"""[^@\s\x00-\x1f\x7f."(),:;<>\[\\\]]+"""
_SHAPE = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(\.{_ATOM})*@[^@\s\x00-\x1f\x7f.]+(\.[^@\s\x00-\x1f\x7f.]+)+")


def normalised(address: str) -> str:
    """The one spelling of an address under which it is looked up; raises Unfit where it is none."""
    plain = unicodedata.normalize("NFKC", address).strip().casefold()
    if len(plain) > LONGEST or not _SHAPE.fullmatch(plain):
        raise Unfit("address")
    local, _, host = plain.rpartition("@")
    try:
        return f"{local}@{host.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise Unfit("address") from None
