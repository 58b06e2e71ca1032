"""Mails: neutral words in the reader's language, put into the outbox by the same transaction as the act itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from babel.dates import format_date
from babel.support import NullTranslations, Translations

from dialogue.crypto.secrets import ServerSecrets
from dialogue.domain.addresses import normalised
from dialogue.errors import SealBroken
from dialogue.services import audit, identity
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import Account
from dialogue.store.outbox import LONGEST_KEY, OutboxLetter, add_letter

LANGUAGES = ("en", "fr", "es")
SEALED = "sealed_letter"
_CATALOGUES = Path(__file__).parents[1] / "translations"


class LetterKind(StrEnum):
    """The occasions on which somebody gets a mail. None of them names a person, a party, a title or a word said."""

    REGISTER = "register"
    ALREADY_REGISTERED = "already_registered"
    JOIN = "join"
    STAFF_INVITATION = "staff_invitation"
    RECOVER = "recover"
    RESET = "reset"
    NEW_ADDRESS = "new_address"
    ACCOUNT_CHANGED = "account_changed"
    SEAT_TURN = "seat_turn"
    SEAT_AWAITED = "seat_awaited"
    SEAT_CONFIRMED = "seat_confirmed"
    WAITING = "waiting"
    REMINDER = "reminder"
    MEETING = "meeting"
    MEETING_MOVED = "meeting_moved"
    MEETING_CANCELLED = "meeting_cancelled"
    ACKNOWLEDGEMENT = "acknowledgement"
    COMPLETION_NOTICE = "completion_notice"


@dataclass(frozen=True, slots=True)
class Letter:
    """A worded mail.

    link      the one address that it leads to, which also stands in the text
    calendar  an entry for the reader's calendar as iCalendar writes it, and ``method`` what is to be done with it;
              both empty where there is none
    """

    to: str = field(repr=False)
    language: str
    subject: str = field(repr=False)
    text: str = field(repr=False)
    link: str = field(repr=False)
    calendar: str = field(default="", repr=False)
    method: str = ""


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """What an entry in somebody's calendar says: that there is a meeting, and where one reads the rest."""

    summary: str
    description: str


