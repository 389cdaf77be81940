"""The commands an operator, an author and a newcomer type.

Each imports what it needs when it is typed, so that --help comes at once; the same goes for the *_shell.py files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot import (
    backup_command,
    broadcast_shell,
    keys_shell,
    migrate_command,
    pack_shell,
    publish_command,
    resume_command,
    run_command,
)
from bot.pack_shell import fail
from content.shipped import FIRST_PACK

if TYPE_CHECKING:
    from storage.database import Database

app = typer.Typer(
    name="stridecheck",
    help="A Telegram bot that triages tingling, numb or itchy legs and feet of runners, and checks back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(broadcast_shell.app, name="broadcast")
app.add_typer(keys_shell.app, name="keys")

S = TypeVar("S")
PackFolder = Annotated[Path, typer.Option("--pack", help="The folder of a pack.", exists=True, file_okay=False)]
UserId = Annotated[int, typer.Argument(help="The person's numeric Telegram id.")]


def _settings(read: Callable[[], S]) -> S:
    from bot.settings import SettingsError

    try:
        return read()
    except SettingsError as error:
        fail(str(error))


def _database() -> Database:
    from bot import opening, settings

    return _settings(lambda: opening.look_into(settings.read_database()))


@app.command()
def run() -> None:
    """Run the bot (set BOT_TOKEN first; .env.example lists every setting).

    Exit code: 0 when it was stopped, 3 when another one serves the same SQLite file, else 1.
    """
    run_command.run()


@app.command(name="try")
def try_out(
    port: Annotated[int, typer.Option(help="The port; the next free one is taken when it is in use.")] = 8080,
    pack: PackFolder = FIRST_PACK,
) -> None:
    """Try the bot in a chat page on this machine: no token, no network."""
    with run_command.imported_to_stay():
        from bot import logs, playground
        from content.load import PackError

    logs.configure("WARNING")
    try:
        playground.play(port, pack)
    except (PackError, OSError) as error:
        fail(str(error))


for pack_command in (pack_shell.check, pack_shell.assess, pack_shell.evaluate, pack_shell.compare):
    app.command()(pack_command)
app.command()(publish_command.publish)
app.command()(resume_command.resume)
for keeping_command in (backup_command.backup, backup_command.restore, migrate_command.migrate):
    app.command()(keeping_command)
app.command()(pack_shell.draw)


@app.command()
def stats(
    days: Annotated[int, typer.Option(min=0, help="Since so many days ago; 0: since the beginning.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON.")] = False,
) -> None:
    """Say how it goes: people, checks, check-ins, health. Only counts; groups smaller than five are not shown."""
    from bot import counting

    database = _database()
    found = counting.count(database, days)
    database.close()
    typer.echo(json.dumps(counting.as_json(found), indent=2) if as_json else counting.text(found))


@app.command()
def export(user_id: UserId) -> None:
    """Print everything that is kept about a person, as JSON."""
    from storage import export as exporting

    database = _database()
    document = database.run_now(exporting.export, user_id)
    database.close()
    if document is None:
        fail(f"Nothing is kept about {user_id}.")
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


@app.command()
def summary(
    user_id: UserId,
    file: Annotated[Path, typer.Argument(help="Where to write; .pdf, .json or .fhir.json says what.", dir_okay=False)],
) -> None:
    """Write the page for a doctor of a person's newest result, or the same as JSON or FHIR."""
    from bot import handing
    from bot.clock import Clock

    database = _database()
    try:
        handing.write(database.run_now(handing.find, user_id, Clock().now()), file)
    except (handing.NoSummaryError, ValueError, OSError) as error:
        fail(str(error))
    finally:
        database.close()


@app.command()
def erase(user_id: UserId, yes: Annotated[bool, typer.Option("--yes", help="Yes, for good.")] = False) -> None:
    """Erase everything that is kept about a person, note it in the erasure ledger, and print a receipt."""
    from bot import settings
    from bot.clock import Clock
    from handlers import erasing
    from storage import erasures
    from storage.ledger import LedgerError

    if not yes:
        fail(f"This erases everything about {user_id} for good. Type: stridecheck erase {user_id} --yes")
    database, ledger = _database(), _settings(settings.read_database).ledger
    try:
        database.run_now(erasing.replay, ledger, Clock().now())
        receipt = database.run_now(erasures.erase, ledger, user_id, Clock().now())
    except LedgerError as error:
        fail(f"Nothing was erased. {error}")
    finally:
        database.close()
    erased = f"Everything about {user_id} is erased. Receipt: {receipt}"
    typer.echo(erased if receipt else f"Nothing was kept about {user_id}.")


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON.")] = False) -> None:
    """Look at everything the bot stands on: what is wrong, and the cure. Exit code: 1 when something is."""
    from bot import doctor as examining
    from bot import logs
    from content.load import load_pack

    logs.configure("ERROR")
    found = []
    for finding in examining.examine(lambda: load_pack(FIRST_PACK)):
        found.append(
            {"about": finding.about, "is_well": finding.cure is None, "what": finding.what, "cure": finding.cure}
        )
        if not as_json:
            typer.echo(f"{'PROBLEM' if finding.cure else 'ok':8}{finding.about}: {finding.what}")
        if finding.cure and not as_json:
            typer.echo(f"        Cure: {finding.cure}")
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    if not all(each["is_well"] for each in found):
        raise typer.Exit(1)
