"""The commands an operator, an author and a newcomer type."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from bot import assessing, broadcast_shell, keys_shell, logs, publish_command, resume_command, settings
from bot.settings import SettingsError
from content import catalogues
from content.load import PACKS, PackError, load_pack, pack_files, problems_in

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
main = app

S = TypeVar("S")
FIRST = PACKS / "leg-tingling"
FOLLOW_UPS = "Explore the follow-ups with lateness, at night and over a change of the clocks too: minutes."
PackFolder = Annotated[Path, typer.Option("--pack", help="The folder of a pack.", exists=True, file_okay=False)]
UserId = Annotated[int, typer.Argument(help="The person's numeric Telegram id.")]


def _fail(message: str, code: int = 1) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _settings(read: Callable[[], S]) -> S:
    try:
        return read()
    except SettingsError as error:
        _fail(str(error))


def _database() -> Database:
    from bot import running  # noqa: PLC0415 - commands import what only they need, so that --help is quick

    return _settings(lambda: running.look_into(settings.read_database()))


@app.command()
def run() -> None:
    """Run the bot (set BOT_TOKEN first; .env.example lists every setting).

    Exit code: 0 when it was stopped, 3 when another one serves the same SQLite file, else 1.
    """
    from bot import alone, running  # noqa: PLC0415
    from bot.pulse import PartEndedError  # noqa: PLC0415

    given = _settings(settings.read)
    logs.configure(given.log_level)
    try:
        asyncio.run(running.run(given))
    except alone.AlreadyRunningError as error:
        _fail(str(error), 3)
    except (SettingsError, PartEndedError) as error:
        _fail(str(error))


@app.command(name="try")
def try_out(
    port: Annotated[int, typer.Option(help="The port; the next free one is taken when it is in use.")] = 8080,
    pack: PackFolder = FIRST,
) -> None:
    """Try the bot in a chat page on this machine: no token, no network."""
    from bot import playground  # noqa: PLC0415

    logs.configure("WARNING")
    try:
        playground.play(port, pack)
    except (PackError, OSError) as error:
        _fail(str(error))


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="The folder of a pack.")] = FIRST,
    fast: Annotated[bool, typer.Option("--fast", help="Shape, meaning and words only; no proofs.")] = False,
    follow_ups: Annotated[bool, typer.Option("--follow-ups", help=FOLLOW_UPS)] = False,
) -> None:
    """Check a pack and the bot's own words: shape, meaning, translations, and proofs for every possible answer set."""
    from bot import proving  # noqa: PLC0415

    try:
        found = [*problems_in(pack_files(folder)), *catalogues.problems()]
    except PackError as error:
        found = error.problems
    if found:
        _fail("\n".join([*map(str, found), f"{len(found)} problem(s) in {folder}"]))
    pack = load_pack(folder)
    typer.echo(
        f"{pack.id} {pack.version}: {len(pack.questions)} questions, {len(pack.rules)} rules, "
        f"{len(pack.causes)} causes, {len(pack.plans)} plans, in {', '.join(pack.languages)}. No problems."
    )
    if fast:
        return
    proved, followed = proving.check(folder, proving.THOROUGH if follow_ups else proving.USUAL)
    broken = [*proved.problems, *followed.problems]
    if broken:
        _fail("\n".join([*map(str, broken), f"{len(broken)} promise(s) do not hold in {folder}"]))
    told = followed.found
    typer.echo(
        f"Proved: {proved.promises} promises, for each of {proving.grouped(proved.answer_sets)} answer sets.\n"
        f"Followed: {told.states:,} states, {told.steps:,} steps of check-ins; every path ends, the longest after "
        f"{told.longest}.\nTook {followed.took_s:.1f} s."
    )


