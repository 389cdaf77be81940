"""`stridecheck publish`: the chat's way to a new version, from a shell: the same checks, list and audit."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import typer
from sqlalchemy.orm import Session

from bot import apart, inspector
from bot.apart import StoppedError
from bot.clock import Clock
from bot.inspecting import Ask
from content import unpacking, words
from content.load import PackError, pack_files, parse_pack
from content.pack import Pack
from content.unpacking import BadUploadError, Files
from handlers.admin import findings
from storage import audit, publications
from storage.database import Database
from storage.publications import OvertakenError, Publication

Json = dict[str, Any]
Tell = Callable[[str], None]

SURE = words.say(words.FIRST, "upload.type.word")


class NotPublishedError(ValueError):
    """It cannot be published; the message says why, and the cure."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A version that was looked at. `compared` is what changes from what is live; nothing when mistakes were found."""

    live: Publication
    files: Files
    verdict: Json
    compared: Json | None

    @property
    def is_softer(self) -> bool:
        return self.compared is not None and bool(self.compared["softer"])


def run(
    database: Database, source: Path, *, yes: bool, as_json: bool, report: Path | None = None, ask: Ask = apart.ask
) -> bool:
    """Look, say what was found, and publish when asked to. False: it is not published, though it was to be.

    Raises NotPublishedError when it cannot even be looked at.
    """
    looked = look(database, source, lambda stage: typer.echo(f"{stage}...", err=True), ask)
    if report is not None and looked.compared is not None:
        report.write_text(looked.compared["page"], encoding="utf-8")
    if not as_json:
        typer.echo("\n".join(lines(looked)))
    may = looked.compared is not None
    number = publish(database, looked) if yes and may and (not looked.is_softer or _is_sure()) else None
    if as_json:
        typer.echo(json.dumps(to_json(looked, number), ensure_ascii=False, indent=2))
    elif number is not None:
        typer.echo(f"Live now: number {number}.")
    if number is None and may:
        typer.echo("Nothing was published." if yes else "Nothing was published. To publish it, add --yes", err=True)
    return number is not None or (may and not yes)


def _is_sure() -> bool:
    """Somebody is told something less urgent: that wants to be typed."""
    typer.echo(f"This is, or may be, less urgent for somebody. To publish it, type {SURE}", err=True)
    return sys.stdin.readline().strip() == SURE


def look(database: Database, source: Path, tell: Tell, ask: Ask) -> Looked:
    """Check it and compare it with what is live. Raises NotPublishedError when it cannot even be read."""
    live = database.run_now(publications.newest)
    if live is None:
        raise NotPublishedError("Nothing is live yet. Cure: start the bot once, it publishes what came with it")
    files = _files(source, database.run_now(findings.files_of, live.pack_id))
    return asyncio.run(_look(database, live, files, tell, ask))


async def _look(database: Database, live: Publication, files: Files, tell: Tell, ask: Ask) -> Looked:
    async def hear(stage: str) -> None:
        tell(stage)

    document = inspector.write_files(files)
    try:
        verdict = await ask({"do": "check", "files": document}, hear)
    except StoppedError as error:
        raise NotPublishedError(_why("memory" if error.why == "memory" else "time")) from None
    if verdict["problems"]:
        return Looked(live, files, verdict, None)
    if parse_pack(files).digest == live.digest:
        raise NotPublishedError(_why("same", number=live.pack_id))
    old, open_checks = database.run_now(findings.to_compare, live)
    job = {"do": "compare", "old": inspector.write_files(old), "new": document, "episodes": open_checks}
    try:
        compared = await ask(job, hear)
    except StoppedError:
        compared = inspector.undecided()
    return Looked(live, files, verdict, compared)


def _files(source: Path, live: Files) -> Files:
    """A folder and a zip with a pack.yaml are whole packs; anything else is put in the place of what is live."""
    try:
        if source.is_dir():
            return pack_files(source)
        return unpacking.put_together(live, [unpacking.unpack(source.name, source.read_bytes())])
    except BadUploadError as error:
        raise NotPublishedError(_why(error.why, **error.values)) from None
    except (PackError, OSError) as error:
        raise NotPublishedError(str(error)) from None


def _why(why: str, **values: str | int) -> str:
    return words.say(words.FIRST, f"upload.why.{why}", **values)


def publish(database: Database, looked: Looked) -> int:
    """Let new checks use it; its number. Raises NotPublishedError when somebody has published since."""
    try:
        return database.run_now(_publish, looked, parse_pack(looked.files), Clock().now())
    except OvertakenError:
        raise NotPublishedError("Somebody else has published since. Look again") from None


def _publish(session: Session, looked: Looked, pack: Pack, now: datetime) -> int:
    pack_id = publications.store(session, pack, looked.files, now)
    publications.publish(session, pack_id, now, after=looked.live.id)
    changed = {"from": looked.live.pack_id, "to": pack_id, "version": pack.version, "digest": pack.digest}
    audit.note(session, audit.SHELL, "publish", now, detail=changed)
    return pack_id


def lines(looked: Looked) -> Iterator[str]:
    """What was found, to be read."""
    verdict, found = looked.verdict, looked.compared
    if found is None:
        yield from verdict["problems"]
        yield f"{len(verdict['problems'])} problem(s). It cannot be published."
        return
    yield f"{looked.live.pack} {looked.live.version} → {verdict['pack']} {verdict['version']}"
    yield f"It holds: {verdict['promises']} promises, in {verdict['took_s']:.1f} s."
    yield from (words.say(words.FIRST, f"upload.{why}") for why in found["unclear"])
    for title, kind in (("LESS URGENT NOW", "less"), ("MORE URGENT NOW", "more"), ("AT THE SAME LEVEL", "alike")):
        yield from [title, *(f"  {each}" for each in found[kind])] if found[kind] else []
    yield "Changed: " + (", ".join(f"{part} {count}" for part, count in found["counts"].items()) or "unknown")
    if (concerned := found["concerned"]) is not None:
        yield (
            f"Open checks: {concerned['episodes']}; less urgent {concerned['less_urgent']}, more urgent "
            f"{concerned['more_urgent']}. They stay on their version."
        )


def to_json(looked: Looked, number: int | None) -> Json:
    """The same for programs. `published` is its number, or null."""
    live = {"number": looked.live.pack_id, "pack": looked.live.pack, "version": looked.live.version}
    found = {name: value for name, value in (looked.compared or {}).items() if name != "page"}
    return {"live": live, **looked.verdict, "changes": found or None, "published": number}
