"""A broadcast is looked at, confirmed twice, sent now or later, and paused, resumed or cancelled on its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from content import words
from content.episode import Say
from handlers.admin import broadcast_card
from handlers.admin.desk import Desk
from handlers.arrival import Typed
from handlers.record import Reply
from storage import audience, broadcasts, outbox, people
from storage.admin_tables import BroadcastRow

WRITTEN_AS = "%Y-%m-%d %H:%M"


# --- looking ----------------------------------------------------------------------------------------------------------


def preview(desk: Desk, value: str) -> None:
    """Exactly as its readers will see it, in every language."""
    _look(desk, value, lambda row: sorted(row.words))


def to_me(desk: Desk, value: str) -> None:
    """Exactly as this admin would get it."""
    _look(desk, value, lambda row: [""] if row.words else [])


def _look(desk: Desk, value: str, languages: Callable[[BroadcastRow], list[str]]) -> None:
    row = broadcast_card.of(desk, value)
    if row is None:
        return
    shown = languages(row)
    if not shown:
        desk.toast("broadcast_no_words")
        return
    desk.post(*(Say("broadcast", {**broadcasts.words_of(row), "language": each}) for each in shown))


# --- sending ----------------------------------------------------------------------------------------------------------


def ask(desk: Desk, value: str) -> None:
    """The first step: who gets it, and who does not."""
    row = broadcast_card.of(desk, value)
    if row is None:
        return
    if row.state != "draft" or broadcast_card.why_not(row):
        broadcast_card.show(desk, row)
        return
    desk.show("broadcast_ask", broadcast_card.draft(desk.session, row, desk.admin_id, desk.now))


def ask_again(desk: Desk, value: str) -> None:
    """The second step. A safety notice needs another admin's yes, or typed words where there is no other admin."""
    row = broadcast_card.of(desk, value)
    if row is None or not _is_as_told(desk, row, value):
        return
    if row.kind == audience.NEWS:
        desk.show("broadcast_sure", broadcast_card.draft(desk.session, row, desk.admin_id, desk.now))
        return
    row.confirmed_by = desk.admin_id
    desk.note("broadcast_ask", {"broadcast": row.id})
    others = sorted(desk.others)
    if others:
        _ask_others(desk, row, others)
        desk.show("broadcast_asked", {"id": row.id})
        return
    count = int(broadcast_card.rest_of(value))
    desk.awaits({"what": "broadcast_typed", "id": row.id, "count": count})
    desk.show("broadcast_type", {"id": row.id, "typed": _to_type(desk, count)})


def _ask_others(desk: Desk, row: BroadcastRow, others: list[int]) -> None:
    told = [
        *(Say("broadcast", {**broadcasts.words_of(row), "language": each}) for each in sorted(row.words)),
        Say(
            "broadcast_second", broadcast_card.draft(desk.session, row, desk.admin_id, desk.now) | {"may_confirm": True}
        ),
    ]
    for each in others:
        other = people.find(desk.session, each)
        if other is not None:
            Reply(outbox.REPLY).post(desk.session, other, told, desk.now)


def _to_type(desk: Desk, count: int) -> str:
    return words.say(desk.row.language, "admin.broadcast.typed", count=count)


def send(desk: Desk, value: str) -> None:
    """Yes, for news."""
    row = broadcast_card.of(desk, value)
    if row is not None and _is_as_told(desk, row, value) and row.kind == audience.NEWS:
        _begin(desk, row)
        broadcast_card.show(desk, row)


def confirm(desk: Desk, value: str) -> None:
    """Another admin's yes, for a safety notice."""
    row = broadcast_card.of(desk, value)
    if row is None or not _is_as_told(desk, row, value):
        return
    if not broadcast_card.may_confirm(row, desk.admin_id):
        desk.toast("broadcast_another")
        return
    _begin(desk, row)
    broadcast_card.show(desk, row)


def hear_typed(desk: Desk, awaited: dict[str, Any], typed: Typed) -> None:
    """The only admin's yes, in typed words."""
    row = broadcasts.lock(desk.session, awaited["id"])
    desk.awaits(None)
    if row is None or row.state != "draft" or row.confirmed_by != desk.admin_id:
        return
    count = audience.count(desk.session, row, desk.now).recipients
    is_yes = typed.text.strip().casefold() == _to_type(desk, awaited["count"]).casefold()
    if not is_yes or count != awaited["count"]:
        row.confirmed_by = None
        desk.post(
            Say("broadcast_unfit", {"why": "typed"}),
            Say("broadcast_draft", broadcast_card.draft(desk.session, row, desk.admin_id, desk.now)),
        )
        return
    row.message_id = None  # the card that shows how it goes comes below the typed words (bot/watch.py)
    _begin(desk, row)


