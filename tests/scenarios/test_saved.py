"""Every conversation in this folder goes today as it went when it was saved: each word, each button, each moment.

UPDATE_SCENARIOS=1 writes them anew; look at the difference before you commit it.
"""

from __future__ import annotations

import asyncio
import copy
import os
from datetime import timedelta
from pathlib import Path

import pytest

from simulator import scripts
from tests.scenarios.replay import Json, by_turns, replay
from tests.world import World

SAVED = sorted(Path(__file__).parent.glob("*.yaml"))


@pytest.mark.parametrize("path", SAVED, ids=lambda path: path.stem)
def test_a_saved_conversation_goes_as_it_went(path: Path, sqlite_url: str) -> None:
    saved = scripts.read(path.read_text(encoding="utf-8"))
    now = asyncio.run(replay(saved, sqlite_url))
    if os.environ.get("UPDATE_SCENARIOS"):
        path.write_text(scripts.write(now), encoding="utf-8")
        return
    assert by_turns(now["steps"]) == by_turns(saved["steps"])


async def _conversation(url: str) -> Json:
    """Somebody meets the bot, begins a check, is killed and comes back, and presses an old button an hour later."""
    world = await World(url).open()
    chat = world.person("Robin")
    await chat.meet()
    first = chat.from_bot[0]
    await chat.press("Start a check")
    await world.restart()
    await world.later(hours=1)
    chat.tap(first, "p2.go.")
    await world.settle()
    world.telegram.block(chat.user_id)
    await world.later(minutes=1)
    text = scripts.scenario(world.telegram, chat.user_id, {"pack": "leg-tingling", "version": "1"})
    await world.close()
    return scripts.read(text)


def test_what_was_saved_replays_equal_and_a_changed_word_is_noticed(
    sqlite_url: str, tmp_path: Path, sqlite_template: Path
) -> None:
    saved = asyncio.run(_conversation(sqlite_url))
    again = f"sqlite:///{tmp_path / 'again.db'}"
    (tmp_path / "again.db").write_bytes(sqlite_template.read_bytes())
    now = asyncio.run(replay(saved, again))
    assert by_turns(now["steps"]) == by_turns(saved["steps"])
    changed = copy.deepcopy(saved)
    spoken = next(step for step in changed["steps"] if "bot" in step)
    spoken["bot"] = spoken["bot"].replace("questions", "queries")
    assert by_turns(now["steps"]) != by_turns(changed["steps"])
    assert timedelta(seconds=saved["ends_after_s"]) == timedelta(hours=1, minutes=1)
