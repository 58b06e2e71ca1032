"""The story's documents: one before both sides, one at home, and one that waits to be let go."""

from __future__ import annotations

from uuid import UUID

from dialogue.demo.stage import Stage
from dialogue.demo.story import HEAT, HEAT_TABLE, QUESTIONS_AT_HOME, SHIFTS, SHIFTS_WHY
from dialogue.domain.people import Room
from dialogue.services import agenda, documents, files, handing, readings, uploads


def bring(stage: Stage, case_id: UUID) -> None:
    """Laid down by three people; the table of temperatures is to be read before the item on the heat."""
    measured = _lay(stage, case_id, "supplier", Room.JOINT, "temperatures.csv", HEAT, HEAT_TABLE)
    with stage.writing("facilitator") as work:
        heat = next(line for line in agenda.board(work, case_id).lines if line.title == HEAT)
        readings.tie(work, case_id, heat.id, measured)
    _lay(stage, case_id, "steward", Room.UNION, "preguntas.txt", "Preguntas de la gente", QUESTIONS_AT_HOME)
    shifts = _lay(stage, case_id, "union_lead", Room.UNION_CAUCUS, "turnos.csv", "Turnos de noche", SHIFTS)
    with stage.writing("facilitator") as work:
        handing.ask(work, case_id, shifts, seen_number=1, remark=SHIFTS_WHY)


def _lay(stage: Stage, case_id: UUID, part: str, room: Room, name: str, title: str, text: str) -> UUID:
    file = files.keep(stage.instance, case_id, name, text.encode())
    brought = uploads.bring(stage.instance, case_id, name, (file,))
    with stage.writing(part) as work:
        return documents.add(work, case_id, room, brought, title=title)
