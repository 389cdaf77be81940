"""What somebody waits for who types a command: one assessment, the help, the playground's first question, a start.

    uv run python -m benchmarks.small [--rounds 5]

Each round does all of them, one after the other; medians. Beside what was waited for stands the processor's time, which
a busy machine changes less.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

os.environ["PTB_TIMEDELTA"] = "true"
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # warm: nobody who has started it once waits for the compiler again

from benchmarks import telling
from benchmarks.telling import Goal
from content.assess import assess
from content.load import load_pack
from content.pack import Answers, Pack
from content.shipped import FIRST_PACK
from tests.bot.process import BIN, process
from tests.bot.test_playground import Playground, free_port, wait
from tests.bot.tools import until
from tests.keys import KEYS
from tests.walks.headstart import vignettes

IMPORT = "import time; begun = time.perf_counter(); import bot.cli; print(time.perf_counter() - begun)"
START_S = 60
Figures = dict[str, list[float]]


def main(given: Namespace) -> None:
    """Every round, all of them."""
    pack, answers = load_pack(FIRST_PACK), [_answers(each) for _, each in vignettes()]
    waited, worked = defaultdict[str, list[float]](list), defaultdict[str, list[float]](list)
    with (
        tempfile.TemporaryDirectory(prefix="stridecheck-small-") as name,
        telling.progress("rounds", given.rounds) as more,
    ):
        folder = Path(name)
        for number in range(given.rounds):
            _assessed(pack, answers, waited, worked)
            for what, work in _commands(folder, number).items():
                before = _children_s()
                waited[what].append(work())
                worked[what].append(_children_s() - before)
            more(1)
    _tell({name: _figures(waited[name], worked[name]) for name in waited}, given.out)


def _answers(given: object) -> Answers:
    assert isinstance(given, dict)  # noqa: S101 - for the type
    return {question: frozenset(options) for question, options in given.items()}


def _assessed(pack: Pack, answers: list[Answers], waited: Figures, worked: Figures) -> None:
    """Each of the vignettes once; nothing is remembered between them."""
    for each in answers:
        begun, cpu = time.perf_counter(), time.thread_time()
        assess(pack, each)
        worked["assess()"].append(time.thread_time() - cpu)
        waited["assess()"].append(time.perf_counter() - begun)


def _commands(folder: Path, number: int) -> dict[str, Callable[[], float]]:
    """Seconds until what was asked for is there."""
    place = folder / str(number)
    place.mkdir()
    return {
        "import of the command line": lambda: float(_output(sys.executable, "-c", IMPORT)),
        "stridecheck --help": lambda: _timed(str(BIN), "--help"),
        "stridecheck assess": lambda: _timed(str(BIN), "assess", str(_file(place))),
        "stridecheck try, to the first question": lambda: _first_question(place),
        "stridecheck run, to its first poll": lambda: asyncio.run(_run(place)),
    }


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=START_S).stdout  # noqa: S603 - ours


def _timed(*command: str) -> float:
    begun = time.perf_counter()
    _output(*command)
    return time.perf_counter() - begun


def _file(folder: Path) -> Path:
    """Somebody's answers."""
    file = folder / "answers.json"
    file.write_text(json.dumps(vignettes()[0][1]), encoding="utf-8")
    return file


def _first_question(folder: Path) -> float:
    """Typed, the first meeting pressed through as fast as it is shown, and the first question is there."""
    begun = time.perf_counter()
    playground = Playground(folder / "try", free_port())
    try:
        playground.send("/start")
        playground.press("Continue")
        clock = wait(lambda: next((each["text"] for each in playground.buttons() if each["text"][2:3] == ":"), None))
        playground.press(clock)
        playground.press(playground.buttons()[0]["text"])
        for label in ("16 or older", "I agree", "Start a check"):
            playground.press(label)
        wait(lambda: any(each["text"] == "None of these" for each in playground.buttons()))
        return time.perf_counter() - begun
    finally:
        playground.end()


async def _run(folder: Path) -> float:
    """On an empty database: its tables are made, the content is stored, Telegram is greeted and asked."""
    async with process(f"sqlite:///{folder / 'bot.db'}", folder) as bot:
        bot.environment = {"ENCRYPTION_KEYS": KEYS}
        begun = time.perf_counter()
        await bot.start()
        await until(lambda: bot.calls("getUpdates"), START_S)
        took = time.perf_counter() - begun
        await bot.end()
    return took


def _children_s() -> float:
    """The processor's time of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _figures(waited: list[float], worked: list[float]) -> dict[str, float]:
    return {
        "waited": statistics.median(waited),
        "longest": max(waited),
        "worked": statistics.median(worked),
        "times": len(waited),
    }


def _tell(found: dict[str, dict[str, float]], out: Path | None) -> None:
    rows = [(name, *one.values()) for name, one in found.items()]
    telling.table("Small things, in seconds", ("", "median", "longest", "median of CPU", "times"), rows)
    wanted = [
        Goal("assess", 1000 * found["assess()"]["waited"], 1, "ms"),
        Goal("import of the command line", found["import of the command line"]["waited"], 0.5, "s"),
        Goal("try to the first question", found["stridecheck try, to the first question"]["waited"], 3, "s"),
    ]
    telling.goals(wanted)
    series = {
        "waited": {name: one["waited"] for name, one in found.items()},
        "of it the processor": {name: one["worked"] for name, one in found.items()},
    }
    telling.keep("small", {"seconds": found}, telling.bars("Small things", "seconds", series), wanted, out)


def _given() -> Namespace:
    parser = telling.parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    return parser.parse_args()


if __name__ == "__main__":
    main(_given())
