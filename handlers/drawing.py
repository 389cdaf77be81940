"""Which function draws which say."""

from __future__ import annotations

from handlers import (
    draw_broadcast,
    draw_cards,
    draw_checks,
    draw_diary,
    draw_history,
    draw_ice,
    draw_outcome,
    draw_people,
    draw_pictures,
    draw_privacy,
    draw_question,
    draw_reminders,
    draw_run_log,
    draw_settings,
    draw_summary,
    draw_trial,
    draw_zones,
)
from handlers.admin import (
    draw_broadcast_room,
    draw_broadcast_run,
    draw_charts,
    draw_content,
    draw_health,
    draw_panel,
    draw_stats,
    draw_upload,
)
from handlers.screens import Draw

SCREENS: dict[str, Draw] = {
    **draw_people.SCREENS,
    **draw_question.SCREENS,
    **draw_reminders.SCREENS,
    **draw_outcome.SCREENS,
    **draw_checks.SCREENS,
    **draw_ice.SCREENS,
    **draw_history.SCREENS,
    **draw_pictures.SCREENS,
    **draw_cards.SCREENS,
    **draw_summary.SCREENS,
    **draw_privacy.SCREENS,
    **draw_run_log.SCREENS,
    **draw_diary.SCREENS,
    **draw_panel.SCREENS,
    **draw_content.SCREENS,
    **draw_upload.SCREENS,
    **draw_trial.SCREENS,
    **draw_stats.SCREENS,
    **draw_charts.SCREENS,
    **draw_health.SCREENS,
    **draw_broadcast.SCREENS,
    **draw_settings.SCREENS,
    **draw_zones.SCREENS,
    **draw_broadcast_room.SCREENS,
    **draw_broadcast_run.SCREENS,
}
