"""The bench of a press: its people walk as they should, and a goal that is missed is said to be missed."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks.press import walking
from benchmarks.press.goals import Goal
from benchmarks.press.street import Person
from content.asking import question_say
from content.decide import decide, start
from content.episode import Pressed, Say
from content.load import load_pack
from content.shipped import FIRST_PACK
from handlers.callback import EpisodePress, decode
from handlers.screens import Stage, render
from handlers.voice import Voice

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_walk_of_the_bench_only_ever_edits_the_card() -> None:
    pack = load_pack(FIRST_PACK)
    episode = start(pack, "Europe/Madrid")
    says: tuple[Say, ...] = (question_say(pack, episode),)
    stage, person, asked = Stage(Voice("es", pack, NOW, "Europe/Madrid"), 1), Person(1, "es", 1, "", ()), set[object]()
    for _ in range(2 * walking.FURTHEST + 4):
        assert [say.where for say in says] == ["edit"]
        asked.add(says[0].values["question"])
        screen = render(stage, says[0].kind, dict(says[0].values))
        person.keys = [[{"text": key.label, "callback_data": key.data} for key in row] for row in screen.rows]
        press = decode(walking.walked(person))
        assert isinstance(press, EpisodePress)
        decision = decide(pack, episode, Pressed(press.turn, press.option), NOW)
        episode, says = decision.episode, decision.says
    assert len(asked) > 5


def test_a_goal_is_met_at_its_bound_and_missed_beyond() -> None:
    assert Goal("a ratio", "ours", 1.0, most=1.0).is_met
    assert not Goal("a ratio", "ours", 1.01, most=1.0).is_met
    assert not Goal("a rate", "ours", 0.99, least=1.0).is_met
