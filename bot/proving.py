"""`stridecheck check`: shape, meaning, words and proofs of a pack, with the place of every problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from content import explore, meaning, reading
from content.explore import Explored, Setting
from content.explore_start import Beginning, beginnings
from content.hours import Quiet
from content.load import pack_files, parse_pack
from content.pack import Answers, Pack
from content.reading import Problem, Problems
from content.vignettes import read_vignettes

if TYPE_CHECKING:
    from content.prove import Proof

# Two processes at a time: two cores halve the wait, and more would only hold more memory.
CORES, SHARES = 2, 2
HALVES = (("scales", "outcomes"), ("invariants", "alive"))


@dataclass(frozen=True, slots=True)
class Proved:
    """What the proofs came to. `answer_sets` are counted, not estimated."""

    pack: Pack
    promises: int
    problems: tuple[Problem, ...]
    answer_sets: int | None


@dataclass(frozen=True, slots=True)
class Followed:
    """What following every plan to its end came to."""

    found: Explored
    problems: tuple[Problem, ...]
    took_s: float


USUAL = (explore.USUAL,)
# What is walked by `--follow-ups` only: late and put-off answers, nights, long quiet hours,
# and a change of the clocks inside the plans.
THOROUGH = (
    explore.USUAL,
    Setting(slips=1),
    Setting(now=datetime(2026, 11, 23, 21, 30, tzinfo=UTC)),
    Setting(now=datetime(2026, 11, 23, 3, 0, tzinfo=UTC)),
    Setting(zone="Europe/London", now=datetime(2027, 3, 26, 21, 30, tzinfo=UTC)),
    Setting(zone="America/New_York", quiet=Quiet(19 * 60, 9 * 60), now=datetime(2026, 10, 31, 13, 0, tzinfo=UTC)),
)


def check(folder: Path, settings: Iterable[Setting] = USUAL) -> tuple[Proved, Followed]:
    """Whether the pack's promises hold for every possible answer set, and whether its check-ins keep theirs.

    Check-ins are followed from the people of the pack's vignettes, with every sequence of replies to every plan's end.
    """
    from content import prove as proving  # noqa: PLC0415 - the solver is loaded by those who prove
    from content import space  # noqa: PLC0415

    began = monotonic()
    files = pack_files(folder)
    pack = parse_pack(files)
    # A process for each share: one that has held the solver was measured to follow check-ins half as fast.
    with ProcessPoolExecutor(CORES, _processes(), max_tasks_per_child=1) as pool:
        proofs = [pool.submit(proving.prove, pack, parts) for parts in HALVES]
        started = beginnings(pack, _people(folder, pack))
        shares = [
            pool.submit(explore.follow, pack, each, setting) for setting in settings for each in _shares(pack, started)
        ]
        proved = _proved(pack, files, [each.result() for each in proofs], space.answer_sets(pack))
        walked = explore.together(each.result() for each in shares)
    found = explore.together([walked, explore.unreached(pack.plans, walked.plans)])
    problems = [Problem("pack.yaml", line_of(files, each.where), each.message) for each in found.broken]
    return proved, Followed(found, tuple(problems), monotonic() - began)


def _processes() -> BaseContext:
    """Processes that begin with everything imported, where the system has such."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["bot.cli", "bot.proving", "content.prove"])
    return context


def _people(folder: Path, pack: Pack) -> Iterator[Answers]:
    unread = Problems()
    for path in sorted(folder.glob("vignettes*.yaml")):
        yield from (each.answers for each in read_vignettes(path, pack, unread))


def _shares(pack: Pack, started: tuple[Beginning, ...]) -> Iterator[list[Beginning]]:
    """Plans side by side, in shares that are about as long. What plans lead to in common is walked in each share."""
    for share in range(SHARES):
        plans = list(pack.plans)[share::SHARES]
        yield [each for each in started if each.plan in plans]


def prove_files(files: Mapping[str, bytes]) -> Proved:
    """The same for files at hand, all in this process; the answer sets are not counted."""
    from content import prove as proving  # noqa: PLC0415

    pack = parse_pack(files)
    return _proved(pack, files, [proving.prove(pack)], None)


def _proved(pack: Pack, files: Mapping[str, bytes], proofs: list[Proof], answer_sets: int | None) -> Proved:
    failures = [failure for proof in proofs for failure in proof.failures]
    problems = [Problem("pack.yaml", line_of(files, each.where), each.message) for each in dict.fromkeys(failures)]
    promises = sum(proof.promises for proof in proofs)
    return Proved(pack, promises, tuple(problems), answer_sets)


def line_of(files: Mapping[str, bytes], where: tuple[str, ...]) -> int:
    """The line of a place in the pack; the nearest one around it where it does not exist."""
    root = reading.read_bytes(files["pack.yaml"], "pack.yaml", Problems())
    return meaning.at(root, where).line if root is not None else 0


def grouped(number: int | None) -> str:
    """A large number that can be read: `1 234 567 (1.2 x 10^6)`."""
    if number is None:
        return "uncounted"
    power = len(str(number)) - 1
    return f"{number:,} (about {number / 10**power:.1f} x 10^{power})" if power > 6 else f"{number:,}"
