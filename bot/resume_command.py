"""`stridecheck resume`: the operator's word after an older copy of the database was put in place."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.pack_shell import fail

Drop = Annotated[bool, typer.Option("--drop", help="People had it already: it counts as too late.")]


def resume(drop: Drop = False) -> None:
    """Send what was held when an older copy of the database was put in place. The bot may run."""
    from bot import opening, settings
    from storage import restored

    try:
        database = opening.look_into(settings.read_database())
    except settings.SettingsError as error:
        fail(str(error))
    is_held = database.run_now(restored.since) is not None
    found = database.run_now(restored.resume, drop=drop)
    database.close()
    if not is_held:
        typer.echo("Nothing is held.")
        return
    what = "count as too late" if drop else "go on within half a minute"
    typer.echo(f"{found.reminders} reminders and {found.letters} messages were held; they {what}.")
