"""What a bot may send, and in which words Telegram refuses the rest."""

from __future__ import annotations

import struct

import pytest
import telegram as ptb
from telegram.error import BadRequest, Forbidden, InvalidToken

from simulator.inprocess import InProcessRequest
from simulator.telegram import Telegram
from tests.simulator.conftest import KIM, HandClock


def _keyboard(*texts: str, **more: str) -> ptb.InlineKeyboardMarkup:
    buttons = [ptb.InlineKeyboardButton(text, callback_data=text, api_kwargs=more) for text in texts]
    return ptb.InlineKeyboardMarkup([buttons])


async def test_a_message_arrives_with_its_entities_in_utf16_units(bot: ptb.Bot, telegram: Telegram) -> None:
    sent = await bot.send_message(KIM, "\N{GRINNING FACE} <b>cold</b> &amp; /help", parse_mode="HTML")
    message = telegram.chat(KIM)[-1]
    assert message.text == "\N{GRINNING FACE} cold & /help"
    assert message.entities[0] == {"type": "bold", "offset": 3, "length": 4}
    assert [entity.type for entity in sent.entities] == ["bold", "bot_command"]


async def test_buttons_keep_their_style(bot: ptb.Bot, telegram: Telegram) -> None:
    sent = await bot.send_message(KIM, "?", reply_markup=_keyboard("No", style="danger"))
    assert telegram.chat(KIM)[-1].keyboard[0][0].style == "danger"
    assert sent.reply_markup is not None
    assert sent.reply_markup.to_dict()["inline_keyboard"][0][0]["style"] == "danger"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "message text is empty"),
        ("  \n ", "text must be non-empty"),
        ("x" * 4097, "message is too long"),
        ("\N{GRINNING FACE}" * 2049, "message is too long"),
        ("<x>", 'can\'t parse entities: Unsupported start tag "x" at byte offset 0'),
        ("\u00e9<b>a", "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ("\u00e9</b>", "can't parse entities: Unexpected end tag at byte offset 2"),
        (
            "<b>a</i>",
            'can\'t parse entities: Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        ("<b", "can't parse entities: Unclosed start tag at byte offset 0"),
        ("a < b", 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
        ("<span class='x'>a</span>", 'can\'t parse entities: Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_bad_text_is_refused_in_telegrams_words(bot: ptb.Bot, telegram: Telegram, text: str, words: str) -> None:
    with pytest.raises(BadRequest):
        await bot.send_message(KIM, text, parse_mode="HTML")
    assert telegram.refused()[-1].description == f"Bad Request: {words}"


async def test_length_counts_after_parsing(bot: ptb.Bot) -> None:
    sent = await bot.send_message(KIM, "<b>" + "x" * 4096 + "</b>", parse_mode="HTML")
    assert len(sent.text or "") == 4096


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ({"text": "a", "callback_data": "\u00e9" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": " ", "callback_data": "a"}, "Inline keyboard button text must be non-empty"),
        ({"text": "a"}, "Text buttons are unallowed in the inline keyboard"),
        ({"text": "a", "callback_data": "a", "style": "purple"}, "invalid button style specified"),
        ({"text": "a", "callback_data": "a", "sytle": "danger"}, 'unknown field "sytle"'),
    ],
)
def test_bad_buttons_are_refused(telegram: Telegram, button: dict[str, str], words: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    answer = telegram.call("sendMessage", {"chat_id": KIM, "text": "?", "reply_markup": markup})
    assert answer["error_code"] == 400
    assert words.lower() in answer["description"].lower()


@pytest.mark.parametrize("rows", [[9], [8] * 13])
def test_too_many_buttons_are_refused(telegram: Telegram, rows: list[int]) -> None:
    button = {"text": "a", "callback_data": "a"}
    markup = {"inline_keyboard": [[button] * count for count in rows]}
    answer = telegram.call("sendMessage", {"chat_id": KIM, "text": "?", "reply_markup": markup})
    assert answer["description"] == "Bad Request: reply markup is too long"


async def test_a_stranger_is_not_found_and_a_group_member_cannot_be_written_to(
    bot: ptb.Bot, telegram: Telegram
) -> None:
    telegram.add_person(8, "Ada")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(8, "hello")
    telegram.add_group(-5, "Runners", [KIM, 8])
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(8, "hello")


async def test_blocked_and_deleted_people_are_forbidden(bot: ptb.Bot, telegram: Telegram) -> None:
    telegram.block(KIM)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(KIM, "hello")
    telegram.unblock(KIM)
    await bot.send_message(KIM, "hello")
    telegram.delete_account(KIM)
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(KIM, "hello")


async def test_a_wrong_token_and_an_unknown_method_are_refused(telegram: Telegram) -> None:
    with pytest.raises(InvalidToken):
        await ptb.Bot("1:wrong", request=InProcessRequest(telegram)).initialize()
    assert telegram.call("sendMesage", {})["error_code"] == 404


def test_an_unknown_or_mistyped_parameter_is_refused(telegram: Telegram) -> None:
    unknown = telegram.call("sendMessage", {"chat_id": KIM, "text": "a", "parsemode": "HTML"})
    assert 'unknown parameter "parsemode"' in unknown["description"]
    mistyped = telegram.call("sendMessage", {"chat_id": KIM, "text": "a", "protect_content": "perhaps"})
    assert 'parameter "protect_content" must be a Boolean' in mistyped["description"]


async def test_the_same_edit_twice_is_not_modified(bot: ptb.Bot, telegram: Telegram, clock: HandClock) -> None:
    sent = await bot.send_message(KIM, "one", reply_markup=_keyboard("a"))
    clock.move(5)
    await bot.edit_message_text("<b>two</b>", KIM, sent.message_id, parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content and reply markup"):
        await bot.edit_message_text("<b>two</b>", KIM, sent.message_id, parse_mode="HTML")
    assert telegram.chat(KIM)[-1].keyboard == ()
    assert telegram.chat(KIM)[-1].edited_at == clock.at


async def test_edits_of_vanished_and_foreign_messages_are_refused(bot: ptb.Bot, telegram: Telegram) -> None:
    sent = await bot.send_message(KIM, "one")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("two", KIM, telegram.chat(KIM)[0].message_id)
    telegram.delete_message(KIM, sent.message_id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("two", KIM, sent.message_id)


async def test_a_message_can_be_deleted_for_48_hours(bot: ptb.Bot, telegram: Telegram, clock: HandClock) -> None:
    first, second = await bot.send_message(KIM, "one"), await bot.send_message(KIM, "two")
    clock.move(48 * 3600)
    assert await bot.delete_message(KIM, first.message_id)
    clock.move(1)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(KIM, second.message_id)
    assert [message.text for message in telegram.chat(KIM)] == ["/start", "two"]


async def test_a_photo_a_document_and_a_reply_arrive(bot: ptb.Bot, telegram: Telegram) -> None:
    first = await bot.send_document(KIM, b"words", filename="export.json", caption="<i>yours</i>", parse_mode="HTML")
    await bot.send_photo(KIM, "https://example.org/a.png", reply_to_message_id=first.message_id)
    document, photo = telegram.chat(KIM)[-2:]
    assert (document.kind, document.text, document.payload["document"]["file_name"]) == (
        "document",
        "yours",
        "export.json",
    )
    assert photo.reply_to == first.message_id


async def test_the_profile_is_kept_by_language(bot: ptb.Bot, telegram: Telegram) -> None:
    await bot.set_my_commands([("start", "Begin")])
    await bot.set_my_commands([("start", "Empezar")], language_code="es")
    await bot.set_my_description("I ask and answer.")
    assert (await bot.get_my_commands(language_code="es"))[0].description == "Empezar"
    assert telegram.menu(KIM)["commands"][0]["description"] == "Begin"
    assert (await bot.get_my_description("es")).description == "I ask and answer."
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([("Start!", "Begin")])


def test_hurry_is_noted_as_a_violation(telegram: Telegram, clock: HandClock) -> None:
    for _ in range(20):
        telegram.call("sendMessage", {"chat_id": KIM, "text": "a"})
    assert telegram.violations == []
    clock.move(10)
    telegram.call("sendMessage", {"chat_id": KIM, "text": "a"})
    assert "more than 20 messages in 20 seconds to one chat" in telegram.violations[0]


async def test_the_journal_holds_what_was_asked_in_its_types(bot: ptb.Bot, telegram: Telegram) -> None:
    sent = await bot.send_message(KIM, "?", reply_markup=_keyboard("Yes"), protect_content=True)
    call = telegram.journal[-1]
    assert (call.method, call.ok, call.message_id) == ("sendMessage", True, sent.message_id)
    assert call.params["chat_id"] == KIM
    assert call.params["protect_content"] is True
    assert call.params["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "Yes"


async def test_links_code_and_quotes_become_the_entities_telegram_makes(bot: ptb.Bot, telegram: Telegram) -> None:
    html = (
        '<a href="https://example.org?a=1&amp;b=2">link</a> <a href="no link">plain</a> '
        '<pre><code class="language-py">x</code></pre> <blockquote expandable>long</blockquote>'
    )
    await bot.send_message(KIM, html, parse_mode="HTML")
    link, code, quote = telegram.chat(KIM)[-1].entities
    assert link["url"] == "https://example.org?a=1&b=2"
    assert (code["type"], code["language"]) == ("pre", "py")
    assert quote["type"] == "expandable_blockquote"


def _png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + bytes(9)


async def test_a_photo_keeps_its_size_and_goes_again_by_its_id(bot: ptb.Bot, telegram: Telegram) -> None:
    first = await bot.send_photo(KIM, ptb.InputFile(_png(900, 1280)), caption="A foot")
    again = await bot.send_photo(KIM, first.photo[-1].file_id)
    assert [(each.photo[-1].width, each.photo[-1].height) for each in (first, again)] == [(900, 1280)] * 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (b"\x89PNG\r\n\x1a\n", "IMAGE_PROCESS_FAILED"),
        (b"\xff\xd8", "IMAGE_PROCESS_FAILED"),
        (_png(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (_png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (_png(90, 90) + bytes(10 * 1024 * 1024), "file is too big"),
    ],
)
async def test_what_is_no_photo_is_refused(bot: ptb.Bot, content: bytes, words: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){words}"):
        await bot.send_photo(KIM, ptb.InputFile(content))


async def test_an_unknown_file_id_is_refused(bot: ptb.Bot) -> None:
    with pytest.raises(BadRequest, match="rong file identifier"):
        await bot.send_photo(KIM, "AgAC")
