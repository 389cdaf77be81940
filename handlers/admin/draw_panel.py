"""The first card of the admin's side."""

from __future__ import annotations

from handlers.screens import Draw, Key, Screen, Stage, Values, bold, join, plain

# The rooms in their order on the card: the act that opens each.
ROOMS = ("content", "broadcasts", "people", "follow_ups", "health")


def panel(stage: Stage, values: Values) -> Screen:
    """What is live, and a button for each room."""
    voice = stage.voice
    live = voice.ui("admin.live", **values) if values else voice.ui("admin.nothing_live")
    keys = [stage.admin(f"admin.room.{room}", room) for room in ROOMS]
    rows: list[tuple[Key, ...]] = [(key,) for key in keys]
    return Screen(join(bold(voice.ui("admin.title")), plain(live)), tuple(rows))


SCREENS: dict[str, Draw] = {"admin": panel}
