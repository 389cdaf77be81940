"""The cards around the checks: first meeting, home, help, emergency numbers."""

from __future__ import annotations

from datetime import datetime

from content import places, words
from handlers.callback import PersonPress, encode
from handlers.screens import Draw, Key, Screen, Stage, Values, bold, bullets, grid, join, plain

CLOCK_WIDTH = 4
COUNTRIES_A_PAGE = 16
MOST_PLACES = 10
LANGUAGE_WIDTH, PRESENT = 2, "✓ "


def setup(stage: Stage, values: Values) -> Screen:
    """The first meeting, one card edited in place."""
    return SETUP[values["setup"]](stage, values)


def _hello(stage: Stage, values: Values) -> Screen:
    voice = stage.voice
    reviewed = "" if voice.pack.review else voice.ui("hello.not_reviewed")
    text = join(
        bold(voice.ui("hello.title")),
        plain(voice.ui("hello.what")),
        plain(f"{voice.ui('hello.not_a_diagnosis')} {reviewed}".strip()),
        plain(voice.ui("hello.emergency", number=voice.emergency_number)),
        plain(voice.ui("hello.stored")),
    )
    go = stage.own("button.go", "go", turn=values["turn"], style="primary")
    others = [each for each in words.languages() if each != voice.language]
    return Screen(text, ((go,), (stage.numbers, *(_speak(each, values["turn"]) for each in others))))


def _clock(stage: Stage, values: Values) -> Screen:
    now = datetime.fromisoformat(values["now"])
    keys = [
        Key(choice.shows, encode(PersonPress(values["turn"], "clock", str(choice.offset_min))))
        for choice in places.clock_choices(now)
    ]
    text = join(bold(stage.voice.ui("clock.ask")), plain(stage.voice.ui("clock.why")))
    return Screen(text, (*grid(keys, CLOCK_WIDTH), (stage.numbers,)))


def _place(stage: Stage, values: Values) -> Screen:
    voice, turn = stage.voice, values["turn"]
    zones = places.zones_at(datetime.fromisoformat(values["now"]), values["offset_min"])[:MOST_PLACES]
    keys = [Key(places.place_name(zone, voice.language), encode(PersonPress(turn, "place", zone))) for zone in zones]
    text = join(bold(voice.ui("place.ask")), plain(voice.ui("place.why")))
    return Screen(text, (*grid(keys, 1), (stage.own("button.back", "back", turn=turn), stage.numbers)))


def _age(stage: Stage, values: Values) -> Screen:
    turn = values["turn"]
    keys = (stage.own("button.age16", "age", "16", turn), stage.own("button.age_u16", "age", "u16", turn))
    return Screen(bold(stage.voice.ui("age.ask")), (keys, (stage.numbers,)))


def _consent(stage: Stage, values: Values) -> Screen:
    return _may_i(stage, values, bold(stage.voice.ui("consent.ask")))


def _renew(stage: Stage, values: Values) -> Screen:
    """The text has changed since this person agreed: what is new comes first."""
    voice = stage.voice
    return _may_i(stage, values, bold(voice.ui("consent.changed")), plain(voice.ui("consent.new")))


def _may_i(stage: Stage, values: Values, *first: str) -> Screen:
    """What is agreed to, and two equal buttons."""
    voice, turn, minor = stage.voice, values["turn"], bool(values.get("minor"))
    adult = plain(voice.ui("consent.adult")) if minor else ""
    text = join(*first, plain(voice.ui("consent.what")), plain(voice.ui("consent.how")), adult)
    agree = "button.agree_minor" if minor else "button.agree"
    yes, no = stage.own(agree, "consent", "yes", turn), stage.own("button.disagree", "consent", "no", turn)
    both = ((yes,), (no,)) if minor else ((yes, no),)
    return Screen(text, (*both, (stage.own("button.privacy", "privacy"), stage.numbers)))


def _refused(stage: Stage, values: Values) -> Screen:
    text = join(plain(stage.voice.ui("refused")), plain(_call(stage)))
    again = stage.own("button.changed_mind", "go", turn=values["turn"])
    return Screen(text, ((stage.numbers, stage.own("button.help", "help")), (again,)))


SETUP: dict[str, Draw] = {
    "hello": _hello,
    "clock": _clock,
    "place": _place,
    "age": _age,
    "consent": _consent,
    "renew": _renew,
    "refused": _refused,
}


def agreed(stage: Stage, values: Values) -> Screen:
    """Everything is set: one big button, and under it, once, whether the person wants news."""
    voice, news = stage.voice, values.get("news")
    adult = voice.text("texts", "under_16") if values["minor"] else ""
    about = {None: voice.ui("news.ask"), True: voice.ui("news.yes"), False: voice.ui("news.no")}[news]
    text = join(bold(voice.ui("agreed")), plain(voice.text("texts", "intro_balance")), plain(adult), plain(about))
    ask = (stage.own("button.news_yes", "news", "yes"), stage.own("button.news_no", "news", "no"))
    return Screen(text, ((_check(stage),), *([ask] if news is None else []), (stage.numbers,)))


