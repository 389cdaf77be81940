"""The card of /settings, its languages and its quiet hours."""

from __future__ import annotations

from content import places, words
from content.hours import HOUR_MIN, LONGEST_QUIET_MIN
from handlers.callback import PersonPress, encode
from handlers.draw_people import LANGUAGE_WIDTH, PRESENT, back_to_question
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, grid, join, plain
from handlers.voice import Voice

NIGHTS = ((22, 7), (21, 8), (23, 6), (23, 9), (0, 8))
NO_NIGHT = (0, 0)
DAY_H, HOURS_WIDTH, NIGHTS_WIDTH = 24, 6, 2


def settings(stage: Stage, values: Values) -> Screen:
    """What a person may set, a line for each; what has just been changed stands first."""
    voice = stage.voice
    lines = [
        voice.ui("settings.language", spoken=words.name_of(voice.language)),
        voice.ui(
            "settings.zone", place=places.place_name(values["zone"], voice.language), time=voice.clock(values["now"])
        ),
        _quiet_line(voice, *values["quiet"]),
        *(voice.ui(f"settings.switch.{name}_{_side(on=values[name])}") for name in SWITCHES),
    ]
    text = join(bold(voice.ui("settings.title")), *map(plain, _changed(voice, values)), plain("\n".join(lines)))
    ways = (
        (stage.own("button.set_language", "tongue"), stage.own("button.set_zone", "zone")),
        (stage.own("button.set_quiet", "quiet"),),
    )
    switches = tuple((_switch(stage, name, on=values[name]),) for name in SWITCHES)
    return Screen(text, (*ways, *switches, *back_to_question(stage, values)))


SWITCHES = ("news", "scale", "simple")


def _switch(stage: Stage, name: str, *, on: bool) -> Key:
    return stage.own(f"button.switch.{name}_{_side(on=not on)}", "set", f"{name}/{_side(on=not on)}")


def _side(*, on: bool) -> str:
    return "on" if on else "off"


def _changed(voice: Voice, values: Values) -> list[str]:
    """What a new clock means for the reminders."""
    if "changed" not in values:
        return []
    said = [voice.ui(f"settings.changed.{values['changed']}")]
    if values.get("moved"):
        said.append(voice.ui("settings.moved", count=values["moved"], when=voice.when(values["next"])))
    elif values.get("next"):
        said.append(voice.ui("settings.stays", when=voice.when(values["next"])))
    return [" ".join(said), *([voice.ui("settings.ice_ends")] if values.get("ice_ends") else [])]


def _quiet_line(voice: Voice, since: int, until: int) -> str:
    if since == until:
        return voice.ui("settings.quiet_none")
    return voice.ui("settings.quiet", hours=_night(voice, since // HOUR_MIN, until // HOUR_MIN))


def _night(voice: Voice, since: int, until: int) -> str:
    """ "22:00 to 07:00"."""
    return voice.ui("quiet.hours", since=f"{since:02}:00", until=f"{until:02}:00")


def languages(stage: Stage, values: Values) -> Screen:
    """The languages, the present one marked."""
    present = stage.voice.language
    keys = [
        Key(f"{PRESENT if each == present else ''}{words.name_of(each)}", encode(PersonPress(0, "tongue", each)))
        for each in words.languages()
    ]
    return Screen(bold(stage.voice.ui("language.ask")), (*grid(keys, LANGUAGE_WIDTH), back(stage)))


def quiet(stage: Stage, values: Values) -> Screen:
    """A few usual nights, none at all, or other hours."""
    voice, present = stage.voice, tuple(minute // HOUR_MIN for minute in values["quiet"])
    nights = [Key(_marked(_night(voice, *each), is_now=present == each), _set(*each)) for each in NIGHTS]
    none = Key(_marked(voice.ui("button.quiet_none"), is_now=present[0] == present[1]), _set(*NO_NIGHT))
    text = join(bold(voice.ui("quiet.ask")), plain(voice.ui("quiet.why")))
    other = stage.own("button.quiet_other", "quiet", "since")
    return Screen(text, (*grid(nights, NIGHTS_WIDTH), (none,), (other,), back(stage)))


def _marked(label: str, *, is_now: bool) -> str:
    return f"{PRESENT if is_now else ''}{label}"


def _set(since: int, until: int) -> str:
    return encode(PersonPress(0, "quiet", f"set/{since}/{until}"))


def quiet_since(stage: Stage, values: Values) -> Screen:
    """From which hour."""
    keys = [Key(f"{hour:02}:00", encode(PersonPress(0, "quiet", f"since/{hour}"))) for hour in range(DAY_H)]
    return Screen(bold(stage.voice.ui("quiet.since")), (*grid(keys, HOURS_WIDTH), _back_to(stage, "quiet")))


def quiet_until(stage: Stage, values: Values) -> Screen:
    """Until which hour: at most fourteen later."""
    since, voice = values["since"], stage.voice
    ends = [(since + each) % DAY_H for each in range(1, LONGEST_QUIET_MIN // HOUR_MIN + 1)]
    keys = [Key(f"{hour:02}:00", _set(since, hour)) for hour in ends]
    text = join(bold(voice.ui("quiet.until", since=f"{since:02}:00")), plain(voice.ui("quiet.longest")))
    return Screen(text, (*grid(keys, HOURS_WIDTH), _back_to(stage, "quiet", "since")))


def _back_to(stage: Stage, name: str, value: str = "") -> tuple[Key, ...]:
    return (stage.own("button.back", name, value),)


def back(stage: Stage) -> tuple[Key, ...]:
    """To the card of settings."""
    return _back_to(stage, "settings")


SCREENS: dict[str, Draw] = {
    "settings": settings,
    "settings_language": languages,
    "quiet": quiet,
    "quiet_since": quiet_since,
    "quiet_until": quiet_until,
}
