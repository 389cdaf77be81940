"""What the page looks like, for whom, and its tools: dark, phone, right-to-left, files, groups, trouble, authors."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.browser.looking import look
from tests.browser.test_chat import NEUROMA, PACK
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PHONE = {"width": 390, "height": 800}


async def test_dark_mode_with_a_look_inside(visitor: Visitor) -> None:
    await visitor.page.emulate_media(color_scheme="dark")
    await visitor.through_triage(PACK, NEUROMA)
    await visitor.page.locator("#inside > summary").click()
    await expect(visitor.page.locator("#sections")).to_contain_text("Rules that fired")
    await expect(visitor.page.locator("#calls li").first).to_be_visible()
    await look(visitor, "dark")


async def test_phone_width_with_the_tools_as_a_sheet(visitor: Visitor) -> None:
    await visitor.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await visitor.page.reload()
    await visitor.through_triage(PACK, NEUROMA)
    assert await visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await look(visitor, "phone")
    await visitor.page.get_by_role("button", name="Time machine and tools").click()
    await expect(visitor.page.locator("#planned")).to_be_visible()
    await look(visitor, "phone-tools")


async def test_a_picture_of_the_bot_is_shown_in_the_dark_on_a_phone(visitor: Visitor) -> None:
    await visitor.page.emulate_media(color_scheme="dark")
    await visitor.page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await visitor.page.reload()
    await visitor.through_triage(PACK, NEUROMA)
    await visitor.press("Show where the pad goes")
    picture = visitor.page.locator(".message:not(.mine)").last.locator("img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("each => each.complete && each.naturalHeight") == 1280
    await look(visitor, "picture")


async def test_right_to_left_text_in_a_mirrored_chat(visitor: Visitor) -> None:
    telegram = visitor.sandbox.telegram
    telegram.add_person(1050, "نور", "ar", zone="Asia/Dubai")
    visitor.user = 1050
    await visitor.open("?user=1050")
    await visitor.start()
    telegram.send_text(1050, "أشعر بوخز في قدمي بعد الجري (5 km)")
    await visitor.synced()
    keys = {"inline_keyboard": [[{"text": "نعم", "callback_data": "a"}, {"text": "لا", "callback_data": "b"}]]}
    text = "هل تشعر بخدر في أصابع القدم؟\nAnswer with a button."
    assert telegram.call("sendMessage", {"chat_id": 1050, "text": text, "reply_markup": keys})["ok"]
    await expect(visitor.page.locator("#chat")).to_have_attribute("dir", "rtl")
    await visitor.reads("هل تشعر")
    await look(visitor, "right-to-left")


async def test_photos_and_documents_open(visitor: Visitor) -> None:
    telegram, page = visitor.sandbox.telegram, visitor.page
    await visitor.start()
    telegram.send_file(1001, "foot.png", base64.b64decode(DOT))
    telegram.send_file(1001, "pack.yaml", b"id: my-pack\n", caption="please publish")
    await page.locator(".picture").click()
    await expect(page.locator("#photo-image")).to_be_visible()
    await page.keyboard.press("Escape")
    async with page.context.expect_page() as opened:
        await page.locator(".document").click()
    await expect((await opened.value).locator("body")).to_contain_text("id: my-pack")
    await page.locator("#attach").click()
    await look(visitor, "files")


async def test_a_reminder_in_another_chat_is_a_quiet_notice_and_a_badge(visitor: Visitor) -> None:
    await visitor.through_triage(PACK, NEUROMA)
    await visitor.page.locator("#person").select_option("1002")
    await expect(visitor.page.get_by_role("button", name="START")).to_be_visible()
    await visitor.page.get_by_role("button", name="+1 day").click()
    await expect(visitor.page.locator(".notice")).to_contain_text("wrote to Robin")
    await expect(visitor.page.locator("#badge")).to_have_text("1")
    await look(visitor, "notice")
    await visitor.page.get_by_role("button", name="Read as Robin").click()
    await visitor.reads("Checking back (Day 1)")
    await expect(visitor.page.locator("#badge")).to_be_hidden()


async def test_a_group_gets_the_refusal_and_its_link_leads_to_the_private_chat(visitor: Visitor) -> None:
    page = visitor.page
    await page.locator("#people > summary").click()
    await page.get_by_role("button", name="Take the bot into a group").click()
    await expect(page.locator(".message:not(.mine)")).to_have_count(1)
    await look(visitor, "group")
    link = page.locator(".message a").first
    if await link.count():
        await link.click()
        await visitor.reads("Stride Check")


async def test_a_start_link_sends_its_payload(visitor: Visitor) -> None:
    await visitor.open("?user=1002&start=check")
    visitor.user = 1002
    await visitor.start()
    assert visitor.sandbox.telegram.chat(1002)[0].text == "/start check"


async def test_killed_and_cut_off_the_bot_still_says_everything_once(visitor: Visitor) -> None:
    page, telegram = visitor.page, visitor.sandbox.telegram
    await visitor.start()
    await page.locator("#inside > summary").click()
    await page.get_by_role("button", name="Telegram is down").click()
    await expect(page.get_by_role("button", name="Telegram is down")).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Kill the bot now").click()
    await expect(page.locator("#bot-status")).to_have_text("bot, dead")
    await visitor.key("Continue").click()
    await look(visitor, "trouble")
    await page.get_by_role("button", name="Telegram is down").click()
    await expect(page.locator("#bot-status")).to_have_text("bot")
    await visitor.reads("What time is it for you now?")
    assert len([each for each in telegram.chat(1001) if each.from_bot]) == 1


async def test_an_author_sees_what_changed_and_what_is_wrong(visitor: Visitor) -> None:
    words = Path(visitor.sandbox.author.folder) / "en.yaml"
    good = words.read_text("utf-8")
    words.write_text(good.replace("What do you feel?", "What is it that you feel?"), "utf-8")
    news = visitor.page.locator("#news")
    await expect(news).to_contain_text("“What do you feel?” → “What is it that you feel?”")
    words.write_text(good.replace("questions:", "qestions:", 1), "utf-8")
    await expect(news).to_contain_text("en.yaml:")
    await look(visitor, "author")
    await visitor.through_triage(PACK, NEUROMA)  # as far as the questions are worded as before
    await visitor.reads("What is it that you feel?")
    words.write_text(good, "utf-8")
    await expect(news).to_contain_text("→ “What do you feel?”")
