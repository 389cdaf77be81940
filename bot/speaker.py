"""One letter as one call to Telegram: worded, drawn, and sent, edited or answered."""

from __future__ import annotations

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode

from bot import attachments, calls, wiping
from bot.clock import Clock
from bot.pace import Pace
from bot.papers import Papers
from bot.photos import Photos
from handlers import draw_trial
from handlers.screens import Below, Operator, Screen, Stage, render, toast
from handlers.voice import Voice
from storage.database import Database
from storage.letters import Letter
from storage.packs import Packs

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Speaker:
    """Says letters, each in its turn. Raises TelegramError when a call fails."""

    def __init__(
        self, bot: Bot, database: Database, packs: Packs, clock: Clock, pace: Pace, operator: Operator
    ) -> None:
        self.bot, self.database, self.packs, self.clock, self.pace = bot, database, packs, clock, pace
        self.operator = operator
        self._photos, self._papers = Photos(bot), Papers(bot, database, packs, operator)

    def draw(self, letter: Letter) -> Screen | None:
        """What the message will show; None for an answer to a press, and for buttons that are taken off."""
        if letter.kind in {"answer", "strip", "wipe"}:
            return None
        values = {**letter.say["values"], "username": self.bot.username}
        stage = Stage(self._voice(letter), letter.episode_id, self.packs.known, self.operator)
        screen = render(stage, letter.say["kind"], values)
        return draw_trial.marked(stage, screen, letter.pack_id or 0) if letter.trial else screen

    async def say(self, letter: Letter, screen: Screen | None) -> int | None:
        """The message's number; None for an answer, which needs no turn."""
        if letter.kind == "answer":
            await calls.answer(self.bot, letter.callback_id or "", self._toast(letter))
            return None
        if letter.kind == "edit" and self.pace.lets_edits_pass():
            return await self._edit(letter, screen or Screen(""))
        await self.pace.turn(letter.lane)
        if letter.kind == "strip":
            await self.pace.gate()
            await self.bot.edit_message_reply_markup(letter.chat_id, letter.message_id, reply_markup=None)
            return letter.message_id
        if letter.kind == "wipe":
            await wiping.wipe(self.bot, letter, self.pace.gate)
            return None
        return await self.show(letter, screen or Screen(""))

    async def show(self, letter: Letter, screen: Screen) -> int:
        """The same for somebody whose turn it is."""
        await self.pace.gate()
        if letter.kind != "edit":
            self.pace.chats.sent(letter.chat)
        if letter.kind == "edit":
            return await self._edit(letter, screen)
        if (sent := await attachments.send(self.bot, self.database, letter, screen, keyboard(screen))) is not None:
            return sent
        if (paper := await self._papers.send(letter, screen, keyboard(screen), self._voice(letter))) is not None:
            return paper
        if (photo := await self._photos.send(letter, screen, keyboard(screen))) is not None:
            return photo
        message = await self.bot.send_message(
            letter.chat_id,
            screen.text,
            parse_mode=ParseMode.HTML,
            reply_markup=below(screen.below) if screen.below else keyboard(screen),
            link_preview_options=NO_PREVIEW,
        )
        return message.message_id

    async def _edit(self, letter: Letter, screen: Screen) -> int:
        await calls.edit(self.bot, letter.chat_id, letter.message_id or 0, screen)
        return letter.message_id or 0

    def _voice(self, letter: Letter) -> Voice:
        pack = self.packs.known(letter.pack_id) if letter.pack_id is not None else self.packs.live[1]
        ways = {"scale": letter.scale, "simple": letter.simple}
        return Voice(letter.language, pack, self.clock.now(), letter.zone, letter.country, **ways)

    def _toast(self, letter: Letter) -> str | None:
        return toast(self._voice(letter), letter.say["kind"], letter.say["values"]) if letter.say else None


def below(keys: Below) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
    """The keyboard below the input line, until one of its buttons is pressed; or that it is gone."""
    if not keys.share:
        return ReplyKeyboardRemove()
    rows = [[KeyboardButton(keys.share, request_location=True)], [KeyboardButton(keys.keep)]]
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True)


def keyboard(screen: Screen) -> InlineKeyboardMarkup | None:
    """The buttons under a message, as Telegram takes them."""
    if not screen.rows:
        return None
    rows = [
        [
            InlineKeyboardButton(key.label, url=key.url)
            if key.url
            else InlineKeyboardButton(key.label, callback_data=key.data, style=key.style)
            for key in row
        ]
        for row in screen.rows
        if row
    ]
    return InlineKeyboardMarkup(rows)
