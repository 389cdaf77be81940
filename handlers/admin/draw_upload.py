"""The cards of a changed pack on its way: how far it is, what is wrong with it, what it changes."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.admin.draw_content import bring_back
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, bullets, fit, join, plain, units
from handlers.voice import Voice

CAPTION_UNITS = 1000
MOST_EXAMPLES = 4
UNKNOWN = {"other_pack", "undecided"}  # then nobody can say who is told what
LONGEST_PROBLEM = 300
# What a pack is made of, as the card counts it; everything else is "other".
PARTS = ("words", "questions", "rules", "causes", "advice", "plans", "pictures")


def stage_of(stage: Stage, values: Values) -> Screen:
    """How far it is."""
    voice = stage.voice
    return Screen(plain(voice.ui(f"upload.stage.{values['stage']}", names=_names(voice, values))))


def refused(stage: Stage, values: Values) -> Screen:
    """It cannot be used, and why."""
    return Screen(join(*_refused(stage.voice, values)), ((stage.admin("admin.room.content", "content"),),))


def _refused(voice: Voice, values: Values) -> Iterator[str]:
    yield bold(voice.ui("upload.refused", names=_names(voice, values)))
    yield plain(voice.ui(f"upload.why.{values['why']}", **values["values"]))


def problems(stage: Stage, values: Values) -> Screen:
    """The mistakes: the first ones here, all of them in the document."""
    voice = stage.voice
    head = [
        bold(voice.ui("upload.refused", names=_names(voice, values))),
        plain(_how_many(voice, values)),
    ]
    end = plain(voice.ui("upload.mend"))
    lines = [f"• {plain(_short(each))}" for each in values["problems"]]
    while lines and units(join(*head, "\n".join(lines), end)) > CAPTION_UNITS:
        lines.pop()
    anew = stage.admin("upload.key.discard", "anew", str(values["upload"]))
    return Screen(join(*head, "\n".join(lines), end), ((anew,),), file=values["file"])


def _how_many(voice: Voice, verdict: Values) -> str:
    """Mistakes, or promises that do not hold."""
    key = "upload.unproved" if verdict["proved"] else "upload.problems"
    return voice.ui(key, count=verdict["count"])


def _short(problem: str) -> str:
    return problem if len(problem) <= LONGEST_PROBLEM else f"{problem[:LONGEST_PROBLEM]}…"


def report(stage: Stage, values: Values) -> Screen:
    """Both versions side by side, as a document."""
    text = stage.voice.ui("upload.report", old=values["old"], new=values["new"])
    return Screen(plain(text), file=values["file"])


def upload(stage: Stage, values: Values) -> Screen:
    """The card that decides, or what became of it."""
    match values["state"]:
        case "ready":
            return _ready(stage, values)
        case "refused":
            return _not_used(stage, values)
        case state:
            names = _names(stage.voice, values)
            text = stage.voice.ui(f"upload.state.{state}", names=names, number=values["number"])
            return Screen(plain(text), ((stage.admin("admin.room.content", "content"),),))


def _not_used(stage: Stage, values: Values) -> Screen:
    verdict, voice = values["verdict"], stage.voice
    if verdict["why"] != "problems":
        return refused(stage, {**verdict, "names": values["names"]})
    title = bold(voice.ui("upload.refused", names=_names(voice, values)))
    told = plain(_how_many(voice, verdict))
    return Screen(join(title, told), ((stage.admin("admin.room.content", "content"),),))


def _ready(stage: Stage, values: Values) -> Screen:
    voice, compared = stage.voice, values["compared"]
    text = join(
        bold(voice.ui("upload.title", **{name: values[name] for name in ("number", "pack", "version")})),
        bold(voice.ui("upload.asks")) if values["asks"] else "",
        bold(voice.ui("upload.asked")) if values["asked"] and not values["asks"] else "",
        plain(_holds(voice, values)),
        _advice(voice, compared),
        plain(_counts(voice, compared["counts"])),
        plain(_open(voice, compared["concerned"])),
    )
    return Screen(text, _keys(stage, values))


def _holds(voice: Voice, values: Values) -> str:
    promises = values["verdict"].get("promises")
    if promises is None:
        return voice.ui("upload.shipped")
    return voice.ui("upload.holds", names=_names(voice, values), promises=promises)


def _advice(voice: Voice, compared: Values) -> str:
    """What must be looked at first, and bold."""
    alarming = [*(["less"] if compared["less"] else []), *compared["unclear"]]
    told = [kind for kind in ("more", "alike") if compared[kind]]
    if not (compared["less"] or UNKNOWN & set(alarming)):
        told.insert(0, "nobody_less" if told else "nobody")
    lines = [bold(voice.ui(f"upload.{kind}")) for kind in alarming]
    return "\n".join([*lines, *(plain(voice.ui(f"upload.{kind}")) for kind in told)])


def _counts(voice: Voice, counts: dict[str, int]) -> str:
    known = {part: counts[part] for part in PARTS if part in counts}
    other = sum(count for part, count in counts.items() if part not in PARTS)
    told = [voice.ui(f"upload.part.{part}", count=count) for part, count in known.items()]
    told += [voice.ui("upload.part.other", count=other)] if other else []
    return voice.ui("upload.counts", parts=", ".join(told)) if told else ""


def _open(voice: Voice, found: Values | None) -> str:
    if not found or not found["episodes"]:
        return voice.ui("upload.open_none") if found else ""
    told = {"less": found["less_urgent"], "more": found["more_urgent"]}
    said = [voice.ui("upload.open", count=found["episodes"])]
    said += [voice.ui("upload.open.told", **told)] if any(told.values()) else []
    return " ".join(said)


def _keys(stage: Stage, values: Values) -> tuple[tuple[Key, ...], ...]:
    """What to look at first, what cannot be undone last."""
    number = str(values["upload"])
    decide = "confirm" if values["asks"] else "publish"
    looks = [stage.admin("upload.key.changes", "changes", number)]
    looks += [stage.admin("upload.key.report", "report", number)] if values["has_report"] else []
    publish = stage.admin(f"upload.key.{decide}", decide, number, "danger" if values["asks"] else "primary")
    waits = values["asked"] and not values["asks"]
    return (
        *((key,) for key in looks),
        (stage.admin("upload.key.try", "try", number),),
        *(() if waits else ((publish,),)),
        (stage.admin("upload.key.discard", "discard", number), stage.admin("admin.back", "content")),
    )


def changes(stage: Stage, values: Values) -> Screen:
    """Examples of everybody who is told something else, and how many open checks that concerns."""
    voice, compared = stage.voice, values["compared"]
    parts = [bold(voice.ui("upload.changes", number=values["number"])), _advice(voice, compared)]
    for kind in ("less", "more", "alike"):
        if compared[kind]:
            title = bold(voice.ui(f"upload.examples.{kind}"))
            parts += [title, *(f"• {plain(each)}" for each in compared[kind][:MOST_EXAMPLES])]
    parts += [plain(_open(voice, compared["concerned"])), _standing(voice, compared["concerned"])]
    return Screen(fit(parts), ((stage.admin("admin.back", "upload", str(values["upload"])),),))


def _standing(voice: Voice, found: Values | None) -> str:
    """At which question those are who are still being asked."""
    if not found or not found["at"]:
        return ""
    lines = [f"{voice.text('questions', name, 'ask') or name or '✓'}: {count}" for name, count in found["at"].items()]
    return f"{plain(voice.ui('upload.standing', count=found['in_triage']))}\n{bullets(lines)}"


def type_it(stage: Stage, values: Values) -> Screen:
    """The only admin must say in words that it becomes less urgent."""
    word = stage.voice.ui("upload.type.word")
    text = join(plain(stage.voice.ui("upload.type.why")), bold(stage.voice.ui("upload.type", word=word)))
    return Screen(text, ((stage.admin("admin.back", "upload", str(values["upload"])),),))


def not_typed(stage: Stage, values: Values) -> Screen:
    """They wrote something else."""
    text = stage.voice.ui("upload.type.not", word=stage.voice.ui("upload.type.word"))
    return Screen(plain(text), ((stage.admin("admin.back", "upload", str(values["upload"])),),))


def published(stage: Stage, values: Values) -> Screen:
    """It is live; and the way back."""
    told = {name: values[name] for name in ("number", "pack", "version")}
    rows: list[tuple[Key, ...]] = []
    if values["before"] is not None:
        rows.append((bring_back(stage, values["entry"], values["before"]),))
    text = join(bold(stage.voice.ui("upload.published", **told)), plain(stage.voice.ui("upload.published.what")))
    return Screen(text, (*rows, (stage.admin("admin.room.content", "content"),)))


def _names(voice: Voice, values: Values) -> str:
    """The files that were sent; what came with the program has none."""
    return str(values["names"]) or voice.ui("upload.no_names")


SCREENS: dict[str, Draw] = {
    "upload_stage": stage_of,
    "upload_refused": refused,
    "upload_problems": problems,
    "upload_report": report,
    "upload": upload,
    "upload_changes": changes,
    "type_less_urgent": type_it,
    "not_typed": not_typed,
    "published": published,
}