@dataclass(frozen=True, slots=True)
class _Words:
    subject: str
    before: tuple[str, ...]
    after: tuple[str, ...] = ()


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated when a letter is worded."""
    return sentence


_LEAVE_IT = _("If you expect nothing of this kind, you need do nothing.")
_SIGN_IN = _("Sign in to see it:")
_ONCE = _("Open this address within seven days. It works once.")

_WORDS: dict[LetterKind, _Words] = {
    LetterKind.REGISTER: _Words(
        _("Confirm your e-mail address"),
        (_("Somebody, probably you, wants to open an account with this e-mail address."), _ONCE),
        (_("If it was not you, do nothing: no account is opened unless this address is used."),),
    ),
    LetterKind.ALREADY_REGISTERED: _Words(
        _("You already have an account"),
        (
            _("Somebody, probably you, wanted to open an account with this e-mail address. There is one already."),
            _("Sign in with your password:"),
        ),
        (_("If it was not you, you need do nothing. Nothing has changed."),),
    ),
    LetterKind.JOIN: _Words(
        _("You are invited"),
        (
            _("Somebody who knows you has named you as a participant in a confidential dialogue."),
            _("To protect everybody, this mail says no more. You read the rest once you have an account."),
            _ONCE,
        ),
        (_("If you are not sure who has invited you, ask by telephone first. You are free to leave this unanswered."),),
    ),
    LetterKind.STAFF_INVITATION: _Words(
        _("Your staff account"),
        (_("An account for your work on this service has been prepared for you."), _ONCE),
        (_LEAVE_IT,),
    ),
    LetterKind.RECOVER: _Words(
        _("Come back to your account"),
        (
            _("Somebody, probably you, cannot sign in to your account and wants to come back."),
            _("Have your recovery code at hand. Open this address within one hour. It works once."),
        ),
        (_("If it was not you, do nothing: this address alone opens nothing."),),
    ),
    LetterKind.RESET: _Words(
        _("Your account was reset"),
        (
            _("Those who run this service have begun to reset your account, because you asked them to."),
            _("Open this address within one hour. It works once."),
        ),
        (_("If you did not ask for it, do nothing, and call them: nothing changes unless this address is used."),),
    ),
    LetterKind.NEW_ADDRESS: _Words(
        _("Confirm your new e-mail address"),
        (_("Somebody, probably you, wants to use this e-mail address for an account."), _ONCE),
        (_LEAVE_IT,),
    ),
    LetterKind.ACCOUNT_CHANGED: _Words(
        _("Something changed in how you sign in"),
        (
            _("Your password, your second factor, your recovery code or your address was changed a moment ago."),
            _("If it was you, you need do nothing. Sign in to see it:"),
        ),
        (_("If it was not you, call those who run this service at once."),),
    ),
    LetterKind.SEAT_TURN: _Words(
        _("It is your turn to compare words"),
        (
            _("Somebody has opened an account, and you are asked to confirm that it is the person you know."),
            _(
                "Sign in and call that person. Both of you see a few words: if they are the same, "
                "confirm it with one click."
            ),
        ),
        (_LEAVE_IT,),
    ),
    LetterKind.SEAT_AWAITED: _Words(
        _("Somebody else has the next step"),
        (
            _("Your account is open. Before you can read anything, somebody who knows you confirms that it is you."),
            _("You will be called to compare a few words. You find them here after you have signed in:"),
        ),
        (_LEAVE_IT,),
    ),
    LetterKind.SEAT_CONFIRMED: _Words(
        _("The words were compared and confirmed"),
        (_("What you waited for is done: somebody has been confirmed."), _SIGN_IN),
    ),
    LetterKind.WAITING: _Words(
        _("There is something new for you"),
        (_("Something has changed, and something may be waiting for you."), _SIGN_IN),
    ),
    LetterKind.REMINDER: _Words(
        _("Something still waits for you"),
        (
            _("Something has waited for you for some days. Nothing lapses by itself, but others may wait for it."),
            _SIGN_IN,
        ),
        (_("Such a reminder comes once a week at most, and no more once nothing waits. Your account says when."),),
    ),
    LetterKind.MEETING: _Words(
        _("A meeting for your calendar"),
        (_("A meeting is confirmed. Its time is in the attached entry for your calendar."), _SIGN_IN),
    ),
    LetterKind.MEETING_MOVED: _Words(
        _("A meeting has another time"),
        (_("A meeting was moved. The attached entry puts the new time into your calendar."), _SIGN_IN),
    ),
    LetterKind.MEETING_CANCELLED: _Words(
        _("A meeting is cancelled for you"),
        (_("A meeting does not take place for you. The attached entry takes it out of your calendar."), _SIGN_IN),
    ),
    LetterKind.ACKNOWLEDGEMENT: _Words(
        _("Your number is %(reference)s"),
        (
            _("What you sent has been taken up. It has the number %(reference)s; name it whenever you ask about it."),
            _SIGN_IN,
        ),
    ),
    LetterKind.COMPLETION_NOTICE: _Words(
        _("Notice %(reference)s"),
        (
            _("A company–union dialogue has come to its end."),
            _("Reference: %(reference)s"),
            _("Date: %(date)s"),
            _("By its rules this notice says nothing else."),
        ),
    ),
}
_MEETING = _("Meeting")
_MEETING_SAYS = _("Sign in to see what it is about and where it is:")
_CLOSING = _("This mail was written by a machine and contains nothing confidential. Nobody reads answers to it.")
_NEEDS_LINK = {
    LetterKind.REGISTER,
    LetterKind.JOIN,
    LetterKind.STAFF_INVITATION,
    LetterKind.RECOVER,
    LetterKind.RESET,
    LetterKind.NEW_ADDRESS,
}
_NO_LINK = {LetterKind.COMPLETION_NOTICE}
_NEEDS_REFERENCE = {LetterKind.ACKNOWLEDGEMENT, LetterKind.COMPLETION_NOTICE}
_NEEDS_DATE = {LetterKind.COMPLETION_NOTICE}
_RULE = "\n\n– – –\n\n"


def to_account(
    work: UnitOfWork,
    kind: LetterKind,
    account: Account,
    *,
    key: str,
    link: str | None = None,
    reference: str | None = None,
) -> None:
    """Write to somebody who has an account, in that person's language; the rest as in ``to_address``.

    Where the address was altered behind the application's back no letter is written, and an alarm is raised.
    """
    try:
        address = identity.person_of(work.instance.secrets, account).email
    except SealBroken:
        audit.event(work, "alarm:seal", account.id)
        return
    to_address(work, kind, address, account.language, key=key, link=link, reference=reference)


def tell_of_change(work: UnitOfWork, account: Account) -> None:
    """Tell the holder that something changed in how the account is opened, in case it was somebody else."""
    to_account(work, LetterKind.ACCOUNT_CHANGED, account, key=f"changed:{uuid4().hex}", link="/account")


def to_address(
    work: UnitOfWork,
    kind: LetterKind,
    address: str,
    language: str | None = None,
    *,
    key: str,
    link: str | None = None,
    reference: str | None = None,
    on: date | None = None,
) -> None:
    """Put one letter into the outbox; a second one with the same key is not written.

    language   None where nobody knows it: the letter then says the same in every language
    key        what makes it the same letter: kind and ids, never an address
    link       a path here, or an address below the base address; without one the letter leads to the front page
    reference  the number of a case, for the kinds that tell it
    on         the date of the completion notice
    """
    post(work, word(work.instance.base_url, kind, address, language, link=link, reference=reference, on=on), key=key)


def post(work: UnitOfWork, letter: Letter, *, key: str) -> None:
    """Put a worded letter into the outbox as it is; a second one with the same key is not written."""
    if "@" in key or len(key) > LONGEST_KEY:
        raise ValueError("a letter's key is short and stands in clear: it holds no address")
    row = OutboxLetter(
        id=uuid4(),
        key=key,
        recipient=work.instance.secrets.lookup(normalised(letter.to)),
        written_at=work.now,
        not_before=work.now,
    )
    told = {
        "to": letter.to,
        "language": letter.language,
        "subject": letter.subject,
        "text": letter.text,
        "link": letter.link,
        "calendar": letter.calendar,
        "method": letter.method,
    }
    row.sealed_letter = identity.seal_field(work.instance.secrets, row, SEALED, told)
    add_letter(work.session, row)


def word(
    base_url: str,
    kind: LetterKind,
    address: str,
    language: str | None,
    *,
    link: str | None = None,
    reference: str | None = None,
    on: date | None = None,
) -> Letter:
    """Find the words of a letter; raises ValueError where something that the kind tells is missing."""
    if (link is None and kind in _NEEDS_LINK) or (reference is None and kind in _NEEDS_REFERENCE):
        raise ValueError(f"a letter of the kind {kind} lacks its link or number")
    if on is None and kind in _NEEDS_DATE:
        raise ValueError(f"a letter of the kind {kind} lacks its date")
    leads_to = "" if kind in _NO_LINK else _address(base_url, link)
    spoken = LANGUAGES if language is None else (language if language in LANGUAGES else LANGUAGES[0],)
    told = [_said(kind, each, leads_to, reference, on) for each in spoken]
    subjects, texts = zip(*told, strict=True)
    return Letter(address, spoken[0], " / ".join(subjects), _RULE.join(texts) + "\n", leads_to)


def enclosing(letter: Letter, calendar: str, method: str) -> Letter:
    """The same letter with an entry for a calendar in it."""
    return replace(letter, calendar=calendar, method=method)


def calendar_words(language: str) -> CalendarWords:
    """The same words for every meeting, in the reader's language."""
    gettext = _catalogue(language if language in LANGUAGES else LANGUAGES[0]).gettext
    return CalendarWords(gettext(_MEETING), gettext(_MEETING_SAYS))


