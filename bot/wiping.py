"""Deleting our own messages of the last days from the chat of somebody who was erased, as far as Telegram allows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress

from telegram import Bot
from telegram.error import BadRequest

from bot.transport import Failure, failure
from storage.letters import Letter


async def wipe(bot: Bot, letter: Letter, gate: Callable[[], Awaitable[None]]) -> None:
    """All at once; one by one where Telegram refuses one of them. Safe to repeat.

    `gate` is waited for before each call. Raises TelegramError when it is to be tried again.
    """
    numbers: list[int] = letter.say["values"]["messages"]
    try:
        await gate()
        await bot.delete_messages(letter.chat_id, numbers)
    except BadRequest as error:
        if failure(error) is Failure.GONE:
            raise
        for number in numbers:
            await gate()
            with suppress(BadRequest):  # too old by now, or deleted by the person
                await bot.delete_message(letter.chat_id, number)
