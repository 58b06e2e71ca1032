"""Second factors: what is offered to somebody who sets one up, and whether what is shown at a sign-in fits."""

from __future__ import annotations

import json
import secrets
from base64 import b32encode, urlsafe_b64decode
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pyotp
import segno
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from dialogue.crypto.context import digest, encode
from dialogue.crypto.derivation import derive_key
from dialogue.domain.factors import MOST_PASSKEYS, PRINTED_CODES, STEP_SECONDS, FactorKind, steps_that_count
from dialogue.errors import NotFound, SealBroken, Unfit
from dialogue.services import audit, identity
from dialogue.services.instance import Instance
from dialogue.services.unit import UnitOfWork
from dialogue.store.factors import (
    Authenticator,
    Passkey,
    PrintedCode,
    codes_of,
    find_authenticator,
    passkeys_of,
    remove_app,
    remove_codes,
    remove_passkeys,
    take_code,
    take_passkey,
    take_step,
)

ISSUER = "Dialogue"
SEED_BYTES = 32
QUESTION_LIVES = timedelta(minutes=10)
LONGEST_NAME = 60

_OFFER = "dialogue/factor-offer/1"
_LINK = "dialogue/factor-link/1"
_PRINTED = "dialogue/printed-code/1"
_SECRET_BYTES = 20
_GROUP = 4
_MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody may choose from; the same seed makes the same offer again, so nothing of it has to be kept.

    seed   32 bytes that only this browser, or the holder of this link, can bring back
    """

    seed: bytes = field(repr=False)

    @property
    def secret(self) -> str:
        """The app's secret, 160 bits in base32."""
        return b32encode(self._derived("app")[:_SECRET_BYTES]).decode()

    @property
    def codes(self) -> tuple[str, ...]:
        """Ten codes to print, of three groups of four characters: 60 bits each."""
        return tuple(
            _grouped(b32encode(self._derived("printed", number)).decode()[: 3 * _GROUP])
            for number in range(PRINTED_CODES)
        )

    @property
    def question(self) -> bytes:
        """What a new passkey signs."""
        return self._derived("question")

    @property
    def handle(self) -> bytes:
        """A random name for the passkey's holder, which tells nobody anything."""
        return self._derived("handle")

    def _derived(self, *use: str | int) -> bytes:
        return derive_key(self.seed, encode(_OFFER, *use))


@dataclass(frozen=True, slots=True)
class NewFactor:
    """What somebody chose of an offer, with the proof that it works.

    code     of the app, or the first of the printed ones
    passkey  the browser's answer as JSON
    name     how the person calls the passkey
    """

    kind: FactorKind
    code: str = field(default="", repr=False)
    passkey: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """What is shown beside the password: a code of the app or from paper, or a passkey's answer.

    question  what the passkey was asked, as this application made it
    """

    code: str = field(default="", repr=False)
    passkey: str = field(default="", repr=False)
    question: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Fit:
    """A proof that fits and is still to be taken, once: the code's step or hash, or the passkey."""

    step: int | None = None
    code_hash: bytes | None = field(default=None, repr=False)
    passkey_id: UUID | None = None
    asked_at: datetime | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app with what it shows, and whether that was used already."""

    secret: str = field(repr=False)
    code: str = field(repr=False)
    is_used: bool


@dataclass(frozen=True, slots=True)
class OwnPasskey:
    """A passkey as its holder sees it."""

    id: UUID
    name: str = field(repr=False)
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnFactors:
    """The second factors of one account, as its holder sees them."""

    app_since: datetime | None
    passkeys: tuple[OwnPasskey, ...]
    codes_left: int
    printed_at: datetime | None

    @property
    def kinds(self) -> frozenset[FactorKind]:
        has = {
            FactorKind.APP: self.app_since is not None,
            FactorKind.PASSKEY: bool(self.passkeys),
            FactorKind.PRINTED: self.codes_left > 0,
        }
        return frozenset(kind for kind, there in has.items() if there)


# What is offered


def offer_for_link(instance: Instance, token: str, browser: bytes = b"") -> Offer:
    """The offer to whoever holds a link; the same as long as the master key and the link are.

    browser   random bytes that only the browser that follows the link brings back: somebody else who has read the
              mail is offered other secrets, and does not know the ones that are set up
    """
    return Offer(derive_key(instance.secrets.subkey(_LINK), encode(_LINK, token, browser)))


def fresh_offer() -> Offer:
    """An offer of its own; its seed is for the browser's session to keep."""
    return Offer(secrets.token_bytes(SEED_BYTES))


def address_for_app(offer: Offer, email: str) -> str:
    """What the picture says: the ``otpauth`` address of the secret."""
    return pyotp.TOTP(offer.secret).provisioning_uri(name=email, issuer_name=ISSUER)


def picture_for_app(offer: Offer, email: str) -> str:
    """The same as a picture to scan: SVG markup without style or script."""
    made = segno.make(address_for_app(offer, email), error="m", micro=False)
    return made.svg_inline(scale=4, border=4, svgclass="app-qr__picture", lineclass=None, omitsize=True)


