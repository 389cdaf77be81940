"""Drawings wait for each other in one thread, so that only one store of memory grows; nobody else waits for them."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from bot import png
from bot.drawing import drawn
from tests.chat.stories import answers
from tests.world import World


async def test_all_drawings_are_made_in_one_thread() -> None:
    def draw() -> str:
        time.sleep(0.001)
        return threading.current_thread().name

    assert len(set(await asyncio.gather(*(drawn(draw) for _ in range(20))))) == 1


async def test_a_drawing_that_fails_says_so_and_the_next_is_made() -> None:
    with pytest.raises(ZeroDivisionError):
        await drawn(lambda: 1 / 0)
    assert await drawn(abs, -1) == 1


async def test_every_picture_is_drawn_there(small_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    threads, photo = list[str](), png.photo

    def noted(svg: str) -> bytes:
        threads.append(threading.current_thread().name)
        return photo(svg)

    monkeypatch.setattr(png, "photo", noted)
    chat = small_world.person()
    await chat.begin()
    await chat.answers(answers("V04"), until="where")
    await chat.press("Show a picture")
    assert threads == ["drawing_0"]
