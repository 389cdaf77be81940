"""Deliberate bugs, put into the bot's process from outside: a bench that cannot fail proves nothing.

Each is a mistake that somebody could make, and says which promise of which scenario must not hold any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from benchmarks.chaos import mistakes
from benchmarks.chaos.bug import Bug, Change

BUGS: Mapping[str, Bug] = {
    "confirm_before_commit": Bug(
        "an update is confirmed before its turn is stored",
        "kills",
        ("lost answers", "lost messages", "unanswered presses"),
        (Change("bot.intake", "Intake.take", mistakes.confirming_before_commit),),
        ("--kills", "16"),
    ),
    "no_dedupe": Bug(
        "a repeated update is taken again",
        "steps",
        ("doubled answers",),
        (Change("storage.updates", "first_time", mistakes.always(True)),),
        ("--points", "intake.after"),
    ),
    "mark_before_send": Bug(
        "marked as sent before Telegram has it",
        "kills",
        ("lost messages", "unanswered presses"),
        (Change("bot.speaker", "Speaker.say", mistakes.marking_first),),
        ("--kills", "16"),
    ),
    "never_released": Bug(
        "what a dead process had taken is never sent",
        "steps",
        ("lost messages", "unanswered presses"),
        (
            Change("storage.outbox", "LEASE", lambda _: timedelta(days=3650)),
            Change("storage.outbox", "release", mistakes.always(0)),
        ),
        ("--points", "send.before"),
    ),
    "forgets_what_is_due": Bug(
        "a follow-up is marked and nothing follows",
        "steps",
        ("lost follow-ups",),
        (Change("handlers.turn", "take_due", mistakes.only_marking),),
        ("--points", "turn.before"),
    ),
    "early": Bug(
        "follow-ups ring an hour early",
        "steps",
        ("early follow-ups",),
        (
            Change("storage.follow_ups", "due", mistakes.an_hour_ahead),
            Change("storage.follow_ups", "lock_due", mistakes.an_hour_ahead),
        ),
        ("--points", "turn.before"),
    ),
    "no_answer": Bug(
        "presses are not answered",
        "steps",
        ("unanswered presses",),
        (Change("handlers.record", "Reply._answer", mistakes.always(None)),),
        ("--points", "turn.before"),
    ),
    "always_ready": Bug(
        "/readyz is green whatever happens",
        "dead",
        ("noticed after more than 90 s",),
        (Change("bot.pulse", "Silence.is_well", lambda _: property(mistakes.always(True)(_))),),
        ("--only", "a call, hangs", "sweeping, hangs"),
    ),
    "believes_the_clock": Bug(
        "a machine's clock that was set is followed at once",
        "jumps",
        ("early follow-ups",),
        (Change("bot.clock", "Clock.real", lambda _: lambda clock: clock.wall()),),
        ("--jumps", "2"),
    ),
    "never_away": Bug(
        "nobody notes that the bot was here, and so no outage is noticed",
        "away",
        ("questions not asked again",),
        (Change("handlers.outages", "note", mistakes.always(None)),),
        ("--outages", "3"),
    ),
    "asks_everybody_again": Bug(
        "whatever was ever open is asked again after an outage",
        "away",
        ("people asked who should not be",),
        (Change("content.outage", "TOUCHED", lambda _: timedelta(days=3650)),),
        ("--outages", "3"),
    ),
    "any_order": Bug(
        "one person's messages overtake each other",
        "steps",
        ("order",),
        (Change("bot.deliver", "Deliver._send_in_order", mistakes.in_any_order),),
        ("--points", "turn.before"),
    ),
    "refused_for_ever": Bug(
        "what Telegram refuses is tried again and again",
        "steps",
        ("never said",),
        (Change("bot.deliver", "failure", mistakes.trying_again),),
        ("--points", "mark.before"),
    ),
    "marked_apart": Bug(
        "a follow-up is marked in a transaction of its own",
        "steps",
        ("lost follow-ups",),
        (
            Change("storage.follow_ups", "due", mistakes.marking_what_is_due),
            Change("storage.follow_ups", "lock_due", mistakes.locking_what_is_marked),
        ),
        ("--points", "due.before"),
    ),
    "skips_what_is_overdue": Bug(
        "what came due while nobody was there is passed over",
        "steps",
        ("lost follow-ups",),
        (Change("storage.follow_ups", "due", mistakes.only_just_due),),
        ("--points", "commit.before", "turn.before"),
    ),
    "recipient_not_claimed": Bug(
        "a recipient is taken without a note of it",
        "steps",
        ("news doubled",),
        (Change("storage.recipients", "claim", mistakes.still_waiting),),
        ("--points", "recipient.before"),
    ),
    "news_again": Bug(
        "news that may have arrived is sent again",
        "steps",
        ("news doubled",),
        (Change("storage.broadcasts", "_let_go", mistakes.letting_go_to_wait),),
        ("--points", "recipient_mark.before"),
    ),
    "recipients_left_behind": Bug(
        "recipients whom a dead process had taken are forgotten",
        "steps",
        ("recipients in an odd state", "broadcasts lost"),
        (Change("storage.broadcasts", "_let_go", mistakes.always(None)),),
        ("--points", "recipient_mark.before"),
    ),
    "erased_in_name_only": Bug(
        "a person is told that everything is erased, and nothing is",
        "steps",
        ("erased people of whom something is left",),
        (Change("storage.export", "erase", mistakes.always(None)),),
        ("--points", "erase.before", "--hits", "1"),
    ),
    "rotation_misses_a_table": Bug(
        "a table keeps its old key",
        "steps",
        ("rows under an older key",),
        (
            Change("storage.rotation", "_renew", mistakes.missing_people),
            Change("storage.rotation", "left", mistakes.always(0)),
        ),
        ("--points", "rotate.before", "--hits", "1"),
    ),
    "stop_cancels": Bug(
        "a graceful stop cuts off what is under way",
        "stops",
        ("left in flight by a stop", "doubled messages"),
        (Change("bot.deliver", "Deliver.stop", mistakes.cancelling),),
        ("--stops", "10"),
    ),
    "ends_at_the_first_outage": Bug(
        "the loop that takes updates ends when the database is away",
        "outages",
        ("ended by itself",),
        (Change("bot.intake", "Intake.take", mistakes.ending),),
        ("--times", "1", "--restarts", "1"),
    ),
    "away_is_poison": Bug(
        "an update that could not be stored is left out, as if it were to blame",
        "outages",
        ("lost answers", "lost messages", "unanswered presses"),
        (Change("bot.intake", "AWAY", lambda _: ()),),
        ("--times", "1", "--restarts", "1"),
    ),
    "polls_hang": Bug(
        "a poll that hangs is waited for longer than a minute",
        "faults",
        ("not working again within 60 s",),
        (Change("bot.transport", "polling", mistakes.patient),),
        ("--only", "polls hang", "--seconds", "1", "--short"),
    ),
    "wait_ignored": Bug(
        "Telegram's wait is taken for any other failure",
        "faults",
        ("sent before Telegram's wait was over",),
        (Change("bot.deliver", "seconds", mistakes.always(1.0)),),
        ("--only", "waits", "--seconds", "1", "--short"),
    ),
    "repeat_is_taken": Bug(
        "an update that Telegram gives twice is taken twice",
        "faults",
        ("doubled answers",),
        (Change("storage.updates", "first_time", mistakes.always(True)),),
        ("--only", "updates twice", "--seconds", "1", "--short"),
    ),
    "copy_not_noticed": Bug(
        "a database that was put back from an older copy goes on as if it were the newest",
        "restore",
        ("sent before the operator's word",),
        (Change("storage.restored", "notice", mistakes.always(False)),),
        ("--people", "2"),
    ),
    "holds_everything": Bug(
        "after a restore even what is urgent is held",
        "restore",
        ("urgent ones held",),
        (Change("storage.follow_ups", "due", mistakes.nothing_while_held),),
        ("--people", "2"),
    ),
    "ledger_not_replayed": Bug(
        "who was erased comes back with an older copy",
        "restore",
        ("erased people revived",),
        (Change("storage.erasures", "replay", mistakes.always(0)),),
        ("--people", "2"),
    ),
    "a_table_is_forgotten": Bug(
        "rotation leaves a table under the old key, and finds nothing left",
        "rotation",
        ("unreadable rows",),
        (Change("storage.rotation", "TABLES", mistakes.without_runs),),
        ("--rows", "100"),
    ),
    "a_batch_is_skipped": Bug(
        "rotation seals one batch of a table and takes the rest for done",
        "rotation",
        ("rotations that said no",),
        (Change("storage.rotation", "_renew", mistakes.first_batch_only),),
        ("--rows", "1000"),
    ),
    "anybodys_check": Bug(
        "a press in another person's check is taken",
        "buttons",
        ("wrong states",),
        (Change("storage.episodes", "of_person", mistakes.anybodys),),
        ("--tampered", "3000", "--repeated", "0", "--processes", "1"),
    ),
    "old_buttons_work": Bug(
        "an old button answers what is asked now",
        "buttons",
        ("wrong states", "doubled answers"),
        (Change("content.decide", "_pressed", mistakes.of_any_turn),),
        ("--tampered", "0", "--repeated", "300", "--processes", "1"),
    ),
    "cache_without_bound": Bug(
        "everything that was ever drawn is kept in memory",
        "soak",
        ("memory grows",),
        (Change("bot.speaker", "Speaker.draw", mistakes.remembering),),
        ("--minutes", "5"),
    ),
}
