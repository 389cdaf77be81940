"""`stridecheck check`, `assess`, `evaluate`, `compare` and `draw`: what the authors of a pack type."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from content.shipped import FIRST_PACK

FOLLOW_UPS = "Explore the follow-ups with lateness, at night and over a change of the clocks too: minutes."


def fail(message: str, code: int = 1) -> NoReturn:
    """Say why on standard error, and end."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def check(
    folder: Annotated[Path, typer.Argument(help="The folder of a pack.")] = FIRST_PACK,
    fast: Annotated[bool, typer.Option("--fast", help="Shape, meaning and words only; no proofs.")] = False,
    follow_ups: Annotated[bool, typer.Option("--follow-ups", help=FOLLOW_UPS)] = False,
) -> None:
    """Check a pack and the bot's own words: shape, meaning, translations, and proofs for every possible answer set."""
    from bot import proving
    from content import catalogues
    from content.load import PackError, load_pack, pack_files, problems_in

    try:
        found = [*problems_in(pack_files(folder)), *catalogues.problems()]
    except PackError as error:
        found = error.problems
    if found:
        fail("\n".join([*map(str, found), f"{len(found)} problem(s) in {folder}"]))
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
        fail("\n".join([*map(str, broken), f"{len(broken)} promise(s) do not hold in {folder}"]))
    told = followed.found
    typer.echo(
        f"Proved: {proved.promises} promises, for each of {proving.grouped(proved.answer_sets)} answer sets.\n"
        f"Followed: {told.states:,} states, {told.steps:,} steps of check-ins; every path ends, the longest after "
        f"{told.longest}.\nTook {followed.took_s:.1f} s."
    )


def assess(
    file: Annotated[str, typer.Argument(help="A JSON file with answers, or - for standard input.")],
    pack: Annotated[str, typer.Option(help="A pack's id, or the folder of one.")] = "leg-tingling",
) -> None:
    """Say what a set of answers leads to, as JSON."""
    from bot import assessing
    from content.load import PackError

    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        result = assessing.outcome(assessing.find_pack(pack), assessing.read_answers(text))
    except (assessing.BadAnswersError, PackError, OSError, UnicodeDecodeError) as error:
        fail(f"{file}: {error}", 2)
    typer.echo(json.dumps(result, ensure_ascii=False))


def evaluate(
    files: Annotated[list[Path] | None, typer.Argument(help="Files of test cases; none: the pack's own.")] = None,
    pack: Annotated[str, typer.Option(help="A pack's id, or the folder of one.")] = "leg-tingling",
    picture: Annotated[Path | None, typer.Option(help="Write the confusion table as an .svg or .png.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write everything as JSON.")] = None,
) -> None:
    """Measure a pack on test cases: accuracy, safety, over-triage, and the published figures beside them."""
    from bot import confusion_picture, evaluating
    from content.load import PackError

    try:
        measured, results = evaluating.run(pack, files or [])
        typer.echo(evaluating.report(measured, results))
        if picture is not None:
            confusion_picture.write(measured, evaluating.everything(results), picture)
        if json_file is not None:
            document = evaluating.as_json(measured, results)
            json_file.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except (evaluating.BadCasesError, confusion_picture.PictureError, PackError, OSError) as error:
        fail(str(error), 2)


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
    from bot import comparing
    from content.load import PackError

    try:
        report = comparing.run(old, new, within)
    except (PackError, OSError, comparing.CannotCompareError) as error:
        fail(str(error), 2)
    document = comparing.as_json(report)
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2) if as_json else comparing.text(report))
    if report.found.may_be_less_urgent:
        raise typer.Exit(1)


def draw(
    out: Annotated[Path, typer.Option(help="The folder to write into; it is made.", file_okay=False)],
    pack: Annotated[str, typer.Option(help="A pack's id, or the folder of one.")] = "leg-tingling",
) -> None:
    """Draw a pack for reviewers: one picture, and every rule in words on pages to print."""
    from bot import reviewing
    from content.load import PackError

    try:
        picture, pages = reviewing.draw(pack, out)
    except (PackError, OSError) as error:
        fail(str(error), 2)
    typer.echo(f"{picture}: questions, levels and check-ins at a glance\n{pages}: every rule in words; print it")
