"""A run is logged: how strong it was, then where and when it came. Two taps when nothing has changed.

The run is in the diary from the first tap on; what follows only adds to it. All of it happens on one card.
"""

from __future__ import annotations

from dataclasses import replace

from content import diary
from content.diary import Run
from content.episode import Json, Say
from handlers import diary as book
from handlers.visit import Visit
from storage import runs
from storage.tables import RunRow

MOST_DIGITS = 12


def asked(visit: Visit, payload: str) -> None:
    """A new card: how strong was it?"""
    last = runs.newest(visit.session, visit.row.id)
    visit.post_once(replace(_score_card(visit, None), where="new"), f"run{last.id if last else 0}")


def pressed(visit: Visit, value: str) -> None:
    """A button of the card; written `new/<the newest run>/<score>`, or `<run>/<what>/<which>`."""
    match value.split("/"):
        case [""]:
            asked(visit, "")
        case ["new", newest, score] if _is_score(score):
            _log(visit, newest, int(score))
        case [number, *what] if number.isdigit() and len(number) <= MOST_DIGITS:
            _change(visit, int(number), what)
        case _:
            visit.post(Say("moved_on", where="toast"))


def _log(visit: Visit, newest: str, score: int) -> None:
    """A card logs one run, however often it is tapped; one from before the newest run becomes a fresh card."""
    last = runs.newest(visit.session, visit.row.id)
    if str(last.id if last else 0) == newest:
        row = runs.add(
            visit.session, visit.row.id, Run(visit.now, score, in_words=not visit.row.scale), visit.arrival.message_id
        )
        visit.post(_next(visit, row))
    elif last is not None and runs.logged_on(last) == visit.arrival.message_id:
        visit.post(_next(visit, last))
    else:
        visit.post(Say("moved_on", where="toast"), _score_card(visit, None))


def _change(visit: Visit, number: int, what: list[str]) -> None:
    """A place is written as its number in the live pack: an id may be too long for a button."""
    row = runs.of_person(visit.session, visit.row.id, number)
    if row is None:
        visit.post(Say("run_gone", where="toast"))
        return
    run, known = runs.read(row), diary.places(visit.packs.live[1])
    match what:
        case ["score"]:
            visit.post(_score_card(visit, row))
        case ["score", score] if _is_score(score):
            _score(visit, row, run, int(score))
        case ["where"]:
            visit.post(_where_card(visit, row))
        case ["where", ""]:
            visit.post(_when_card(visit, row))
        case ["where", place] if place in {str(each) for each in range(len(known))}:
            runs.save(row, replace(run, places=(known[int(place)],)))
            visit.post(_when_card(visit, row))
        case ["after", when] if when in diary.AFTER and run.score:
            runs.save(row, diary.told(run, _shown_places(visit, row), when))
            visit.post(_logged_card(visit, row))
        case ["yesterday" | "today" as day]:
            runs.save(row, diary.moved(run, yesterday=day == "yesterday"))
            visit.post(_logged_card(visit, row))
        case ["undo"]:
            visit.session.delete(row)
            visit.post(Say("run_removed", visit.around(), where="edit"))
        case _:
            visit.post(Say("moved_on", where="toast"))


def _score(visit: Visit, row: RunRow, run: Run, score: int) -> None:
    """Another score: without any of it there is no where and no when."""
    scored = replace(run, score=score, in_words=not visit.row.scale)
    runs.save(row, scored if score else replace(scored, places=(), after=None))
    visit.post(_when_card(visit, row) if score else _logged_card(visit, row))


def _is_score(text: str) -> bool:
    return text in {str(score) for score in range(diary.TOP + 1)}


# --- the card, as the run stands -------------------------------------------------------------------------------------


def _next(visit: Visit, row: RunRow) -> Say:
    """What is still to be told of the run."""
    run = runs.read(row)
    if run.after is not None or not run.score:
        return _logged_card(visit, row)
    if diary.places(visit.packs.live[1]) and not _shown_places(visit, row):
        return _where_card(visit, row)
    return _when_card(visit, row)


def _score_card(visit: Visit, row: RunRow | None) -> Say:
    """How strong was it? Of a new run, or (`row`) of one that is corrected."""
    last = runs.newest(visit.session, visit.row.id)
    return Say("run_score", _about(visit, row, newest=last.id if last else 0), where="edit")


def _where_card(visit: Visit, row: RunRow) -> Say:
    mine = _shown_places(visit, row)
    others = [each for each in diary.places(visit.packs.live[1]) if each not in mine]
    about = _about(visit, row, options=[*mine, *others], known=bool(mine), **_signs(visit, row))
    return Say("run_where", about, where="edit")


def _when_card(visit: Visit, row: RunRow) -> Say:
    last = next((each.after for each in (runs.read(row), *_before(visit, row)) if each.after), None)
    places = list[Json](_shown_places(visit, row))
    return Say("run_when", _about(visit, row, places=places, last=last, **_signs(visit, row)), where="edit")


def _logged_card(visit: Visit, row: RunRow) -> Say:
    """What is in the diary now, and a word where it deserves one."""
    run = runs.read(row)
    about = _about(
        visit,
        row,
        at=run.at.isoformat(),
        places=list[Json](run.places),
        after=run.after,
        was_yesterday=run.was_yesterday,
        **_signs(visit, row),
    )
    return Say("run_logged", about, where="edit")


def _signs(visit: Visit, row: RunRow) -> dict[str, Json]:
    """Why the run deserves a word, and the advice that holds against running."""
    told = book.told(visit)
    earlier = [(each.at, each.strength) for each in _before(visit, row)]
    earlier += [each for _, episode in told for each in diary.strengths(episode.history)]
    signs = diary.signs(runs.read(row), earlier, book.places(visit, told), checked=bool(told))
    return {"signs": list[Json](signs), "level": book.standing(visit, told)}


def _about(visit: Visit, row: RunRow | None, **values: Json) -> dict[str, Json]:
    mine: dict[str, Json] = {"run": row.id, "score": runs.read(row).score} if row is not None else {}
    return {**visit.around(), "words": not visit.row.scale, **mine, **values}


def _before(visit: Visit, row: RunRow) -> list[Run]:
    """The person's other runs, newest first."""
    rows = runs.all_of(visit.session, visit.row.id)
    return [runs.read(each) for each in reversed(rows) if each.id != row.id]


def _shown_places(visit: Visit, row: RunRow) -> tuple[str, ...]:
    """Where it was: as told, else as on the run before, else as in the last check."""
    known = diary.places(visit.packs.live[1])
    told = runs.read(row).places or next((each.places for each in _before(visit, row) if each.places), ())
    return tuple(each for each in told if each in known) or book.places(visit, book.told(visit))
