"""Somebody who walks through the bot at random: presses, double presses, old buttons, texts, media, commands."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from content import buttons
from handlers.callback import EpisodePress, PersonPress, decode
from simulator import kinds
from simulator.telegram import SimMessage
from tests.world import Chat, World

TEXTS = ("hello", "I can't breathe", "<b>bold</b> & co", "\N{RUNNER}" * 40, "chest pain", "/", "1", "x" * 5000, "نعم")
COMMANDS = ("/start", "/start", "/start group", "/check", "/check", "/cancel", "/stop", "/followups", "/help",
            "/run", "/history", "/pause 2", "/settings", "/privacy", "/emergency", "/language",
            "/Start@StrideCheckBot", "/nonsense")  # fmt: skip
FORGED = (
    "e1.1.=yes",
    "e0.0.!done",
    "p1.consent.yes",
    "p0.drop.1",
    "\N{SKULL}",
    "e9.zz.!later:60",
    "p1.clock.x",
    "p2.clock.--5",
    "-",
)
LANGUAGES = ("en", "en", "de", "es", "xx", None)
BACKWARDS = (buttons.STOP, buttons.BACK, buttons.ICE_STOP, buttons.UNSURE)
PAPERS = (buttons.PAGE, buttons.DATA)
MOST_STEPS = 80


@dataclass(frozen=True, slots=True)
class Seen:
    """A button in the chat."""

    message: SimMessage
    data: str

    @property
    def option(self) -> str:
        return option_of(self.data)


@lru_cache(maxsize=10_000)  # the same buttons are looked at in every step
def option_of(data: str) -> str:
    """The option that a button of an episode carries; "" for any other button."""
    press = decode(data)
    return press.option if isinstance(press, EpisodePress) else ""


class Walker:
    """One walk. What it does next hangs only on its seed and on what it sees.

    `wants` are option ids this walker would like to choose, so that some walks reach rare outcomes.
    """

    def __init__(self, world: World, seed: str, wants: frozenset[str]) -> None:
        self.random = random.Random(seed)
        self.world, self.wants = world, wants
        self.chat: Chat = world.person(f"Walker {seed}", self.random.choice(LANGUAGES) or "en")
        self.steps = min(4 + int(self.random.expovariate(1 / 8)), MOST_STEPS)
        self.purpose = self.random.choice((0.3, 0.6, 0.8, 0.9, 0.95))
        self.updates: list[int] = []
        self.away = False
        # A page takes 0.1 s to draw: few walkers ask for one, and their own chance decides it.
        self.draws = random.Random(f"{seed} papers").random() < 0.03

    # --- at random ----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Do one thing; several updates when the person is impatient."""
        self.steps -= 1
        seen = self._buttons(newest=True)
        if self.away:
            self._come_back()
        elif not seen or self.random.random() < 0.02:
            self._note(self.world.telegram.send_text(self.chat.user_id, "/start"))
        elif self.random.random() < self.purpose:
            self._tap(self.sensible(seen))
        else:
            self._something(seen)

    def _something(self, seen: Sequence[Seen]) -> None:
        telegram, user, pick = self.world.telegram, self.chat.user_id, self.random.choice
        match self.random.choices(range(9), (30, 20, 14, 8, 8, 7, 6, 4, 3))[0]:
            case 0:
                staying = [each for each in seen if each.option != buttons.STOP]
                self._tap(pick(seen if self.random.random() < 0.3 else staying or seen))
            case 1:
                self._tap(pick(self._buttons(newest=False)))
            case 2:
                self._tap(*[pick(seen)] * self.random.choice((2, 2, 3)))
            case 3:
                self._tap(pick(seen), pick(seen))
            case 4:
                self._note(telegram.send_text(user, pick(COMMANDS)))
            case 5:
                self._note(telegram.send_text(user, pick(TEXTS)))
            case 6:
                self._note(telegram.send_kind(user, pick((*kinds.KINDS, "edited_message"))))
            case 7:
                self._note(telegram.tap(user, pick(self.chat.from_bot).message_id, pick(FORGED)))
            case _:
                self._again_or_away()

    def _again_or_away(self) -> None:
        """Telegram delivers something a second time, or the person blocks the bot for a while."""
        if self.updates and self.random.random() < 0.7:
            self.world.telegram.redeliver(self.random.choice(self.updates))
        else:
            self.world.telegram.block(self.chat.user_id)
            self.away = True

    def _come_back(self) -> None:
        """Sometimes by unblocking, sometimes by writing."""
        self.away = self.random.random() < 0.5
        if not self.away and self.random.random() < 0.5:
            self._note(self.world.telegram.unblock(self.chat.user_id))
        elif not self.away:
            self._note(self.world.telegram.send_text(self.chat.user_id, self.random.choice(COMMANDS)))

    # --- with a purpose -----------------------------------------------------------------------------------------------

    def sensible(self, seen: Sequence[Seen]) -> Seen:
        """A button that leads on: a wanted answer, Done, "none of these", or the first of several."""
        options = {each.option: each for each in seen}
        ticked = any(option.startswith(buttons.UNTICK) for option in options)
        wanted = [each for each in seen if each.option[:1] in {"=", "+"} and each.option[1:] in self.wants]
        if wanted:
            return self.random.choice(wanted)
        if ticked and buttons.DONE in options:
            return options[buttons.DONE]
        answers = [each for each in seen if each.option.startswith((buttons.PICK, buttons.RHYTHM, buttons.SKIN))]
        none = [each for each in answers if each.option in {"=none", "=no"}]
        onward = [each for each in seen if each.option and each.option not in BACKWARDS]
        leading = none or answers or onward or seen
        return self.random.choice(leading) if self.random.random() < 0.5 else leading[0]

    def finish(self, episode: int | None, turn: int) -> None:
        """Towards an end: answer the open question, or leave; without an episode, begin one."""
        telegram, user = self.world.telegram, self.chat.user_id
        if self.away:
            self._come_back()
            return
        if episode is None:
            home = [each for each in self._buttons(newest=True) if not each.option]
            if home and self.random.random() < 0.8:
                self._tap(home[0])
            else:
                telegram.send_text(user, self.random.choice(("/start", "/check")))
            return
        live = [each for each in self._buttons(newest=False) if _is_live(each, episode, turn)]
        assert live, f"nothing leads on:\n{self.chat.transcript()}"
        if self.random.random() < 0.12:
            telegram.send_text(user, "/cancel")
        else:
            self._tap(self.sensible(live))

    # --- hands and eyes -----------------------------------------------------------------------------------------------

    def _buttons(self, *, newest: bool) -> list[Seen]:
        """The buttons of the newest message that has some, or of all."""
        messages = [message for message in reversed(self.chat.from_bot) if message.keyboard]
        return [
            Seen(message, button.data)
            for message in (messages[:1] if newest else messages)
            for row in message.keyboard
            for button in row
            if button.data is not None and (self.draws or not _is_drawn(button.data))
        ]

    def _tap(self, *presses: Seen) -> None:
        for each in presses:
            self._note(self.world.telegram.tap(self.chat.user_id, each.message.message_id, each.data))

    def _note(self, update_id: int | None) -> None:
        if update_id is not None:
            self.updates.append(update_id)


@lru_cache(maxsize=10_000)
def _is_drawn(data: str) -> bool:
    """Does the button ask for a page, the diary's picture, or a copy of everything?"""
    press = decode(data)
    is_drawn = isinstance(press, PersonPress) and press.name in {"diary", "export"}
    return is_drawn or buttons.command(option_of(data))[0] in PAPERS


def _is_live(seen: Seen, episode: int, turn: int) -> bool:
    press = decode(seen.data)
    fits = isinstance(press, EpisodePress) and press.episode == episode and press.turn == turn
    return fits and seen.option not in BACKWARDS
