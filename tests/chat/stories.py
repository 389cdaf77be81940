"""Stories that several chat tests begin with."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML

from content.shipped import FIRST_PACK
from tests.world import Answers, Chat, World

NONE = "None of these"
GATES = ("g_life", "g_spine", "g_limb", "g_urgent", "g_fluid_heat")
NUMBERS = "Emergency numbers"
ICE = "Ice: is it safe for me?"


def vignettes() -> dict[str, dict[str, Any]]:
    """The 25 cases of the clinical text by their ids; a strength of 6 where the case does not say."""
    cases = YAML(typ="safe", pure=True).load(FIRST_PACK / "vignettes.yaml")["vignettes"]
    return {case["id"]: {**case, "answers": {"score0": ["6"], **case["answers"]}} for case in cases}


VIGNETTES = vignettes()


def answers(case: str) -> Answers:
    """The answers of a case."""
    found: Answers = VIGNETTES[case]["answers"]
    return found


async def told(world: World, given: Answers, *, zone: str = "Europe/London", adult: bool = True) -> Chat:
    """Somebody new who has answered everything and has a result."""
    chat = world.person()
    await chat.begin(zone=zone, adult=adult)
    await chat.answers(given)
    return chat


async def neuroma(world: World, *, zone: str = "Europe/London", other: Answers | None = None) -> Chat:
    """A pebble under the ball of the foot (V04): self-care, FU-NEUROMA, and ice may be safe."""
    return await told(world, {**answers("V04"), **(other or {})}, zone=zone)


async def emergency(world: World, label: str = "Both legs weak", *, zone: str = "Europe/London") -> Chat:
    """Somebody who ticks a danger sign."""
    chat = world.person()
    await chat.begin(zone=zone)
    while label not in chat.labels():
        await chat.press(NONE)
    await chat.tick(label)
    return chat


def level(chat: Chat) -> str | None:
    """The level of the newest check."""
    found: str | None = chat.export()["episodes"][-1]["level"]
    return found


def planned(chat: Chat) -> list[str]:
    """The keys of what is planned, in the order of their times."""
    rows = [row for episode in chat.export()["episodes"] for row in episode["follow_ups"] if row["state"] == "planned"]
    return [str(row["key"]) for row in sorted(rows, key=lambda row: str(row["due_at"]))]
