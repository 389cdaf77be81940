"""One picture of a pack: the questions in their order, the levels they lead to, and the check-ins that follow."""

from __future__ import annotations

from bot import svg
from bot.poster_flow import Drawn, Exit, flow_column
from bot.poster_plans import plans_column
from bot.review_style import colour
from content.pack import Level
from content.telling_rules import Teller

LEFT, MIDDLE, RIGHT = 40.0, 780.0, 1310.0
WIDE, NARROW = 600.0, 400.0
TOP, PAD, WIDTH = 176.0, 14.0, 1790.0


def poster(tell: Teller) -> str:
    """The picture as SVG text."""
    flow, exits, end = flow_column(tell, LEFT, TOP, WIDE)
    levels, places = _levels_column(tell)
    plans, plan_places = plans_column(tell, RIGHT, TOP, WIDTH - RIGHT - LEFT)
    arrows = [_to_level(tell, each, places) for each in exits]
    for level in tell.pack.levels.values():
        if level.plan in plan_places:
            start = (MIDDLE + NARROW, places[level.id][1])
            arrows.append(svg.arrow(start, (RIGHT, plan_places[level.plan]), colour(level.rank)))
    arrows.append(svg.corner((LEFT + WIDE, end), (MIDDLE + NARROW / 2, levels.bottom + 4)))
    _glossary(tell, plans)
    height = max(flow.bottom, levels.bottom, plans.bottom) + 50
    return svg.document(WIDTH, height, [*_titles(tell), *arrows, *flow.parts, *levels.parts, *plans.parts])


def _titles(tell: Teller) -> list[str]:
    pack = tell.pack
    review = f"reviewed by {pack.review.by} on {pack.review.on}" if pack.review else "not reviewed by a clinician yet"
    stamp = f"Pack {pack.id}, version {pack.version}, fingerprint {pack.digest[:12]}; {review}."
    found = [
        svg.text(LEFT, 52, str(tell.words.get("name", pack.id)), size=28, weight="bold"),
        svg.text(LEFT, 82, stamp, size=15, fill=svg.QUIET),
    ]
    alone = [level.id for level in pack.levels.values() if level.alone]
    if alone:
        ends = f"As soon as {' or '.join(alone)} is certain, the questions end and the emergency card is shown."
        found.append(svg.text(LEFT, 106, ends, size=15, fill=svg.QUIET))
    heads = ((LEFT, "1  Questions, in this order"), (MIDDLE, "2  The most urgent level wins"), (RIGHT, "3  Check-ins"))
    return found + [svg.text(x, TOP - 22, words, size=19, weight="bold") for x, words in heads]


def _to_level(tell: Teller, leaving: Exit, places: dict[str, tuple[float, float]]) -> str:
    level = tell.pack.levels[leaving.level]
    return svg.arrow((leaving.x, leaving.y), (MIDDLE, places[level.id][0]), colour(level.rank))


def _glossary(tell: Teller, drawn: Drawn) -> None:
    """Below the plans: what the expressions of the flow's conditions stand for."""
    told = " ".join(tell.ask(each) for each in tell.pack.flow)
    wanted = {name: body for name, body in tell.glossary().items() if name in told}
    drawn.bottom += 40
    if wanted:
        drawn.parts.append(svg.text(RIGHT, drawn.bottom, "Expressions on the left", size=16, weight="bold"))
    drawn.bottom += 8
    for name, body in wanted.items():
        listed = svg.wrapped(f"{name}: {body}", WIDTH - RIGHT - LEFT, 13)
        drawn.parts += svg.lines(RIGHT, drawn.bottom, listed, size=13)
        drawn.bottom += svg.height_of(listed, 13) + 8


def _levels_column(tell: Teller) -> tuple[Drawn, dict[str, tuple[float, float]]]:
    """The level boxes, and where arrows reach and leave each."""
    drawn, places = Drawn([], TOP), dict[str, tuple[float, float]]()
    for level in tell.pack.levels.values():
        top = drawn.bottom
        _level_box(tell, level, drawn)
        places[level.id] = (top + 20, top + 20)
        drawn.bottom += 34
    drawn.bottom -= 34
    return drawn, places


def _level_box(tell: Teller, level: Level, drawn: Drawn) -> None:
    shade, inner = colour(level.rank), NARROW - 2 * PAD
    paragraphs = [(words, svg.wrapped(words, inner, 14)) for words in _level_words(tell, level)]
    height = 44 + sum(svg.height_of(listed, 14) + 6 for _, listed in paragraphs) + 8
    top = drawn.bottom
    drawn.parts.append(svg.box(MIDDLE, top, NARROW, height, edge=shade))
    drawn.parts.append(f'<path d="M{MIDDLE},{top + 38} v-30 q0,-8 8,-8 h{NARROW - 16} q8,0 8,8 v30 z" fill="{shade}"/>')
    title = f"{level.id}  {tell.word('levels', level.id)}"
    drawn.parts.append(svg.text(MIDDLE + PAD, top + 26, title, size=18, weight="bold", fill=svg.PAPER))
    y = top + 44
    for _, listed in paragraphs:
        drawn.parts += svg.lines(MIDDLE + PAD, y, listed, size=14)
        y += svg.height_of(listed, 14) + 6
    drawn.bottom = top + height


def _level_words(tell: Teller, level: Level) -> list[str]:
    pack = tell.pack
    rules = [rule.id for rule in pack.rules if any(floor.level == level.id for floor in rule.floors)]
    causes = [tell.cause(each.id) for each in pack.causes.values() if each.level == level.id]
    found = [tell.word("levels", level.id, "limit")]
    found.append("See: " + ", ".join(tell.word("whom", each) for each in level.whom) + ".")
    found += ["Rules: " + ", ".join(rules) + "."] if rules else []
    found += ["When nothing more urgent fires, as the leading cause: " + "; ".join(causes) + "."] if causes else []
    return found
