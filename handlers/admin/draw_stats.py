"""The cards of the rooms for people and follow-ups: figures as sentences, and the way to the pictures."""

from __future__ import annotations

from handlers.admin import window
from handlers.callback import AdminPress, encode
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, bullets, grid, join, plain, section

PLAN_WIDTH = 2


def people(stage: Stage, values: Values) -> Screen:
    """Who came, and what became of their checks."""
    voice, days = stage.voice, values["days"]
    met = [("came", values["met"]), *((name, values["people"][name]) for name in ("agreed", "refused", "left"))]
    ended = [(name, values["ended"][name]) for name in ("finished", "stopped")]
    begun = [("started", values["started"])] if values["started"] is not None else []
    text = join(
        bold(voice.ui("admin.people.title", window=voice.ui(f"admin.window.{days}"))),
        bullets(voice.ui(f"admin.people.{name}", count=count) for name, count in met),
        section(
            voice.ui("admin.people.checks"),
            [voice.ui(f"admin.people.{name}", count=count) for name, count in (*begun, *ended)],
        ),
        plain(voice.ui("admin.few")),
    )
    charts = [_chart(stage, "people", name, days) for name in ("way", "levels", "causes", "stops")]
    return Screen(text, (*((key,) for key in charts), *_foot(stage, "people", days)))


def follow_ups(stage: Stage, values: Values) -> Screen:
    """How many check-ins are answered, beside the published figures, and how soon."""
    voice, days = stage.voice, values["days"]
    share = _share(stage, values["all_asked"], *values["all_answered"])
    text = join(
        bold(voice.ui("admin.follow_ups.title", window=voice.ui(f"admin.window.{days}"))),
        plain(share or voice.ui("admin.follow_ups.too_few")),
        plain(voice.ui("admin.follow_ups.counted")),
        section(voice.ui("admin.follow_ups.published"), [voice.ui(f"admin.published.{each}") for each in (1, 2, 3)]),
        plain(voice.ui("admin.published.caveat")),
        bullets(_delay(stage, values["delay"])) if values["delay"] else "",
    )
    charts = [_chart(stage, "follow_ups", name, days) for name in ("answered", "verdicts", "escalated")]
    plans = stage.admin("admin.follow_ups.plans", "follow_ups_plans", str(days))
    return Screen(text, (*((key,) for key in (*charts, plans)), *_foot(stage, "follow_ups", days)))


def plans(stage: Stage, values: Values) -> Screen:
    """A button for each plan that has something to show."""
    voice, days = stage.voice, values["days"]
    keys = [Key(plan, encode(AdminPress("follow_ups_plan", f"{plan}/{days}"))) for plan in values["plans"]]
    asked = voice.ui("admin.plans.which") if keys else voice.ui("admin.plans.none")
    back = stage.admin("admin.back", "follow_ups", str(days))
    return Screen(join(bold(voice.ui("admin.follow_ups.plans")), plain(asked)), (*grid(keys, PLAN_WIDTH), (back,)))


def figures(stage: Stage, values: Values) -> Screen:
    """The file, and what its marks mean."""
    voice = stage.voice
    title = bold(voice.ui("admin.figures.title", window=voice.ui(f"admin.window.{values['days']}")))
    return Screen(join(title, plain(voice.ui("admin.few"))), file=values["file"])


def _share(stage: Stage, asked: int, least: int, most: int) -> str:
    if not asked:
        return ""
    low, high = round(100 * least / asked), round(100 * most / asked)
    name = "answered" if low == high else "answered_about"
    return stage.voice.ui(f"admin.follow_ups.{name}", asked=asked, low=low, high=high)


def _delay(stage: Stage, delay: Values) -> list[str]:
    voice = stage.voice
    shares = {"hour": delay["within_hour_pct"], "day": delay["within_day_pct"]}
    told = [voice.ui(f"admin.delay.{name}", percent=share) for name, share in shares.items() if share is not None]
    return [voice.ui("admin.delay.half", minutes=delay["half_within_min"]), *told]


def _chart(stage: Stage, room: str, name: str, days: int) -> Key:
    return stage.admin(f"admin.chart.{name}", f"{room}_chart", f"{name}/{days}")


def _foot(stage: Stage, room: str, days: int) -> tuple[tuple[Key, ...], ...]:
    """The file, the other windows, and the way back."""
    others = [each for each in window.DAYS if each != days]
    windows = tuple(stage.admin(f"admin.window.button{each}", room, str(each)) for each in others)
    return ((stage.admin("admin.figures", f"{room}_csv", str(days)),), windows, (stage.admin("admin.back", "admin"),))


SCREENS: dict[str, Draw] = {
    "admin_people": people,
    "admin_follow_ups": follow_ups,
    "admin_plans": plans,
    "admin_figures": figures,
}