def home(stage: Stage, values: Values) -> Screen:
    return Screen(
        plain(stage.voice.ui("home")),
        (
            (_check(stage),),
            (stage.own("button.run", "run"), stage.own("button.diary", "diary")),
            (stage.own("button.history", "history_new"),),
            (stage.own("button.followups", "followups"), stage.own("button.help", "help")),
        ),
    )


def resume_or_anew(stage: Stage, values: Values) -> Screen:
    """A second /start in the middle."""
    turn = values["turn"]
    return Screen(
        plain(stage.voice.ui("resume_or_anew")),
        (
            (stage.own("button.resume", "resume", turn=turn, style="primary"),),
            (stage.own("button.anew", "anew", values.get("of", ""), turn),),
            (stage.numbers,),
        ),
    )


def help_card(stage: Stage, values: Values) -> Screen:
    voice = stage.voice
    text = join(
        plain(voice.ui("help.what")),
        plain(_call(stage)),
        bullets(voice.ui("help.commands").splitlines()),
        plain(voice.ui("hello.not_a_diagnosis")),
    )
    first = (_check(stage),) if values["ready"] and not values.get("asking") else ()
    last = (stage.own("button.privacy", "privacy"), stage.own("button.language", "language"))
    return Screen(text, (*([first] if first else []), (stage.numbers,), last, *back_to_question(stage, values)))


def language(stage: Stage, values: Values) -> Screen:
    """The languages, the present one marked."""
    keys = [_speak(each, values["turn"], PRESENT if each == stage.voice.language else "") for each in words.languages()]
    text = bold(stage.voice.ui("language.ask"))
    return Screen(text, (*grid(keys, LANGUAGE_WIDTH), *back_to_question(stage, values)))


def _speak(each: str, turn: int, mark: str = "") -> Key:
    return Key(f"{mark}{words.name_of(each)}", encode(PersonPress(turn, "speak", each)))


def numbers(stage: Stage, values: Values) -> Screen:
    """The number to call here, and how to change the country."""
    voice, turn = stage.voice, values["turn"]
    line = places.advice_line(voice.where)
    text = join(
        bold(_call(stage)),
        plain(voice.ui("numbers.line", number=line)) if line else "",
        plain(voice.ui("numbers.when")),
        plain(voice.ui("numbers.else")),
    )
    return Screen(text, ((stage.own("button.countries", "countries", "0", turn),), *back_to_question(stage, values)))


def back_to_question(stage: Stage, values: Values) -> tuple[tuple[Key, ...], ...]:
    """The open question is further up by now: one tap brings it down here."""
    return ((stage.own("button.question", "resume", turn=values["turn"]),),) if values.get("asking") else ()


def _call(stage: Stage) -> str:
    voice, where = stage.voice, stage.voice.where
    if where is None:
        return voice.ui("numbers.unknown", number=voice.emergency_number)
    country = places.country_name(where, voice.language)
    return voice.ui("numbers.here", country=country, number=voice.emergency_number)


def countries(stage: Stage, values: Values) -> Screen:
    """A page of countries."""
    voice, turn = stage.voice, values["turn"]
    named = places.countries_by_name(voice.language)
    last = (len(named) - 1) // COUNTRIES_A_PAGE
    page = min(max(values["page"], 0), last)
    shown = named[page * COUNTRIES_A_PAGE :][:COUNTRIES_A_PAGE]
    keys = [Key(name[:30], encode(PersonPress(turn, "country", code))) for name, code in shown]
    turning = [
        Key(label, encode(PersonPress(turn, "countries", str(number))))
        for label, number in ((voice.ui("button.earlier"), page - 1), (voice.ui("button.more"), page + 1))
        if 0 <= number <= last
    ]
    return Screen(plain(voice.ui("countries.ask")), (*grid(keys, 2), tuple(turning)))


def hint(stage: Stage, values: Values) -> Screen:
    """A kind pointer after a message that the bot cannot use."""
    text = join(plain(stage.voice.ui(f"hint.{values['what']}")), plain(_call(stage)))
    return Screen(text, ((_check(stage),),) if values["what"] == "home" else ())


def alarm(stage: Stage, values: Values) -> Screen:
    """A typed message speaks of an emergency."""
    voice = stage.voice
    text = join(bold(voice.ui("alarm.title")), bold(_call(stage)), plain(voice.ui("alarm.what")))
    return Screen(text, ((stage.own("button.countries", "countries", "0", values["turn"]),),))


def group(stage: Stage, values: Values) -> Screen:
    """In a group: the way to the private chat, and no health word; in the language of who spoke."""
    language, url = values["language"], f"https://t.me/{values['username']}?start=group"
    return Screen(plain(words.say(language, "group")), ((Key(words.say(language, "button.private"), "", url=url),),))


def _check(stage: Stage) -> Key:
    return stage.own("button.check", "check", style="primary")


SCREENS: dict[str, Draw] = {
    "setup": setup,
    "agreed": agreed,
    "home": home,
    "resume_or_anew": resume_or_anew,
    "help": help_card,
    "language": language,
    "numbers": numbers,
    "countries": countries,
    "hint": hint,
    "alarm": alarm,
    "group": group,
}
