"""`stridecheck broadcast …`: the words on the command line; bot/broadcasting.py does the work."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from storage.database import Database

app = typer.Typer(help="Write to many people: draft, count, send, pause, report.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="The broadcast's number.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Several = list[str]


@app.command(name="list")
def list_all(as_json: AsJson = False) -> None:
    """The last broadcasts."""
    from bot import broadcasting

    _run(lambda database, now: broadcasting.listed(database), as_json=as_json)


@app.command()
def new(
    words: Annotated[Several, typer.Option(help="A language and a file in Telegram's HTML: en=news.html")],
    button: Annotated[Several | None, typer.Option(help="check, changes, or 'Label https://…'; up to three.")] = None,
    safety: Annotated[bool, typer.Option("--safety", help="A safety notice, not news.")] = False,
    language: Annotated[Several | None, typer.Option(help="Only people who read this.")] = None,
    level: Annotated[Several | None, typer.Option(help="Only if the last check said this level.")] = None,
    cause: Annotated[Several | None, typer.Option(help="Only if the last check named this cause first.")] = None,
    plan: Annotated[Several | None, typer.Option(help="Only if the last check led to this plan.")] = None,
    following: Annotated[bool, typer.Option("--following", help="Only with check-ins to come.")] = False,
    version: Annotated[int | None, typer.Option(help="Only whose advice changes with this stored version.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draft one, and count exactly who would get it."""
    from bot import broadcasting
    from storage.audience import Audience

    languages, levels, causes, plans = (tuple(each or ()) for each in (language, level, cause, plan))
    whom = Audience(languages, levels, causes, plans, following, version)
    _run(
        lambda database, now: broadcasting.write(database, words, button or (), whom, now, safety=safety),
        as_json=as_json,
    )


@app.command()
def count(number: Number, as_json: AsJson = False) -> None:
    """Count exactly who would get a draft now, or how one under way stands."""
    from bot import broadcasting

    _run(lambda database, now: broadcasting.count(database, number, now), as_json=as_json)


@app.command()
def send(
    number: Number,
    people: Annotated[int, typer.Option(help="The count that you have seen; another count sends nothing.")],
    typed: Annotated[str, typer.Option(help="For a safety notice: 'send to N'.")] = "",
    at: Annotated[datetime | None, typer.Option(help="When, in UTC: 2030-01-31T09:30:00")] = None,
    as_json: AsJson = False,
) -> None:
    """Send a draft: the running bot takes it from there."""
    from bot import broadcasting

    due_at = at.replace(tzinfo=UTC) if at is not None else None
    _run(lambda database, now: broadcasting.send(database, number, people, typed, due_at, now), as_json=as_json)


@app.command()
def pause(number: Number, as_json: AsJson = False) -> None:
    """Stop for now."""
    _steer(number, "pause", as_json=as_json)


@app.command()
def resume(number: Number, as_json: AsJson = False) -> None:
    """Go on."""
    _steer(number, "resume", as_json=as_json)


@app.command()
def cancel(number: Number, as_json: AsJson = False) -> None:
    """Stop for good."""
    _steer(number, "cancel", as_json=as_json)


def _steer(number: int, act: str, *, as_json: bool) -> None:
    from bot import broadcasting

    _run(lambda database, now: broadcasting.steer(database, number, act, now), as_json=as_json)


@app.command()
def report(
    number: Number,
    csv: Annotated[Path | None, typer.Option(help="Write what became of each into this file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say what became of everybody: no names, no ids, nothing about health."""
    from bot import broadcasting

    _run(lambda database, now: broadcasting.report(database, number, csv), as_json=as_json)


def _run(work: Callable[[Database, datetime], Any], *, as_json: bool) -> None:
    from bot import broadcasting, opening, settings
    from bot.clock import Clock

    try:
        database = opening.look_into(settings.read_database())
        try:
            found = work(database, Clock().now())
        finally:
            database.close()
    except (broadcasting.CannotBroadcastError, settings.SettingsError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else _lines(found))


def _lines(found: Any) -> str:  # noqa: ANN401 - what the commands print: a list of records or one
    if isinstance(found, list):
        return "\n".join(_lines(each) for each in found) or "There are no broadcasts yet."
    flat = {name: value for name, value in found.items() if not isinstance(value, dict)}
    inner = {name: value for part in found.values() if isinstance(part, dict) for name, value in part.items()}
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in {**flat, **inner}.items())
