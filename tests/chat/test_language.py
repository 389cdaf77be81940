"""The person chooses the language, at any moment; everything said from then on is in it."""

from __future__ import annotations

from bot import greeting
from simulator.telegram import SimMessage
from tests.chat.stories import answers, told
from tests.world import Chat, World

FIRST = "Right now, or since the run"
PRIMERA = "Ahora mismo, o desde la carrera"


def turn(chat: Chat) -> str:
    """The person's turn as the buttons carry it now."""
    return chat.find("Emergency numbers")[1].partition(".")[0][1:]


def now(chat: Chat, message: SimMessage) -> SimMessage:
    """The message as it stands now."""
    return next(each for each in chat.from_bot if each.message_id == message.message_id)


async def test_telegrams_language_is_the_first_guess(small_world: World) -> None:
    for code, hello in (("es-419", "Continuar"), ("es", "Continuar"), ("en-GB", "Continue"), ("de", "Continue")):
        chat = small_world.person(language=code)
        await chat.says("/start")
        assert chat.labels()[0] == hello, code


async def test_the_first_card_offers_the_other_language_and_says_itself_anew(world: World) -> None:
    chat = world.person()
    await chat.says("/start")
    await chat.press("Español")
    assert chat.labels() == ["Continuar", "Números de emergencia", "English"]
    chat.reads("no un diagnóstico")
    await chat.press("Continuar")
    chat.reads("¿Qué hora es")
    assert len(chat.from_bot) == 1


async def test_the_language_changes_in_the_middle_of_a_question_with_its_ticks(world: World) -> None:
    chat = world.person()
    await chat.begin()
    await chat.press("Chest, breath or faint")
    question = chat.last
    chat.reads(FIRST)
    await chat.says("/language")
    assert chat.labels() == ["✓ English", "Español", "Back to the question"]
    await chat.press("Español")
    assert chat.labels() == ["English", "✓ Español", "Volver a la pregunta"]
    question = now(chat, question)
    assert PRIMERA in question.text
    assert [button.text for button in question.keyboard[0]] == ["☐ Alergia grave"]
    assert "☑ Pecho, aire o desmayo" in [button.text for row in question.keyboard for button in row]
    await chat.press("Listo (1 marcada)")
    chat.reads("EMERGENCIA AHORA")


async def test_the_present_language_is_no_change_after_a_restart_either(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    await chat.says("/language")
    card = chat.last
    await small_world.restart()
    await chat.press("✓ English")
    assert now(chat, card) == card
    assert not small_world.telegram.refused()


async def test_an_older_question_button_still_works_after_the_change(small_world: World) -> None:
    chat = small_world.person()
    await chat.begin()
    message, data = chat.find("None of these")
    await chat.says("/language")
    await chat.press("Español")
    chat.tap(message, data)
    await small_world.settle()
    assert "¿Algo de esto es nuevo" in now(chat, message).text


async def test_the_card_of_the_first_meeting_changes_at_every_step(small_world: World) -> None:
    chat = small_world.person()
    await chat.says("/start")
    steps = ("Continue", "09:00", "London, United Kingdom", "16 or older")
    asked = ("¿Qué hora es", "¿Cuál de estos lugares", "¿Cuántos años", "¿Puedo preguntarte")
    for step, asks in zip(steps, asked, strict=True):
        await chat.press(step)
        await chat.says("/language")
        await chat.press("Español")
        assert asks in chat.from_bot[0].text
        await chat.press("English")
        assert asks not in chat.from_bot[0].text


async def test_a_reminder_planned_in_english_comes_in_the_language_chosen_since(world: World) -> None:
    chat = await told(world, answers("V04"))
    await chat.says("/language")
    await chat.press("Español")
    await world.later(days=1)
    chat.reads("¿Cómo sigues? (Día 1)", "señal de peligro")


async def test_an_unknown_language_and_an_old_button_change_nothing(small_world: World) -> None:
    chat = small_world.person()
    await chat.meet()
    before = chat.export()["user"]["language"]
    for data in ("p1.speak.es", f"p{turn(chat)}.speak.xx", f"p{turn(chat)}.speak."):
        chat.tap(chat.last, data)
        await small_world.settle()
    assert chat.export()["user"]["language"] == before == "en"


async def test_help_leads_to_the_languages(small_world: World) -> None:
    chat = small_world.person(language="es")
    await chat.says("/help")
    chat.reads("/language cambia el idioma")
    await chat.press("Idioma / Language")
    assert chat.labels() == ["English", "✓ Español"]


async def test_a_message_that_sounds_like_an_emergency_is_answered_in_the_persons_language(small_world: World) -> None:
    chat = small_world.person(language="es")
    await chat.says("Ayuda, me duele el pecho y NO PUEDO respirar!!")
    chat.reads("Eso puede ser una emergencia", "112")


async def test_the_menu_and_the_description_are_there_in_both_languages(small_world: World) -> None:
    await greeting.introduce(small_world.house.application.bot, ())
    bot = small_world.house.application.bot
    for code, command, short in ((None, "Start a check", "Tingling"), ("es", "Empezar una revisión", "¿Hormigueo")):
        menu = {each.command: each.description for each in await bot.get_my_commands(language_code=code)}
        assert menu["check"] == command
        assert "language" in menu
        assert short in (await bot.get_my_short_description(code)).short_description
        assert len((await bot.get_my_description(code)).description) > 100
