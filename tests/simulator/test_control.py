"""The control API: what scripts in any language can do, and who is kept out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import telegram as ptb
from telegram.error import NetworkError, TelegramError

from simulator import scripts
from simulator.host import Host
from simulator.http import build_app
from simulator.telegram import Telegram
from tests.simulator.conftest import KIM, HandClock
from tests.simulator.serving import served

BUTTONS = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}


@pytest.fixture
async def client(telegram: Telegram) -> AsyncIterator[httpx.AsyncClient]:
    async with served(build_app(telegram)) as address, httpx.AsyncClient(base_url=address) as one:
        yield one


async def test_other_sites_and_other_names_of_this_machine_are_refused(client: httpx.AsyncClient) -> None:
    block = {"user": KIM}
    foreign = await client.post("/sim/block", json=block, headers={"origin": "https://example.org"})
    rebound = await client.get("/sim/state", headers={"host": "example.org"})
    embedded = await client.get("/sim/state", headers={"sec-fetch-site": "cross-site"})
    own = await client.post("/sim/block", json=block, headers={"origin": str(client.base_url).rstrip("/")})
    assert [each.status_code for each in (foreign, rebound, embedded, own)] == [403, 403, 403, 200]


async def test_a_file_reaches_the_bot_byte_for_byte_and_opens_in_the_page(
    client: httpx.AsyncClient, bot: ptb.Bot, telegram: Telegram
) -> None:
    await client.post("/sim/file", json={"user": KIM, "name": "a.yaml", "base64": "aWQ6IDE=", "caption": "new"})
    document = (await bot.get_updates())[0].message
    assert document is not None
    assert document.document is not None
    assert (document.document.file_name, document.caption) == ("a.yaml", "new")
    assert bytes(await (await document.document.get_file()).download_as_bytearray()) == b"id: 1"
    shown = (await client.get("/sim/state", params={"user": KIM})).json()["messages"][-1]["file"]
    opened = await client.get(shown["href"])
    assert (opened.content, opened.headers["content-type"]) == (b"id: 1", "text/plain; charset=utf-8")


async def test_a_bots_document_opens_in_the_page_but_a_web_page_never_runs(
    client: httpx.AsyncClient, bot: ptb.Bot
) -> None:
    await bot.send_document(KIM, b"<script>alert(1)</script>", filename="page.html")
    shown = (await client.get("/sim/state", params={"user": KIM})).json()["messages"][-1]["file"]
    assert (await client.get(shown["href"])).headers["content-type"] == "text/plain; charset=utf-8"


async def test_a_snapshot_brings_chats_and_waiting_updates_back(client: httpx.AsyncClient, telegram: Telegram) -> None:
    telegram.send_text(KIM, "one")
    kept = (await client.post("/sim/snapshot", json={})).json()["id"]
    telegram.send_text(KIM, "two")
    telegram.block(KIM)
    for _ in range(2):
        await client.post("/sim/restore", json={"id": kept})
        assert [each.text for each in telegram.chat(KIM)][-1] == "one"
        assert [each["message"]["text"] for each in telegram.call("getUpdates", {})["result"]] == ["one"]
        assert not telegram.people()[0].blocked
        telegram.send_text(KIM, "three")


async def test_settle_waits_for_the_bot_and_says_so_when_it_never_comes(telegram: Telegram) -> None:
    left = [3]

    async def idle() -> bool:
        left[0] -= 1
        return left[0] < 0

    app = build_app(telegram, host=Host(idle=idle))
    async with served(app) as address, httpx.AsyncClient(base_url=address) as client:
        calm = await client.post("/sim/settle", json={})
        telegram.send_text(KIM, "hi")
        busy = await client.post("/sim/settle", json={"timeout_s": 0.2})
    assert (calm.json(), busy.json()) == ({"idle": True}, {"idle": False})


async def test_a_mistake_is_answered_in_a_sentence(client: httpx.AsyncClient) -> None:
    answers = [
        await client.post("/sim/press", json={"user": KIM, "label": "Nope"}),
        await client.post("/sim/fault", json={"metod": "sendMessage"}),
        await client.post("/sim/fault", json={"twist": "upside-down"}),
        await client.post("/sim/kind", json={"user": KIM, "kind": "smell"}),
        await client.post("/sim/clock", json={"advance_s": 1}),
        await client.post("/sim/kill", json={}),
        await client.get("/sim/conversation", params={"user": 99}),
    ]
    assert {each.status_code for each in answers} == {400}
    assert "metod" in answers[1].json()["error"]
    assert "unknown kind of message 'smell'" in answers[3].json()["error"]


async def test_faults_strike_the_nth_call_by_chance_or_until_cleared(bot: ptb.Bot, telegram: Telegram) -> None:
    telegram.fault(method="getMe", nth=3)
    assert [await _works(bot) for _ in range(4)] == [True, True, False, True]
    telegram.fault(name="dice", method="getMe", probability=0.5, times=None)
    lucky = [await _works(bot) for _ in range(40)].count(True)
    assert 8 < lucky < 32
    telegram.clear_faults("dice")
    assert all([await _works(bot) for _ in range(10)])


async def _works(bot: ptb.Bot) -> bool:
    try:
        await bot.get_me()
    except TelegramError:
        return False
    return True


@pytest.mark.parametrize("after_work", [True, False])
async def test_nonsense_instead_of_json_is_a_network_error(bot: ptb.Bot, telegram: Telegram, after_work: bool) -> None:
    before = len(telegram.chat(KIM))
    telegram.fault(malformed=True, after_work=after_work)
    with pytest.raises((NetworkError, TelegramError)):
        await bot.send_message(KIM, "hi")
    assert (len(telegram.chat(KIM)) > before) is after_work


async def test_updates_come_twice_or_in_the_wrong_order(bot: ptb.Bot, telegram: Telegram) -> None:
    first, second = telegram.send_text(KIM, "one"), telegram.send_text(KIM, "two")
    telegram.fault(twist="reorder")
    assert [each.update_id for each in await bot.get_updates()] == [second, first]
    telegram.fault(twist="duplicate")
    assert [each.update_id for each in await bot.get_updates()] == [first, first, second, second]


async def test_a_slow_telegram_is_slow_before_or_after_the_work(bot: ptb.Bot, telegram: Telegram) -> None:
    telegram.fault(method="sendMessage", delay_after_s=0.3)
    sending = asyncio.create_task(bot.send_message(KIM, "slow"))
    await asyncio.sleep(0.1)
    assert telegram.chat(KIM)[-1].text == "slow"
    assert not sending.done()
    assert (await sending).text == "slow"


async def test_the_diary_of_a_chat_becomes_a_scenario_and_a_transcript(
    bot: ptb.Bot, telegram: Telegram, clock: HandClock
) -> None:
    clock.move(5)
    sent = await bot.send_message(
        KIM, "*Ready?*\nYes or no", reply_markup=ptb.InlineKeyboardMarkup.de_json(BUTTONS, bot)
    )
    telegram.press(KIM, "A")
    telegram.tap(KIM, sent.message_id, "forged")
    await bot.edit_message_text("Done", KIM, sent.message_id)
    saved = scripts.read(scripts.scenario(telegram, KIM, {"pack": "x", "version": "1"}))
    assert saved["pack"] == "x"
    assert saved["steps"] == [
        {"at": 0, "says": "/start"},
        {"bot": "*Ready?*\nYes or no", "keys": [["A"]]},
        {"at": 5, "presses": "A"},
        {"at": 5, "taps": "forged", "of": 1},
        {"edits": 1, "bot": "Done"},
    ]
    read = scripts.transcript(telegram, KIM, {})
    assert "presses **[A]**" in read
    assert "\\*Ready?\\*" in read
