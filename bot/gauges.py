"""What stands at some value when somebody looks, as metrics. The labels are words of the program and of its packs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from bot.readiness import Json
from content.pack import Pack
from storage import outbox, queues
from storage.queues import Queues, Size

LANES = {outbox.URGENT: "urgent", outbox.REPLY: "reply", outbox.FOLLOW_UP: "follow_up", outbox.BROADCAST: "broadcast"}


@dataclass(frozen=True, slots=True)
class Process:
    """This process: since when it runs, the seconds of a processor that it has used, and its memory (None: unknown).

    (What prometheus_client brings for that needs more of /proc than a hardened service sees.)
    """

    started_at: datetime
    cpu_s: float
    memory_bytes: int | None


@dataclass(frozen=True, slots=True)
class Look:
    """What was found. `queues` is None while the database does not answer, `size` until it has once; `inbox_s`: for how
    many seconds an update has been taken and not stored; `now` and `scale` are the bot's clock. `backup_s`: the age of
    the newest backup, where it is known.
    """

    process: Process

    readiness: Json
    inbox_s: float
    leads: bool
    processes: int
    queues: Queues | None
    size: Size | None
    disk_free_bytes: int | None
    backup_s: float | None
    pack: Pack
    now: datetime
    scale: float

    def age_s(self, moment: datetime | None) -> float:
        """In real seconds; 0.0 for none."""
        return max((self.now - moment).total_seconds() / self.scale, 0.0) if moment is not None else 0.0


def gauges(look: Look) -> Iterator[Metric]:
    """Every value of a look."""
    yield from _parts(look)
    yield from _standing(look)
    yield from _process(look.process)
    if look.queues is not None:
        yield from _outbox(look, look.queues)
        yield from _planned(look, look.queues)
    if look.size is not None:
        yield from _size(look, look.size)


def _parts(look: Look) -> Iterator[Metric]:
    parts = look.readiness["parts"]
    silent = {name: part["silent_s"] for name, part in parts.items() if "silent_s" in part}
    yield _one("ready", "Does the bot do its work? 1 or 0, as /readyz says.", look.readiness["ready"])
    yield _by(
        "part", "part_well", "Is this part of it well? 1 or 0.", {name: each["ok"] for name, each in parts.items()}
    )
    yield _by("part", "part_silence_seconds", "For how long nothing was heard of this part.", silent)


def _process(process: Process) -> Iterator[Metric]:
    yield _one("start_time_seconds", "When this process began, since 1970.", process.started_at.timestamp())
    yield CounterMetricFamily("stridecheck_cpu_seconds", "What it has used of a processor.", value=process.cpu_s)
    if process.memory_bytes is not None:
        yield _one("resident_memory_bytes", "What it has of the memory.", process.memory_bytes)


def _standing(look: Look) -> Iterator[Metric]:
    yield _one("inbox_oldest_seconds", "For how long the oldest update is taken and not stored.", look.inbox_s)
    yield _one("leader", "Does this process lead? 1 or 0; one of all does.", look.leads)
    yield _one("processes", "How many processes serve this database, as this one knows.", look.processes)
    yield _one("database_up", "Does the database answer? 1 or 0.", look.queues is not None)
    if look.disk_free_bytes is not None:
        yield _one("disk_free_bytes", "What is free on the disk of the SQLite file.", look.disk_free_bytes)
    if look.backup_s is not None:
        yield _one("backup_age_seconds", "How old the newest backup in BACKUP_FOLDER is.", look.backup_s)


def _outbox(look: Look, found: Queues) -> Iterator[Metric]:
    letters = {name: found.lanes.get(lane, 0) for lane, name in LANES.items()}
    paced = LANES.keys() - {outbox.BROADCAST}
    oldest = {LANES[lane]: look.age_s(found.oldest_at.get(lane)) for lane in sorted(paced)}
    yield _by("lane", "outbox_letters", "What waits to be sent.", letters)
    yield _by("lane", "outbox_oldest_seconds", "For how long the oldest of it waits; a broadcast has a pace.", oldest)
    yield _one("outbox_dead_letters", "What can never be sent, as long as it is kept.", found.dead)


def _planned(look: Look, found: Queues) -> Iterator[Metric]:
    states = {state: found.broadcasts.get(state, 0) for state in queues.UNDER_WAY}
    yield _one("follow_ups_overdue", "Follow-ups that are due and not taken.", found.overdue)
    yield _one("follow_ups_overdue_seconds", "For how long the oldest of them is due.", look.age_s(found.overdue_since))
    yield _by("state", "broadcasts", "Broadcasts that are not over.", states)


def _size(look: Look, size: Size) -> Iterator[Metric]:
    yield _one("people_blocked", "People who have blocked the bot.", size.blocked)
    yield _one("database_size_bytes", "How large the database is.", size.database_bytes)
    about = {
        "version": version("stridecheck"),
        "schema": size.schema,
        "database": size.database,
        "pack": look.pack.id,
        "pack_version": look.pack.version,
    }
    info = GaugeMetricFamily("stridecheck_build_info", "What runs here; always 1.", labels=list(about))
    info.add_metric(list(about.values()), 1)
    yield info


def _one(name: str, help_text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"stridecheck_{name}", help_text, value=value)


def _by(label: str, name: str, help_text: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"stridecheck_{name}", help_text, labels=[label])
    for word, value in values.items():
        family.add_metric([word], value)
    return family
