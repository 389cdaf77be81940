"""Documents drawn when they are sent and kept nowhere: the doctor's page, and everything kept; each also as data."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session
from telegram import Bot, InlineKeyboardMarkup, InputFile
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bot import logs
from bot.drawing import drawn
from bot.transport import Failure, failure
from content import places, summary
from content.pack import Pack
from content.summary import Summary
from handlers import copy_page, summary_page
from handlers.screens import Operator, Paper, Screen
from handlers.voice import Voice
from storage import episodes, export, runs
from storage.database import Database
from storage.letters import Letter
from storage.packs import Packs
from storage.tables import EpisodeRow, PersonRow

log = logs.get("papers")

ENDINGS = {"page": "pdf", "json": "json", "fhir": "fhir.json"}
COPIES = {"copy_page": "pdf", "copy_data": "json"}


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything kept about a person, and the packs of their checks."""

    document: dict[str, Any]
    packs: dict[int, Pack]


class Papers:
    """Draws and sends papers."""

    def __init__(self, bot: Bot, database: Database, packs: Packs, operator: Operator) -> None:
        self._bot, self._database, self._packs, self._operator = bot, database, packs, operator

    async def send(
        self, letter: Letter, screen: Screen, keyboard: InlineKeyboardMarkup | None, voice: Voice
    ) -> int | None:
        """The new message's number; None when the screen has no paper.

        Where the paper cannot be drawn, or Telegram refuses it, words are sent instead. Raises TelegramError as any
        message does, and NoResultFound when the episode, or the person, is gone.
        """
        paper = screen.paper
        if paper is None:
            return None
        spoken = replace(voice, language=paper.language, simple=False)
        draws = await self._reads(paper, letter, spoken)
        try:
            content = await drawn(draws)
            upload = InputFile(content, filename=file_name(paper, spoken.local(voice.now)))
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

    async def _reads(self, paper: Paper, letter: Letter, voice: Voice) -> Callable[[], bytes]:
        """What the paper is about, and how it is drawn of that."""
        if paper.kind in COPIES:
            kept = await self._database.run(_read_all, self._packs, letter)
            return partial(draw_copy, paper.kind, voice, kept, self._operator)
        return partial(draw, paper.kind, voice, await self._database.run(_read, letter, voice))


def draw_copy(kind: str, voice: Voice, kept: Kept, operator: Operator) -> bytes:
    """Everything kept, to read or as data."""
    if kind == "copy_data":
        return (json.dumps(kept.document, ensure_ascii=False, indent=2) + "\n").encode()
    from bot import copy_pdf  # noqa: PLC0415 - as below

    return copy_pdf.draw(copy_page.copy(voice, kept.document, kept.packs, operator), voice.now)


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
    what = "my-data-" if paper.kind in COPIES else ""
    return f"stride-check-{what}{made_at:%Y-%m-%d}-{paper.language}.{(ENDINGS | COPIES)[paper.kind]}"


def _read(session: Session, letter: Letter, voice: Voice) -> Summary:
    row = session.get_one(EpisodeRow, letter.episode_id)
    told = summary.summarise(voice.pack, episodes.read(row.data), row.started_at, voice.now)
    return replace(told, runs=runs.scores(session, row.person_id, row.started_at))


def _read_all(session: Session, packs: Packs, letter: Letter) -> Kept:
    row = session.get_one(PersonRow, letter.person_id)
    document = export.export(session, row.telegram_id) or {}
    checks = episodes.all_of(session, row.id)
    return Kept(document, {each.id: packs.load(session, each.pack_id) for each in checks})
