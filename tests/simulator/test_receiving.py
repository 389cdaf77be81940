"""How updates wait, are confirmed, repeat and expire; and how taps are answered."""

from __future__ import annotations

import asyncio

import httpx
import pytest
import telegram as ptb
from telegram import ext
from telegram.error import BadRequest, Conflict, NetworkError, RetryAfter, TimedOut

from simulator import kinds
from simulator.inprocess import InProcessRequest
from simulator.telegram import Telegram
from tests.simulator.conftest import KIM, HandClock


async def test_an_update_is_given_again_until_a_higher_offset_confirms_it(bot: ptb.Bot, telegram: Telegram) -> None:
    first, second = telegram.send_text(KIM, "one"), telegram.send_text(KIM, "two")
    assert [update.update_id for update in await bot.get_updates()] == [first, second]
    assert [update.update_id for update in await bot.get_updates(offset=first)] == [first, second]
    assert [update.update_id for update in await bot.get_updates(offset=second)] == [second]
    assert [update.update_id for update in await bot.get_updates(limit=1)] == [second]
    assert second is not None
    assert await bot.get_updates(offset=second + 1) == ()
    assert not telegram.waiting()


async def test_a_negative_offset_forgets_all_but_the_newest(bot: ptb.Bot, telegram: Telegram) -> None:
    ids = [telegram.send_text(KIM, text) for text in ("one", "two", "three")]
    assert [update.update_id for update in await bot.get_updates(offset=-1)] == ids[-1:]
    assert [update.update_id for update in await bot.get_updates()] == ids[-1:]


async def test_a_tap_expires_after_150_seconds_and_a_message_after_a_day(
    bot: ptb.Bot, telegram: Telegram, clock: HandClock
) -> None:
    sent = await bot.send_message(KIM, "?")
    text = telegram.send_text(KIM, "one")
    telegram.tap(KIM, sent.message_id, "a")
    clock.move(149)
    assert len(await bot.get_updates()) == 2
    clock.move(1)
    assert [update.update_id for update in await bot.get_updates()] == [text]
    clock.move(86_400)
    assert await bot.get_updates() == ()


async def test_a_confirmed_update_can_be_delivered_twice(bot: ptb.Bot, telegram: Telegram) -> None:
    update_id = telegram.send_text(KIM, "one")
    assert update_id is not None
    await bot.get_updates(offset=update_id + 1)
    telegram.redeliver(update_id)
    assert telegram.waiting()
    assert [update.update_id for update in await bot.get_updates(offset=update_id + 1)] == [update_id]
    assert await bot.get_updates(offset=update_id + 1) == ()


async def test_kinds_the_bot_did_not_ask_for_never_reach_it(bot: ptb.Bot, telegram: Telegram) -> None:
    await bot.get_updates(allowed_updates=["message"])
    assert telegram.tap(KIM, 1, "a") is None
    assert telegram.send_text(KIM, "one") is not None


async def test_every_kind_of_message_is_understood_by_ptb(bot: ptb.Bot, telegram: Telegram) -> None:
    for kind in (*kinds.KINDS, "edited_message"):
        telegram.send_kind(KIM, kind)
    updates = await bot.get_updates()
    assert len(updates) == len(kinds.KINDS) + 1
    for kind, update in zip(kinds.KINDS, updates, strict=False):
        assert getattr(update.message, kind), kind
    assert updates[-1].edited_message is not None


async def test_a_block_a_group_and_its_commands_arrive(bot: ptb.Bot, telegram: Telegram) -> None:
    telegram.block(KIM)
    telegram.add_group(-5, "Runners", [KIM])
    assert telegram.send_group_text(-5, KIM, "good morning") is None
    telegram.send_group_text(-5, KIM, "/start@StrideCheckBot")
    blocked, added, command = await bot.get_updates()
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert added.my_chat_member is not None
    assert added.my_chat_member.chat.title == "Runners"
    assert command.effective_chat is not None
    assert command.effective_chat.type == "group"


async def test_a_blocked_persons_tap_goes_nowhere_and_their_text_unblocks(bot: ptb.Bot, telegram: Telegram) -> None:
    telegram.block(KIM)
    assert telegram.tap(KIM, 1, "a") is None
    telegram.send_text(KIM, "hello")
    kinds_seen = [next(iter(update.to_dict().keys() - {"update_id"})) for update in await bot.get_updates()]
    assert kinds_seen == ["my_chat_member", "my_chat_member", "message"]


async def _tap(bot: ptb.Bot, telegram: Telegram, data: str = "a") -> ptb.CallbackQuery:
    sent = await bot.send_message(KIM, "?")
    telegram.tap(KIM, sent.message_id, data)
    query = (await bot.get_updates(offset=-1))[-1].callback_query
    assert query is not None
    return query


