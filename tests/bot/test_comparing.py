"""`stridecheck compare` as it is typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from content.shipped import PACKS
from tests.bot.test_cli import typed
from tests.chat.stories import emergency
from tests.world import World

WEEKS = "I4: {level: doctor, when: ease.stays and since.weeks}"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine, and no database in the folder we are in."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)


def copied(folder: Path, old: str, new: str, *, pack: str = "runner-itch", file: str = "pack.yaml") -> str:
    """A copy of a shipped pack with other words in one place."""
    shutil.copytree(PACKS / pack, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return str(folder)


def test_something_less_urgent_comes_first_and_ends_with_code_1(tmp_path: Path) -> None:
    softer = copied(tmp_path / "softer", WEEKS, WEEKS.replace("doctor", "home").replace("weeks", "days"))
    harder = copied(tmp_path / "harder", "ease.stays and since.weeks", "ease.stays and since.days")
    result = typed("compare", "runner-itch", harder)
    assert result.exit_code == 1
    assert result.output.index("LESS URGENT NOW") < result.output.index("MORE URGENT NOW")
    assert "For example someone who answers “It stays”" in result.output
    assert "rules I4: changed" in result.output
    assert "\x1b" not in result.output
    assert "MORE URGENT NOW" not in typed("compare", "runner-itch", softer).output


def test_something_more_urgent_only_ends_with_code_0(tmp_path: Path) -> None:
    softer = copied(tmp_path / "softer", WEEKS, WEEKS.replace("doctor", "home"))
    result = typed("compare", softer, "runner-itch")
    assert result.exit_code == 0
    assert "MORE URGENT NOW" in result.output


def test_other_words_are_listed_in_their_language(tmp_path: Path) -> None:
    reworded = copied(tmp_path / "reworded", "label: It stays", "label: It goes on", file="en.yaml")
    result = typed("compare", "runner-itch", reworded)
    assert result.exit_code == 0
    assert "Nobody is told anything else" in result.output
    assert "en questions.ease.options.stays.label: “It stays” → “It goes on”" in result.output


def test_the_same_pack_says_that_nothing_differs() -> None:
    result = typed("compare", "runner-itch", "runner-itch")
    assert result.exit_code == 0
    assert "Nothing differs" in result.output


def test_less_urgent_is_red_on_a_terminal(tmp_path: Path) -> None:
    softer = copied(tmp_path / "softer", WEEKS, WEEKS.replace("doctor", "home"))
    result = CliRunner().invoke(app, ["compare", "runner-itch", softer], color=True)
    assert "\x1b[31mLESS URGENT NOW" in result.output


def test_a_database_that_does_not_answer_costs_one_sentence(tmp_path: Path) -> None:
    reworded = copied(tmp_path / "reworded", "label: It stays", "label: It goes on", file="en.yaml")
    away = "postgresql+psycopg://ana:geheim@127.0.0.1:9/none"
    result = typed("compare", "runner-itch", reworded, DATABASE_URL=away)
    assert result.exit_code == 0
    assert "Open checks were not looked at. The database cannot be reached" in result.output
    assert "geheim" not in result.output


def test_json_says_the_same(tmp_path: Path) -> None:
    softer = copied(tmp_path / "softer", WEEKS, WEEKS.replace("doctor", "home"))
    result = typed("compare", "runner-itch", softer, "--json")
    assert result.exit_code == 1
    document = json.loads(result.output)
    [move] = document["less_urgent"]
    assert (move["from"], move["to"], move["example"]["new"]["since"]) == ("doctor", "home", ["weeks"])
    assert document["changes"] == ["rules I4: changed"]
    assert document["stored"] is None
    assert "no database" in document["stored_why"]


def test_what_there_was_no_time_for_is_named_and_ends_with_code_1(tmp_path: Path) -> None:
    softer = copied(tmp_path / "softer", WEEKS, WEEKS.replace("doctor", "home"))
    result = typed("compare", softer, "runner-itch", "--within", "0")
    assert result.exit_code == 1
    assert "not everything was decided within 0 s" in result.output
    assert "MAY BE LESS URGENT NOW\n  now" in result.output
    document = json.loads(typed("compare", softer, "runner-itch", "--within", "0", "--json").output)
    assert (document["decided"], document["may_be_less_urgent"], document["less_urgent"]) == (False, True, [])
    assert {"what": "levels", "from": "doctor", "to": "home", "may_be_less_urgent": True} in document["undecided"]


def test_what_is_wrong_with_either_pack_is_listed_with_its_place(tmp_path: Path) -> None:
    broken = copied(tmp_path / "broken", "ease.stays and since.weeks", "ease.stays and since.years")
    result = typed("compare", str(tmp_path / "nowhere"), broken)
    assert result.exit_code == 2
    assert f"{tmp_path / 'nowhere'}: has no pack.yaml; name the folder of a pack" in result.output
    assert f"{broken}/pack.yaml:" in result.output
    assert "unknown option 'years'" in result.output


async def test_open_checks_are_counted(small_world: World, tmp_path: Path) -> None:
    await emergency(small_world)
    await small_world.person().begin()
    rule = 'R03: {level: L1, when: "g_spine in (both_legs_weak, spreading_up)"}'
    softer = copied(tmp_path / "softer", rule, rule.replace("L1", "L2"), pack="leg-tingling")
    result = typed("compare", "leg-tingling", softer, "--within", "0", DATABASE_URL=small_world.url)
    assert result.exit_code == 1
    assert "Open checks stored: 2. Less urgent now: 1; more urgent now: 0" in result.output
    assert "Those in triage stand in the new version: 1 at `g_life`; 0 elsewhere" in result.output
