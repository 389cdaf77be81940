"""A whole pack on one page, for tests of features; `tiny_pack(("old", "new"))` is the same with other words in it."""

from __future__ import annotations

from content.load import PackError, parse_pack
from content.pack import Pack
from content.wording import ALWAYS_SAID

STRUCTURE = """\
pack: tiny
version: "1"
languages: [en]
review: none
levels:
  L1: {alone: true, plan: CALL, whom: [ambulance]}
  L2: {plan: SEEN, whom: [doctor]}
  L3: {routine: true, whom: [doctor]}
default_plan: HOME
base_score: strength
since: ease
background: sym
questions:
  danger: {kind: gate, options: [faint, none], alone: [none]}
  sym: {kind: many, at_most: 2, options: [numb, itch, sore], alone: []}
  ease:
    kind: one
    options: [minutes, days]
  strength: {kind: scale}
  status: {kind: one, options: [gone, there]}
  score: {kind: scale}
define:
  felt: sym in (numb, itch)
  lasting: felt and ease.days
flow:
  - danger
  - sym
  - {ask: ease, when: felt}
  - strength
rules:
  R1: {level: L1, when: danger.faint}
  R2: {level: L2, when: lasting}
causes:
  nerve: {level: L3, needs: [sym.numb], points: {sym.numb: 5, ease.days: 1}, steps: [rest], from: {what: [S1]}}
  faint: {level: none, points: {danger.faint: 9}}
advice:
  rest: {from: [S1]}
check:
  flow: [status, {ask: score, when: status.there}]
  score: score
  verdicts: [{verdict: resolved, when: status.gone}]
  moves: [{when: verdict.resolved, end: resolved}, {when: timing.last, level: L2}]
  returning: {step: BACK, after: 7 days}
plans:
  HOME: {deadline: D2, steps: {D1: {after: 1 day}, D2: {after: 2 days}}}
  SEEN: {steps: {D1: {after: 1 day}}}
  CALL: {steps: {m10: {after: 10 minutes, urgent: true}}}
sources:
  S1: {title: A book}
"""

WORDS = """\
language: en
name: Tiny
questions:
  danger:
    ask: Did you faint?
    help: For example, you woke up on the floor.
    options: {faint: {label: I fainted}, none: {label: None of these}}
  sym: {ask: What is it?, options: {numb: {label: Numb}, itch: {label: Itch}, sore: {label: Sore}}}
  ease:
    ask: How long?
    options:
      minutes: {label: Minutes}
      days: {label: Days}
  strength: {ask: How strong?}
  status: {ask: How is it?, options: {gone: {label: Gone}, there: {label: Still there}}}
  score: {ask: How strong?}
levels: {L1: {name: Now}, L2: {name: Soon}, L3: {name: Home}}
whom: {ambulance: an ambulance, doctor: a doctor}
causes: {nerve: {name: A nerve}, faint: {name: A faint}}
advice: {rest: Rest.}
plans: {HOME: Soon., SEEN: Soon., CALL: Soon.}
steps: {D1: Day 1, D2: Day 2, m10: In a bit, BACK: Back}
says:
""" + "".join(f"  {name}: Said.\n" for name in ALWAYS_SAID)


def tiny_files(*changes: tuple[str, str]) -> dict[str, bytes]:
    """The tiny pack's files. Each change replaces words that occur exactly once in them."""
    texts = {"pack.yaml": STRUCTURE, "en.yaml": WORDS}
    for old, new in changes:
        (name,) = [name for name, text in texts.items() if old in text]
        assert texts[name].count(old) == 1, old
        texts[name] = texts[name].replace(old, new)
    return {name: text.encode() for name, text in texts.items()}


def tiny_pack(*changes: tuple[str, str]) -> Pack:
    """The tiny pack, changed."""
    return parse_pack(tiny_files(*changes))


def tiny_problems(*changes: tuple[str, str]) -> list[str]:
    """What loading the changed tiny pack complains about: one `file:line message` each; nothing when it loads."""
    return problems_of(tiny_files(*changes))


def problems_of(files: dict[str, bytes]) -> list[str]:
    """What loading these files complains about."""
    try:
        parse_pack(files)
    except PackError as error:
        return str(error).splitlines()
    return []
