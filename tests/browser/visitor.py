"""Somebody in front of the chat page: looks, presses, types. Waits until the page shows what the simulator knows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import Any

from playwright.async_api import Locator, Page, expect

from bot.sandbox import Sandbox
from content import words as says
from content.pack import Pack
from simulator.telegram import SimMessage

PATIENCE_S = 15
expect.set_options(timeout=PATIENCE_S * 1000)
LAST = """() => {
  const last = [...document.querySelectorAll('.message:not(.mine)')].at(-1);
  return last && {
    words: last.querySelector('.words').textContent,
    keys: [...last.querySelectorAll('.key')].map((key) => key.textContent),
  };
}"""


class Visitor:
    """One browser page over one sandbox."""

    def __init__(self, page: Page, sandbox: Sandbox, address: str, user: int = 1001) -> None:
        self.page, self.sandbox, self.address, self.user = page, sandbox, address, user
        self.in_a_hurry = False

    # --- doing

    async def open(self, query: str = "") -> None:
        await self.page.goto(f"{self.address}/{query}")
        await expect(self.page.locator("#person option")).not_to_have_count(0)

    async def start(self) -> None:
        await self.doing(self.page.get_by_role("button", name="START").click())

    async def press(self, label: str) -> None:
        """The newest button with this label, tick boxes left aside."""
        if self.in_a_hurry:
            self.sandbox.telegram.press(self.user, self._written(label))
            await self._answered()
        else:
            await self.doing(self.key(label).click())

    async def doing(self, deed: Awaitable[object]) -> None:
        """Do something that reaches the bot, and wait until it is answered and shown."""
        moves = self.moves
        await deed
        async with asyncio.timeout(PATIENCE_S):
            while self.moves == moves:  # noqa: ASYNC110 - the page is another program
                await asyncio.sleep(0.01)
        await self.synced()

    @property
    def moves(self) -> int:
        """How much the person has done so far."""
        return sum("at" in step for step in self.sandbox.telegram.diary(self.user).steps)

    def _written(self, label: str) -> str:
        keys = [button.text for row in self.last.keyboard for button in row]
        return next((key for key in keys if key.lstrip("☐☑ ") == label), label)

    async def through_triage(self, pack: Pack, answers: Mapping[str, Sequence[str]]) -> None:
        """To the result, without the mouse, where the way there is not the point."""
        self.in_a_hurry = True
        await self.meet()
        await self.press("Start a check")
        await self.answer(pack, answers)
        self.in_a_hurry = False
        await self.synced()

    async def meet(self, place: str = "London, United Kingdom") -> None:
        """Through the first meeting."""
        await self.start()
        await self.press("Continue")
        await self.press(self.sandbox.clock.now().strftime("%H:%M"))
        for label in (place, "16 or older", "I agree"):
            await self.press(label)

    async def answer(self, pack: Pack, answers: Mapping[str, Sequence[str]]) -> None:
        """Every question that is asked, with these options, until no question is open."""
        while (question := self.question(pack)) is not None:
            for label in labels(pack, question, answers.get(question) or usual(pack, question)):
                await self.press(label)

    async def jump(self, name: str) -> None:
        """A button of the time machine."""
        await self.page.get_by_role("button", name=name).click()
        await expect(self.page.locator("[data-advance]").first).to_be_enabled(timeout=PATIENCE_S * 1000)
        await self.synced()

    async def synced(self) -> None:
        """Until the bot is done and the page shows the newest message."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self._is_synced():  # noqa: ASYNC110 - it waits for two programs at once
                await asyncio.sleep(0.02)

    async def _answered(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not await self._is_idle():  # noqa: ASYNC110 - the bot has no event for it
                await asyncio.sleep(0.005)

    async def _is_idle(self) -> bool:
        return not self.sandbox.telegram.waiting() and await self.sandbox.idle()

    async def _is_synced(self) -> bool:
        if not await self._is_idle():
            return False
        if not any(each.from_bot for each in self.sandbox.telegram.chat(self.user)):
            return False
        wanted = self.last
        shown = await self.page.evaluate(LAST)
        keys = [button.text for row in wanted.keyboard for button in row]
        return bool(shown and shown["words"] == wanted.text and shown["keys"] == keys)

    # --- seeing

    @property
    def last(self) -> SimMessage:
        """The bot's newest message."""
        return [each for each in self.sandbox.telegram.chat(self.user) if each.from_bot][-1]

    def question(self, pack: Pack) -> str | None:
        """The question that the newest card asks."""
        texts: Any = pack.words["en"]["questions"]
        lines = self.last.text.split("\n")
        return next((name for name in pack.questions if texts[name]["ask"] in lines), None)

    def key(self, label: str) -> Locator:
        boxed = [label, f"☐ {label}", f"☑ {label}"]
        return self.page.locator(", ".join(f'.key:text-is("{each}")' for each in boxed)).last

    async def reads(self, *words: str) -> None:
        """The newest message says all of this, on the screen."""
        await self.synced()
        for each in words:
            await expect(self.page.locator(".message:not(.mine)").last).to_contain_text(each)


def usual(pack: Pack, question: str) -> list[str]:
    """An answer to a question that the story does not mention: five, none, or the first."""
    asked = pack.questions[question]
    return ["5"] if asked.kind == "scale" else [*asked.alone, *asked.option_ids][:1]


def labels(pack: Pack, question: str, options: Sequence[str]) -> list[str]:
    """The buttons to press for these options; several are confirmed with Done."""
    words: Any = pack.words["en"]["questions"]
    asked = pack.questions[question]
    given = [words[question].get("options", {}).get(option, {}).get("label", option) for option in options]
    if asked.multiple and not set(options) <= set(asked.alone):
        return [*given, says.say("en", "button.done", count=len(given))]
    return given
