"""What grows in a bot: told by the bot itself, each time it gets SIGUSR1, into the file that GROWTH names.

Where Python's memory was asked for and how many objects there are of each kind, each compared with the time before;
what the C library holds, and how much of it it would give back; the open files. Looking costs: it is for finding the
cause, and its run's own figures of memory are too high.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import threading
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

FRAMES, MOST = 6, 25


class Growth:
    """Writes one report after the other."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kinds = Counter[str]()
        self._before: tracemalloc.Snapshot | None = None

    def put_in(self) -> None:
        """From here on; what was there before is not told apart."""
        tracemalloc.start(FRAMES)
        signal.signal(signal.SIGUSR1, lambda *_: self.tell())

    def tell(self) -> None:
        """One report more."""
        with self._file.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in [*self._process(), *self._objects(), *self._places(), ""])

    def _process(self) -> Iterator[str]:
        """As the machine sees it, before and after everything is given back that can be."""
        first = _rss_mb()
        gc.collect()
        second = _rss_mb()
        ctypes.CDLL(None).malloc_trim(0)
        python = tracemalloc.get_traced_memory()[0] / 2**20
        yield f"RSS {first:.1f} MB, collected {second:.1f}, given back {_rss_mb():.1f}; Python's own {python:.1f}"
        yield f"threads: {', '.join(sorted(each.name for each in threading.enumerate()))}"
        files = Counter(_kind_of_file(each) for each in Path("/proc/self/fd").iterdir())
        yield f"files: {dict(files.most_common())}"

    def _objects(self) -> Iterator[str]:
        kinds = Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects())
        for name, more in (kinds - self._kinds).most_common(MOST):
            yield f"{more:+8} {name} ({kinds[name]})"
        self._kinds = kinds

    def _places(self) -> Iterator[str]:
        now = tracemalloc.take_snapshot().filter_traces(
            [tracemalloc.Filter(inclusive=False, filename_pattern=__file__)]
        )
        if self._before is not None:
            for each in now.compare_to(self._before, "traceback")[:MOST]:
                yield f"{each.size_diff / 1024:+9.1f} kB {each.count_diff:+7} {_path(each.traceback)}"
        self._before = now


def _path(trace: tracemalloc.Traceback) -> str:
    """Where memory was asked for, and by whom that was called."""
    places = [f"{each.filename.rpartition('site-packages/')[2]}:{each.lineno}" for each in trace]
    return " < ".join(reversed(places))


def _rss_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _kind_of_file(link: Path) -> str:
    """A socket is a socket, whatever its number; a file is itself."""
    try:
        target = str(link.readlink())
    except FileNotFoundError:
        return "gone"
    return target.partition(":[")[0]
