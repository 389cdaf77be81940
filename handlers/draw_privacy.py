"""The cards of /privacy, /export and /delete, and what is said when a yes is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

from content import words
from handlers.callback import PersonPress, encode
from handlers.draw_people import back_to_question
from handlers.screens import Draw, Key, Paper, Screen, Stage, Values, bold, bullets, join, plain, who_runs


def privacy(stage: Stage, values: Values) -> Screen:
    """The first card: who runs this, the gist, and the way to everything else."""
    voice = stage.voice
    text = join(
        bold(voice.ui("privacy.title")),
        plain(_who(stage)),
        plain(voice.ui("privacy.gist")),
        plain(voice.ui("privacy.telegram")),
        _adult(stage, values),
    )
    withdraw = (stage.own("button.withdraw", "privacy", "withdraw"),)
    rows = (
        (stage.own("button.kept", "privacy", "kept"), stage.own("button.seen", "privacy", "seen")),
        (stage.own("button.long", "privacy", "long"), stage.own("button.rights", "privacy", "rights")),
        (_copy(stage),),
        (stage.own("button.erase", "erase"),),
        *([withdraw] if values["agreed"] else []),
        *_full_text(stage),
    )
    return Screen(text, (*rows, *_way_back(stage, values)))


def page(stage: Stage, values: Values) -> Screen:
    """One of the details."""
    text, keys = PAGES[values["page"]](stage, values)
    return Screen(text, (*((key,) for key in keys), (stage.own("button.back", "privacy", "card"),)))


def _kept(stage: Stage, values: Values) -> tuple[str, list[Key]]:
    voice = stage.voice
    lines = bullets(voice.ui("privacy.kept").splitlines())
    return join(bold(voice.ui("button.kept")), lines, plain(voice.ui("privacy.not_kept"))), [_copy(stage)]


def _seen(stage: Stage, values: Values) -> tuple[str, list[Key]]:
    voice = stage.voice
    lines = (plain(each) for each in voice.ui("privacy.seen").splitlines())
    return join(bold(voice.ui("button.seen")), plain(_who(stage)), *lines), []


def _long(stage: Stage, values: Values) -> tuple[str, list[Key]]:
    voice = stage.voice
    lines = voice.ui("privacy.long", days=stage.operator.keeps_days).splitlines()
    return join(bold(voice.ui("button.long")), bullets(lines), plain(voice.ui("privacy.backups"))), []


def _rights(stage: Stage, values: Values) -> tuple[str, list[Key]]:
    voice = stage.voice
    lines = bullets(voice.ui("privacy.rights").splitlines())
    text = join(bold(voice.ui("button.rights")), _consented(stage, values), _age_given(stage, values), lines)
    age = [stage.own("button.age_again", "privacy", "age")] if values["agreed"] else []
    return join(text, plain(_complain(stage))), age


PAGES = {"kept": _kept, "seen": _seen, "long": _long, "rights": _rights}


def age(stage: Stage, values: Values) -> Screen:
    """The age once more; only on which side of 16."""
    voice = stage.voice
    keys = (stage.own("button.age16", "privacy", "16"), stage.own("button.age_u16", "privacy", "u16"))
    text = join(bold(voice.ui("age.ask")), plain(voice.ui("age.counts")))
    return Screen(text, (keys, (stage.own("button.back", "privacy", "card"),)))


def copy_page(stage: Stage, values: Values) -> Screen:
    """Under everything kept, to read."""
    text = join(plain(stage.voice.ui("copy.page")), _adult(stage, values))
    return Screen(text, paper=_paper(stage, "copy_page"))


def copy_data(stage: Stage, values: Values) -> Screen:
    """Under everything kept, as data."""
    return Screen(plain(stage.voice.ui("copy.data")), paper=_paper(stage, "copy_data"))


def copy_soon(stage: Stage, values: Values) -> Screen:
    """Asked again within the minute."""
    return Screen(plain(stage.voice.ui("toast.copy_soon")))


def erase_ask(stage: Stage, values: Values) -> Screen:
    """What goes, what stays, one yes and one no."""
    voice, yes = stage.voice, PersonPress(0, "erase", f"yes/{values['asked_at']}")
    text = join(
        bold(voice.ui("erase.title")),
        plain(voice.ui("erase.goes")),
        plain(voice.ui("erase.chat")),
        plain(voice.ui("erase.mark")),
        _adult(stage, values),
    )
    erase, keep = Key(voice.ui("button.erase_yes"), encode(yes), "danger"), stage.own("button.erase_no", "erase", "no")
    return Screen(text, ((erase,), (keep,), (_copy(stage),), (stage.numbers,)))


def erase_kept(stage: Stage, values: Values) -> Screen:
    """They thought better of it."""
    return Screen(plain(stage.voice.ui("erase.kept")), back_to_question(stage, values))


def erase_failed(stage: Stage, values: Values) -> Screen:
    """Nothing was erased, and that is said."""
    return Screen(join(bold(stage.voice.ui("erase.failed")), plain(_who(stage))), back_to_question(stage, values))


def erased(stage: Stage, values: Values) -> Screen:
    """The receipt. Nobody is known any more, so the say itself knows language and clock."""
    voice = replace(stage.voice, language=values["language"], zone=values["zone"])
    when = voice.moment(datetime.fromisoformat(values["at"]))
    text = join(
        bold(voice.ui("erased.when", when=when)),
        plain(voice.ui("erased.what", number=values["receipt"])),
        plain(voice.ui("erased.chat")),
    )
    return Screen(text)


def withdrawn(stage: Stage, values: Values) -> Screen:
    """The yes is taken back: what that means, and both ways on."""
    voice = stage.voice
    text = join(bold(voice.ui("withdrawn.title")), plain(voice.ui("withdrawn.what", days=stage.operator.keeps_days)))
    again = stage.own("button.changed_mind", "privacy", "again")
    return Screen(text, ((again,), (stage.own("button.erase", "erase"),), (stage.numbers,)))


def reminders_off(stage: Stage, values: Values) -> Screen:
    """Agreed again: the reminders of before do not come back by themselves."""
    undo = stage.own("button.undo", "undo_stop", turn=values["turn"], style="primary")
    return Screen(plain(stage.voice.ui("reminders_off")), ((undo,),))


# --- pieces -----------------------------------------------------------------------------------------------------------


def _who(stage: Stage) -> str:
    return who_runs(stage.voice, stage.operator)


def _complain(stage: Stage) -> str:
    voice, contact = stage.voice, stage.operator.contact
    ask = voice.ui("privacy.ask", contact=contact) if contact else voice.ui("privacy.ask_whoever")
    return f"{ask} {voice.ui('privacy.complain')}"


def _consented(stage: Stage, values: Values) -> str:
    """When the person agreed, to which text, in which language."""
    voice = stage.voice
    if not (values["agreed"] and values["at"]):
        return plain(voice.ui("privacy.not_agreed"))
    language = words.name_in(values["spoken"] or voice.language, voice.language)
    day = voice.day(datetime.fromisoformat(values["at"]))
    return plain(voice.ui("privacy.agreed", day=day, version=values["version"], other=language))


def _age_given(stage: Stage, values: Values) -> str:
    if values["minor"] is None:
        return ""
    key = "privacy.under_16" if values["minor"] else "privacy.over_16"
    return plain(stage.voice.ui(key))


def _adult(stage: Stage, values: Values) -> str:
    return plain(stage.voice.ui("adult.reads")) if values.get("minor") else ""


def _copy(stage: Stage) -> Key:
    return stage.own("button.copy", "export")


def _full_text(stage: Stage) -> tuple[tuple[Key, ...], ...]:
    url = stage.operator.url
    return ((Key(stage.voice.ui("button.full_text"), "", url=url),),) if url else ()


def _way_back(stage: Stage, values: Values) -> tuple[tuple[Key, ...], ...]:
    return back_to_question(stage, values) or ((stage.own("button.back", "privacy", "back"),),)


def _paper(stage: Stage, kind: Literal["copy_page", "copy_data"]) -> Paper:
    return Paper(kind, stage.voice.language, plain(stage.voice.ui("copy.instead")))


SCREENS: dict[str, Draw] = {
    "privacy": privacy,
    "privacy_page": page,
    "privacy_age": age,
    "copy_page": copy_page,
    "copy_data": copy_data,
    "copy_soon": copy_soon,
    "erase_ask": erase_ask,
    "erase_kept": erase_kept,
    "erase_failed": erase_failed,
    "erased": erased,
    "withdrawn": withdrawn,
    "reminders_off": reminders_off,
}
