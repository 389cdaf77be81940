"""The cards on which a broadcast is written: the room, the draft, its words, its buttons and whom it is for."""

from __future__ import annotations

from content import words
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, bullets, grid, join, pairs, plain
from handlers.voice import Voice

PRESENT = "✓ "
BUTTON_KINDS = ("check", "changes", "link")
FIELDS = ("languages", "levels", "causes", "plans", "version")
LONGEST_NAME = 34


def room(stage: Stage, values: Values) -> Screen:
    """What was sent lately, and the ways to begin."""
    voice = stage.voice
    rows = [
        (stage.admin("admin.broadcast.changes", "bc_changes"),),
        (stage.admin("admin.broadcast.new", "bc_new"), stage.admin("admin.broadcast.new_safety", "bc_new", "safety")),
        *((_open(stage, each),) for each in values["entries"]),
        (stage.admin("admin.back", "admin"),),
    ]
    text = join(bold(voice.ui("admin.broadcast.title")), plain(voice.ui("admin.broadcast.what")))
    return Screen(text, tuple(rows))


def _open(stage: Stage, entry: Values) -> Key:
    state = stage.voice.ui(f"admin.broadcast.state.{entry['state']}")
    return stage.admin("admin.broadcast.entry", "bc", str(entry["id"]), number=entry["id"], state=state)


def draft(stage: Stage, values: Values) -> Screen:
    """Everything about one that is not sent yet."""
    number, due_at = values["id"], values["due_at"]
    when = stage.voice.ui("admin.broadcast.when_set", when=stage.voice.when(due_at)) if due_at else ""
    text = join(head(stage.voice, values), bullets(_written(stage.voice, values)), plain(when), counts(stage, values))
    if values["may_confirm"]:
        return Screen(text, _second_rows(stage, values))
    if values["state"] == "scheduled":
        back = (stage.admin("admin.broadcast.unschedule", "bc_when", f"{number}:now"),)
        return Screen(text, (back, _last(stage, number)))
    rows = (
        (_key(stage, "words", "bc_words", number), _key(stage, "buttons", "bc_buttons", number)),
        (_key(stage, "whom", "bc_whom", number), _key(stage, "when", "bc_when", number)),
        (_key(stage, "preview", "bc_preview", number), _key(stage, "to_me", "bc_to_me", number)),
        (stage.admin("admin.broadcast.send", "bc_ask", str(number), "primary"),),
        _last(stage, number),
    )
    return Screen(text, rows if not values["why_not"] else tuple(row for row in rows if row != rows[3]))


def second(stage: Stage, values: Values) -> Screen:
    """Another admin is asked to say yes to a safety notice."""
    text = join(plain(stage.voice.ui("admin.broadcast.second")), counts(stage, values))
    return Screen(text, _second_rows(stage, values))


def _second_rows(stage: Stage, values: Values) -> tuple[tuple[Key, ...], ...]:
    told = f"{values['id']}:{values['count']['recipients'] if values['count'] else 0}"
    yes = stage.admin("admin.broadcast.confirm", "bc_confirm", told, "danger")
    return ((yes,), (_key(stage, "preview", "bc_preview", values["id"]), stage.admin("admin.back", "broadcasts")))


def head(voice: Voice, values: Values) -> str:
    """Which one this is."""
    kind = voice.ui("admin.broadcast.safety") if values["about"] == "safety" else voice.ui("admin.broadcast.news")
    return bold(voice.ui("admin.broadcast.draft", number=values["id"], kind=kind))


def _written(voice: Voice, values: Values) -> list[str]:
    none = voice.ui("admin.broadcast.none")
    languages = ", ".join(words.name_of(each) for each in values["languages"]) or none
    shown = ", ".join(voice.ui(f"admin.broadcast.button.{each}") for each in values["buttons"]) or none
    return [
        voice.ui("admin.broadcast.words_are", languages=languages),
        voice.ui("admin.broadcast.has_file") if values["file"] else "",
        voice.ui("admin.broadcast.buttons_are", buttons=shown),
        *whom(voice, values["audience"], values["about"]),
    ]


def whom(voice: Voice, audience: Values, about: str) -> list[str]:
    """Whom it is for, one line for each thing that narrows it."""
    lines = [
        voice.ui(f"admin.broadcast.only.{field}", names=", ".join(name(voice, field, each) for each in audience[field]))
        for field in FIELDS[:-1]
        if audience[field]
    ]
    if audience["following"]:
        lines.append(voice.ui("admin.broadcast.only_following"))
    if audience["version"]:
        lines.append(voice.ui("admin.broadcast.only_version", version=audience["version"]))
    if about == "safety":
        return lines or [voice.ui("admin.broadcast.nobody_yet")]
    return lines or [voice.ui("admin.broadcast.everybody")]


def name(voice: Voice, field: str, choice: str) -> str:
    """A choice in words, without what stands in brackets behind it."""
    match field:
        case "languages":
            return words.name_of(choice)
        case "levels" | "causes":
            found = voice.text(field, choice, "name").partition(" (")[0]
            return found if len(found) <= LONGEST_NAME else f"{found[: LONGEST_NAME - 1]}…"
        case _:
            return choice


