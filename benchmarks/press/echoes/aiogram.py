"""aiogram's echo as it comes: a task for each update.

python -m benchmarks.press.echoes.aiogram ADDRESS TOKEN
"""

from __future__ import annotations

import asyncio
import sys

from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

KEYS = InlineKeyboardMarkup(
    inline_keyboard=[
        [InlineKeyboardButton(text=f"Answer {n}", callback_data=f"a:{n}") for n in (row, row + 1)] for row in (1, 3, 5)
    ]
)
dispatcher = Dispatcher()


@dispatcher.callback_query(F.data.startswith("a:"))
async def on_press(query: CallbackQuery) -> None:
    """Answer, then edit."""
    await query.answer()
    if isinstance(query.message, Message):
        await query.message.edit_text(f"You pressed {query.data} ({query.id})", reply_markup=KEYS)


async def main(address: str, token: str) -> None:
    """Poll until a signal comes."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    await dispatcher.start_polling(Bot(token, session=session), allowed_updates=["callback_query"])


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
