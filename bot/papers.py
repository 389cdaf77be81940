"""Documents about an episode, drawn when they are sent and kept nowhere: the doctor's page, and the same as data."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session
from telegram import Bot, InlineKeyboardMarkup, InputFile
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot import logs
from bot.transport import Failure, failure
from content import places, summary
from content.summary import Summary
from handlers import summary_page
from handlers.screens import Paper, Screen
from handlers.voice import Voice
from storage import episodes, runs
from storage.database import Database
from storage.outbox import Letter
from storage.tables import EpisodeRow

log = logs.get("papers")

ENDINGS = {"page": "pdf", "json": "json", "fhir": "fhir.json"}


class Papers:
    """Draws and sends papers, one at a time: two at once would only be slower."""

    def __init__(self, bot: Bot, database: Database) -> None:
        self._bot, self._database = bot, database
        self._drawing = asyncio.Lock()

    async def send(
        self, letter: Letter, screen: Screen, keyboard: InlineKeyboardMarkup | None, voice: Voice
    ) -> int | None:
        """The new message's number; None when the screen has no paper.

        Where the paper cannot be drawn, or Telegram refuses it, words are sent instead. Raises TelegramError as any
        message does, and NoResultFound when the episode is gone.
        """
        paper = screen.paper
        if paper is None:
            return None
        spoken = replace(voice, language=paper.language, simple=False)
        told = await self._database.run(_read, letter, spoken)
        try:
            async with self._drawing:
                content = await asyncio.to_thread(draw, paper.kind, spoken, told)
            upload = InputFile(content, filename=file_name(paper, spoken.local(told.made_at)))
            message = await self._bot.send_document(
                letter.chat_id, upload, caption=screen.text, parse_mode=ParseMode.HTML, reply_markup=keyboard
            )
        except (BadRequest, Forbidden) as error:
            if failure(error) is not Failure.HOPELESS:
                raise
            log.warning("a paper was refused", letter=letter.id, error=type(error).__name__)
        except (ValueError, LookupError, OSError, RuntimeError) as error:
            log.error("a paper cannot be drawn", letter=letter.id, error=logs.place(error))
        else:
            return message.message_id
        said = await self._bot.send_message(letter.chat_id, paper.instead, parse_mode=ParseMode.HTML)
        return said.message_id


def draw(kind: str, voice: Voice, told: Summary) -> bytes:
    """A paper's bytes. What draws is loaded when first wanted: it takes a second, and some 40 MB ever after."""
    if kind == "page":
        from bot import pdf  # noqa: PLC0415

        paper: pdf.Format = "Letter" if places.prints_on_letter(voice.where) else "A4"
        return pdf.draw(summary_page.page(voice, told), paper, told.made_at)
    from bot import fhir, plain_json  # noqa: PLC0415

    document = plain_json.document(voice, told) if kind == "json" else fhir.bundle(voice, told)
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def file_name(paper: Paper, made_at: datetime) -> str:
    """A name that says nothing of health, for whoever sees the list of downloads. `made_at` on the person's clock."""
    return f"stride-check-{made_at:%Y-%m-%d}-{paper.language}.{ENDINGS[paper.kind]}"


def _read(session: Session, letter: Letter, voice: Voice) -> Summary:
    row = session.get_one(EpisodeRow, letter.episode_id)
    told = summary.summarise(voice.pack, episodes.read(row.data), row.started_at, voice.now)
    return replace(told, runs=runs.scores(session, row.person_id, row.started_at))
