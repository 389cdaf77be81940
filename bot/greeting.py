"""Telegram learns that we are there: the first call, the command menu and the description."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application

from bot import logs
from bot.intake import FIRST_PAUSE_S, LONGEST_PAUSE_S
from content import words

log = logs.get("greeting")

COMMANDS = (
    *("check", "run", "diary", "summary", "history", "followups", "pause", "stop", "cancel", "help", "privacy"),
    *("emergency", "language", "settings", "export", "delete", "start"),
)


async def greet(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Returns when Telegram has answered. Raises InvalidToken when it does not know the token."""
    pause_s = FIRST_PAUSE_S
    while True:
        try:
            return await application.initialize()
        except InvalidToken:
            raise
        except TelegramError as error:
            log.warning("Telegram does not answer", error=logs.place(error), wait_s=pause_s)
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, LONGEST_PAUSE_S)


async def introduce(bot: Bot, admins: Collection[int]) -> None:
    """The command menu and the description, per language. Nice to have: a failure is only logged."""
    try:
        for language in words.languages():
            code = None if language == words.FIRST else language
            commands = [BotCommand(name, words.say(language, f"command.{name}")) for name in COMMANDS]
            await bot.set_my_commands(commands, language_code=code)
            await bot.set_my_description(words.say(language, "bot.description"), language_code=code)
            await bot.set_my_short_description(words.say(language, "bot.short"), language_code=code)
        await _introduce_to(bot, admins)
    except TelegramError as error:
        log.warning("the command menu could not be set", error=type(error).__name__)


async def _introduce_to(bot: Bot, admins: Collection[int]) -> None:
    """Admins' menu has one more command. It protects nothing: handlers/admin/door.py does."""
    for admin in sorted(admins):
        commands = [BotCommand(name, words.say(words.FIRST, f"command.{name}")) for name in (*COMMANDS, "admin")]
        try:
            await bot.set_my_commands(commands, scope=BotCommandScopeChat(admin))
        except TelegramError as error:  # an admin who never wrote to the bot has no chat with it yet
            log.info("an admin's menu could not be set", error=type(error).__name__)
