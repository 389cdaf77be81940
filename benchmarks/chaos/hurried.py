"""What would take minutes or hours and is not what a scenario is about, put in from outside like a bug is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from benchmarks.chaos.bug import Change
from benchmarks.chaos.patching import AnyFunction


def _unproved(_: AnyFunction) -> AnyFunction:
    def look(database: Any, source: Any, tell: Any, ask: Any) -> Any:
        from bot import publishing  # noqa: PLC0415 - only the process that has it imports the bot
        from content.load import parse_pack  # noqa: PLC0415
        from storage import publications  # noqa: PLC0415

        live = database.run_now(publications.newest)
        files = publishing._files(source, {})
        if parse_pack(files).digest == live.digest:
            raise publishing.NotPublishedError(publishing._why("same", number=live.pack_id))
        return publishing.Looked(live, files, {"problems": []}, {"softer": False})

    return look


HURRIES: Mapping[str, Change] = {
    # Jobs of the hour run every second.
    "often": Change("bot.app", "RETAIN_EVERY_S", lambda _: 1),
    # A version is published without the minute of proofs.
    "unproved": Change("bot.publishing", "look", _unproved),
}
