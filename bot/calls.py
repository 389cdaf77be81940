"""The three calls that every press makes, straight through the bot's request objects.

PTB would make an object of every button, and of every button once more from the answer, which nobody reads: half of
what the event loop did for a press (docs/performance.md). Errors are those of every other call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from telegram import Bot
from telegram.constants import ParseMode
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from handlers.screens import Key, Screen


async def answer(bot: Bot, callback_id: str, text: str | None) -> None:
    """A press is answered, with a toast or without. Raises TelegramError."""
    await _call(bot, "answerCallbackQuery", callback_query_id=callback_id, **({"text": text} if text else {}))


async def edit(bot: Bot, chat_id: int, message_id: int, screen: Screen) -> None:
    """A message shows this screen, and no buttons if it has none. Raises TelegramError."""
    rows = [[_button(key) for key in row] for row in screen.rows if row]
    await _call(
        bot,
        "editMessageText",
        chat_id=chat_id,
        message_id=message_id,
        text=screen.text,
        parse_mode=ParseMode.HTML.value,
        link_preview_options={"is_disabled": True},
        **({"reply_markup": {"inline_keyboard": rows}} if screen.rows else {}),
    )


def _button(key: Key) -> dict[str, str]:
    if key.url:
        return {"text": key.label, "url": key.url}
    styled = {"style": key.style} if key.style else {}
    return {"text": key.label, "callback_data": key.data, **styled}


async def updates(
    bot: Bot, request: BaseRequest, offset: int | None, timeout_s: int, kinds: Sequence[str]
) -> Sequence[dict[str, Any]]:
    """What Telegram offers from this number on, as it came; it may wait so long until there is something.

    Raises TelegramError.
    """
    given = {"timeout": timeout_s, "allowed_updates": kinds, **({} if offset is None else {"offset": offset})}
    patience_s = (request.read_timeout or 0) + timeout_s
    offered = await request.post(f"{bot.base_url}/getUpdates", _data(given), read_timeout=patience_s)
    return offered if isinstance(offered, list) else ()


async def _call(bot: Bot, method: str, **given: Any) -> None:  # noqa: ANN401 - what the method takes
    await bot.request.post(f"{bot.base_url}/{method}", _data(given))


def _data(given: Mapping[str, Any]) -> RequestData:
    return RequestData([RequestParameter(name, value, None) for name, value in given.items()])
