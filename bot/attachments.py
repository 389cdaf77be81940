"""Files as messages: a report of our own, or what an admin has sent, as a document or as a photo."""

from __future__ import annotations

from telegram import Bot, InlineKeyboardMarkup, InputFile
from telegram.constants import ParseMode

from handlers.screens import Screen
from storage import files
from storage.database import Database
from storage.letters import Letter


async def send(
    bot: Bot, database: Database, letter: Letter, screen: Screen, keyboard: InlineKeyboardMarkup | None
) -> int | None:
    """The new message's number; None when the screen has no file.

    Raises TelegramError as any message does, and NoResultFound when the file is gone.
    """
    if screen.attached is not None:
        file: str | InputFile = screen.attached.file_id
        is_photo = screen.attached.kind == "photo"
    elif screen.file is not None:
        name, content = await database.run(files.read, screen.file)
        file, is_photo = InputFile(content, filename=name), name.endswith(".png")
    else:
        return None
    show = bot.send_photo if is_photo else bot.send_document
    message = await show(letter.chat_id, file, caption=screen.text, parse_mode=ParseMode.HTML, reply_markup=keyboard)
    return message.message_id
