"""The process that looks at a pack somebody sent: little memory, little time, no secrets, no database, no network.

One job as JSON on standard input; a line of JSON for each stage, and one for the answer, on standard output.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from content import unpacking
from content.load import parse_pack, problems_in
from content.pack import Pack

if TYPE_CHECKING:
    from content.compare import Comparison

MEMORY_BYTES = 1 << 30
CPU_S = 600
WITHIN_S = 120.0

# What decides about check-ins, beside the questions.
CHECK_INS = ("plans", "check", "ice", "provisional", "default_plan", "plan_when", "base_score", "define")

Json = dict[str, Any]
Files = Mapping[str, bytes]
Tell = Callable[[str], None]


def main() -> None:
    """Do the one job and end."""
    limit_yourself()
    job = json.load(sys.stdin)
    try:
        _write({"answer": answer(job, lambda stage: _write({"stage": stage}))})
    except MemoryError:
        _write({"failed": "memory"})
    except Exception as error:  # noqa: BLE001 - whatever it was, the one who waits is told where
        from bot import logs  # noqa: PLC0415 - what only some jobs need is imported by them: a bad file is refused at once

        _write({"failed": logs.place(error)})


def answer(job: Json, tell: Tell) -> Json:
    """What the job asks for: whether a pack holds, or what changes between two versions."""
    if job["do"] == "check":
        return check(read_files(job["files"]), tell)
    old, new = read_files(job["old"]), read_files(job["new"])
    return what_changes(old, new, job["episodes"], tell)


def check(files: Files, tell: Tell) -> Json:
    """Shape, meaning, words and proofs: {"pack", "version", "problems", "proved", "promises", "took_s"}."""
    began = monotonic()
    tell("reading")
    problems = problems_in(files)
    pack = None if problems else parse_pack(files)
    problems += unpacking.strays(pack, files) if pack else []
    proved = None
    if pack is not None and not problems:
        from bot import proving  # noqa: PLC0415

        tell("proving")
        proved = proving.prove_files(files)
        problems += proved.problems
    return {
        "pack": pack.id if pack else "",
        "version": pack.version if pack else "",
        "problems": list(map(str, problems)),
        "proved": proved is not None,
        "promises": proved.promises if proved else 0,
        "took_s": monotonic() - began,
    }


def what_changes(old_files: Files, new_files: Files, open_checks: list[Json], tell: Tell) -> Json:
    """The behaviour, the content, and how many open checks that concerns. `less`: who is told something less urgent."""
    from bot import changes_page, comparing  # noqa: PLC0415
    from content import replay  # noqa: PLC0415
    from storage import episodes  # noqa: PLC0415

    tell("comparing")
    old, new = parse_pack(old_files), parse_pack(new_files)
    found = _compared(old, new)
    unclear = [*_unclear(old, new, found), *unseen(old, new)]
    concerned = replay.replay(old, new, [episodes.read(each) for each in open_checks]) if old.id == new.id else None
    changes = changes_page.changes(old, old_files, new, new_files)
    document: Json = {
        "less": [f"For example {each.example.told}" for each in found.less_urgent] if found else [],
        "more": [f"For example {each.example.told}" for each in found.more_urgent] if found else [],
        "alike": list(comparing.alike(found)) if found else [],
        "notes": list(found.notes) if found else [],
        "unclear": unclear,
        "softer": bool(unclear) or found is None or found.may_be_less_urgent,
        "counts": changes_page.counts(changes),
        "concerned": {**asdict(concerned), "episodes": concerned.episodes} if concerned else None,
    }
    page = changes_page.page(old, new, document, changes)
    return {**document, "page": page}


def undecided() -> Json:
    """What is known of a change that took too long to compare: nothing good."""
    nothing: Json = {"less": [], "more": [], "alike": [], "notes": [], "counts": {}, "concerned": None, "page": ""}
    return {**nothing, "unclear": ["undecided"], "softer": True}


def _unclear(old: Pack, new: Pack, found: Comparison | None) -> Iterator[str]:
    """Why nobody can say for everybody who is told something less urgent."""
    if found is None:
        yield "other_pack" if old.id != new.id else "undecided"
    elif any(each.less for each in found.undecided):
        yield "undecided"


def _compared(old: Pack, new: Pack) -> Comparison | None:
    """Nothing when it cannot be known for anybody."""
    from content import compare  # noqa: PLC0415

    if old.id != new.id:
        return None
    try:
        began = monotonic()
        return compare.compare(old, new, compare.Limits(left=lambda: WITHIN_S - (monotonic() - began)))
    except compare.CannotCompareError:
        return None


def unseen(old: Pack, new: Pack) -> Iterator[str]:
    """What the comparison cannot see, and somebody must: check-ins, complaints that come back, promises given up."""
    if old.id != new.id:
        return
    if any(getattr(old, part) != getattr(new, part) for part in CHECK_INS) or _plans(old) != _plans(new):
        yield "check_ins"
    if old.recall != new.recall or _lasting(old) != _lasting(new):
        yield "recall"
    kept = {each.id: each for each in new.invariants}
    if any(kept.get(each.id) != each for each in old.invariants) or not old.scales.items() <= new.scales.items():
        yield "promises"


def _lasting(pack: Pack) -> set[str]:
    """The questions that are not asked again when a complaint comes back and nothing has changed."""
    return {each.id for each in pack.questions.values() if each.lasting}


def _plans(pack: Pack) -> Json:
    """Which plan follows from what."""
    causes = {each.id: (each.plan, each.plan_when) for each in pack.causes.values()}
    return {"levels": {each.id: each.plan for each in pack.levels.values()}, "causes": causes}


def write_files(files: Files) -> dict[str, str]:
    """Files as JSON."""
    return {name: base64.b64encode(content).decode() for name, content in files.items()}


def read_files(document: Mapping[str, str]) -> dict[str, bytes]:
    """Files of JSON."""
    return {name: base64.b64decode(content) for name, content in document.items()}


def limit_yourself() -> None:
    """Before anything is read. Where there are no such limits (Windows), the time that it may take is one."""
    _go_first()
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return
    for limit, most in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(limit, (most, most))


def _go_first() -> None:
    """When the machine, or the container, runs out of memory, the system ends this process and not the bot."""
    with suppress(OSError):  # not on every system
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _write(line: Json) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201 - this is how it speaks


if __name__ == "__main__":
    main()