@app.command()
def assess(
    file: Annotated[str, typer.Argument(help="A JSON file with answers, or - for standard input.")],
    pack: Annotated[str, typer.Option(help="A pack's id, or the folder of one.")] = "leg-tingling",
) -> None:
    """Say what a set of answers leads to, as JSON."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        result = assessing.outcome(assessing.find_pack(pack), assessing.read_answers(text))
    except (assessing.BadAnswersError, PackError, OSError, UnicodeDecodeError) as error:
        _fail(f"{file}: {error}", 2)
    typer.echo(json.dumps(result, ensure_ascii=False))


@app.command()
def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="Files of test cases; none: the pack's own.")] = None,
    pack: Annotated[str, typer.Option(help="A pack's id, or the folder of one.")] = "leg-tingling",
    picture: Annotated[Path | None, typer.Option(help="Write the confusion table as an .svg or .png.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write everything as JSON.")] = None,
) -> None:
    """Measure a pack on test cases: accuracy, safety, over-triage, and the published figures beside them."""
    from bot import confusion_picture, evaluating  # noqa: PLC0415

    try:
        measured, results = evaluating.run(pack, files or [])
        typer.echo(evaluating.report(measured, results))
        if picture is not None:
            confusion_picture.write(measured, evaluating.everything(results), picture)
        if json_file is not None:
            document = evaluating.as_json(measured, results)
            json_file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except (evaluating.BadCasesError, confusion_picture.PictureError, PackError, OSError) as error:
        _fail(str(error), 2)


@app.command()
def compare(
    old: Annotated[str, typer.Argument(help="The version before: a folder, or a shipped pack's id.")],
    new: Annotated[str, typer.Argument(help="The version after: a folder, or a shipped pack's id.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON.")] = False,
    within: Annotated[float, typer.Option(help="Seconds; what is not decided by then is named.", min=0)] = 60,
) -> None:
    """Say for exactly which answers the advice differs between two versions, and how many open checks that concerns.

    Exit code: 1 when somebody is, or may be, told something less urgent now; 0 when nobody is; 2 when a version
    cannot be read.
    """
    from bot import comparing  # noqa: PLC0415

    try:
        report = comparing.run(old, new, within)
    except (PackError, OSError, comparing.CannotCompareError) as error:
        _fail(str(error), 2)
    document = comparing.as_json(report)
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2) if as_json else comparing.text(report))
    if report.found.may_be_less_urgent:
        raise typer.Exit(1)


app.command()(publish_command.publish)
app.command()(resume_command.resume)


@app.command()
def draw(
    out: Annotated[Path, typer.Option(help="The folder to write into; it is made.", file_okay=False)],
    pack: Annotated[str, typer.Option(help="A pack's id, or the folder of one.")] = "leg-tingling",
) -> None:
    """Draw a pack for reviewers: one picture, and every rule in words on pages to print."""
    from bot import reviewing  # noqa: PLC0415

    try:
        picture, pages = reviewing.draw(pack, out)
    except (PackError, OSError) as error:
        _fail(str(error), 2)
    typer.echo(f"{picture}: questions, levels and check-ins at a glance\n{pages}: every rule in words; print it")


@app.command()
def stats(
    days: Annotated[int, typer.Option(min=0, help="Since so many days ago; 0: since the beginning.")] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Print the same as JSON.")] = False,
) -> None:
    """Say how it goes: people, checks, check-ins, health. Only counts; groups smaller than five are not shown."""
    from bot import counting  # noqa: PLC0415

    database = _database()
    found = counting.count(database, days)
    database.close()
    typer.echo(json.dumps(counting.as_json(found), indent=2) if as_json else counting.text(found))


@app.command()
def export(user_id: UserId) -> None:
    """Print everything that is kept about a person, as JSON."""
    from storage import export as exporting  # noqa: PLC0415

    database = _database()
    document = database.run_now(exporting.export, user_id)
    database.close()
    if document is None:
        _fail(f"Nothing is kept about {user_id}.")
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


@app.command()
def summary(
    user_id: UserId,
    file: Annotated[Path, typer.Argument(help="Where to write; .pdf, .json or .fhir.json says what.", dir_okay=False)],
) -> None:
    """Write the page for a doctor of a person's newest result, or the same as JSON or FHIR."""
    from bot import handing  # noqa: PLC0415
    from bot.clock import Clock  # noqa: PLC0415

    database = _database()
    try:
        handing.write(database.run_now(handing.find, user_id, Clock().now()), file)
    except (handing.NoSummaryError, ValueError, OSError) as error:
        _fail(str(error))
    finally:
        database.close()


@app.command()
def erase(user_id: UserId, yes: Annotated[bool, typer.Option("--yes", help="Yes, for good.")] = False) -> None:
    """Erase everything that is kept about a person, note it in the erasure ledger, and print a receipt."""
    from bot.clock import Clock  # noqa: PLC0415
    from storage import erasures  # noqa: PLC0415
    from storage.ledger import LedgerError  # noqa: PLC0415

    if not yes:
        _fail(f"This erases everything about {user_id} for good. Type: stridecheck erase {user_id} --yes")
    database, ledger = _database(), _settings(settings.read_database).ledger
    try:
        database.run_now(erasures.replay, ledger)
        receipt = database.run_now(erasures.erase, ledger, user_id, Clock().now())
    except LedgerError as error:
        _fail(f"Nothing was erased. {error}")
    finally:
        database.close()
    erased = f"Everything about {user_id} is erased. Receipt: {receipt}"
    typer.echo(erased if receipt else f"Nothing was kept about {user_id}.")


@app.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    from bot import running  # noqa: PLC0415
    from storage import migrate as migrating  # noqa: PLC0415

    database, state = _settings(lambda: running.reach(settings.read_database()))
    if state == "unknown":
        _fail(running.BAD_SCHEMAS[state])
    migrating.upgrade(database)
    _settings(lambda: running.unlocked(database)).close()
    typer.echo("The database is up to date.")


@app.command()
def doctor() -> None:
    """Look at token, database, keys, content and clock: what is wrong, and the cure."""
    from bot import doctor as examining  # noqa: PLC0415

    logs.configure("ERROR")
    ill = False
    for finding in examining.examine(lambda: load_pack(FIRST)):
        ill = ill or finding.cure is not None
        typer.echo(f"{'PROBLEM' if finding.cure else 'ok':8}{finding.about}: {finding.what}")
        if finding.cure:
            typer.echo(f"        Cure: {finding.cure}")
    if ill:
        raise typer.Exit(1)
