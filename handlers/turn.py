"""take_turn(): load, decide, record. One person, one transaction; no telegram import, no network, no clock."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from content import outage, places, words
from content import person as people_rules
from content.episode import Due, Held, Left, Pressed, Resumed, Say
from content.hours import awake, is_quiet
from content.person import Person
from handlers import beginning, consent, rooms, speaking, strangers
from handlers.admin import door
from handlers.arrival import Arrival, Blocked, Command, Located, Odd, Typed
from handlers.callback import AdminPress, EpisodePress, PersonPress
from handlers.record import Reply, happen
from handlers.visit import Visit
from storage import episodes, follow_ups, outbox, people, updates
from storage.ledger import NOWHERE, Ledger
from storage.packs import Packs
from storage.tables import EpisodeRow, FollowUpRow, PersonRow

NOBODY: frozenset[int] = frozenset()


def take_turn(
    session: Session,
    packs: Packs,
    arrival: Arrival,
    now: datetime,
    admins: frozenset[int] = NOBODY,
    ledger: Ledger = NOWHERE,
) -> datetime | None:
    """Decide and record one update; the person's next planned moment, if it may have become another.

    A repeated update changes nothing.
    """
    packs.look(session)
    row = people.lock(session, arrival.telegram_id)
    if not updates.first_time(session, arrival.update_id, now):
        return None
    if row is None:
        if strangers.pass_by(session, arrival, now):
            return None
        row = people.add(session, arrival.telegram_id, Person(words.guess(arrival.language_code)), now)
    people.seen(row, now)
    was_blocked = row.blocked_at is not None
    if not door.enter(session, packs, row, arrival, admins, now):
        Turn(session, packs, row, arrival, now, ledger).take()
    may_be_sooner = was_blocked or follow_ups.have_changed(session)
    return follow_ups.next_of(session, row.id) if may_be_sooner else None


def take_due(
    session: Session, packs: Packs, pending: follow_ups.Pending, now: datetime, *, patient: bool = True
) -> bool:
    """Decide and record a follow-up that has come due; re-checked under the person's lock.

    One that is late, because the bot was away, waits until the person's night is over. Not `patient`: nothing happens
    while another turn holds the person.
    """
    row = people.lock_by_id(session, pending.person_id, patient=patient)
    due = follow_ups.lock_due(session, pending.id, now)
    if row is None or due is None or row.blocked_at is not None:
        return False
    episode = episodes.of_person(session, row.id, pending.episode_id)
    if episode is None:
        return False
    if outage.is_offer(due.key) and not _is_still_open(episode, outage.since(due.key)):
        due.state = "cancelled"
        return False
    hours = people.read(row).hours
    if not due.urgent and is_quiet(now, hours):
        due.due_at = awake(now, hours)
        return False
    due.state = "sent" if now <= due.expires_at else "missed"
    due.sent_at = now if due.state == "sent" else None
    happen(session, packs, row, episode, _come_due(row, due, now), Reply(lane=outbox.FOLLOW_UP), now)
    return True


def _is_still_open(episode: EpisodeRow, since: datetime) -> bool:
    """Has nobody pressed, and has nothing been asked, since the outage began?"""
    return episode.open_at is not None and episode.open_at <= since + outage.LEEWAY


def _come_due(row: PersonRow, due: FollowUpRow, now: datetime) -> Due | Held:
    """Its moment has come; in a pause it may have to wait."""
    if row.paused_until is not None and now < row.paused_until:
        return Held(follow_ups.read(due), row.paused_until)
    return Due(due.key, due.expires_at)


class Turn(Visit):
    """The update taken: what everybody may do at any time, and whose room the rest is."""

    def take(self) -> None:
        what = self.arrival.what
        if not isinstance(what, Blocked) and self.row.blocked_at is not None:
            self._welcome_back()
        if (awaited := self.row.awaits) is not None:  # setting it to what it is would make the session look at all rows
            self.row.awaits = None
        match what:
            case Blocked(blocked):
                self._block() if blocked else self._welcome_back()
            case Command(name, payload):
                self._command(name, payload)
            case EpisodePress():
                self._episode_press(what)
            case PersonPress():
                self._person_press(what)
            case Odd() | AdminPress():
                self.post(Say("moved_on", where="toast"))
            case Typed(text):
                self._typed(text, awaited)
            case Located(zone):
                rooms.LOCATED[awaited](self, zone or "") if awaited in rooms.LOCATED else self._typed("")
        if awaited in rooms.LEFT and not isinstance(what, Located | Blocked):
            rooms.LEFT[awaited](self, "")

    # --- people -------------------------------------------------------------------------------------------------------

    def _block(self) -> None:
        self.row.blocked_at = self.now
        outbox.drop_for(self.session, self.row.id)

    def _welcome_back(self) -> None:
        self.row.blocked_at = None

    def _met(self, met: people_rules.Met) -> None:
        if met.stale:
            self._stale_setup()
            return
        before = self.person
        people.save(self.row, met.person, self.now)
        if before.setup != "ready":
            outbox.drop_reminders(self.session, self.row.id)  # a card that waits for the morning shows what is past
        self.post(*met.says)
        if met.consented:
            consent.given(self, anew=not before.has_agreed)
        if met.refused:
            consent.stop(self)

    def _stale_setup(self) -> None:
        """An old button of the first meeting: a toast, and the card where the person is if that is elsewhere."""
        if self.person.must_renew:
            self.post(Say("text_is_new", where="toast"))
            self._met(people_rules.greeted(self.person, self.now))
            return
        if self.person.is_ready or self.row.card_message_id in {None, self.arrival.message_id}:
            self.post(Say("moved_on", where="toast"))
            return
        self.post(Say("moved_on", where="toast"), Say("strip", where="edit"))
        self._met(people_rules.greeted(self.person, self.now))

    # --- commands -----------------------------------------------------------------------------------------------------

    def _command(self, name: str, payload: str) -> None:
        match name:
            case "start":
                self._start(payload)
            case "check":
                self._check()
            case "help" | "language":
                self.post(Say(name, self.around()))
            case "cancel":
                self._cancel()
            case "stop":
                self._stop()
            case "emergency":
                self.post(Say("numbers", self.around()))
            case _ if name in rooms.COMMANDS and self._is_open(name):
                rooms.COMMANDS[name](self, payload)
            case _:
                self._typed("")

    def _start(self, payload: str) -> None:
        """A payload only says what somebody came for; it is never trusted, and an unknown one changes nothing."""
        if payload == "check":
            self._check()
            return
        if not self.person.is_ready:
            self._met(people_rules.greeted(self.person, self.now))
            return
        open_row = self.asking()
        self.post(Say("resume_or_anew" if open_row else "home", {"turn": self.row.turn}))

    def _check(self) -> None:
        if not self.person.is_ready:
            self._met(people_rules.greeted(self.person, self.now, for_check=True))
        elif self.asking():
            self.post(Say("resume_or_anew", {"turn": self.row.turn}))
        else:
            beginning.begin(self)

    def _cancel(self) -> None:
        row = self.asking()
        if row is None:
            self._nothing_open()
            return
        self.happen(row, Left())

    def _nothing_open(self) -> None:
        self.post(Say("nothing_open", {"following": bool(episodes.running(self.session, self.row.id))}))

    def _stop(self) -> None:
        count = follow_ups.switch(self.session, self.row.id, "planned", "stopped")
        self.post(Say("reminders_stopped", {"count": count, "turn": self.row.turn}))

    def _is_open(self, name: str) -> bool:
        return name in rooms.ALWAYS or self.person.is_ready

    # --- presses ------------------------------------------------------------------------------------------------------

    def _person_press(self, press: PersonPress) -> None:
        match press.name:
            case "countries":
                page = int(press.value) if press.value.isdigit() else 0
                self.post(Say("countries", {"turn": self.row.turn, "page": page}, where="edit"))
            case "country" if press.value in places.countries():
                self.row.country = press.value
                self.post(Say("numbers", self.around(), where="edit"))
            case "check" if self.person.is_ready:
                beginning.pressed(self)
            case "resume" | "anew" if self.person.is_ready or (press.name == "resume" and self.person.must_renew):
                self._resume_or_anew(press)
            case "undo_stop" if self.person.has_agreed:
                count = follow_ups.switch(self.session, self.row.id, "stopped", "planned")
                self.post(Say("reminders_back", {"count": count}, where="edit"))
            case "numbers" | "help" | "language":
                self.post(Say(press.name, self.around()))
            case "speak" if press.value in words.languages() and press.turn == self.row.turn:
                asking, reply = self.asking(), self.reply()
                speaking.choose(self.session, self.packs, self.row, press.value, asking, reply, self.now)
            case _ if press.name in rooms.PRESSES and self._is_open(press.name):
                rooms.PRESSES[press.name](self, press.value)
            case _:
                self._met(people_rules.pressed(self.person, press.turn, press.name, press.value, self.now))

    def _resume_or_anew(self, press: PersonPress) -> None:
        """The answer to a second /start, once: the buttons lose their force with the first press."""
        if press.turn != self.row.turn:
            self.post(Say("moved_on", where="toast"), Say("strip", where="edit"))
            return
        self.row.turn += 1
        self.post(Say("strip", where="edit"))
        row = self.asking()
        if press.name == "resume":
            self.happen(row, Resumed()) if row else self._nothing_open()
            return
        if row is not None:
            self.leave(row)
        beginning.begin(self, press.value)

    def _episode_press(self, press: EpisodePress) -> None:
        row = episodes.of_person(self.session, self.row.id, press.episode)
        if row is None:
            self.post(Say("moved_on", where="toast"))
        elif not (self.person.has_agreed or row.trial):
            self.post(Say("withdrawn", where="toast"))
        else:
            self.happen(row, Pressed(press.turn, press.option))

    def _typed(self, text: str, awaited: str | None = None) -> None:
        if words.sounds_alarming(text):
            self.post(Say("alarm", {"turn": self.row.turn}, urgent=True))
            return
        if (room := rooms.TYPED.get(awaited or "")) is not None:
            room(self, text)
            return
        if people.may_hint(self.row, self.now):
            self._hint()

    def _hint(self) -> None:
        if not self.person.is_ready:
            self.post(Say("hint", {"what": "setup"}))
            self._met(people_rules.greeted(self.person, self.now))
            return
        row = self.asking()
        self.post(Say("hint", {"what": "question" if row else "home", "turn": self.row.turn}))
        if row is not None:
            self.happen(row, Resumed())
