"""A runner's story in Spanish, from /start to the day it is gone: no English word is left in it."""

from __future__ import annotations

import re

from content import words
from handlers.voice import Voice
from tests.chat.stories import answers
from tests.world import START, Chat, World

ENGLISH = re.compile(r"\b(the|and|your|you|is|not|with|if|check|doctor for|days?|again|press)\b", re.IGNORECASE)
COMMANDS = re.compile(r"/[a-z]+|Stride Check|NHS 111")


def is_spanish(chat: Chat) -> None:
    """Every message and button so far, sources (titles in their own language) left out."""
    for message in chat.from_bot:
        said = "\n".join([message.text, *(button.text for row in message.keyboard for button in row)])
        found = ENGLISH.search(COMMANDS.sub("", said))
        assert found is None, (found, said)


async def test_the_first_meeting_is_in_spanish(world: World) -> None:
    chat = world.person(language="es")
    await chat.says("/start")
    chat.reads("no un diagnóstico", "Guardo tus respuestas", "llama al 112")
    await chat.press("Continuar")
    chat.reads("¿Qué hora es")
    await chat.press("09:00")
    await chat.press("Londres, Reino Unido")
    await chat.press("16 o más")
    chat.reads("¿Puedo preguntarte")
    await chat.press("Acepto")
    await chat.says("/emergency")
    chat.reads("Número de emergencias (Reino Unido): 999 o 112")
    assert chat.labels() == ["Otro país"]
    is_spanish(chat)


async def test_a_check_leads_to_a_result_check_ins_and_a_good_end(world: World) -> None:
    chat = world.person("Lucía", "es-MX")
    await chat.begin()
    chat.reads("Ahora mismo, o desde la carrera", "Pregunta 1 de unas")
    await chat.answers(answers("V04"))
    chat.reads("Cuidado en casa, con seguimiento", "neuroma de Morton")
    chat.reads("Porque me contaste esto", "La próxima vez: mañana a las 09:00")
    await chat.says("/followups")
    chat.reads("Cómo sigues, al cabo de un día: mañana a las 09:00", "el lunes, 21 de diciembre, a las 09:00")
    await world.later(days=1)
    chat.reads("¿Cómo sigues? (Día 1)", "¿ha aparecido alguna señal de peligro")
    given = {"new_danger": ["no"], "status": ["better"], "score": ["3"], "changed": ["none"], "numb_between": ["no"]}
    await chat.answers(given)
    chat.reads("Bien, va mejor", "Volveré a preguntarte")
    await world.later(days=2)
    await chat.answers({**given, "status": ["resolved"], "runs_clear": ["two_runs"]})
    chat.reads("Parece que se ha ido", "Volveré a preguntarte el jueves, 3 de diciembre, a las 09:00")
    await world.later(days=7)
    chat.reads("De vuelta a correr")
    await chat.answers({**given, "status": ["resolved"], "runs_clear": ["two_runs"]})
    chat.reads("Me alegra que se haya ido", "para que no vuelva", "No volveré a preguntarte")
    is_spanish(chat)


async def test_an_emergency_is_one_card_in_spanish(world: World) -> None:
    chat = world.person(language="es")
    await chat.begin()
    await chat.answer("chest_breath_faint")
    chat.reads("EMERGENCIA AHORA", "Llama al 999 o 112 ahora", "No conduzcas tú", "dolor en el pecho")
    await world.later(minutes=10)
    chat.reads("¿Has pedido ayuda")
    await chat.press("Todavía no")
    chat.reads("Llama ahora, por favor")
    is_spanish(chat)


async def test_not_sure_help_and_old_buttons_are_in_spanish(small_world: World) -> None:
    chat = small_world.person(language="es")
    await chat.begin()
    await chat.press("No sé")
    chat.reads("Algunos ejemplos", "pulsa No sé otra vez")
    message, data = chat.find("Nada de esto")
    await chat.press("Nada de esto")
    chat.tap(message, data)
    await small_world.settle()
    assert chat.toast == words.say("es", "toast.moved_on")
    await chat.says("hola")
    await small_world.later(minutes=1)
    await chat.says("/stop")
    await chat.says("/privacy")
    await chat.says("/help")
    is_spanish(chat)


def test_one_o_clock_is_said_as_spanish_says_it(small_world: World) -> None:
    voice = Voice("es", small_world.pack, START, "UTC")
    assert voice.when("2026-11-24T01:05:00+00:00") == "mañana a la 01:05"
    assert voice.when("2026-11-24T13:05:00+00:00") == "mañana a las 13:05"
    assert voice.when("2026-11-24T00:30:00+00:00") == "mañana a las 00:30"


async def test_a_group_is_answered_in_the_language_of_who_spoke(small_world: World) -> None:
    ana = small_world.person("Ana", "es")
    small_world.telegram.add_group(-88, "Corredores", [ana.user_id])
    await small_world.settle()
    told = [message.text for message in small_world.telegram.chat(-88) if message.from_bot]
    assert told == [words.say("es", "group")]
