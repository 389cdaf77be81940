"""The health card, and the messages to admins when something is wrong and when it is well again."""

from __future__ import annotations

from babel.numbers import format_decimal

from content import words
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, bullets, join, plain, section
from handlers.voice import Voice

LANES = ("0", "1", "2", "3")
DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
REMOVED = ("checks", "people")
MEGABYTE = 1_000_000


def room(stage: Stage, values: Values) -> Screen:
    """All is well, or what is not; then the figures."""
    voice = stage.voice
    wrong = [voice.ui(f"admin.wrong.{key}", **told) for key, told in values["wrong"]]
    first = bold(voice.ui("admin.wrong.count", count=len(wrong))) if wrong else bold(voice.ui("admin.well"))
    text = join(
        bold(voice.ui("admin.health.title")),
        f"{first}\n{bullets(wrong)}" if wrong else first,
        section(voice.ui("admin.health.follow_ups"), _follow_ups(voice, values["follow_ups"])),
        section(voice.ui("admin.health.outbox"), _outbox(voice, values)),
        section(voice.ui("admin.health.content"), _content(voice, values)),
        section(voice.ui("admin.health.program"), _program(voice, values)),
    )
    again = stage.admin("admin.health.again", "health")
    return Screen(text, ((again,), (stage.admin("admin.back", "admin"),)))


def _follow_ups(voice: Voice, counts: Values) -> list[str]:
    return [voice.ui(f"admin.health.{name}", count=counts[name]) for name in ("due", "late", "missed", "next_hour")]


def _outbox(voice: Voice, values: Values) -> list[str]:
    lanes = [voice.ui(f"admin.health.lane{lane}", count=values["lanes"].get(lane, 0)) for lane in LANES]
    oldest = voice.ui("admin.health.oldest", when=voice.when(values["oldest"])) if values["oldest"] else ""
    sent = voice.ui("admin.health.sent", when=voice.when(values["sent"])) if values["sent"] else ""
    return [*lanes, oldest, voice.ui("admin.health.dead", count=values["dead"]), sent]


def _content(voice: Voice, values: Values) -> list[str]:
    live, review = values["live"], values["review"]
    shown = voice.ui("admin.live", **live) if live else voice.ui("admin.nothing_live")
    return [shown, voice.ui("admin.health.reviewed", **review) if review else voice.ui("admin.health.not_reviewed")]


def _program(voice: Voice, values: Values) -> list[str]:
    size = format_decimal(round(values["size_bytes"] / MEGABYTE, 1), locale=words.locale(voice.language))
    update = voice.ui("admin.health.update", when=voice.when(values["update"])) if values["update"] else ""
    return [
        update,
        *_removed(voice, values["removed"]),
        voice.ui("admin.health.database", kind=DATABASES[values["database"]], size=size),
        voice.ui("admin.health.versions", program=values["program"], python=values["python"]),
    ]


def _removed(voice: Voice, values: Values) -> list[str]:
    """When the job that removes by age last ran, and what it removed in 30 days."""
    if not values["at"]:
        return []
    ran = voice.ui("admin.health.removed", when=voice.when(values["at"]))
    return [ran, *(voice.ui(f"admin.health.removed.{sort}", count=values[sort]) for sort in REMOVED)]


def wrong(stage: Stage, values: Values) -> Screen:
    """Something is wrong: what, and what to do."""
    voice, key = stage.voice, values["key"]
    told, cure = voice.ui(f"admin.wrong.{key}", **values["values"]), voice.ui(f"admin.cure.{key}")
    return Screen(join(bold(voice.ui("admin.wrong.title")), plain(told), plain(cure)), _to_health(stage))


def well(stage: Stage, values: Values) -> Screen:
    """It is well again, and since when it was not."""
    voice = stage.voice
    what = voice.ui(f"admin.again.{values['key']}")
    since = voice.ui("admin.again.since", when=voice.when(values["since"]))
    return Screen(join(bold(voice.ui("admin.again.title")), plain(f"{what} {since}")), _to_health(stage))


def _to_health(stage: Stage) -> tuple[tuple[Key, ...], ...]:
    return ((stage.admin("admin.room.health", "health"),),)


SCREENS: dict[str, Draw] = {"admin_health": room, "admin_wrong": wrong, "admin_well": well}
