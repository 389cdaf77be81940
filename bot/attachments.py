"""Files of our own as messages: a report as a document, a picture as a photo."""

from __future__ import annotations

from telegram import Bot, InlineKeyboardMarkup, InputFile
from telegram.constants import ParseMode

from handlers.screens import Screen
from storage import files
from storage.database import Database
from storage.outbox import Letter


async def send(
    bot: Bot, database: Database, letter: Letter, screen: Screen, keyboard: InlineKeyboardMarkup | None
) -> int | None:
    """The new message's number; None when the screen has no file.

    Raises TelegramError as any message does, and NoResultFound when the file is gone.
    """
    if screen.file is None:
        return None
    name, content = await database.run(files.read, screen.file)
    upload = InputFile(content, filename=name)
    if name.endswith(".png"):
        message = await bot.send_photo(
            letter.chat_id, upload, caption=screen.text, parse_mode=ParseMode.HTML, reply_markup=keyboard
        )
    else:
        message = await bot.send_document(
            letter.chat_id, upload, caption=screen.text, parse_mode=ParseMode.HTML, reply_markup=keyboard
        )
    return message.message_id
