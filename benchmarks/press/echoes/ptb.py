"""python-telegram-bot's echo as it comes, with its own HTTP client.

python -m benchmarks.press.echoes.ptb ADDRESS TOKEN [AT_ONCE]
"""

from __future__ import annotations

import sys
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes

KEYS = InlineKeyboardMarkup(
    [[InlineKeyboardButton(f"Answer {n}", callback_data=f"a:{n}") for n in (row, row + 1)] for row in (1, 3, 5)]
)


async def on_press(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer, then edit."""
    query = update.callback_query
    if query is not None:
        await query.answer()
        await query.edit_message_text(f"You pressed {query.data} ({query.id})", reply_markup=KEYS)


def main(address: str, token: str, at_once: str = "") -> None:
    """Poll until a signal comes."""
    builder: Any = Application.builder().token(token).base_url(f"{address}/bot")
    application = (builder.concurrent_updates(int(at_once)) if at_once else builder).build()
    application.add_handler(CallbackQueryHandler(on_press, pattern="^a:"))
    application.run_polling(allowed_updates=["callback_query"])


if __name__ == "__main__":
    main(*sys.argv[1:])