def counts(stage: Stage, values: Values) -> str:
    """Exactly how many get it, and how many do not, and why; or why nobody can say yet."""
    voice, count = stage.voice, values["count"]
    if values["why_not"] == "everybody":
        return plain(voice.ui("admin.broadcast.choose_whom"))
    if count is None:
        return plain(voice.ui("admin.broadcast.searching"))
    lines = [
        voice.ui("admin.broadcast.count.now", count=count["now"]),
        voice.ui("admin.broadcast.count.asleep", count=count["asleep"]) if count["asleep"] else "",
        voice.ui("admin.broadcast.count.blocked", count=count["blocked"]) if count["blocked"] else "",
        voice.ui("admin.broadcast.count.no_news", count=count["no_news"]) if count["no_news"] else "",
        voice.ui("admin.broadcast.count.in_check", count=count["in_check"]) if count["in_check"] else "",
    ]
    why = voice.ui(f"admin.broadcast.not_yet.{values['why_not']}") if values["why_not"] else ""
    total = voice.ui("admin.broadcast.count", count=count["recipients"], meant=count["meant"])
    return join(f"{bold(total)}\n{bullets(lines)}", plain(why))


def _key(stage: Stage, key: str, act: str, number: int) -> Key:
    return stage.admin(f"admin.broadcast.do.{key}", act, str(number))


def _last(stage: Stage, number: int) -> tuple[Key, ...]:
    return (_key(stage, "discard", "bc_discard", number), stage.admin("admin.back", "broadcasts"))


def languages(stage: Stage, values: Values) -> Screen:
    """In which languages there are words."""
    keys = [
        Key(f"{PRESENT if each in values['has'] else ''}{words.name_of(each)}", _write(stage, values["id"], each).data)
        for each in words.languages()
    ]
    text = plain(stage.voice.ui("admin.broadcast.which_language"))
    return Screen(text, (*grid(keys, 2), (stage.admin("admin.back", "bc", str(values["id"])),)))


def _write(stage: Stage, number: int, language: str) -> Key:
    return stage.admin("admin.broadcast.do.words", "bc_words", f"{number}:{language}")


def write(stage: Stage, values: Values) -> Screen:
    """The next message will be the words."""
    told = f"{values['id']}:{values['language']}"
    without = [(stage.admin("admin.broadcast.without", "bc_without", told),)] if values["has"] else []
    text = plain(stage.voice.ui("admin.broadcast.write", name=words.name_of(values["language"])))
    return Screen(text, (*without, (stage.admin("admin.back", "bc", str(values["id"])),)))


def buttons(stage: Stage, values: Values) -> Screen:
    """Which buttons it carries."""
    voice, number = stage.voice, values["id"]
    keys = []
    for kind in BUTTON_KINDS:
        mark, label = PRESENT if kind in values["has"] else "", voice.ui(f"admin.broadcast.button.{kind}")
        keys.append(Key(f"{mark}{label}", stage.admin("admin.back", "bc_buttons", f"{number}:{kind}").data))
    text = plain(voice.ui("admin.broadcast.which_buttons"))
    return Screen(text, (*grid(keys, 1), (stage.admin("admin.back", "bc", str(number)),)))


def link(stage: Stage, values: Values) -> Screen:
    """The next message will be a label and an address."""
    text = plain(stage.voice.ui("admin.broadcast.write_link"))
    return Screen(text, ((stage.admin("admin.back", "bc_buttons", str(values["id"])),),))


def whom_card(stage: Stage, values: Values) -> Screen:
    """Whom it is for, and what narrows it."""
    voice, number = stage.voice, values["id"]
    text = join(bold(voice.ui("admin.broadcast.to_whom")), bullets(whom(voice, values["audience"], values["about"])))
    keys = [stage.admin(f"admin.broadcast.by.{field}", "bc_narrow", f"{number}:{field}") for field in FIELDS]
    following = _key(stage, "following", "bc_following", number)
    last = (_key(stage, "everybody", "bc_everybody", number), stage.admin("admin.back", "bc", str(number)))
    hidden = {} if values["why_not"] == "everybody" else {"why_not": ""}
    return Screen(join(text, counts(stage, values | hidden)), (*pairs([*keys, following]), last))


def narrow(stage: Stage, values: Values) -> Screen:
    """The choices of one thing, those taken marked."""
    voice, number, field = stage.voice, values["id"], values["field"]
    keys = [
        Key(
            f"{PRESENT if each['id'] in values['has'] else ''}{each['name'] or name(voice, field, each['id'])}",
            stage.admin("admin.back", "bc_narrow", f"{number}:{field}:{each['id']}").data,
        )
        for each in values["choices"]
    ]
    text = plain(voice.ui(f"admin.broadcast.choose.{field}"))
    return Screen(text, (*pairs(keys), (stage.admin("admin.back", "bc_whom", str(number)),)))


SCREENS: dict[str, Draw] = {
    "broadcasts": room,
    "broadcast_draft": draft,
    "broadcast_second": second,
    "broadcast_languages": languages,
    "broadcast_write": write,
    "broadcast_buttons": buttons,
    "broadcast_link": link,
    "broadcast_whom": whom_card,
    "broadcast_narrow": narrow,
}
