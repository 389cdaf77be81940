"""The cards of sending: the two confirmations, how it goes, and the report at the end."""

from __future__ import annotations

from handlers.admin.draw_broadcast_room import counts, head
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, bullets, join, plain
from handlers.voice import Voice

BAR = 16
MINUTE, HOUR = 60, 3600


def ask(stage: Stage, values: Values) -> Screen:
    """The first of two steps: the count."""
    told = f"{values['id']}:{values['count']['recipients']}"
    on = stage.admin("admin.broadcast.go_on", "bc_ask_again", told, count=values["count"]["recipients"])
    go = [(on,)] if values["count"]["recipients"] else []
    return Screen(join(head(stage.voice, values), counts(stage, values)), (*go, _back(stage, values["id"])))


def sure(stage: Stage, values: Values) -> Screen:
    """The second step."""
    count = values["count"]["recipients"]
    key, due_at = "admin.broadcast.sure", values["due_at"]
    text = bold(stage.voice.ui(key, count=count))
    later = plain(stage.voice.ui("admin.broadcast.when_set", when=stage.voice.when(due_at))) if due_at else ""
    yes = stage.admin("admin.broadcast.yes", "bc_send", f"{values['id']}:{count}", "danger", count=count)
    return Screen(join(text, later), ((yes,), _back(stage, values["id"])))


def type_words(stage: Stage, values: Values) -> Screen:
    """The second step of a safety notice where there is one admin only."""
    text = join(plain(stage.voice.ui("admin.broadcast.type")), f"<code>{plain(values['typed'])}</code>")
    return Screen(text, (_back(stage, values["id"]),))


def asked(stage: Stage, values: Values) -> Screen:
    """The other admins have been asked."""
    return Screen(plain(stage.voice.ui("admin.broadcast.asked")), (_back(stage, values["id"]),))


def when(stage: Stage, values: Values) -> Screen:
    """The next message will be a day and a time."""
    text = join(plain(stage.voice.ui("admin.broadcast.write_when")), f"<code>{plain(values['example'])}</code>")
    now = stage.admin("admin.broadcast.at_once", "bc_when", f"{values['id']}:now")
    return Screen(text, ((now,), _back(stage, values["id"])))


def unfit(stage: Stage, values: Values) -> Screen:
    """What was sent cannot be used, and why."""
    return Screen(plain(stage.voice.ui(f"admin.broadcast.unfit.{values['why']}")))


def progress(stage: Stage, values: Values) -> Screen:
    """How it goes: a bar, the numbers, how fast, how long."""
    voice, counted = stage.voice, values["counts"]
    state = voice.ui(f"admin.broadcast.state.{values['state']}")
    title = bold(voice.ui("admin.broadcast.entry", number=values["id"], state=state))
    total = sum(counted.values())
    done = total - counted.get("waiting", 0) - counted.get("sending", 0)
    text = join(title, bar(done, total), bullets(_numbers(voice, values)), plain(_pace(voice, values)))
    return Screen(text, (*_steer(stage, values), (stage.admin("admin.back", "broadcasts"),)))


def bar(done: int, total: int) -> str:
    """ "▓▓▓▓░░░░ 50 %"; never full, and never 100 %, before it is."""
    full = BAR * done // total if total else BAR
    return f"{'▓' * full}{'░' * (BAR - full)} {100 * done // total if total else 100} %"


def _numbers(voice: Voice, values: Values) -> list[str]:
    counted = values["counts"]
    failed = counted.get("dead", 0)
    lines = {
        "sent": counted.get("sent", 0),
        "waiting": values["due"] + counted.get("sending", 0),
        "asleep": values["asleep"],
        "dropped": counted.get("dropped", 0),
        "dead": failed,
        "unsure": counted.get("unsure", 0),
        "cancelled": counted.get("cancelled", 0),
    }
    always = {"sent"} if values["over"] else {"sent", "waiting"}
    return [
        voice.ui(f"admin.broadcast.fate.{name}", count=many) for name, many in lines.items() if many or name in always
    ]


def _pace(voice: Voice, values: Values) -> str:
    if values["state"] != "sending" or values["left_s"] is None:
        return ""
    return voice.ui("admin.broadcast.pace", rate=values["rate"], left=span(voice, values["left_s"]))


def span(voice: Voice, seconds: int) -> str:
    """ "2 h 05 min"; below a minute in seconds."""
    if seconds < MINUTE:
        return voice.ui("admin.broadcast.seconds", count=seconds)
    if seconds < HOUR:
        return voice.ui("admin.broadcast.minutes", count=-(-seconds // MINUTE))
    hours, rest = divmod(seconds, HOUR)
    return voice.ui("admin.broadcast.hours", hours=hours, minutes=rest // MINUTE)


def _steer(stage: Stage, values: Values) -> list[tuple[Key, ...]]:
    number = str(values["id"])
    pause = stage.admin("admin.broadcast.pause", "bc_pause", number)
    resume = stage.admin("admin.broadcast.resume", "bc_resume", number, "primary")
    cancel = stage.admin("admin.broadcast.cancel", "bc_cancel", number, "danger")
    rows: dict[str, list[tuple[Key, ...]]] = {"sending": [(pause, cancel)], "paused": [(resume, cancel)]}
    return rows.get(values["state"], [])


def report(stage: Stage, values: Values) -> Screen:
    """The picture at the end, the numbers under it."""
    voice = stage.voice
    lines = [voice.ui(f"admin.broadcast.fate.{name}", count=many) for name, many in values["fates"] if many]
    took = voice.ui("admin.broadcast.took", span=span(voice, values["took_s"]))
    title = bold(voice.ui("admin.broadcast.over", number=values["id"]))
    return Screen(join(title, bullets(lines), plain(took)), file=values["file"])


def table(stage: Stage, values: Values) -> Screen:
    """What became of each, as a file."""
    return Screen(plain(stage.voice.ui("admin.broadcast.table")), file=values["file"])


def _back(stage: Stage, number: int) -> tuple[Key, ...]:
    return (stage.admin("admin.back", "bc", str(number)),)


SCREENS: dict[str, Draw] = {
    "broadcast_ask": ask,
    "broadcast_sure": sure,
    "broadcast_type": type_words,
    "broadcast_asked": asked,
    "broadcast_when": when,
    "broadcast_unfit": unfit,
    "broadcast_progress": progress,
    "broadcast_report": report,
    "broadcast_csv": table,
}