def opened(secrets: ServerSecrets, row: OutboxLetter) -> Letter | None:
    """The words of a letter; None where they were erased because it has left. Raises SealBroken."""
    told = identity.open_field(secrets, row, SEALED)
    return Letter(**told) if told else None


def erased(secrets: ServerSecrets, row: OutboxLetter) -> bytes:
    """What stands in the place of the words once nobody needs them any more."""
    return identity.seal_field(secrets, row, SEALED, {})


def _said(kind: LetterKind, language: str, leads_to: str, reference: str | None, on: date | None) -> tuple[str, str]:
    words, gettext = _WORDS[kind], _catalogue(language).gettext
    values = {"reference": reference, "date": format_date(on, "long", locale=language) if on else ""}

    def said(sentence: str) -> str:
        return gettext(sentence) % values if "%(" in sentence else gettext(sentence)

    sentences = [said(sentence) for sentence in words.before]
    sentences += [leads_to] if leads_to else []
    sentences += [said(sentence) for sentence in (*words.after, _CLOSING)]
    return said(words.subject), "\n\n".join(sentences)


def _address(base_url: str, link: str | None) -> str:
    if link is None or link.startswith("/"):
        return f"{base_url}{link or '/'}"
    if not link.startswith(f"{base_url}/"):
        raise ValueError("a letter leads nowhere but to this instance")
    return link


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> NullTranslations:
    return Translations.load(str(_CATALOGUES), [language])
