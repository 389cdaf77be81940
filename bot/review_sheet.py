"""Every rule, cause and plan of a pack in words, as one printable HTML page without scripts or outside files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from bot.review_style import STYLE, colour
from content.pack import Cause, Move, Pack, Plan, Question, Step
from content.telling_rules import Teller

ENDS = {
    "resolved": "ends: it is gone",
    "returning": "ends with one more look after the return to running",
    "seen": "ends: somebody has it in hand",
}
CONNECTIVES = re.compile(r"\b(AND NOT|AND|OR|NOT)\b")


def sheet(tell: Teller, remarks: Mapping[str, str]) -> str:
    """The whole page."""
    pack = tell.pack
    title = f"{tell.words.get('name', pack.id)}"
    parts = [
        _head(pack, title),
        _levels(tell),
        _questions(tell),
        _rules(tell, remarks),
        _causes(tell),
        _plans(tell),
        _ice(tell),
        _glossary(tell),
        _sources(pack),
    ]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _head(pack: Pack, title: str) -> str:
    review = f"Reviewed by {pack.review.by} on {pack.review.on}." if pack.review else "Not reviewed by a clinician yet."
    return (
        f"<h1>{escape(title)}</h1>\n"
        f'<p class="stamp">Pack {escape(pack.id)}, version {escape(pack.version)}, fingerprint {pack.digest[:12]}. '
        f"<strong>{escape(review)}</strong></p>\n"
        "<p>How to read this: what a person ticks is quoted in the words they see. <b>AND</b>, <b>OR</b> and "
        "<b>NOT</b> join them as in logic; brackets show what belongs together. The most urgent rule that holds "
        "decides; points name likely causes and never make anything less urgent. Expressions that stand for a longer "
        "condition, such as “feet at risk”, are explained in the glossary.</p>"
    )


def _levels(tell: Teller) -> str:
    rows = []
    for level in tell.pack.levels.values():
        see = ", ".join(tell.word("whom", each) for each in level.whom)
        plan = escape(level.plan or ("that of the leading cause" if level.routine else "none"))
        rows.append([_chip(tell, level.id), *map(escape, (_level_words(tell, level.id), see)), plan])
    return _section("Levels, most urgent first", ["Level", "What is said", "Whom to see", "Check-ins"], rows, "levels")


def _level_words(tell: Teller, level: str) -> str:
    return f"{tell.word('levels', level)}. {tell.word('levels', level, 'lead')} {tell.word('levels', level, 'limit')}"


def _questions(tell: Teller) -> str:
    rows: list[list[str] | str] = []
    for ask in dict.fromkeys(each.question for each in tell.pack.flow if each.question):
        question = tell.pack.questions[ask]
        words = "; ".join(tell.line(ask, option) for option in question.option_ids if question.kind != "scale")
        rows.append([escape(tell.question(ask)), _kind(question), escape(words)])
    return _section("Questions and answers", ["Question", "Kind", "Answers"], rows)


def _kind(question: Question) -> str:
    if question.at_most:
        return f"tick up to {question.at_most}"
    return {"gate": "red flags, tick all", "many": "tick all", "one": "one answer", "scale": "0 to 10"}[question.kind]


def _rules(tell: Teller, remarks: Mapping[str, str]) -> str:
    rows: list[list[str] | str] = []
    for rule in tell.pack.rules:
        if rule.id in remarks:
            rows.append(remarks[rule.id])
        also = ", ".join(tell.cause(each) for each in rule.names)
        also += f" Says: {tell.word('says', rule.say)}" if rule.say else ""
        for place, floor in enumerate(rule.floors):
            otherwise = "<b>else</b> " if place else ""
            told = otherwise + _logic(tell.condition(floor.when))
            rows.append([rule.id, _chip(tell, floor.level), told, escape(also.strip()), _codes(tell.pack, rule.id)])
    if tell.pack.modifiers:
        rows.append("Applied last, to whatever the rules gave.")
    for each in tell.pack.modifiers:
        moves = " ".join(f"{_chip(tell, old)}→{_chip(tell, new)}" for old, new in each.moves.items())
        rows.append([each.id, moves, _logic(tell.condition(each.when)), "", _codes(tell.pack, each.id)])
    return _section("Rules of urgency", ["Rule", "At least", "When", "Names first, says besides", "Sources"], rows)


def _codes(pack: Pack, rule: str) -> str:
    codes = pack.rule_sources.get(rule, ())
    return _links(codes) if codes else '<span class="gap">none given</span>'


def _links(codes: Iterable[str]) -> str:
    return ", ".join(f'<a href="#{escape(code)}">{escape(code)}</a>' for code in dict.fromkeys(codes))


def _causes(tell: Teller) -> str:
    rows: list[list[str] | str] = [_cause(tell, each) for each in tell.pack.causes.values()]
    head = ["Cause", "Own level", "Counts only if", "Points", "Sources"]
    return _section("Causes and their points", head, rows, "causes") + (
        "<p>A cause is named from 5 points on, if it has at least half as many as the leading one. "
        "“Rules only”: an emergency that no number of points makes urgent by itself.</p>"
    )


def _cause(tell: Teller, cause: Cause) -> list[str]:
    needs = " <b>AND</b> ".join(f"({_logic(tell.condition(each))})" for each in cause.needs)
    worth = sorted(cause.points.items(), key=lambda each: -each[1])
    points = "; ".join(f"<b>{_signed(number)}</b>&nbsp;{escape(tell.label(*pair))}" for pair, number in worth)
    own = _chip(tell, cause.level) if cause.level else "rules only"
    for floor in cause.level_when:
        own += f"<br>{_chip(tell, floor.level)} when {_logic(tell.condition(floor.when))}"
    plan = f'<div class="small">Plan {escape(cause.plan)}</div>' if cause.plan else ""
    for choice in cause.plan_when:
        plan += f'<div class="small">Plan {escape(choice.plan)} when {_logic(tell.condition(choice.when))}</div>'
    codes = _links(code for codes in cause.sources.values() for code in codes)
    return [f"<b>{escape(tell.word('causes', cause.id))}</b>{plan}", own, needs or "-", points, codes]


def _signed(number: int) -> str:
    return f"{number:+d}".replace("-", "\N{MINUS SIGN}")


def _plans(tell: Teller) -> str:
    rows: list[list[str] | str] = [
        f"{choice.plan} comes before the plan of any cause when {tell.condition(choice.when)}."
        for choice in tell.pack.plan_when
    ]
    rows += [
        [f"<b>{escape(plan.id)}</b>", _steps(tell, plan), _moves(tell, plan.moves)] for plan in tell.pack.plans.values()
    ]
    rows += [*_provisional(tell), *_recalled(tell)]
    if tell.pack.visit:
        rows.append(["<b>What a doctor said</b>", "Before all other lines.", _moves(tell, tell.pack.visit.moves)])
    rows.append(["<b>Every check-in</b>", "Red flags first, then how it is.", _moves(tell, tell.pack.check.moves)])
    head = ["Plan", "Asks again", "First line that holds decides; then those of every check-in"]
    return _section("Check-ins", head, rows, "plans")


def _steps(tell: Teller, plan: Plan) -> str:
    lines = [_step(tell, step, plan) for step in plan.steps]
    asked = dict.fromkeys(tell.question(ask.question) for ask in plan.safety if ask.question)
    if asked:
        told = " ".join(map(escape, asked))
        lines.append(f'<span class="small">When another candidate leads, its check-ins ask too: {told}</span>')
    return "<br>".join(lines)


def _provisional(tell: Teller) -> list[list[str] | str]:
    """The rechecks of a level that is only provisional."""
    found = tell.pack.provisional
    if found is None:
        return []
    until = f"Not gone by then: counts as “{escape(tell.label(found.question, found.otherwise))}”."
    steps = "<br>".join(
        f"{escape(tell.word('steps', step.id))}, only if {_logic(tell.condition(step.when))}" for step in found.steps
    )
    return [["<b>Still running</b>", steps, f"The level is provisional, and never falls. {until}"]]


def _recalled(tell: Teller) -> list[list[str] | str]:
    """What counts when the complaint comes back."""
    found = tell.pack.recall
    if found is None:
        return []
    names = [escape(tell.question(each.id)) for each in tell.pack.questions.values() if each.lasting]
    known = " ".join(names) or "Everything is asked again."
    floors = "<br>".join(
        f"Time no. {each.times} and later: at least {escape(each.level)} ({_logic(tell.condition(each.when))})"
        for each in found.floors
    )
    told = f"At least as urgent as told within {found.within.days} days, below an emergency.<br>{floors}"
    return [["<b>It is back</b>", f"Red flags are asked again. May stand once confirmed: {known}", told]]


def _step(tell: Teller, step: Step, plan: Plan) -> str:
    when = tell.condition(step.when)
    only = f", only if {_logic(when)}" if when != "always" else ""
    last = " <b>(deadline)</b>" if step.id == plan.deadline else ""
    return f"{escape(tell.word('steps', step.id))}{last}{only}"


def _moves(tell: Teller, moves: Sequence[Move]) -> str:
    lines = [f"<li>{_logic(tell.condition(each.when))}: {_move(tell, each)}</li>" for each in moves]
    return f"<ol>{''.join(lines)}</ol>" if lines else "-"


def _move(tell: Teller, move: Move) -> str:
    found = [f"at least {_chip(tell, move.level)}"] if move.level else []
    found += [f"{move.up} level more urgent"] if move.up else []
    found += [ENDS[move.end]] if move.end else []
    found += [f"goes on with {escape(move.plan)}"] if move.plan else []
    found += [f"{_chip(tell, move.eases)}, on a doctor’s word"] if move.eases else []
    found += [f"counts as “{escape(tell.label(*move.means))}”"] if move.means else []
    said = tell.word("says", move.say).partition(". ")[0].rstrip(".") if move.say else ""
    quoted = f' <span class="small">“{escape(said)} …”</span>' if said else ""
    return (" and ".join(found) or "goes on") + quoted


def _ice(tell: Teller) -> str:
    ice = tell.pack.ice
    if ice is None:
        return ""
    names = ", ".join(tell.cause(each) for each in ice.causes)
    rhythms = "; ".join(f"{each.rounds} rounds, one every {each.every.seconds // 60} minutes" for each in ice.rhythms)
    rows: list[list[str] | str] = [
        ["Offered for", escape(names)],
        ["Only if", _logic(tell.condition(ice.may))],
        ["And after asking", f"{escape(tell.question(ice.ask))} Any tick, or not sure: no ice."],
        ["Rounds", f"{rhythms}; {ice.minutes} minutes each, off by minute {ice.off_by_min}"],
    ]
    return _section("Ice", ["", ""], rows)


def _glossary(tell: Teller) -> str:
    rows: list[list[str] | str] = [[escape(name), _logic(told)] for name, told in tell.glossary().items()]
    return _section("Glossary", ["Expression", "Stands for"], rows)


def _sources(pack: Pack) -> str:
    rows: list[list[str] | str] = [
        [f'<a id="{escape(each.id)}"></a>{escape(each.id)}', escape(each.title), escape(each.at)]
        for each in pack.sources.values()
    ]
    return _section("Sources", ["Code", "Title", "Where"], rows, "sources")


def _section(title: str, head: Sequence[str], rows: Sequence[list[str] | str], kind: str = "") -> str:
    cells = "".join(f"<th>{escape(each)}</th>" for each in head)
    body = "\n".join(_row(each, len(head)) for each in rows)
    name = kind or title.split(maxsplit=1)[0].lower()
    return (
        f'<h2>{escape(title)}</h2>\n<table class="{name}">\n<thead><tr>{cells}</tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table>"
    )


def _row(row: list[str] | str, columns: int) -> str:
    if isinstance(row, str):
        return f'<tr class="remark"><td colspan="{columns}">{escape(row)}</td></tr>'
    return "<tr>" + "".join(f"<td>{each}</td>" for each in row) + "</tr>"


def _chip(tell: Teller, level: str) -> str:
    shade = colour(tell.pack.levels[level].rank)
    return f'<span class="level" style="background:{shade}">{escape(level)}</span>'


def _logic(told: str) -> str:
    return CONNECTIVES.sub(r"<b>\1</b>", escape(told, quote=False))
