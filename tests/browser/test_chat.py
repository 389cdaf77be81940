"""Whole conversations in the page: by mouse, by keyboard, through time, into danger, blocked, and cut off."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from playwright.async_api import expect
from ruamel.yaml import YAML

from content.load import load_pack
from content.shipped import FIRST_PACK
from simulator import scripts
from tests.browser.looking import look
from tests.browser.visitor import Visitor, labels, usual
from tests.scenarios.replay import by_turns, replay

Answers = Mapping[str, Sequence[str]]

pytestmark = pytest.mark.asyncio(loop_scope="module")

PACK = load_pack(FIRST_PACK)
VIGNETTES = YAML(typ="safe", pure=True).load((FIRST_PACK / "vignettes.yaml").read_text("utf-8"))["vignettes"]
NEUROMA: Answers = next(each["answers"] for each in VIGNETTES if each["must_name"] == "neuroma")
EMERGENCY: Answers = next(each["answers"] for each in VIGNETTES if each["levels"] == ["L1"])


async def test_a_whole_triage_by_mouse(visitor: Visitor) -> None:
    await visitor.meet()
    await visitor.press("Start a check")
    await visitor.answer(PACK, NEUROMA)
    await visitor.reads("neuroma")
    await expect(visitor.page.locator("#planned li").first).to_be_visible()
    await look(visitor, "result")


async def test_a_whole_triage_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.page
    await page.keyboard.press("Tab")
    for _ in range(20):
        if await page.evaluate("document.activeElement.id") == "start":
            break
        await page.keyboard.press("Tab")
    await visitor.doing(page.keyboard.press("Enter"))
    steps = ["Continue", "09:00", "London, United Kingdom", "16 or older", "I agree", "Start a check"]
    for label in steps:
        await _press_by_keyboard(visitor, label)
    while (question := visitor.question(PACK)) is not None:
        for label in labels(PACK, question, NEUROMA.get(question) or usual(PACK, question)):
            await _press_by_keyboard(visitor, label)
    await visitor.reads("neuroma")


async def _press_by_keyboard(visitor: Visitor, label: str) -> None:
    """Tab or walk with the arrows to the button, and press Enter; the focus must be where one can see it."""
    page = visitor.page
    focused = "(document.activeElement.closest('.message:last-child') && document.activeElement.textContent)"
    names = {label, f"☐ {label}", f"☑ {label}"}
    for key in [*["ArrowUp"] * 24, *["ArrowDown"] * 48, *["Tab"] * 150]:
        if await page.evaluate(focused) in names:
            await visitor.doing(page.keyboard.press("Enter"))
            return
        await page.keyboard.press(key)
    raise AssertionError(f"the keyboard never reaches {label!r}")


async def test_icing_rounds_through_the_time_machine_and_the_conversation_saved_as_a_test(
    visitor: Visitor, tmp_path: Path, sqlite_template: Path
) -> None:
    await visitor.through_triage(PACK, NEUROMA)
    for label in ("Ice: is it safe for me?", "None of these", "Hourly: 5 x 10 minutes"):
        await visitor.press(label)
    for number in range(1, 6):
        await visitor.reads(f"Round {number} of 5")
        await visitor.press("All normal: start 10 minutes")
        await look(visitor, "icing") if number == 2 else None
        await visitor.jump("To the next reminder")
        await visitor.press("The ice is off")
        await visitor.jump("To the next reminder")
    assert visitor.sandbox.clock.now().strftime("%H:%M") >= "13:10"
    text = await (await visitor.page.request.get(f"{visitor.address}/sim/conversation?user=1001&as=yaml")).text()
    again = tmp_path / "again.db"
    shutil.copy(sqlite_template, again)
    saved = scripts.read(text)
    assert by_turns((await replay(saved, f"sqlite:///{again}"))["steps"]) == by_turns(saved["steps"])


async def test_a_worse_day_is_escalated_to_a_doctor(visitor: Visitor) -> None:
    await visitor.through_triage(PACK, NEUROMA)
    await visitor.jump("+1 day")
    await visitor.reads("Checking back (Day 1)")
    await visitor.answer(PACK, {"new_danger": ["no"], "status": ["worse"], "score": ["10"], "changed": ["weak_numb"]})
    await visitor.reads("doctor")
    await look(visitor, "escalation")


async def test_an_emergency_is_one_short_red_card(visitor: Visitor) -> None:
    await visitor.through_triage(PACK, EMERGENCY)
    await visitor.reads("112")
    await look(visitor, "emergency")


async def test_a_blocked_person_hears_nothing_until_they_come_back(visitor: Visitor) -> None:
    await visitor.through_triage(PACK, NEUROMA)
    await visitor.page.locator("#people > summary").click()
    await visitor.page.get_by_role("button", name="Block the bot", exact=True).click()
    restart = visitor.page.get_by_role("button", name="RESTART BOT")
    await expect(restart).to_be_visible()
    await look(visitor, "blocked")
    before = visitor.last
    await visitor.jump("+1 day")
    assert visitor.last == before
    assert [each.error_code for each in visitor.sandbox.telegram.refused()] == []
    await visitor.doing(restart.click())
    assert visitor.last != before


async def test_a_dropped_connection_and_a_reload_show_the_same_chat(visitor: Visitor) -> None:
    page, telegram = visitor.page, visitor.sandbox.telegram
    await visitor.start()
    await page.context.set_offline(True)
    telegram.press(visitor.user, "Continue")
    await expect(page.locator("#bot-status")).to_have_text("connecting …")
    await look(visitor, "dropped")
    await page.context.set_offline(False)
    await expect(page.locator("#bot-status")).to_have_text("bot")
    await visitor.reads("What time is it for you now?")
    shown = await page.locator("#log").inner_text()
    await page.reload()
    await expect(page.locator("#log")).to_have_text(shown, use_inner_text=True)
    second = await page.context.new_page()
    await second.goto(f"{visitor.address}/?user={visitor.user}")
    await expect(second.locator("#log")).to_have_text(shown, use_inner_text=True)
