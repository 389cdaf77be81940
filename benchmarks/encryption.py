"""What sealing costs: a press with and without it, side by side in one run; boxes a second; how much larger rows are.

    uv run python benchmarks/encryption.py [people] [--json FILE]

A press is its turn, and its answer and its card taken from the outbox and marked sent: all that a press asks of the
database, without Telegram. Without: the same code with a ring that leaves everything as it is.
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

from sqlalchemy.orm import Session  # noqa: E402

from content.load import pack_files, parse_pack  # noqa: E402
from content.person import Person  # noqa: E402
from content.shipped import FIRST_PACK  # noqa: E402
from handlers import turn  # noqa: E402
from handlers.arrival import Arrival, Command  # noqa: E402
from handlers.callback import EpisodePress  # noqa: E402
from storage import crypto, episodes, migrate, outbox, people  # noqa: E402
from storage.crypto import Ring  # noqa: E402
from storage.database import Database  # noqa: E402
from storage.packs import Packs  # noqa: E402
from storage.tables import EpisodeRow  # noqa: E402

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PRESSES, BOXES = 5, 20_000
ANSWER = b'{"kind":"Pressed","option":"=within_30_minutes","turn":12,"more":"as long as most"}'


class OpenRing(Ring):
    """Leaves everything as it is: what is left then is the price of everything else."""

    def seal(self, plain: bytes, place: bytes) -> bytes:
        return plain

    def open(self, box: bytes, place: bytes) -> bytes:
        return box


class Side:
    """A bot's database, and what its presses took."""

    def __init__(self, folder: Path, name: str, ring: Ring) -> None:
        self.path = folder / f"{name}.db"
        self.database = Database(f"sqlite:///{self.path}", ring=ring)
        migrate.upgrade(self.database)
        self.packs, self.updates, self.took_ms = Packs(), itertools.count(1), list[float]()
        files = pack_files(FIRST_PACK)
        self.database.run_now(self.packs.publish, parse_pack(files), files, START)
        self.empty = self.size()

    def size(self) -> int:
        """Bytes, without what is free in the file."""
        self.database.sweep_out()
        return self.path.stat().st_size

    def check(self, telegram_id: int) -> None:
        """Somebody begins a check and says five times that there is no danger."""
        now = START + timedelta(minutes=telegram_id)
        person = Person("en", "Europe/London", setup="ready", consent_version="1")
        self.database.run_now(lambda session: people.add(session, telegram_id, person, now).id)
        self._take(Arrival(next(self.updates), telegram_id, Command("check")), now)
        for _ in range(PRESSES):
            row = self.database.run_now(_open, telegram_id)
            press = EpisodePress(row.id, row.data["turn"], "=none")
            begun = time.process_time()
            self._take(
                Arrival(next(self.updates), telegram_id, press, "en", 7, f"{telegram_id}{row.data['turn']}"), now
            )
            self.took_ms.append(1000 * (time.process_time() - begun))

    def _take(self, arrival: Arrival, now: datetime) -> None:
        self.database.run_now(turn.take_turn, self.packs, arrival, now)
        for letter in self.database.run_now(outbox.claim, now, 100, ()):
            self.database.run_now(outbox.mark_sent, letter, 7, "looks", now)


def _open(session: Session, telegram_id: int) -> EpisodeRow:
    person = people.find(session, telegram_id)
    row = episodes.running(session, person.id)[0] if person is not None else EpisodeRow()
    assert row.data["question"], "a press did not lead to the next question"  # noqa: S101 - a benchmark's own check
    return row


def a_second(work: Callable[[], object]) -> int:
    """How often something can be done in a second."""
    begun = time.perf_counter()
    for _ in range(BOXES):
        work()
    return round(BOXES / (time.perf_counter() - begun))


def measure(many: int) -> dict[str, float]:
    """Both sides in turn, so that what else this machine does hits both."""
    ring, place = crypto.for_this_run(), b"events.sealed_event|episode_id=12345|00112233445566778899aabbccddeeff"
    box, keys = ring.seal(ANSWER, place), crypto.Keys(ring, b"i" * 32)
    with tempfile.TemporaryDirectory() as folder:
        plain, sealed = (
            Side(Path(folder), name, each) for name, each in (("plain", OpenRing({"run": b"k" * 32})), ("sealed", ring))
        )
        for number in range(many):
            for side in (plain, sealed) if number % 2 else (sealed, plain):
                side.check(number + 1)
        without, with_ = (statistics.median(side.took_ms) for side in (plain, sealed))
        grown = [(side.size() - side.empty) / many for side in (plain, sealed)]
        for side in (plain, sealed):
            side.database.close()
    return {
        "presses_a_side": many * PRESSES,
        "press_without_ms": round(without, 3),
        "press_with_ms": round(with_, 3),
        "press_ratio": round(with_ / without, 3),
        "boxes_sealed_per_s": a_second(lambda: ring.seal(ANSWER, place)),
        "boxes_opened_per_s": a_second(lambda: ring.open(box, place)),
        "marks_per_s": a_second(lambda: keys.mark("person", 777_000_111)),
        "bytes_more_a_box": len(box) - len(ANSWER),
        "bytes_a_check_without": round(grown[0]),
        "bytes_a_check_with": round(grown[1]),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("people", nargs="?", type=int, default=200)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = measure(given.people)
    for name, value in found.items():
        print(f"{name.replace('_', ' '):24} {value:,}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
