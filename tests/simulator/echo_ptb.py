"""A whole bot of somebody else's: python-telegram-bot, nothing of ours. `python echo_ptb.py TOKEN ADDRESS`."""

from __future__ import annotations

import sys
from typing import Any

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.message is not None and update.message.text:
        await update.message.reply_text(update.message.text)


def build(token: str, address: str) -> Any:
    application = ApplicationBuilder().token(token).base_url(f"{address}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    return application


if __name__ == "__main__":
    build(sys.argv[1], sys.argv[2]).run_polling(timeout=2)
