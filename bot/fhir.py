"""Summary -> FHIR R4 (4.0.1): a Bundle with the QuestionnaireResponse, and the Questionnaire that it answers.

A red flag is a yes-no item, so that what was asked and denied is there as `false`, and what was not asked is not there.
"Not sure" is HL7's own code `asked-unknown`. Names of fields: hl7.org/fhir/R4/questionnaireresponse.html.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from uuid import NAMESPACE_URL, UUID, uuid5

from bot.fhir_form import ABSENT, HISTORY, NEWEST, OUTCOME, UNKNOWN, Json, coding, flags_of, form, link, system
from content.conditions import NOT_SURE
from content.episode import Entry
from content.pack import Question
from content.strength import PHRASES
from content.summary import Given, Summary
from handlers.voice import Voice

OURS = uuid5(NAMESPACE_URL, "stridecheck:summary")


def bundle(voice: Voice, summary: Summary) -> Json:
    """Both resources in one collection. No name, no identifier of a person: the clinic knows whose it is."""
    name = f"{voice.pack.digest} {summary.started_at.isoformat()} {summary.made_at.isoformat()}"
    questions = form(voice, summary.made_at)
    answers = response(voice, summary, questions, uuid5(OURS, name))
    return {
        "resourceType": "Bundle",
        "id": str(uuid5(OURS, f"bundle {name}")),
        "type": "collection",
        "timestamp": summary.made_at.isoformat(),
        "entry": [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in (answers, questions)],
    }


def response(voice: Voice, summary: Summary, questions: Json, number: UUID) -> Json:
    """The QuestionnaireResponse: only what was asked is in it."""
    notice = voice.ui("page.notice")
    advised = voice.ui("page.advised", level=voice.text("levels", summary.level, "name"))
    return {
        "resourceType": "QuestionnaireResponse",
        "id": str(number),
        "language": voice.language,
        "text": {"status": "generated", "div": _narrative(advised, notice)},
        "questionnaire": f"{questions['url']}|{questions['version']}",
        "status": "completed",
        "authored": summary.history[-1].at if summary.history else summary.started_at.isoformat(),
        "item": [*_triage(voice, summary), *_later(voice, summary)],
    }


def _triage(voice: Voice, summary: Summary) -> list[Json]:
    """The first answers, in the questionnaire's order."""
    order = list(voice.pack.questions)
    told = [*_gates(voice, summary), *_given(voice, summary.given, "")]
    return sorted(told, key=lambda item: order.index(item["linkId"]))


def _narrative(*lines: str) -> str:
    told = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{told}</div>'


def _gates(voice: Voice, summary: Summary) -> Iterator[Json]:
    flags = summary.flags
    asked = dict.fromkeys(question for question, _ in (*flags.present, *flags.denied, *flags.unsure))
    for question in (each for each in voice.pack.questions.values() if each.id in asked):
        items = [_flag(voice, question, each, summary) for each in flags_of(question)]
        if any(name == question.id for name, _ in flags.unsure):
            items = [each for each in items if each["answer"][0]["valueBoolean"]]
            items.append(_answer(link(question.id, NOT_SURE), voice.ui("doctor.not_sure"), {"valueBoolean": True}))
        yield {"linkId": question.id, "text": voice.text("questions", question.id, "ask"), "item": items}


def _flag(voice: Voice, question: Question, option: str, summary: Summary) -> Json:
    ticked = (question.id, option) in summary.flags.present
    return _answer(link(question.id, option), voice.line(question.id, option), {"valueBoolean": ticked})


def _given(voice: Voice, given: Given, prefix: str) -> Iterator[Json]:
    for name, ticked in given:
        question = voice.pack.questions[name]
        yield _question(voice, question, ticked, prefix)


def _question(voice: Voice, question: Question, ticked: tuple[str, ...], prefix: str) -> Json:
    item: Json = {"linkId": f"{prefix}{question.id}", "text": voice.text("questions", question.id, "ask")}
    if question.kind != "scale":
        return {**item, "answer": [{"valueCoding": coding(voice, question, option)} for option in ticked]}
    numbers = [{"valueInteger": int(PHRASES.get(option, option))} for option in ticked if option != NOT_SURE]
    said = [voice.line(question.id, option) for option in ticked if option in PHRASES]
    item["text"] = " ".join([item["text"], *(f"({each})" for each in said)])
    return {**item, "answer": numbers} if numbers else {**item, "extension": [{"url": ABSENT, "valueCode": UNKNOWN}]}


def _later(voice: Voice, summary: Summary) -> Iterator[Json]:
    """The newest check-in, the course, and what the bot said."""
    if summary.check:
        told = list(_given(voice, summary.check, f"{NEWEST}."))
        yield {"linkId": NEWEST, "text": voice.ui("page.newest"), "item": told}
    for entry in summary.history:
        yield {"linkId": HISTORY, "text": voice.ui("page.course"), "item": _entry(voice, entry)}
    yield {"linkId": OUTCOME, "text": voice.ui("page.advice"), "item": _outcome(voice, summary)}


def _entry(voice: Voice, entry: Entry) -> list[Json]:
    word = voice.ui(f"doctor.word.{entry.word}") if entry.word else voice.ui("doctor.first")
    found = [_answer(link(HISTORY, "at"), "", {"valueDateTime": entry.at})]
    found.append(_answer(link(HISTORY, "word"), "", {"valueString": word}))
    if entry.score is not None:
        found.append(_answer(link(HISTORY, "score"), "", {"valueInteger": entry.score}))
    return [*found, _answer(link(HISTORY, "level"), "", {"valueCoding": _level(voice, entry.level)})]


def _outcome(voice: Voice, summary: Summary) -> list[Json]:
    level = {"valueCoding": _level(voice, summary.level)}
    found: list[Json] = [_answer(link(OUTCOME, "level"), voice.ui("page.steps"), level)]
    lists = {
        "rule": (voice.ui("page.rules"), [f"{rule} {level}".strip() for rule, level in summary.rules]),
        "cause": (voice.ui("page.may_be"), [voice.text("causes", each.cause, "name") for each in summary.causes]),
        "advice": (voice.ui("page.steps"), voice.advice(summary.steps)),
    }
    for name, (title, told) in lists.items():
        answers = [{"valueString": each} for each in told]
        found += [{"linkId": link(OUTCOME, name), "text": title, "answer": answers}] if answers else []
    return found


def _level(voice: Voice, level: str) -> Json:
    return {"system": system(voice.pack), "code": level, "display": voice.text("levels", level, "name")}


def _answer(name: str, words: str, value: Json) -> Json:
    item: Json = {"linkId": name, "text": words} if words else {"linkId": name}
    return {**item, "answer": [value]}
