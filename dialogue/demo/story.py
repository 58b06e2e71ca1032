"""What they talk about: the items, wordings, positions and notes of the demonstration."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.domain.agenda import Chapter
from dialogue.domain.meetings import Details, MeetingMode, Venue
from dialogue.domain.people import Party, Room
from dialogue.domain.positions import Stance

ISSUES = (
    "Working time and access to the sewing hall at the Santa Rosa plant: breaks on line 4, pay still owed for March to "
    "June, the union's access to the canteen, heat in summer, and the bus for the night shift."
)
BACKGROUND = (
    "Two rounds of talks in the plant in spring settled the leave calendar. The rest was left open, and both sides "
    "think that a neutral place will help."
)
OTHER_ISSUES = (
    "Notice of shift changes at the two canneries, and how the works committee is told about new machines before they "
    "arrive."
)
OTHER_BACKGROUND = "Letters were exchanged since January; there has been no meeting yet."


@dataclass(frozen=True, slots=True)
class Said:
    """One party's position on the newest wording of an item."""

    party: Party
    stance: Stance
    reason: str = ""
    reservation: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One agenda item and how far it has come.

    wordings   who put it (the story's word) and the text, oldest first
    """

    title: str
    by: str
    chapter: Chapter | None = None
    background: str = ""
    admitted: bool = True
    parked: bool = False
    wordings: tuple[tuple[str, str], ...] = ()
    said: tuple[Said, ...] = ()


C, U = Party.COMPANY, Party.UNION

ITEMS: tuple[Item, ...] = (
    Item(
        "Breaks on line 4",
        "union_lead",
        Chapter.CONDITIONS,
        wordings=(
            ("union_lead", "Line 4 has two paid breaks of fifteen minutes in each shift."),
            (
                "company_lead",
                "Line 4 has two paid breaks of fifteen minutes in each shift, taken by half the line at a time.",
            ),
        ),
        said=(Said(U, Stance.AGREE), Said(C, Stance.AGREE)),
    ),
    Item(
        "Pay owed for March to June",
        "union_lead",
        Chapter.CONDITIONS,
        wordings=(
            ("union_lead", "What is owed for March to June is paid in full by the end of this year."),
            (
                "company_lead",
                "What is owed for March to June is paid in three equal parts, in December, January and February.",
            ),
        ),
        said=(
            Said(U, Stance.AGREE),
            Said(
                C,
                Stance.CAN_LIVE_WITH_IT,
                reservation="The brand pays in advance; the plant settles with the brand later.",
            ),
        ),
    ),
    Item(
        "Union access to the canteen",
        "union_lead",
        Chapter.INDUSTRIAL_RELATIONS,
        background="The officers meet members at the gate today, in the rain season too.",
        wordings=(
            ("union_lead", "Two union officers may enter the canteen and the rest areas at any time."),
            (
                "company_lead",
                "Two union officers may enter the canteen during breaks, after telling the site office three working "
                "days before.",
            ),
            (
                "facilitator",
                "Two union officers may enter the canteen and the rest areas during breaks and shift changes, after "
                "telling the site office one working day before.",
            ),
        ),
        said=(
            Said(U, Stance.AGREE),
            Said(C, Stance.NEEDS_WORK, reason="One day is short for the night shift; two would do."),
        ),
    ),
    Item(
        "No retaliation",
        "facilitator",
        Chapter.GENERAL_POLICIES,
        wordings=(
            (
                "facilitator",
                "Nobody is treated less well for taking part in this dialogue or for what was said in it.",
            ),
        ),
        said=(Said(C, Stance.AGREE), Said(U, Stance.AGREE)),
    ),
    Item(
        "Joint committee on safety",
        "company_lead",
        Chapter.CONDITIONS,
        wordings=(
            (
                "company_lead",
                "A committee of three people from each side walks through the plant once a month and writes down "
                "together what is to be mended.",
            ),
        ),
        said=(Said(C, Stance.AGREE),),
    ),
    Item(
        "Bus for the night shift",
        "union_lead",
        Chapter.CONDITIONS,
        wordings=(
            ("union_lead", "The bus leaves twenty minutes after the end of the night shift, on every working day."),
        ),
        said=(
            Said(U, Stance.NEEDS_WORK, reason="We forgot Sundays; another wording will follow."),
            Said(C, Stance.CANNOT_AGREE, reason="The bus is shared with two other plants until March."),
        ),
    ),
    Item(
        "Heat in the sewing hall",
        "union_lead",
        Chapter.CONDITIONS,
        background="On eleven days last summer it was above 35 °C at the presses.",
    ),
    Item("Training for line supervisors", "company_lead", Chapter.TRAINING, parked=True),
    Item(
        "How piece rates are explained",
        "union_deputy",
        Chapter.CONDITIONS,
        admitted=False,
        background="People ask for the sheet in Spanish and in words that can be read aloud.",
    ),
    Item(
        "Room for children under three",
        "company_deputy",
        Chapter.EMPLOYMENT,
        wordings=(
            (
                "company_deputy",
                "From May the former stock room is open to children under three during the day shift; the plant and "
                "the union look together for a carer.",
            ),
        ),
        said=(
            Said(C, Stance.CAN_LIVE_WITH_IT, reservation="For one year first."),
            Said(U, Stance.CAN_LIVE_WITH_IT, reservation="The night shift is to follow."),
        ),
    ),
)

# (room, who, title, words)
NOTES: tuple[tuple[Room, str, str, str], ...] = (
    (
        Room.JOINT,
        "facilitator",
        "How we work",
        "- One item at a time\n- Words, then positions\n- Nobody is quoted",
    ),
    (Room.JOINT, "company_lead", "Thanks", "Thank you all for coming. We would like to begin with the breaks."),
    (Room.JOINT, "union_lead", "Gracias", "Gracias. Empezamos con las pausas, de acuerdo."),
    (Room.JOINT, "supplier", "Plano de la línea 4", "La línea 4 tiene **32 puestos**; la mitad son 16."),
    (Room.JOINT, "steward", "Pausas", "Hoy la pausa se toma de pie, al lado de la máquina."),
    (Room.JOINT, "facilitator", "First meeting", "We agreed on the order of the items and on two languages."),
    (Room.JOINT, "company_deputy", "Figures for March to June", "The sum is about 4 per cent of the year's pay."),
    (Room.JOINT, "union_deputy", "Accès à la cantine", "Un jour de préavis est l'usage dans les usines voisines."),
    (Room.JOINT, "company_lead", "Canteen", "The night shift has one guard only; that is why the notice matters."),
    (Room.JOINT, "facilitator", "Second meeting", "Three items in consensus. The canteen comes first next time."),
    (Room.JOINT, "union_lead", "Calor", "Proponemos medir juntos la temperatura en febrero."),
    (Room.JOINT, "company_lead", "Heat", "Agreed, we will bring two thermometers to the next meeting."),
    (Room.COMPANY, "company_lead", "Before the first meeting", "Let us listen on the canteen and not begin with no."),
    (Room.COMPANY, "supplier", "Costos", "Tres partes es posible; en una sola no."),
    (Room.COMPANY, "company_deputy", "Bus", "The contract ends in March. After that we are free."),
    (Room.COMPANY, "company_lead", "Canteen", "We could live with two days. One day only for the day shift."),
    (Room.COMPANY, "supplier", "Guardia", "Con un segundo guardia de noche, un día basta."),
    (Room.COMPANY, "company_lead", "Second guard", "The brand can pay the second guard for one year."),
    (Room.COMPANY, "company_deputy", "Children's room", "One year first, then we look at it again."),
    (Room.UNION, "union_lead", "Antes de la primera reunión", "Lo primero son las pausas y el pago pendiente."),
    (Room.UNION, "steward", "La gente pregunta", "Preguntan si el pago llega antes de Navidad."),
    (Room.UNION, "union_deputy", "Fédération", "La fédération peut envoyer un expert sur la chaleur."),
    (Room.UNION, "union_lead", "Pago", "Tres partes está bien si la primera es en diciembre."),
    (Room.UNION, "steward", "Autobús", "Los domingos también hay turno de noche."),
    (Room.UNION, "union_lead", "Comedor", "Con un día podemos vivir; con tres no."),
    (Room.UNION, "union_deputy", "Comité", "Qui sera dans le comité ? Deux de la couture, un du pressage."),
    (Room.UNION, "steward", "Comité", "Propongo a Rosa y a Édgar."),
    (Room.COMPANY_CAUCUS, "facilitator", "After the first meeting", "You asked what one day would need at night."),
    (Room.COMPANY_CAUCUS, "company_lead", "One day", "With a second guard it could be done. Please keep this here."),
    (Room.COMPANY_CAUCUS, "facilitator", "Kept here", "It stays here until you say otherwise."),
    (Room.COMPANY_CAUCUS, "company_deputy", "Bus", "We would rather speak of the bus in March."),
    (Room.UNION_CAUCUS, "facilitator", "Después de la primera reunión", "¿Qué necesita la gente antes de Navidad?"),
    (Room.UNION_CAUCUS, "union_lead", "Navidad", "Una primera parte en diciembre. Lo demás puede esperar."),
    (Room.UNION_CAUCUS, "union_deputy", "Cantine", "Deux jours pour la nuit, un jour pour le jour : possible."),
    (Room.UNION_CAUCUS, "facilitator", "Gardé ici", "Cela reste ici tant que vous ne décidez pas autrement."),
    (Room.FACILITATION, "facilitator", "Canteen", "Both could end at one day by day and two at night."),
    (Room.FACILITATION, "facilitator", "Pay", "December is what matters to one, three parts to the other."),
    (Room.FACILITATION, "facilitator", "Bus", "Not ripe before March; park it if they ask."),
    (Room.FACILITATION, "facilitator", "Next meeting", "Begin with the canteen, then heat; leave an hour for caucus."),
    (Room.JOINT, "facilitator", "Next meeting", "We begin with the canteen. Please look at wording 3 before."),
)

KEPT_ISSUES = "Breaks on the filleting line in the summer season."
KEPT_ITEM = "Breaks on the filleting line"
KEPT_WORDING = (
    "From June to September the filleting line stops for fifteen minutes after every two hours. "
    "The stop is paid and is not made up for at the end of the shift."
)
KEPT_WHAT = "The stops stand in the shift plan, and the line leader starts and ends them by the clock in the hall."
KEPT_MEASURE = "The plan hangs beside the clock; both sides look at it together in the first week of every month."
KEPT_REPORT = "The plan hangs since Monday. The clock is ordered and comes next week."
KEPT_OTHER = "The union explains the stops at the start of the season to everybody who is new."
KEPT_OTHER_MEASURE = "A sheet with the names of those who were there, in the office of the hall."

MEETING = Details(
    title="First round",
    purpose="Breaks, pay that is owed, and what comes next.",
    mode=MeetingMode.BOTH,
    venue=Venue.ILO,
    address="ILO, Geneva, room R3 south",
    link="https://meet.example.org/first-round",
    languages=(("Spanish", "English"), ("English", "Spanish")),
    access="The room can be reached without steps.",
)
NEXT_MEETING = Details(
    title="Second round",
    purpose="The canteen first, then the heat in the hall.",
    mode=MeetingMode.BOTH,
    venue=Venue.NEUTRAL,
    languages=(("es", "en"), ("en", "es"), ("fr", "es")),
    access="A break every hour. Captions for whoever joins from elsewhere.",
    reading="Wording 3 on the canteen\nThe temperatures of last summer",
)
CAUCUS = Details(title="Antes de la segunda ronda", mode=MeetingMode.REMOTE, link="https://meet.example.org/antes")
SUMMARY = """The parties met in Geneva and by video, with interpretation between English and Spanish.

## Breaks on line 4

Both sides described how breaks are taken today. They agree that two breaks of fifteen minutes are paid.

## Pay owed

The company explained why it proposes three payments. The union asked for the list of those concerned.

## What comes next

The company brings that list. The next meeting takes up the canteen and the bus of the night shift."""
AMENDED = SUMMARY.replace(
    "The company brings that list.", "The company brings that list within ten days, to both leads at once."
)
AMENDED_WHY = "We said ten days at the table, and both leads nodded."
LETTER_TITLE = "Letter of the plant's works committee"
LETTER = (
    "It was handed to the plant's manager and to the union's delegate on the same day. It asks for nothing that is "
    "on the agenda here; both sides keep a copy."
)

# A request that was not for this service: it is over, and destroyed on its day.
ENDED_ISSUES = "Who pays for the bus between the harbour and the cannery this year."
ENDED_WORDS = (
    "This is about one year's invoice and not about what the MNE Declaration speaks of. You can bring a wider question "
    "of mutual concern at any time; this request does not stand in its way."
)

HEAT = "Heat in the sewing hall"
HEAT_TABLE = (
    "day;hour;line 4, degrees;pressing, degrees\n"
    "2026-08-11;10:00;29.5;33.0\n2026-08-11;14:00;33.5;37.5\n2026-08-12;10:00;30.0;33.5\n2026-08-12;14:00;34.0;38.0\n"
)
QUESTIONS_AT_HOME = (
    "Lo que pregunta la gente\n\n- ¿El pago llega antes de Navidad?\n- ¿Quién decide los turnos de los domingos?\n"
    "- ¿Las pausas cuentan como tiempo pagado?\n"
)
SHIFTS = "semana;turnos de noche;con autobús\n31;5;3\n32;6;3\n33;5;2\n34;6;3\n"
SHIFTS_WHY = "The other side plans the bus by these weeks; the figures would save a meeting."
