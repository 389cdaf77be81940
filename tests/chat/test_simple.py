"""Large, simple wording: easy words, little on a card, one button a row; nothing that matters is left out."""

from __future__ import annotations

from tests.chat.stories import NONE, answers
from tests.world import World

MORE = "➕ More: why, and every step"


async def test_a_result_is_short_in_easy_words_and_more_is_one_press_away(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    chat.settle_on(simple=True)
    await chat.says("/check")
    chat.reads("Is any of this true now", "Or I cough up blood.")
    assert all(len(row) == 1 for row in chat.last.keyboard)
    chat.settle_on(simple=False)
    await chat.press(NONE)
    await chat.answers(answers("V04"), until="score0")
    chat.settle_on(simple=True)
    await chat.press("6")
    chat.reads("🟢 Care at home", "✅ Do this", "⛔ Please do not", "🚑 Get help at once if", "tomorrow at 09:00")
    assert chat.labels() == ["🧊 Ice: is it safe for me?", MORE, "🚑 Emergency numbers"]
    assert "Because you told me" not in chat.last.text
    await chat.press(MORE)
    chat.reads("Because you told me", "For 2 weeks, run and jump less.")
    await chat.press("For the doctor")
    chat.reads("Self-care with follow-up", "strength 6 of 10")


async def test_an_emergency_is_whole_in_easy_words(small_world: World) -> None:
    chat = small_world.person(language="es")
    await chat.begin()
    chat.settle_on(simple=True)
    await chat.answer("chest_breath_faint")
    chat.reads("🚑 EMERGENCIA AHORA", "Llama al 999 o 112 ahora", "No conduzcas tú", "No me esperes a mí")
    assert chat.labels() == ["🚑 Números de emergencia", "Fuentes"]
