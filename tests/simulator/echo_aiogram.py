"""A whole bot in another library: aiogram, nothing of ours. `python echo_aiogram.py TOKEN ADDRESS`."""

from __future__ import annotations

import asyncio
import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    await message.answer(message.text or "?")


async def main(token: str, address: str) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(address))
    await dispatcher.start_polling(Bot(token, session=session), polling_timeout=2)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
