"""The office's list of facilitators and experts: who can be proposed, with languages, regions and days."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from dialogue.domain.acts import Act
from dialogue.domain.facilitators import QUALIFIED_ROLES, Qualified, Region, check_qualified
from dialogue.domain.people import StaffRole
from dialogue.errors import NotFound, OutOfDate, Unfit
from dialogue.services import audit, identity, statements
from dialogue.services.admission import enter
from dialogue.services.identity import Person
from dialogue.services.unit import UnitOfWork
from dialogue.store.accounts import AccountState, find_account, staff_of
from dialogue.store.qualifications import Qualification, find_qualification, qualifications_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be proposed today."""

    person: Person = field(repr=False)
    told: Qualified


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list, as the desk keeps it.

    is_signed   a coordinator has signed for this person's key in this role; without that nobody can be proposed
    is_open     can be proposed today
    version     what an edit names, so that two coordinators do not undo each other's work; 0 for the first
    """

    person: Person = field(repr=False)
    role: StaffRole
    told: Qualified
    is_signed: bool
    is_open: bool
    version: int


def index(work: UnitOfWork) -> tuple[Entry, ...]:
    """The whole list, facilitators first, by name."""
    enter(work, Act.DESK_READ)
    listed = statements.desk(work)
    accounts = [account for account in staff_of(work.session) if account.state is AccountState.ACTIVE]
    entries = []
    for role in QUALIFIED_ROLES:
        mine = [account for account in accounts if role in account.staff]
        noted = {row.account_id: row for row in qualifications_of(work.session, [a.id for a in mine], role)}
        of_role = []
        for account in mine:
            row = noted.get(account.id)
            told = _told(row)
            is_signed = listed.names(account.id, account.fingerprint, role)
            of_role.append(
                Entry(
                    identity.person_shown(work, account),
                    role,
                    told,
                    is_signed,
                    is_signed and told.on(work.now.date()),
                    row.version if row is not None else 0,
                )
            )
        entries += sorted(of_role, key=lambda entry: entry.person.name)
    return tuple(entries)


def look(work: UnitOfWork, account_id: UUID, role: StaffRole) -> Entry:
    """One line of the list, for whoever may change it."""
    enter(work, Act.ROSTER_EDIT)
    found = [entry for entry in index(work) if (entry.person.account_id, entry.role) == (account_id, role)]
    if not found:
        raise NotFound(account_id)
    return found[0]


def note(work: UnitOfWork, account_id: UUID, role: StaffRole, told: Qualified, *, seen: int) -> None:
    """Note languages, regions and days; the signed list says who is on it, this only when somebody can be proposed.

    seen     version of the line that was on the page, 0 for none
    raises   NotFound for who does not hold that role, OutOfDate when somebody else has changed the line meanwhile
    """
    person = enter(work, Act.ROSTER_EDIT)
    account = find_account(work.session, account_id)
    if account is None or role not in QUALIFIED_ROLES or role not in account.staff:
        raise NotFound(account_id)
    check_qualified(told)
    row = find_qualification(work.session, account_id, role)
    if (row.version if row is not None else 0) != seen:
        raise OutOfDate(account_id)
    if row is None:
        row = Qualification(account_id=account_id, role=role)
        work.session.add(row)
    row.languages = ",".join(sorted(told.languages))
    row.regions = ",".join(sorted(told.regions))
    row.qualified_from, row.qualified_until = told.begins, told.ends
    row.noted_by, row.noted_at = person.account_id, work.now
    work.session.flush()
    audit.event(work, Act.ROSTER_EDIT.value, account_id)


def candidates(work: UnitOfWork, role: StaffRole) -> tuple[Candidate, ...]:
    """Whom coordinators have signed for in that role and who is qualified today, by name."""
    enter(work, Act.CASES_LIST)
    listed = statements.desk(work).of(role)
    noted = {row.account_id: _told(row) for row in qualifications_of(work.session, listed, role)}
    people = identity.people(work, listed)
    found = [
        Candidate(person, noted.get(account, Qualified()))
        for account, person in people.items()
        if noted.get(account, Qualified()).on(work.now.date())
    ]
    return tuple(sorted(found, key=lambda candidate: candidate.person.name))


def check_key(work: UnitOfWork, account_id: UUID, role: StaffRole) -> bytes:
    """The key that was signed for, of somebody who can be proposed today; raises Unfit where that is nobody."""
    enter(work, Act.CASES_LIST)
    fingerprint = statements.desk(work).of(role).get(account_id)
    if fingerprint is None:
        raise Unfit(f"{role.value}_not_listed")
    if not _told(find_qualification(work.session, account_id, role)).on(work.now.date()):
        raise Unfit("not_qualified_today")
    return fingerprint


def _told(row: Qualification | None) -> Qualified:
    if row is None:
        return Qualified()
    return Qualified(
        tuple(word for word in row.languages.split(",") if word),
        tuple(Region(word) for word in row.regions.split(",") if word),
        row.qualified_from,
        row.qualified_until,
    )