def passkey_to_make(instance: Instance, offer: Offer, email: str) -> str:
    """What the browser needs to make a passkey, as JSON; the person is asked for a finger, a face or a PIN."""
    options = generate_registration_options(
        rp_id=_site(instance),
        rp_name=ISSUER,
        user_name=email,
        user_id=offer.handle,
        challenge=offer.question,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json(options)


def question(now: datetime) -> bytes:
    """What a passkey is asked to sign at a sign-in: when it was asked, and 24 random bytes."""
    return int(now.timestamp() * _MILLISECONDS).to_bytes(8) + secrets.token_bytes(24)


def passkey_to_use(instance: Instance, asked: bytes) -> str:
    """What the browser needs to sign that question, as JSON. It names no passkey, so nobody learns who has one."""
    options = generate_authentication_options(
        rp_id=_site(instance), challenge=asked, user_verification=UserVerificationRequirement.REQUIRED
    )
    return options_to_json(options)


# What is kept


def put(work: UnitOfWork, account_id: UUID, offer: Offer, chosen: NewFactor) -> None:
    """Set up a factor of an offer, once it is shown to work; an app or a set of codes takes the place of the last.

    raises   Unfit("app_code"), Unfit("printed_code"), Unfit("passkey"), Unfit("passkeys_many")
    """
    if chosen.kind is FactorKind.APP:
        _put_app(work, account_id, offer, chosen.code)
    elif chosen.kind is FactorKind.PRINTED:
        _put_codes(work, account_id, offer, chosen.code)
    else:
        _put_passkey(work, account_id, offer, chosen)
    audit.event(work, f"account:factor_{chosen.kind.value}", account_id)


def clear(work: UnitOfWork, account_id: UUID) -> None:
    """Take away every factor of an account; the caller puts a new one in the same unit."""
    remove_app(work.session, account_id)
    remove_passkeys(work.session, account_id)
    remove_codes(work.session, account_id)


def remove(work: UnitOfWork, account_id: UUID, kind: FactorKind, passkey_id: UUID | None = None) -> None:
    """Take away one factor; the last one stays.

    raises   NotFound, Unfit("last_factor")
    """
    if kind not in show(work, account_id).kinds:
        raise NotFound(account_id)
    if kind is FactorKind.PASSKEY:
        if passkey_id is None or not remove_passkeys(work.session, account_id, passkey_id):
            raise NotFound(account_id)
    elif kind is FactorKind.APP:
        remove_app(work.session, account_id)
    else:
        remove_codes(work.session, account_id)
    work.session.flush()
    work.session.expire_all()
    if not show(work, account_id).kinds:
        raise Unfit("last_factor")
    audit.event(work, f"account:factor_{kind.value}_removed", account_id)


def show(work: UnitOfWork, account_id: UUID) -> OwnFactors:
    """What one account has."""
    app = find_authenticator(work.session, account_id)
    printed = codes_of(work.session, account_id)
    return OwnFactors(
        app.added_at if app is not None else None,
        tuple(
            OwnPasskey(row.id, _told(work.instance, row)["name"], row.added_at, row.used_at)
            for row in passkeys_of(work.session, account_id)
        ),
        len(printed),
        printed[0].added_at if printed else None,
    )


# What is shown at a sign-in


def fit(instance: Instance, session: Session, account_id: UUID, proof: Proof, now: datetime) -> Fit | None:
    """How a proof fits one of the account's factors, or None. Nothing is taken yet."""
    if proof.passkey:
        return _passkey_that_fits(instance, session, account_id, proof, now)
    typed = "".join(proof.code.split()).replace("-", "").upper()
    if typed.isascii() and typed.isdigit() and len(typed) == 6:
        return _step_that_fits(instance, session, account_id, typed, now)
    wanted = _hashed(account_id, typed)
    if any(compare_digest(row.code_hash, wanted) for row in codes_of(session, account_id)):
        return Fit(code_hash=wanted)
    return None


def take(work: UnitOfWork, account_id: UUID, found: Fit) -> bool:
    """Use a proof up; False where it was used meanwhile."""
    if found.step is not None:
        return take_step(work.session, account_id, found.step)
    if found.code_hash is not None:
        return take_code(work.session, account_id, found.code_hash, work.now)
    if found.passkey_id is None or found.asked_at is None:
        return False
    return take_passkey(work.session, found.passkey_id, found.asked_at, found.count, work.now)


def app_of(instance: Instance, session: Session, account_id: UUID, now: datetime) -> App | None:
    """What an account's app shows; for the commands of a demonstration alone."""
    row = find_authenticator(session, account_id)
    if row is None:
        return None
    secret = _told(instance, row)["secret"]
    is_used = int(now.timestamp()) // STEP_SECONDS not in steps_that_count(now, row.last_step)
    return App(secret, pyotp.TOTP(secret).at(now), is_used)


def _put_app(work: UnitOfWork, account_id: UUID, offer: Offer, code: str) -> None:
    totp = pyotp.TOTP(offer.secret)
    typed = "".join(code.split())
    step = next((s for s in steps_that_count(work.now, 0) if compare_digest(totp.generate_otp(s), typed)), None)
    if not typed.isascii() or step is None:
        raise Unfit("app_code")
    remove_app(work.session, account_id)
    row = Authenticator(id=account_id, last_step=step, added_at=work.now)
    row.sealed_identity = identity.seal_field(work.instance.secrets, row, "sealed_identity", {"secret": offer.secret})
    work.session.add(row)
    work.session.flush()


def _put_codes(work: UnitOfWork, account_id: UUID, offer: Offer, code: str) -> None:
    typed = "".join(code.split()).upper()
    if typed.replace("-", "") != offer.codes[0].replace("-", ""):
        raise Unfit("printed_code")
    remove_codes(work.session, account_id)
    for number, printed in enumerate(offer.codes, start=1):
        row = PrintedCode(id=uuid4(), account_id=account_id, number=number, added_at=work.now)
        row.code_hash = _hashed(account_id, printed.replace("-", ""))
        row.used_at = work.now if number == 1 else None
        work.session.add(row)
    work.session.flush()


def _put_passkey(work: UnitOfWork, account_id: UUID, offer: Offer, chosen: NewFactor) -> None:
    if len(passkeys_of(work.session, account_id)) >= MOST_PASSKEYS:
        raise Unfit("passkeys_many")
    try:
        made = verify_registration_response(
            credential=chosen.passkey,
            expected_challenge=offer.question,
            expected_rp_id=_site(work.instance),
            expected_origin=_origin(work.instance),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        raise Unfit("passkey") from None
    name = " ".join(chosen.name.split())[:LONGEST_NAME] or "1"
    row = Passkey(
        id=uuid4(),
        account_id=account_id,
        credential_hash=sha256(made.credential_id).digest(),
        sign_count=made.sign_count,
        added_at=work.now,
    )
    # Whose it is stands inside the seal: a row that is moved to somebody else's account opens nothing there.
    told = {"name": name, "key": made.credential_public_key.hex(), "account": account_id.hex}
    row.sealed_identity = identity.seal_field(work.instance.secrets, row, "sealed_identity", told)
    work.session.add(row)
    work.session.flush()


def _step_that_fits(instance: Instance, session: Session, account_id: UUID, typed: str, now: datetime) -> Fit | None:
    row = find_authenticator(session, account_id)
    if row is None:
        return None
    totp = pyotp.TOTP(_told(instance, row)["secret"])
    fitting = (s for s in steps_that_count(now, row.last_step) if compare_digest(totp.generate_otp(s), typed))
    step = next(fitting, None)
    return Fit(step=step) if step is not None else None


def _passkey_that_fits(
    instance: Instance, session: Session, account_id: UUID, proof: Proof, now: datetime
) -> Fit | None:
    asked_at = _asked_at(proof.question)
    if asked_at is None or not timedelta() <= now - asked_at < QUESTION_LIVES:
        return None
    wanted = _credential_hash(proof.passkey)
    row = next((one for one in passkeys_of(session, account_id) if one.credential_hash == wanted), None)
    if row is None:
        return None
    told = _told(instance, row)
    if told.get("account") != account_id.hex:
        return None
    try:
        shown = verify_authentication_response(
            credential=proof.passkey,
            expected_challenge=proof.question,
            expected_rp_id=_site(instance),
            expected_origin=_origin(instance),
            credential_public_key=bytes.fromhex(told["key"]),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError):
        return None
    return Fit(passkey_id=row.id, asked_at=asked_at, count=shown.new_sign_count)


def _asked_at(asked: bytes) -> datetime | None:
    if len(asked) != SEED_BYTES:
        return None
    try:
        return datetime.fromtimestamp(int.from_bytes(asked[:8]) / _MILLISECONDS, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def _credential_hash(answer: str) -> bytes:
    try:
        credential = json.loads(answer)["id"]
        return sha256(urlsafe_b64decode(credential + "=" * (-len(credential) % 4))).digest()
    except (ValueError, TypeError, KeyError, AttributeError, NotBase64):
        return b""


def _told(instance: Instance, row: Any) -> dict[str, Any]:
    """What a factor's row says under the identity key; raises SealBroken."""
    told = identity.open_field(instance.secrets, row, "sealed_identity")
    if not isinstance(told, dict):
        raise SealBroken(row.id)
    return told


def _hashed(account_id: UUID, code: str) -> bytes:
    return digest(_PRINTED, account_id, code)


def _grouped(code: str) -> str:
    return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def _origin(instance: Instance) -> str:
    parts = urlsplit(instance.base_url)
    return f"{parts.scheme}://{parts.netloc}"


def _site(instance: Instance) -> str:
    return urlsplit(instance.base_url).hostname or "localhost"
