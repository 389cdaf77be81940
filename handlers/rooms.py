"""The person's own rooms: which one answers which command, which button and which awaited words. One line each.

They are open to people who have agreed; handlers/turn.py sees to that, and to everything that must come first (alarming
words, a first meeting). A room is a function of the visit and of what came with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import (
    diary,
    erasing,
    history,
    news,
    pauses,
    privacy,
    quiet,
    reminders,
    run_log,
    settings,
    summaries,
    zones,
)
from handlers.visit import Visit

Room = Callable[[Visit, str], None]

# /name and what follows it.
COMMANDS: Mapping[str, Room] = {
    "settings": settings.asked,
    "privacy": privacy.asked,
    "export": privacy.copied,
    "delete": erasing.asked,
    "followups": reminders.asked,
    "pause": pauses.asked,
    "summary": summaries.asked,
    "run": run_log.asked,
    "log": run_log.asked,
    "diary": diary.asked,
    "history": history.asked,
}

# Buttons of the person's own (handlers/callback.py, PersonPress): their name, and their value.
PRESSES: Mapping[str, Room] = {
    "news": news.pressed,
    "privacy": privacy.pressed,
    "export": privacy.copied,
    "erase": erasing.pressed,
    "followups": reminders.asked,
    "drop": reminders.dropped,
    "settings": settings.shown,
    "set": settings.switched,
    "tongue": settings.spoken,
    "quiet": quiet.pressed,
    "zone": zones.pressed,
    "move": reminders.moves,
    "keep": reminders.restored,
    "pause": pauses.pressed,
    "run": run_log.pressed,
    "diary": diary.pressed,
    "history": history.turned,
    "history_new": history.asked,
    "story": history.opened,
    "is_back": history.is_back,
}

# Of both, what also serves somebody who has not agreed.
ALWAYS = frozenset(
    {"followups", "drop", "move", "keep", "summary", "history", "story", "privacy", "export", "delete", "erase"}
)

# What the person was asked to type: the row's `awaits`, and the words. A command or a press ends the waiting.
TYPED: Mapping[str, Room] = {
    zones.CITY: zones.typed,
    zones.HERE: zones.kept,
}

# The same for a shared location, as the name of its zone; and what is tidied up when something else came instead.
LOCATED: Mapping[str | None, Room] = {zones.HERE: zones.located}
LEFT: Mapping[str | None, Room] = {zones.HERE: zones.put_away}
