"""Consent: given with its version and language, asked again when the text changes, taken back with one press."""

from __future__ import annotations

from content import person as people_rules
from content.episode import Resumed, Say
from handlers.record import Reply, happen
from handlers.visit import Visit
from storage import broadcasts, follow_ups, outbox, people


def given(visit: Visit, *, anew: bool) -> None:
    """The person has said yes. `anew`: they come for the first time, or had taken it back and may want reminders again.

    Somebody in the middle of a check comes back to their question.
    """
    visit.row.consent_at, visit.row.consent_language = visit.now, visit.row.language
    if anew and follow_ups.are_stopped(visit.session, visit.row.id):
        visit.post(Say("reminders_off", {"turn": visit.row.turn}))
    open_row = visit.asking()
    if open_row is not None:
        happen(visit.session, visit.packs, visit.row, open_row, Resumed(), Reply(outbox.REPLY), visit.now)


def withdraw(visit: Visit) -> None:
    """The yes is taken back: everything stops, and nothing is asked."""
    if not visit.person.has_agreed:
        visit.post(Say("moved_on", where="toast"))
        return
    people.save(visit.row, people_rules.withdrawn(visit.person), visit.now)
    stop(visit)


def stop(visit: Visit) -> None:
    """What follows from it: no question stays open, nothing rings, nothing is sent that nobody asked for.

    A check under way is left as by /cancel, so that a danger sign that was ticked is still answered for. The last word
    is that all reminders are off.
    """
    session, row = visit.session, visit.row
    open_row = visit.asking()
    if open_row is not None:
        visit.leave(open_row)
    row.consent_at = row.consent_language = None
    row.news = None
    broadcasts.no_news_for(session, row.id)
    follow_ups.stop_all(session, row.id)
    outbox.drop_reminders(session, row.id)
    visit.post(Say("strip", where="edit"), Say("withdrawn"))