def _is_as_told(desk: Desk, row: BroadcastRow, value: str) -> bool:
    """Is it still the draft, and the count, that the button spoke of? Otherwise it is shown as it is now."""
    told = broadcast_card.rest_of(value)
    if row.state == "draft" and not broadcast_card.why_not(row):
        if str(audience.count(desk.session, row, desk.now).recipients) == told != "0":
            return True
        desk.toast("broadcast_counted_anew")
        return False
    broadcast_card.show(desk, row)
    return False


def _begin(desk: Desk, row: BroadcastRow) -> None:
    if row.due_at is not None and row.due_at > desk.now:
        row.state = "scheduled"
        desk.note("broadcast_schedule", {"broadcast": row.id, "at": row.due_at.isoformat()})
    else:
        many = broadcasts.start(desk.session, row, desk.now)
        desk.note("broadcast_send", {"broadcast": row.id, "recipients": many})
    desk.session.flush()


# --- later ------------------------------------------------------------------------------------------------------------


def when(desk: Desk, value: str) -> None:
    """At which moment: a card; `id:now` takes the appointed one back."""
    row = broadcast_card.of(desk, value)
    if row is None:
        return
    if row.state not in broadcast_card.UNSENT:
        broadcast_card.show(desk, row)
        return
    row.state, row.confirmed_by = "draft", None
    if broadcast_card.rest_of(value) == "now":
        row.due_at = None
        desk.awaits(None)
        broadcast_card.show(desk, row)
        return
    desk.awaits({"what": "broadcast_when", "id": row.id})
    example = desk.now.astimezone(_zone(desk)).strftime(WRITTEN_AS)
    desk.show("broadcast_when", {"id": row.id, "example": example})


def hear_when(desk: Desk, awaited: dict[str, Any], typed: Typed) -> None:
    """A day and a time, on the admin's own clock."""
    row = broadcasts.lock(desk.session, awaited["id"])
    if row is None or row.state != "draft":
        desk.awaits(None)
        return
    due_at = _moment(typed.text, _zone(desk))
    if due_at is None or due_at <= desk.now:
        desk.post(Say("broadcast_unfit", {"why": "when"}))
        return
    row.due_at = due_at
    desk.awaits(None)
    broadcast_card.show(desk, row, new=True)


def _zone(desk: Desk) -> ZoneInfo:
    return ZoneInfo(desk.row.zone or "UTC")


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.strptime(text.strip(), WRITTEN_AS).replace(tzinfo=zone)
    except ValueError:
        return None


# --- on its way -------------------------------------------------------------------------------------------------------


def pause(desk: Desk, value: str) -> None:
    """Stop for now."""
    _switch(desk, value, "broadcast_pause", lambda row: broadcasts.pause(desk.session, row))


def resume(desk: Desk, value: str) -> None:
    """Go on."""
    _switch(desk, value, "broadcast_resume", lambda row: broadcasts.resume(desk.session, row))


def cancel(desk: Desk, value: str) -> None:
    """Stop for good."""
    _switch(desk, value, "broadcast_cancel", lambda row: broadcasts.cancel(desk.session, row, desk.now))


def _switch(desk: Desk, value: str, act: str, move: Callable[[BroadcastRow], bool]) -> None:
    """Two who press at once, or a double tap, move it once; both see how it stands."""
    row = broadcast_card.of(desk, value)
    if row is None:
        return
    if move(row):
        desk.note(act, {"broadcast": row.id})
    desk.session.flush()
    broadcast_card.show(desk, row)


ACTS: dict[str, Callable[[Desk, str], None]] = {
    "bc_preview": preview,
    "bc_to_me": to_me,
    "bc_ask": ask,
    "bc_ask_again": ask_again,
    "bc_send": send,
    "bc_confirm": confirm,
    "bc_when": when,
    "bc_pause": pause,
    "bc_resume": resume,
    "bc_cancel": cancel,
}
HEARS: dict[str, Callable[[Desk, dict[str, Any], Typed], None]] = {
    "broadcast_typed": hear_typed,
    "broadcast_when": hear_when,
}
