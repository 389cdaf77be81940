"""The Bot API methods about the bot itself: its name, descriptions, commands and menu button.

Limits are documented (name 64, description 512, short description 120, 100 commands of 1-32 characters described in
1-256). Assumed: the words for texts that are too long.
"""

from __future__ import annotations

import json
import re
from typing import Any

from simulator.params import Method, takes
from simulator.records import Json, bad_request
from simulator.world import World

MOST_COMMANDS = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")


def get_me(world: World, _: Json) -> Json:
    """The bot's own account."""
    no = ("can_join_groups", "can_read_all_group_messages", "supports_inline_queries", "can_connect_to_business")
    more = ("has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics", "can_manage_bots")
    return world.bot_json() | dict.fromkeys((*no, *more), False) | {"can_join_groups": True}


def _language(params: Json) -> str:
    language = params.get("language_code", "")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return str(language)


def _text_methods(name: str, parameter: str, limit: int) -> tuple[Method, Method]:
    def put(world: World, params: Json) -> bool:
        text = params.get(parameter, "")
        if len(text) > limit:
            raise bad_request(f"{parameter.replace('_', ' ')} is too long")
        _store(world, (parameter, _language(params)), text)
        return True

    def get(world: World, params: Json) -> Json:
        return {parameter: _best(world, parameter, _language(params), "")}

    setting, getting = takes(string=f"{parameter} language_code"), takes(string="language_code")
    return Method(f"setMy{name}", setting, put), Method(f"getMy{name}", getting, get)


def _store(world: World, key: tuple[str, str], value: object) -> None:
    if value:
        world.profile[key] = value
    else:
        world.profile.pop(key, None)
    world.tell("profile")


def _best(world: World, what: str, language: str, default: object) -> Any:  # noqa: ANN401 - whatever was set
    """The value for a language, or else the one without a language."""
    return world.profile.get((what, language), world.profile.get((what, ""), default))


def _scope(params: Json) -> str:
    scope = params.get("scope") or {"type": "default"}
    if not isinstance(scope.get("type"), str):
        raise bad_request("can't parse BotCommandScope: Can't find field \"type\"")
    return "commands " + json.dumps(scope, sort_keys=True)


def set_my_commands(world: World, params: Json) -> bool:
    """The command list of one scope and language."""
    commands = params.get("commands", [])
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    _store(world, (_scope(params), _language(params)), [_command(command) for command in commands])
    return True


def _command(command: object) -> Json:
    if not isinstance(command, dict) or not isinstance(command.get("command"), str):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, words = command["command"].removeprefix("/"), command.get("description", "")
    if not _COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(words.strip()) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": words}


def get_my_commands(world: World, params: Json) -> list[Json]:
    """Exactly what was set for this scope and language; empty when nothing was."""
    return list(world.profile.get((_scope(params), _language(params)), []))


def delete_my_commands(world: World, params: Json) -> bool:
    """Back to the wider scope's commands."""
    _store(world, (_scope(params), _language(params)), None)
    return True


def commands_for(world: World, language: str | None) -> list[Json]:
    """The menu a person with this app language would see in a private chat."""
    for scope in ("all_private_chats", "default"):
        for wanted in (language or "", ""):
            found = world.profile.get((_scope({"scope": {"type": scope}}), wanted))
            if found:
                return list(found)
    return []


def description_for(world: World, language: str | None) -> str:
    """What a person reads above the START button."""
    return str(_best(world, "description", language or "", ""))


def menu_button_for(world: World, user_id: int) -> Json:
    """The button beside the input line in this person's chat."""
    return dict(_best(world, "menu_button", str(user_id), {"type": "commands"}))


def _menu_key(world: World, params: Json) -> tuple[str, str]:
    chat = params.get("chat_id")
    return "menu_button", "" if chat is None else str(world.readable_chat(chat))


def set_chat_menu_button(world: World, params: Json) -> bool:
    """The button beside the input line, for one chat or all."""
    button = params.get("menu_button") or {"type": "default"}
    if button.get("type") not in ("default", "commands", "web_app"):
        raise bad_request("can't parse menu button: MenuButton has unsupported type")
    _store(world, _menu_key(world, params), button)
    return True


def get_chat_menu_button(world: World, params: Json) -> Json:
    """What was set, for the chat or for all."""
    found = _best(world, *_menu_key(world, params), {"type": "commands"})
    return dict(found)


_SCOPED = takes(an_object="scope", string="language_code")
_MENU = takes(chat="chat_id", an_object="menu_button")

METHODS = (
    Method("getMe", {}, get_me),
    *_text_methods("Name", "name", 64),
    *_text_methods("Description", "description", 512),
    *_text_methods("ShortDescription", "short_description", 120),
    Method("setMyCommands", {**_SCOPED, **takes(array="commands")}, set_my_commands),
    Method("getMyCommands", _SCOPED, get_my_commands),
    Method("deleteMyCommands", _SCOPED, delete_my_commands),
    Method("setChatMenuButton", _MENU, set_chat_menu_button),
    Method("getChatMenuButton", takes(chat="chat_id"), get_chat_menu_button),
)
