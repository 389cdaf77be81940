"""Which function draws which say."""

from __future__ import annotations

from handlers import (
    draw_broadcast,
    draw_cards,
    draw_checks,
    draw_ice,
    draw_outcome,
    draw_people,
    draw_pictures,
    draw_question,
)
from handlers.admin import draw_broadcast_room, draw_broadcast_run, draw_content, draw_panel
from handlers.screens import Draw

SCREENS: dict[str, Draw] = {
    **draw_people.SCREENS,
    **draw_question.SCREENS,
    **draw_outcome.SCREENS,
    **draw_checks.SCREENS,
    **draw_ice.SCREENS,
    **draw_pictures.SCREENS,
    **draw_cards.SCREENS,
    **draw_broadcast.SCREENS,
    **draw_panel.SCREENS,
    **draw_content.SCREENS,
    **draw_broadcast_room.SCREENS,
    **draw_broadcast_run.SCREENS,
}