async def test_a_tap_carries_its_message_and_any_data(bot: ptb.Bot, telegram: Telegram) -> None:
    query = await _tap(bot, telegram, "forged \N{SNOWMAN}")
    assert query.data == "forged \N{SNOWMAN}"
    assert isinstance(query.message, ptb.Message)
    telegram.tap(KIM, 999, "a")
    gone = telegram.call("getUpdates", {"offset": -1})["result"][0]["callback_query"]
    assert (gone["message"]["message_id"], gone["message"]["date"]) == (999, 0)


async def test_a_second_answer_to_a_tap_is_refused_in_telegrams_words(bot: ptb.Bot, telegram: Telegram) -> None:
    query = await _tap(bot, telegram)
    assert telegram.unanswered() == [query.id]
    await query.answer("done", show_alert=True)
    with pytest.raises(BadRequest):
        await query.answer()
    words = "query is too old and response timeout expired or query ID is invalid"
    assert telegram.refused()[-1].description == f"Bad Request: {words}"
    assert [(answer.text, answer.show_alert) for answer in telegram.answers] == [("done", True)]
    assert telegram.unanswered() == []


async def test_a_late_or_long_answer_is_refused(bot: ptb.Bot, telegram: Telegram, clock: HandClock) -> None:
    query = await _tap(bot, telegram)
    with pytest.raises(BadRequest, match="Message_too_long"):
        await query.answer("x" * 201)
    clock.move(151)
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()


async def test_a_long_poll_ends_when_something_happens(bot: ptb.Bot, telegram: Telegram) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=10))
    await asyncio.sleep(0.02)
    update_id = telegram.send_text(KIM, "one")
    assert [update.update_id for update in await waiting] == [update_id]


async def test_a_second_poller_ends_the_wait_of_the_first(bot: ptb.Bot, telegram: Telegram) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=10))
    await asyncio.sleep(0.02)
    second = asyncio.create_task(bot.get_updates(timeout=10))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first
    telegram.send_text(KIM, "one")
    assert len(await second) == 1


async def test_a_cancelled_poll_confirms_nothing(bot: ptb.Bot, telegram: Telegram) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=10))
    await asyncio.sleep(0.02)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    telegram.send_text(KIM, "one")
    assert len(await bot.get_updates(timeout=1)) == 1


async def test_polling_while_a_webhook_is_set_is_a_conflict(bot: ptb.Bot) -> None:
    await bot.set_webhook("https://example.org/hook", secret_token="s")
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "https://example.org/hook"
    with pytest.raises(BadRequest, match="https url must be provided for webhook"):
        await bot.set_webhook("http://example.org/hook")
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_planned_errors_strike_as_often_as_planned(bot: ptb.Bot, telegram: Telegram) -> None:
    telegram.add_person(8, "Ada")
    telegram.send_text(8, "/start")
    telegram.fault(method="sendMessage", chat_id=KIM, times=2, retry_after=3)
    await bot.send_message(8, "not meant")
    for _ in range(2):
        with pytest.raises(RetryAfter):
            await bot.send_message(KIM, "meant")
    await bot.send_message(KIM, "over")
    assert [call.description for call in telegram.refused()] == ["Too Many Requests: retry after 3"] * 2


@pytest.mark.parametrize(
    ("after_work", "cause", "arrived"), [(True, httpx.ReadError, 1), (False, httpx.ConnectError, 0)]
)
async def test_a_cut_connection_says_whether_the_work_may_be_done(
    telegram: Telegram, bot: ptb.Bot, after_work: bool, cause: type[Exception], arrived: int
) -> None:
    telegram.fault(method="sendMessage", cut=True, after_work=after_work)
    with pytest.raises(NetworkError) as broken:
        await bot.send_message(KIM, "one")
    assert isinstance(broken.value.__cause__, cause)
    assert len([message for message in telegram.chat(KIM) if message.from_bot]) == arrived
    assert telegram.journal[-1].injected


async def test_silence_is_a_timeout(telegram: Telegram, bot: ptb.Bot) -> None:
    telegram.fault(hang_s=60, after_work=True)
    with pytest.raises(TimedOut) as silent:
        await bot.send_message(KIM, "one")
    assert isinstance(silent.value.__cause__, httpx.ReadTimeout)
    assert telegram.chat(KIM)[-1].text == "one"


async def test_a_real_application_polls_through_the_door(telegram: Telegram) -> None:
    seen = asyncio.Event()

    async def reply(update: ptb.Update, _: object) -> None:
        assert update.effective_message is not None
        await update.effective_message.reply_text("hello")
        seen.set()

    door = InProcessRequest(telegram)
    application = ext.Application.builder().token(telegram.token).request(door).get_updates_request(door).build()
    application.add_handler(ext.CommandHandler("start", reply))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(timeout=5)
        telegram.send_text(KIM, "/start")
        await asyncio.wait_for(seen.wait(), 5)
        await application.updater.stop()
        await application.stop()
    assert telegram.chat(KIM)[-1].transcript() == "bot: hello"
