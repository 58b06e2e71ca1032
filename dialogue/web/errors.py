"""What is refused, as a page: a status, what it means, and what can be done next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from dialogue.errors import (
    Busy,
    Forbidden,
    IllegalTransition,
    KeyAlarm,
    LinkExpired,
    Locked,
    NotAgreed,
    NotBound,
    NotFound,
    NotFresh,
    OutOfDate,
    Refusal,
    SealBroken,
    SoleHolder,
    Unfit,
    WrongCredentials,
)
from dialogue.web import alarms, kept, uploads
from dialogue.web.unit import moment


@dataclass(frozen=True, slots=True)
class Answer:
    """How a refusal is told."""

    status: int
    title: Any
    sentence: Any
    steps: tuple[Any, ...] = ()


NOT_HERE = Answer(
    404,
    _l("There is nothing at this address"),
    _l("The page does not exist, or it is not for you to see. The two look the same on purpose."),
    (_l("Check the address if you typed it."), _l("If somebody invited you, open the link in the mail again.")),
)
TRY_AGAIN = Answer(
    503,
    _l("Too much at once"),
    _l("Nothing was changed. The same request will probably succeed in a moment."),
    (_l("Wait a few seconds and try again."),),
)
ALARM = Answer(
    500,
    _l("Stopped because the keys do not fit"),
    _l(
        "What is stored here differs from what was signed or seen before. To keep everybody's words safe, "
        "nothing goes on until people have looked."
    ),
    (
        _l("Do not write anything confidential into this dialogue for now."),
        _l("Tell the other people of your side, and the ILO's desk, by telephone."),
    ),
)
ANSWERS: dict[type[Exception], Answer] = {
    NotFound: NOT_HERE,
    Forbidden: Answer(
        403,
        _l("This is not yours to do"),
        _l("Your seat in this dialogue does not include it, or not at this moment. Nothing was changed."),
        (_l("If you think it should, ask your side's lead."),),
    ),
    IllegalTransition: Answer(
        409,
        _l("This is not possible now"),
        _l("The dialogue, or the thing you chose, is at another point of the procedure. Nothing was changed."),
        (_l("Go back, load the page again and see what is open to you now."),),
    ),
    OutOfDate: Answer(
        409,
        _l("Something has changed in the meantime"),
        _l("What you answered or edited is no longer what stands there. Nothing was changed by you."),
        (_l("Go back, load the page again and look at the newest version before you answer."),),
    ),
    NotAgreed: Answer(
        409,
        _l("Both parties have to agree first"),
        _l("This needs a yes of both sides, and one is still open. Silence is not consent."),
    ),
    NotBound: Answer(
        403,
        _l("The terms of confidentiality come first"),
        _l("This opens once you, and everybody who has to, have accepted the terms of confidentiality in force."),
        (_l("Open the terms of this dialogue, read them and accept them."),),
    ),
    NotFresh: Answer(
        401,
        _l("Show that it is you"),
        _l("What you wanted to do asks for your password and a code again."),
    ),
    WrongCredentials: Answer(
        403,
        _l("That did not open"),
        _l("The e-mail address and the password do not fit together, or there is no such account."),
    ),
    LinkExpired: Answer(
        410,
        _l("This link does not open any more"),
        _l("Links from mails work once and for seven days. This one was used already, is too old, or is not complete."),
        (
            _l("If you have an account already, sign in."),
            _l("To open an account of your own, ask for a new link."),
            _l("If you were invited to a dialogue, ask the person who invited you to send the invitation again."),
        ),
    ),
    Busy: TRY_AGAIN,
    SoleHolder: Answer(
        409,
        _l("One person alone holds your side's keys"),
        _l(
            "If that person lost password and recovery code, nobody could open what your side has written for itself. "
            "Before your side goes on, its lead types the recovery code once, to be sure that it is at hand."
        ),
        (
            _l("Open “People” and choose “Show that the recovery code is at hand”."),
            _l("Better: list a deputy there, so that there are two."),
        ),
    ),
    SealBroken: Answer(
        500,
        _l("This record was altered"),
        _l("What is stored here is not what was written. It is not shown, and the alarm has been recorded."),
        (_l("Tell the ILO's desk by telephone. Everything else that opens can be trusted."),),
    ),
    Locked: Answer(
        403,
        _l("You do not hold the key to this yet"),
        _l("Somebody who holds it has to be here once before it opens for you. The page of the dialogue says who."),
    ),
    KeyAlarm: ALARM,
}
# What a form says beside itself when a rule of the procedure refuses a value.
REASONS: dict[str, Any] = {
    "address": _l("Enter an e-mail address in the form name@example.org."),
    "password_short": _l("Choose a password of at least 12 characters. A few words in a row are easy to remember."),
    "password_long": _l("Choose a password of at most 256 characters."),
    "password_known": _l("This password is well known or easy to guess. Choose another."),
    "search_words": _l("Write one word at least, and at most ten."),
    "recovery_code": _l("This is not a complete recovery code. Compare it letter by letter with what you wrote down."),
    "summary_title": _l("Write in a few words which meeting it was."),
    "summary_day": _l("Enter the day on which the meeting was held; it cannot be one that is still to come."),
    "summary_text": _l("Write the summary, in at most 60,000 characters."),
    "summary_remark": _l("Give the reason in at most 3,000 characters."),
    "summary_same": _l("This says the same as what is proposed. Change what should be said otherwise."),
    "programme_start": _l("Begin at most four hours after the meeting itself."),
    "programme_lines": _l("Give at least one item its place."),
    "programme_minutes": _l("Give everything on the agenda its minutes, between 1 and 480."),
    "programme_twice": _l("An item can stand on the agenda of a meeting once."),
    "programme_break": _l("Say in a few words what each break is."),
    "programme_item": _l("One of these items is no longer on the agenda of the dialogue. Choose again."),
    "register_times": _l(
        "A meeting ends after it began, on the day for which it was planned, and not in the time that is still to come."
    ),
    "register_people": _l("Tick everybody who came. Only people of this meeting can stand in its register."),
    "register_twice": _l("Somebody stands here twice."),
    "register_presence": _l("Whoever came left after arriving, and not in the time that is still to come."),
    "register_undertaking": _l(
        "Somebody's undertaking was signed after this meeting. Interpreters and observers sign before they attend."
    ),
    "register_languages": _l("Choose languages from the list."),
    "register_words": _l("Shorten the remark to at most 500 characters."),
    "recusal_words": _l("Shorten this to at most 500 characters."),
    "paper_title": _l("Write in a few words what happened."),
    "paper_text": _l("Write what happened, in at most 20,000 characters."),
    "paper_day": _l("Enter the day on which it happened; it cannot be one that is still to come."),
    "app_code": _l("This is not what the app shows now. Look again, and check that the phone's clock is right."),
    "printed_code": _l("This is not the first of the ten codes. Compare it with what you wrote down."),
    "passkey": _l("The passkey could not be checked. Make it again, or choose another way."),
    "passkeys_many": _l("You have ten passkeys, which is the most there can be. Remove one first."),
    "last_factor": _l("This is the last thing that shows it is you. Set up another one first."),
    "recovery_groups": _l("These groups are not the ones of your code. Compare them with what you wrote down."),
    "language": _l("Choose one of the languages listed."),
    "timezone": _l("Choose a time zone from the list."),
    "hour": _l("Choose an hour from the list."),
    "quiet_hours": _l("Choose both hours of the quiet time, and two different ones, or none."),
    "hour_is_quiet": _l("This time lies in your quiet hours. Choose another."),
    "name": _l("Enter your name as the other people at the table know you."),
    "address_known": _l("Somebody has an account with this address already."),
    "roles": _l("Choose at least one role."),
    "own_account": _l("This is your own account. Another administrator can do it."),
    "letter_gone": _l(
        "The words of this letter are gone. What it was about has to be done anew, then a new one leaves."
    ),
    "first_coordinator": _l("The list of keys begins with the first coordinator's own. Sign for it first."),
    "last_coordinator": _l("The last coordinator stays on the list. Sign for another one first."),
    "request_issues": _l(
        "Write which issues of mutual concern it is about. A request without them cannot be endorsed."
    ),
    "request_support": _l("Choose the support asked of the ILO. A request without it cannot be endorsed."),
    "organisation_kind": _l("Choose a kind of organisation that stands on this side."),
    "role": _l("Choose what this person will do: deputy, delegate or adviser."),
    "adviser_until": _l("Choose a last day that is still to come. An adviser's seat ends by itself."),
    "lead_stays": _l("A lead cannot be removed. Another person has to succeed as lead first."),
    "staff_sits": _l("An account of the ILO's staff cannot take a seat of a party. Use an account of your own."),
    "initiator_withdraws": _l("Your side began this dialogue: it takes the invitation back instead of declining it."),
    "terms_text": _l("Write the terms. They may have at most 20,000 characters."),
    "support_none": _l("Choose at least one kind of support."),
    "support_same": _l("This is the support that both ask already. Choose another."),
    "organisation_last": _l("It is the only organisation of your side. To leave with it is to leave the dialogue."),
    "organisation_of_lead": _l(
        "Your side's lead comes from this organisation. Hand the lead over to somebody of another organisation first."
    ),
    "organisation_gone": _l("This organisation has left already."),
    "comment": _l("Write a comment of at most 4,000 characters."),
    "nothing_changed": _l("These are the words that stand already. Change something, or leave the page."),
    "prevailing": _l("Choose the language that prevails, or that all of them count alike."),
    "late_joiners": _l(
        "The terms in force say that what the shared rooms held before stays closed to whoever comes later. "
        "New terms can change that."
    ),
    "extension": _l("Choose for how much longer it is kept."),
    "retention": _l("Enter a number of months from 1 to 120."),
    "interests": _l("Say which interests you have in this case, or that you have none."),
    "interests_not_declared": _l("The facilitator first declares their interests. Then both leads answer."),
    "facilitator_not_listed": _l("Choose somebody from the office's list of facilitators."),
    "facilitator_present": _l("Somebody is proposed already. Another can be proposed once both leads have answered."),
    "not_qualified_today": _l("On the office's list this person is not qualified today. Choose somebody else."),
    "successor_first": _l("A facilitator's seat ends once both leads have accepted somebody who follows."),
    "notes_given_up": _l("Tick that you give these notes up, or wait until they are handed over."),
    "spoken": _l("Choose languages of the list."),
    "qualified_days": _l("The last day comes after the first one. Correct one of them."),
    "expert_not_listed": _l("Choose somebody from the office's list of experts."),
    "expert_sits": _l("This person has another seat in this dialogue. Choose somebody else."),
    "question_text": _l("Write the question, in at most 6,000 characters."),
    "question_until": _l("Choose a last day for the answer that is still to come."),
    "question_present": _l("One question is put at a time. Take the one that waits back first."),
    "answer_text": _l("Write the answer, in at most 20,000 characters."),
    "meeting_title": _l("Give the meeting a name of at most 120 characters."),
    "meeting_words": _l("Shorten each of the texts to at most 3,000 characters."),
    "meeting_link": _l("Enter a link that begins with https://, in at most 300 characters."),
    "meeting_languages": _l("Choose two different languages for each interpretation."),
    "meeting_ground": _l(
        "The ILO's desk books a place for meetings of both sides in person, where both have asked for neutral ground."
    ),
    "ground_where": _l("Enter the address or the link that you have booked."),
    "dates_none": _l("Offer at least one date."),
    "dates_many": _l("Offer at most twelve dates at a time."),
    "dates_past": _l("Choose dates that are still to come."),
    "dates_length": _l("Choose a length between a quarter of an hour and twelve hours."),
    "dates_twice": _l("One of these dates is offered already. Choose each only once."),
    "dates_same": _l("The meeting has this time already. Choose another."),
    "answers_none": _l("Answer at least one of the dates."),
    "time_never": _l("On that day this time does not exist where you are: the clocks are put forward. Choose another."),
    "time_twice": _l("On that day this time comes twice where you are: the clocks are put back. Choose another."),
    "attendant_name": _l("Enter the person's name, in at most 120 characters."),
    "attendant_function": _l("Shorten the function to at most 120 characters."),
    "attendant_meetings": _l("Write which meetings this person attends."),
    "attendant_undertaken": _l("Enter the day on which the undertaking was signed. It cannot lie ahead."),
    "inquiry_words": _l("Write something, in at most 2,000 characters."),
    "not_a_successor": _l("Choose a person of your own side whose seat stands and has no last day."),
    "deputy_first": _l(
        "While the request is drafted, a deputy follows as lead: a delegate could not open what was drafted. "
        "List the person as deputy first."
    ),
    "not_a_deputy": _l("Only a deputy stands in for the lead."),
    "recovery_code_wrong": _l("This is not your recovery code. Compare it letter by letter with what you wrote down."),
    "until_not_later": _l("Choose a last day that is still to come and later than the present one."),
    "facilitator_sits": _l("This person has another seat in this dialogue. Choose somebody else."),
    "desk_checks": _l("Tick all three when they are in order. If one is not, return the request with words instead."),
    "desk_words": _l("Write what both parties should know, in at most 6,000 characters."),
    "translation_language": _l("Choose another language than the one of the wording itself."),
    "follows_side": _l("Choose the side on which you sat in the dialogue that this one follows."),
    "commitment_text": _l("Write what is to be done, in at most 3,000 characters."),
    "commitment_measure": _l("Write how both sides will see that it is done, in at most 3,000 characters."),
    "commitment_item": _l("Choose an item of the signed outcome record, or none."),
    "commitments_many": _l("A hundred commitments are open, which is the most there can be. Close some of them first."),
    "followup_day": _l("Choose a day that is still to come, within fifteen years."),
    "followup_words": _l("Shorten this to at most 6,000 characters."),
    "report_words": _l("Say what stands in the way of doing it as agreed."),
    "answer_words": _l("Say what your side sees differently."),
    "review_present": _l("A review on this day is proposed or agreed already. Choose another day."),
    "reviews_many": _l("Twenty reviews are open, which is the most there can be. Hold some of them first."),
    "offer_title": _l("Enter the title, in at most 200 characters."),
    "offer_words": _l("Shorten the words: 2,000 characters for a description, 200 for anything else."),
    "offer_days": _l("The last day comes after the first one. Enter both, or none."),
    "help_reach": _l("Name somebody whom the desk can reach, in at most 500 characters."),
    "help_answer": _l("Choose whether it is arranged or not available."),
    "help_words": _l("Write what both parties should know, in at most 3,000 characters."),
    "help_many": _l("Fifty requests are open, which is the most there can be. Take some of them back first."),
    "release_remark": _l("Shorten this to at most 3,000 characters."),
    "no_secretariats": _l(
        "The addresses of the two secretariats are not set. Whoever runs this place enters them, then send it again."
    ),
    "file_missing": _l("Choose a file."),
    "file_empty": _l("This file is empty. Choose another."),
    "file_large": _l("This file is too large. At most 200 MB are taken; divide it or make it smaller."),
    "file_kind": _l(
        "Files of this kind are not taken. Choose a PDF, an office document, a picture, a text or a CSV file."
    ),
    "file_content": _l(
        "What is in this file is not what its name says, or it is protected by a password. "
        "Save it anew in the program it comes from, without a password or macros, and choose it again."
    ),
    "file_given_up": _l("The file did not arrive whole. Choose it again."),
    "files_disk": _l("There is no room left here at the moment. Nothing was stored; tell whoever runs this place."),
    "files_many": _l("Your side has as many files in this dialogue as there can be."),
    "files_full": _l("Your side has used up its room for files in this dialogue. Choose a smaller file."),
    "files_under_way": _l(
        "You have begun to send other files and not finished. Finish one of them, or try again tomorrow."
    ),
    "files_closed": _l("No room of this dialogue takes documents from you at the moment."),
    "readings_many": _l("There are 20 documents to read before this item already. Take one off first."),
    "document_title": _l("Write in a few words what the document is."),
    "document_description": _l("Shorten what others should know about it to at most 1,000 characters."),
    "clean_kind": _l("Place and author can be taken out of JPEG, PNG and WebP pictures and of PDFs only. Untick it."),
    "clean_large": _l("Place and author can be taken out of files of up to 20 MB only. Untick it, or shrink the file."),
    "clean_broken": _l("This file could not be opened to take place and author out of it. Save it anew, or untick it."),
    "invited_declines": _l("Your side was invited: it declines the invitation instead of taking it back."),
}
HTTP: dict[int, Answer] = {
    400: Answer(400, _l("The request could not be read"), _l("Nothing was changed. Go back and try again.")),
    403: Answer(
        403,
        _l("This request came from another site"),
        _l("For your safety nothing was done. Open the page here and use its own buttons."),
    ),
    404: NOT_HERE,
    405: Answer(405, _l("This page cannot be used like that"), _l("Open the page and use its own buttons.")),
    413: Answer(413, _l("This is too much at once"), _l("What you sent is larger than this page takes. Shorten it.")),
    503: TRY_AGAIN,
}
TOO_LARGE_A_FILE = Answer(
    413,
    _l("This is too much at once"),
    _l("A file can have at most 200 MB, and whoever sends it stays signed in meanwhile. Nothing was stored."),
    (_l("Go back, sign in again if you have been away, and choose the file once more."),),
)
BROKEN = Answer(
    500,
    _l("Something went wrong on our side"),
    _l("It has been noted, without anything that you wrote. Nothing was changed unless the page said so."),
    (_l("Try again in a moment."), _l("If it happens again, tell the people who run this place when it happened.")),
)


def install(app: Flask) -> None:
    """Turn every refusal of ``app`` into its page."""
    app.register_error_handler(Refusal, refused)
    app.register_error_handler(HTTPException, not_served)
    app.register_error_handler(CSRFError, token_too_old)


def words_of(refusal: Refusal) -> str:
    """One sentence for a refusal, to stand beside the form that was refused."""
    if isinstance(refusal, Unfit):
        return str(REASONS.get(refusal.reason, _("This cannot be taken as it is. Check what you wrote.")))
    return str(_answer(refusal).sentence)


def refused(refusal: Refusal) -> ResponseReturnValue:
    """The page of a refusal."""
    if isinstance(refusal, KeyAlarm):
        return _alarm(refusal)
    answer = _answer(refusal)
    if isinstance(refusal, Unfit):
        answer = Answer(422, _("This cannot be taken as it is"), words_of(refusal))
    return _page(answer)


def not_served(error: HTTPException) -> ResponseReturnValue:
    """The page of what HTTP refuses, and of what broke."""
    if isinstance(error, InternalServerError):
        return _broken()
    if isinstance(error, SecurityError):
        # Under a name that is not trusted no address can be made, so no page either.
        return Response("This address is not served here.\n", error.code, mimetype="text/plain")
    if error.code is not None and error.code < 400:
        return error
    if error.code == 413 and uploads.takes_a_file():
        return _page(TOO_LARGE_A_FILE)
    return _page(HTTP.get(error.code or 400, HTTP[400]), status=error.code)


def token_too_old(_error: CSRFError) -> ResponseReturnValue:
    """What was typed stands on the page again, to be sent once more or copied."""
    return render_template("errors/again.html", typed=kept.typed(), may_resend=_is_own(), back=kept.way_back()), 400


def _is_own() -> bool:
    """Whether the browser vouches that our own page sent this; otherwise it is shown, not offered to be sent."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or request.origin == request.host_url.rstrip("/")


def _answer(refusal: Refusal) -> Answer:
    return next((ANSWERS[kind] for kind in type(refusal).__mro__ if kind in ANSWERS), BROKEN)


def _broken() -> ResponseReturnValue:
    try:
        return _page(BROKEN)
    except Exception:
        # What broke may be the frame of all pages: then the sentence goes out without it.
        return Response(f"{BROKEN.title}\n", BROKEN.status, mimetype="text/plain")


def _alarm(alarm: KeyAlarm) -> ResponseReturnValue:
    page = render_template(
        "errors/alarm.html",
        alarm=alarms.alarm_of(alarm),
        word=alarms.word_of(alarm),
        not_to_do=alarms.NOT_TO_DO,
        to_call=alarms.TO_CALL,
        now=moment(),
    )
    return page, ALARM.status


def _page(answer: Answer, *, status: int | None = None) -> ResponseReturnValue:
    page = render_template(
        "errors/refusal.html", title=answer.title, sentence=answer.sentence, next_steps=list(answer.steps)
    )
    return page, status or answer.status
