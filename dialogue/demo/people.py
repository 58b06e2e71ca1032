"""Who sits in the demonstration; every name, organisation and address is made up."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.domain.people import OrganisationKind, Party, Role, StaffRole

# Known to everybody who reads this file: it opens nothing but a demonstration.
PASSWORD = "neutral ground for everybody"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Figure:
    """One person of the demonstration.

    part   the word by which the story calls this person
    """

    part: str
    name: str
    email: str
    organisation: str
    language: str
    timezone: str
    role: Role | None = None
    party: Party | None = None
    function: str = ""
    staff: StaffRole | None = None


_NORTHFIELD, _COSTA, _TEXTIL, _GLOBAL = (
    "Northfield Apparel",
    "Costa Verde Confecciones",
    "Sindicato Unido de la Confección",
    "Garment Workers International",
)
_ILO = "International Labour Office"

FIGURES: tuple[Figure, ...] = (
    Figure(
        "coordinator",
        "Clara Okafor",
        "clara.okafor@ilo.example",
        _ILO,
        "en",
        "Europe/Zurich",
        staff=StaffRole.COORDINATOR,
    ),
    Figure(
        "second_coordinator",
        "Tomás Iglesias",
        "tomas.iglesias@ilo.example",
        _ILO,
        "es",
        "Europe/Zurich",
        staff=StaffRole.COORDINATOR,
    ),
    Figure(
        "facilitator",
        "Farid Lindqvist",
        "farid.lindqvist@ilo.example",
        _ILO,
        "fr",
        "Europe/Zurich",
        staff=StaffRole.FACILITATOR,
    ),
    Figure(
        "other_facilitator",
        "Noor van Rijn",
        "noor.vanrijn@ilo.example",
        _ILO,
        "en",
        "Asia/Dhaka",
        staff=StaffRole.FACILITATOR,
    ),
    Figure(
        "administrator",
        "Ines Halvorsen",
        "ines.halvorsen@ilo.example",
        _ILO,
        "en",
        "Europe/Zurich",
        staff=StaffRole.ADMINISTRATOR,
    ),
    Figure(
        "company_lead",
        "Mina Brandt",
        "mina.brandt@northfield.example",
        _NORTHFIELD,
        "en",
        "Europe/Berlin",
        Role.LEAD,
        Party.COMPANY,
        "Head of responsible sourcing",
    ),
    Figure(
        "company_deputy",
        "Piet Vos",
        "piet.vos@northfield.example",
        _NORTHFIELD,
        "en",
        "Europe/Berlin",
        Role.DEPUTY,
        Party.COMPANY,
        "Regional sourcing manager",
    ),
    Figure(
        "supplier",
        "Laura Nieto",
        "laura.nieto@costaverde.example",
        _COSTA,
        "es",
        "America/Bogota",
        Role.DELEGATE,
        Party.COMPANY,
        "Plant manager",
    ),
    Figure(
        "union_lead",
        "Ana Rojas",
        "ana.rojas@suc.example",
        _TEXTIL,
        "es",
        "America/Bogota",
        Role.LEAD,
        Party.UNION,
        "General secretary",
    ),
    Figure(
        "union_deputy",
        "Luc Mensah",
        "luc.mensah@gwi.example",
        _GLOBAL,
        "fr",
        "Europe/Zurich",
        Role.DEPUTY,
        Party.UNION,
        "Regional coordinator",
    ),
    Figure(
        "steward",
        "Jorge Peña",
        "jorge.pena@suc.example",
        _TEXTIL,
        "es",
        "America/Bogota",
        Role.DELEGATE,
        Party.UNION,
        "Shop steward, sewing hall",
    ),
    Figure(
        "harbour_lead",
        "Kofi Adjei",
        "kofi.adjei@harbourfoods.example",
        "Harbour Line Foods",
        "en",
        "Africa/Accra",
        Role.LEAD,
        Party.COMPANY,
        "Director of people",
    ),
    Figure(
        "cannery_lead",
        "Marie Delcourt",
        "marie.delcourt@alimentaires.example",
        "Fédération des travailleurs alimentaires",
        "fr",
        "Europe/Paris",
        Role.LEAD,
        Party.UNION,
        "Secrétaire générale",
    ),
)

KINDS: dict[str, OrganisationKind] = {
    _NORTHFIELD: OrganisationKind.BRAND,
    _COSTA: OrganisationKind.SUPPLIER,
    _TEXTIL: OrganisationKind.UNION,
    _GLOBAL: OrganisationKind.FEDERATION,
    "Harbour Line Foods": OrganisationKind.BRAND,
    "Fédération des travailleurs alimentaires": OrganisationKind.UNION,
}
