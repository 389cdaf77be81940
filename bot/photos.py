"""Pictures as photos: drawn when first wanted, uploaded once, sent again by the id that Telegram gave.

An id is remembered by the picture's own content, in this process only: another drawing, another language or another
start uploads anew, which costs half a second and never shows an old picture.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from telegram import Bot, InlineKeyboardMarkup, InputFile, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot import logs, png, timeline
from bot.drawing import drawn
from bot.transport import Failure, failure
from handlers.charts import Chart, Timeline
from handlers.screens import Screen
from storage.letters import Letter

log = logs.get("photos")

MOST_KNOWN = 500
MOST_TRIES = 3


class Photos:
    """Sends pictures, or says that words must do."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._known: OrderedDict[str, str] = OrderedDict()

    async def send(self, letter: Letter, screen: Screen, keyboard: InlineKeyboardMarkup | None) -> int | None:
        """The new message's number. None: no photo can be shown, the words are to be sent instead.

        Raises TelegramError when nobody is there or another try makes sense, as any message does.
        """
        if not (screen.picture or screen.chart) or letter.attempts > MOST_TRIES:
            return None
        try:
            picture = await _svg(screen)
            key = hashlib.sha256(picture.encode()).hexdigest()
            known = self._known.get(key)
            message = await self._again(letter, screen, keyboard, known) if known else None
            message = message or await self._upload(letter, screen, keyboard, picture, key)
        except (BadRequest, Forbidden) as error:
            if failure(error) is not Failure.HOPELESS:
                raise
            log.warning("a photo was refused", letter=letter.id, error=type(error).__name__)
            return None
        except (ValueError, OSError) as error:
            log.error("a picture cannot be drawn", letter=letter.id, error=logs.place(error))
            return None
        self._remember(key, message)
        return message.message_id

    async def _again(
        self, letter: Letter, screen: Screen, keyboard: InlineKeyboardMarkup | None, file_id: str
    ) -> Message | None:
        """None when Telegram no longer knows the file."""
        try:
            return await self._call(letter, screen, keyboard, file_id)
        except BadRequest as error:
            if failure(error) is not Failure.HOPELESS:
                raise
            return None

    async def _upload(
        self, letter: Letter, screen: Screen, keyboard: InlineKeyboardMarkup | None, picture: str, key: str
    ) -> Message:
        content = await drawn(png.photo, picture)
        return await self._call(letter, screen, keyboard, InputFile(content, filename=f"{key[:12]}.png"))

    async def _call(
        self, letter: Letter, screen: Screen, keyboard: InlineKeyboardMarkup | None, photo: str | InputFile
    ) -> Message:
        return await self._bot.send_photo(
            letter.chat_id, photo, caption=screen.text, parse_mode=ParseMode.HTML, reply_markup=keyboard
        )

    def _remember(self, key: str, message: Message) -> None:
        self._known[key] = message.photo[-1].file_id
        self._known.move_to_end(key)
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


async def _svg(screen: Screen) -> str:
    """The drawing itself. Raises ValueError when the library cannot make a chart: its caption says the same."""
    if screen.picture is not None or screen.chart is None:
        return screen.picture or ""
    try:
        if isinstance(screen.chart, Timeline):
            return timeline.svg(screen.chart)
        return await drawn(_chart, screen.chart)
    except Exception as error:
        raise ValueError("a chart cannot be drawn") from error


def _chart(chart: Chart) -> str:
    from bot import charts  # noqa: PLC0415 - its library is wanted by admins only, and seldom

    return charts.svg(chart)
