"""`stridecheck publish` as it is typed; bot/publishing.py does it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def publish(
    source: Annotated[Path, typer.Argument(help="A folder, a .zip, or one changed file.", exists=True)],
    yes: Annotated[bool, typer.Option("--yes", help="Publish it, if it holds.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False,
    report: Annotated[Path | None, typer.Option(help="Write both versions side by side, as an HTML page.")] = None,
) -> None:
    """Check a changed pack, say what changes from what is live, and with --yes let new checks use it.

    Something less urgent must be confirmed by typing. Exit code: 0 when it is, or could be, published; else 1.
    """
    from bot import opening, publishing, settings

    try:
        database = opening.look_into(settings.read_database())
        is_well = publishing.run(database, source, yes=yes, as_json=as_json, report=report)
        database.close()
    except (publishing.NotPublishedError, settings.SettingsError, OSError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    if not is_well:
        raise typer.Exit(1)
