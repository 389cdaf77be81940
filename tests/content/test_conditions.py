"""The rule language reads what it promises, answers in three values, and explains itself."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.conditions import (
    ALWAYS,
    And,
    Best,
    Condition,
    ConditionError,
    Name,
    Not,
    Or,
    Points,
    Ticked,
    holds,
    parse,
    support,
    walk,
)
from tests.content.shipped import BOUNDED


@dataclass(frozen=True)
class Given:
    """Facts of a test: ticked options, points, the best cause; a question in `open` is not answered yet."""

    ticks: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    points: int | None = 0
    best: str | None = None
    define: dict[str, str] = field(default_factory=dict)

    def ticked(self, question: str, options: tuple[str, ...]) -> bool | None:
        if question in self.open:
            return None
        return any(f"{question}.{option}" in self.ticks for option in options)

    def points_reach(self, cause: str, at_least: int) -> bool | None:
        return None if self.points is None else self.points >= at_least

    def best_in(self, causes: tuple[str, ...]) -> bool | None:
        if self.open:
            return None
        return self.best is not None and (not causes or self.best in causes)

    def definition(self, name: str) -> Condition:
        return parse(self.define[name])

    def defined(self, name: str) -> bool | None:
        return holds(self.definition(name), self)


A, B = Ticked("q", ("a",)), Ticked("q", ("b",))


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("q.a", A),
        ("  q.a  ", A),
        ("q in (a, b)", Ticked("q", ("a", "b"))),
        ("q in (a,)", A),
        ("q in (a)", A),
        ("q.not_sure", Ticked("q", ("not_sure",))),
        ("q.a and q.b", And((A, B))),
        ("q.a or q.b", Or((A, B))),
        ("not q.a", Not(A)),
        ("not (q.a or q.b)", Not(Or((A, B)))),
        ("q.a or q.b and q.a", Or((A, And((B, A))))),
        ("not q.a and q.b", And((Not(A), B))),
        ("sensory", Name("sensory")),
        ("best", Best(())),
        ("best in (nerve, skin)", Best(("nerve", "skin"))),
        ("points(nerve) >= 7", Points("nerve", 7)),
        ("points(nerve) < 7", Points("nerve", 7, negated=True)),
        ("q.a and\n  q.b", None),
    ],
)
def test_a_line_means_one_tree(text: str, means: Condition | None) -> None:
    if means is None:
        with pytest.raises(ConditionError):
            parse(text)
    else:
        assert parse(text) == means


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("", "cannot be read"),
        ("q.a and", "cannot be read near 'q.a and'"),
        ("q.a && q.b", "cannot be read"),
        ("import os", "cannot be read"),
        ("q.a; q.b", "cannot be read"),
        ("q = a", "cannot be read"),
        ("'q.a'", "is not a condition; write question.option"),
        ("True", "is not a condition"),
        ("q.a.b", "`q.a.b` is not a condition"),
        ("q['a']", "is not a condition"),
        ("a + b", "`a + b` is not a condition"),
        ("open('x')", "`open('x')` is not a condition"),
        ("__import__('os').system('ls')", "is not a condition"),
        ("[x for x in y]", "is not a condition"),
        ("(lambda: 1)()", "is not a condition"),
        ("-q.a", "is not a condition"),
        ("q.a if q.b else q.c", "is not a condition"),
        ("(x := q.a)", "is not a condition"),
        ("q == a", "`q … a` is not a comparison"),
        ("q not in (a, b)", "write `question in (a, b)`"),
        ("a < b < c", "is not a condition"),
        ("points(nerve) > 7", "is not a comparison; write `question in (a, b)` or `points(cause) >= 7`"),
        ("points(nerve) >= 'x'", "is not a comparison"),
        ("points(nerve) >= True", "is not a comparison"),
        ("points(nerve, skin) >= 7", "is not a comparison"),
        ("points(nerve=1) >= 7", "is not a comparison"),
        ("7 <= points(nerve)", "is not a comparison"),
        ("points(nerve)", "is not a condition"),
        ("q in [a, b]", "`[a, b]` is not a list of options; write (a, b)"),
        ("q in ()", "is not a list of options"),
        ("q in ('a', b)", "is not a list of options"),
        ("q in (a, *b)", "is not a list of options"),
    ],
)
def test_what_is_odd_is_named_with_its_cure(text: str, odd: str) -> None:
    with pytest.raises(ConditionError) as error:
        parse(text)
    assert odd in str(error.value)


def test_a_condition_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(ConditionError, match="longer than 2000 characters; split it with definitions"):
        parse(" or ".join(["q.a"] * 400))


@pytest.mark.parametrize(
    "text", ["(" * 300 + "q.a" + ")" * 300, "-" * 1500 + "q", "not " * 490 + "q.a", "q" + ".a" * 900]
)
def test_nesting_without_end_is_refused_or_read_but_never_breaks(text: str) -> None:
    try:
        condition = parse(text)
    except ConditionError:
        return
    assert holds(condition, Given(frozenset({"q.a"}))) is True


@given(st.text(alphabet="qab.()<>=!,'\"[]{}:+-*/ \nnotandrippsbel0123456789_\0\\", max_size=60))
@BOUNDED
def test_any_text_is_a_condition_or_an_error_with_a_sentence(text: str) -> None:
    try:
        said = repr(parse(text))
    except ConditionError as error:
        said = str(error)
    assert len(said) > 10


# --- what holds -------------------------------------------------------------------------------------------------------

YES, NO, OPEN = "yes.x", "no.x", "open.x"
FACTS = Given(ticks=frozenset({YES}), open=frozenset({"open"}))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (YES, True),
        (NO, False),
        (OPEN, None),
        (f"not {YES}", False),
        (f"not {NO}", True),
        (f"not {OPEN}", None),
        (f"{YES} and {YES}", True),
        (f"{YES} and {NO}", False),
        (f"{OPEN} and {NO}", False),
        (f"{NO} and {OPEN}", False),
        (f"{YES} and {OPEN}", None),
        (f"{OPEN} and {OPEN}", None),
        (f"{NO} or {NO}", False),
        (f"{NO} or {YES}", True),
        (f"{OPEN} or {YES}", True),
        (f"{YES} or {OPEN}", True),
        (f"{NO} or {OPEN}", None),
        (f"not ({OPEN} and {NO})", True),
        ("yes in (y, x)", True),
        ("yes in (y, z)", False),
        ("best", None),
    ],
)
def test_three_values_as_kleene_has_them(text: str, value: bool | None) -> None:
    assert holds(parse(text), FACTS) is value


@pytest.mark.parametrize(
    ("text", "facts", "value"),
    [
        ("points(nerve) >= 7", Given(points=7), True),
        ("points(nerve) >= 7", Given(points=6), False),
        ("points(nerve) < 7", Given(points=7), False),
        ("points(nerve) < 7", Given(points=6), True),
        ("points(nerve) >= 7", Given(points=None), None),
        ("points(nerve) < 7", Given(points=None), None),
        ("best", Given(best=None), False),
        ("best", Given(best="skin"), True),
        ("best in (nerve, skin)", Given(best="skin"), True),
        ("best in (nerve,)", Given(best="skin"), False),
        ("felt", Given(ticks=frozenset({"q.a"}), define={"felt": "q in (a, b)"}), True),
        ("not felt", Given(define={"felt": "also", "also": "q.a"}), True),
    ],
)
def test_points_best_and_definitions_hold_as_they_say(text: str, facts: Given, value: bool | None) -> None:
    assert holds(parse(text), facts) is value


def test_no_condition_at_all_always_holds() -> None:
    assert holds(ALWAYS, Given()) is True


PARTS = st.sampled_from([f"{question}.x" for question in "abcd"])
TEXTS = st.recursive(
    PARTS,
    lambda inner: st.one_of(
        inner.map(lambda part: f"not ({part})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda each: "({}) {} ({})".format(*each)),
    ),
    max_leaves=8,
)


@given(TEXTS, st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")))
@BOUNDED
def test_what_is_certain_stays_so_whatever_the_open_questions_bring(
    text: str, ticked: set[str], later: set[str]
) -> None:
    condition = parse(text)
    early = holds(condition, Given(frozenset(f"{each}.x" for each in ticked - later), open=frozenset(later)))
    final = holds(condition, Given(frozenset(f"{each}.x" for each in ticked)))
    assert final is not None
    assert early in {None, final}


# --- why it holds -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("q in (a, b, c)", {"q.a", "q.b"}),
        ("q.a and q.b", {"q.a", "q.b"}),
        ("q.a or q.c", {"q.a"}),
        ("q.a and not q.c", {"q.a"}),
        ("(q.c and q.a) or q.b", {"q.b"}),
        ("felt and q.b", {"q.a", "q.b"}),
        ("points(nerve) >= 0", set()),
        ("not q.c", set()),
    ],
)
def test_the_reasons_of_a_condition_are_the_answers_that_make_it_hold(text: str, pairs: set[str]) -> None:
    facts = Given(ticks=frozenset({"q.a", "q.b"}), define={"felt": "q.a or q.c"})
    assert {".".join(pair) for pair in support(parse(text), facts)} == pairs


def test_a_walk_visits_every_part_and_opens_no_definition() -> None:
    found = list(walk(parse("not (q.a or felt) and points(nerve) >= 7 and best")))
    kinds = [type(part) for part in found]
    assert kinds == [And, Not, Or, Ticked, Name, Points, Best]
