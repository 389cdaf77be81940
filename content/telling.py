"""What an outcome says, as text ids and values: it becomes words when it is sent."""

from __future__ import annotations

from dataclasses import replace

from content import buttons, flow, provisional, strength, wishes, words
from content.assess import Known, Outcome, assess, sayable, whom, without_ice
from content.episode import Episode, FollowUp, Json, Say
from content.pack import Answers, Pack
from content.plan import follow_ups


def score(answers: Answers, question: str | None) -> int | None:
    """The 0-10 answer to a question, None when it was not answered with a number."""
    ticked = answers.get(question or "", frozenset())
    return next((int(option) for option in ticked if option.isdigit()), None)


def strong(episode: Episode, answers: Answers, question: str | None) -> strength.Strength | None:
    """How strong the person told among these answers, as a number or in words; None when they could not tell."""
    number = score(answers, question)
    return None if number is None else strength.Strength(number, question in episode.in_words)


def base(episode: Episode) -> strength.Strength | None:
    """What later answers are compared with."""
    return None if episode.base is None else strength.Strength(episode.base, episode.base_in_words)


def based(episode: Episode, on: strength.Strength | None) -> Episode:
    """The episode in which later answers are compared with this."""
    return replace(episode, base=on.number if on else None, base_in_words=bool(on and on.in_words))


def current(pack: Pack, episode: Episode) -> Outcome:
    """The outcome of the triage's answers at the level that holds now (check-ins may have made it more urgent)."""
    outcome = assess(pack, episode.answers)
    return at_level(pack, episode, outcome, episode.level or outcome.level)


def at_level(pack: Pack, episode: Episode, outcome: Outcome, level: str) -> Outcome:
    """The same outcome told at a more urgent level: that level's doctor and its own steps in front."""
    if level == outcome.level:
        return outcome
    record = pack.levels[level]
    known = Known(pack, episode.answers)
    before = pack.levels[outcome.level]
    may_ice = outcome.may_ice and record.routine
    return replace(
        outcome,
        level=level,
        whom=whom(pack, level, outcome.causes),
        steps=without_ice(pack, sayable(pack, known, _ahead(record.steps, outcome.steps, before.steps)), may_ice),
        avoid=without_ice(pack, sayable(pack, known, _ahead(record.avoid, outcome.avoid, before.avoid)), may_ice),
        may_ice=may_ice,
    )


def _ahead(first: tuple[str, ...], others: tuple[str, ...], dropped: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys([*first, *(each for each in others if each not in dropped)]))


def outcome_say(pack: Pack, episode: Episode, outcome: Outcome, planned: tuple[FollowUp, ...]) -> Say:
    """The result message: level, candidates, why, steps, avoid, net, and when the bot asks again."""
    alone = pack.levels[outcome.level].alone
    values: dict[str, Json] = {
        "level": outcome.level,
        "alone": alone,
        "causes": [{"cause": each.cause, "fit": each.fit} for each in outcome.causes],
        "reasons": [[question, option] for question, option in outcome.reasons],
        "whom": list(outcome.whom),
        "steps": list(outcome.steps),
        "avoid": list(outcome.avoid),
        "net": list(outcome.net),
        "says": list(outcome.says),
        "may_ice": outcome.may_ice,
        "ice_asked": bool(pack.ice and not alone and any(each.cause in pack.ice.causes for each in outcome.causes)),
        "plan": outcome.plan,
        "planned": [] if alone else [each.due_at.isoformat() for each in planned],
        "minor": episode.minor,
        "provisional": not alone and provisional.is_rechecked(pack, episode.answers, planned),
    }
    return Say("outcome", values, urgent=alone or not pack.levels[outcome.level].routine)


CARDS = {
    buttons.ABOUT: "about",
    buttons.SOURCES: "sources",
    buttons.DOCTOR: "doctor",
    buttons.WORDS: "glossary",
    buttons.MORE: "outcome_more",
}


def card(pack: Pack, episode: Episode, button: str) -> Say:
    """What a button under the result shows: explanations, sources, words, or all answers for a doctor."""
    outcome, kind = current(pack, episode), CARDS[button]
    if button == buttons.MORE:
        return Say(kind, outcome_say(pack, episode, outcome, ()).values)
    values: dict[str, Json] = {"causes": [each.cause for each in outcome.causes], "level": outcome.level}
    if kind == "doctor":
        said = strength.as_said(episode.answers, episode.in_words)
        values["answers"] = [[name, list[Json](sorted(ticked))] for name, ticked in _in_order(pack, said)]
        values["history"] = [[each.at, each.key, each.word, each.score, each.in_words] for each in episode.history]
    return Say(kind, values)


def papers(pack: Pack, parts: tuple[str, ...]) -> tuple[Say, ...]:
    """What a button asks to be sent as documents: the page in one language, or the data in two forms."""
    match parts:
        case (buttons.DATA,):
            return Say("summary_json"), Say("summary_fhir")
        case (buttons.PAGE,):
            return (page(""),)
        case (buttons.PAGE, language) if language in spoken(pack):
            return (page(language),)
        case _:
            return ()


def page(language: str) -> Say:
    """The page for a doctor; "" is the person's language. Only which: the episode is read when it is drawn."""
    return Say("summary", {"language": language})


def spoken(pack: Pack) -> tuple[str, ...]:
    """The languages that both the pack and the bot speak."""
    return tuple(each for each in pack.languages if each in words.languages())


def _in_order(pack: Pack, answers: Answers) -> list[tuple[str, frozenset[str]]]:
    """The answers as they are asked; a red flag question without a red flag says nothing by itself."""
    given = [(each, answers[each.id]) for each in pack.questions.values() if answers.get(each.id)]
    return [(each.id, ticked) for each, ticked in given if each.kind != "gate" or ticked - each.alone]


def plan_again(pack: Pack, episode: Episode) -> tuple[FollowUp, ...]:
    """The check-ins of the episode's plan as they stand: planned first, then moved or cancelled by the person."""
    if episode.plan is None or episode.planned_from is None:
        return ()
    planned = follow_ups(pack, episode.plan, flow.standing(pack, episode), episode.hours, episode.planned_from)
    return wishes.granted(episode, planned)
