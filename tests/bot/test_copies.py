"""The copy of everything kept: as many pages as it takes, in words, and none of it torn or lost."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from pypdf import PdfReader

from bot import papers
from bot.papers import Kept
from handlers import copy_page
from handlers.screens import UNNAMED, Operator
from handlers.voice import Voice
from tests.chat.stories import VIGNETTES
from tests.content.shipped import PACK
from tests.content.story import NOON

USER = {
    **dict.fromkeys(("zone", "country", "under_16", "news", "quiet_from", "quiet_until", "paused_until", "blocked_at")),
    "id": 101,
    "language": "es",
    "created_at": NOON.isoformat(),
    "scale": True,
    "simple": False,
    "consent": {"version": None, "language": None, "at": None},
}
CASES = ("V02", "V04", "V10", "V16")


def check(number: int, case: str) -> dict[str, Any]:
    """A check with all there can be in it."""
    at = NOON.isoformat()
    states = ("planned", "sent", "answered", "silent", "cancelled", "missed", "stopped", "held")
    follow_ups = [{"key": f"FU-X/D{day}", "due_at": at, "state": state} for day, state in enumerate(states)]
    history = [{"at": at, "word": word, "score": 3} for word in ("", "better", "same", "worse", "resolved", "danger")]
    return {
        "id": number,
        "version": "1",
        "started_at": at,
        "state": "following",
        "level": "L3",
        "causes": list(PACK.causes)[:3],
        "answers": {**VIGNETTES[case]["answers"], "gone": ["since"]},
        "follow_ups": follow_ups,
        "history": history,
        "events": [{"kind": "Pressed"}] * number,
    }


def kept(checks: int) -> Kept:
    episodes = [check(number, CASES[number % len(CASES)]) for number in range(checks)]
    words = {"es": {"html": "<b>Nuevo</b> \N{RUNNER}&amp; bueno"}}
    news = {"state": "sent", "sent_at": NOON.isoformat(), "broadcast": {"about": "news", "words": words}}
    runs = [{"at": NOON.isoformat(), "data": {"score": 4, "places": ["shin"], "card": 7}}]
    document = {"user": USER, "episodes": episodes, "runs": runs[:checks], "messages": [news][:checks]}
    return Kept(document, {each["id"]: PACK for each in episodes})


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("checks", [0, 8])
def test_every_word_of_the_copy_is_on_some_page(language: str, checks: int) -> None:
    voice, operator = Voice(language, PACK, NOON, "Europe/London"), Operator("Club Verde", "x@club.example")
    told = copy_page.copy(voice, kept(checks).document, kept(checks).packs, operator)
    content = papers.draw_copy("copy_page", voice, kept(checks), operator)
    pages = PdfReader(io.BytesIO(content)).pages
    assert (len(pages) > 3) is bool(checks)
    shown = together("".join(page.extract_text() for page in pages))
    rows = [(section.title, row.name, row.text) for section in told.sections for row in section.rows]
    wanted = [together(text).replace("\N{RUNNER}", "?") for row in rows for text in row]
    assert [each for each in wanted if each not in shown] == []
    assert together("Club Verde") in shown
    assert checks == 0 or together("Nuevo ?& bueno") in shown
    assert all(round(page.mediabox.height) == 842 for page in pages)


def test_the_data_is_what_is_kept_and_nothing_else() -> None:
    content = papers.draw_copy("copy_data", Voice("en", PACK, NOON), kept(1), UNNAMED)
    assert json.loads(content) == json.loads(json.dumps(kept(1).document))


def together(words: str) -> str:
    return "".join(words.split())
