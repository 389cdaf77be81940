"""Whether a command line of a page can be typed: the right words, options and values, and files that exist."""

from __future__ import annotations

import argparse
import ast
import functools
import io
import itertools
import re
import tomllib
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import typer
import yaml
from typer._click.exceptions import MissingParameter, UsageError  # Typer has no public name for them
from typer.core import TyperGroup

from bot.cli import app
from tests.pages import HOUSE, Typed

# What a command of `uv`, and `uv run` before its command, takes with a value.
WITH_VALUE = {"--group", "--only-group", "--extra", "--with", "--python", "-p", "--output-file", "--from"}
UV = {"sync", "export", "lock", "add", "build", "tool", "python", "venv", "pip", "version"}
COMPOSE_WITH_VALUE = {"-f", "--file", "--profile", "-e", "--env", "--entrypoint", "-v", "--volume", "-u", "--user"}
TYPES: dict[str, Callable[[str], Any]] = {"int": int, "float": float, "Path": Path}
Pytest = Callable[[list[str]], object]


class WrongError(Exception):
    """What is wrong with a command, in a few words."""


def complaint(typed: Typed, pytest_reads: Pytest) -> str | None:
    """What is wrong with it, with page and line; None when it can be typed."""
    words = [word for word in typed.words if not re.fullmatch(r"[A-Z_]+=\S*", word)]
    try:
        _judge(words, typed, pytest_reads)
    except WrongError as error:
        return f"{typed}: {error}"
    return None


def _judge(words: Sequence[str], typed: Typed, pytest_reads: Pytest) -> None:
    for word in words:
        if word.startswith(("content/packs/", "tests/")):
            _must_exist(word.partition("::")[0])
    match words:
        case ["uv", "run", *rest]:
            _uv_run(rest, typed, pytest_reads)
        case ["uv", word, *rest]:
            _must_be(word, UV, "a command of uv")
            _groups(rest)
        case ["uvx", *_]:
            pass
        case ["docker", "compose", *rest]:
            _compose(rest, typed)
        case ["stridecheck", *rest]:
            stridecheck(rest, in_full=typed.in_full)
        case ["python", "-m", module, *rest]:
            _module(module, rest, typed, pytest_reads)
        case ["python", script, *rest] if script.endswith(".py"):
            _script(HOUSE / script, rest, typed)
        case ["pytest", *rest]:
            pytest_reads(rest)


def _uv_run(words: Sequence[str], typed: Typed, pytest_reads: Pytest) -> None:
    options, rest = _options(words, WITH_VALUE)
    groups = {"dev", *_groups(options)}
    if not rest:
        raise WrongError("uv run what?")
    known = {"python", "stridecheck"} | {name for group in groups for name in _tools(group)}
    _must_be(rest[0], known, f"there with the groups {', '.join(sorted(groups))}")
    _judge(rest, typed, pytest_reads)


def _groups(words: Sequence[str]) -> list[str]:
    """The groups that are named, which must exist."""
    named = [value for option, value in itertools.pairwise(words) if option in ("--group", "--only-group")]
    for each in named:
        _must_be(each, _project()["dependency-groups"], "a group of pyproject.toml")
    return named


def _tools(group: str) -> list[str]:
    project = _project()
    wanted = [*project["dependency-groups"][group], *project["project"]["dependencies"]]
    return [re.split(r"[\[<>=~! ]", each, maxsplit=1)[0] for each in wanted if isinstance(each, str)]


@functools.cache
def _project() -> dict[str, Any]:
    return tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))


def _compose(words: Sequence[str], typed: Typed) -> None:
    services = _services()
    _, [verb, *rest] = _options(words, COMPOSE_WITH_VALUE)
    options, named = _options(rest, COMPOSE_WITH_VALUE)
    if verb not in ("run", "exec"):
        named = [word for word in named if not word.startswith("-")]
    if verb == "cp":
        named = [word.partition(":")[0] for word in named if ":" in word]
    for service in named[:1] if verb in ("run", "exec") else named:
        _must_be(service, services, "a service of docker-compose.yml")
    if verb == "run" and "--entrypoint" not in options:
        match named:
            case [_, "stridecheck", *rest] | ["bot", *rest]:
                stridecheck(rest, in_full=typed.in_full)


@functools.cache
def _services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HOUSE / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    return found


@functools.cache
def program() -> TyperGroup:
    """`stridecheck`, as it is typed."""
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    return command


@functools.cache
def _bench() -> argparse.ArgumentParser:
    from benchmarks.chaos import arguments  # noqa: PLC0415 - the whole bench, for one kind of line

    return arguments.parser()


def stridecheck(words: Sequence[str], *, in_full: bool) -> None:
    """Parse the words as the program itself would, and run nothing."""
    command: Any = program()
    path, left = "stridecheck", list(words)
    while isinstance(command, TyperGroup) and left and left[0] != "--help":
        _must_be(left[0], command.commands, f"a command of {path}")
        path, command = f"{path} {left[0]}", command.commands[left.pop(0)]
    if isinstance(command, TyperGroup) or "--help" in left:
        return
    try:
        command.make_context(path, left)
    except MissingParameter as error:
        if in_full:
            raise WrongError(error.format_message()) from None
    except UsageError as error:
        if "does not exist" not in error.format_message():  # a file of the reader's
            raise WrongError(error.format_message()) from None


def _module(name: str, words: Sequence[str], typed: Typed, pytest_reads: Pytest) -> None:
    if name == "pytest":
        pytest_reads(list(words))
    elif name == "benchmarks.chaos":
        _parse(_bench(), words, typed)
    elif (package := HOUSE / name.replace(".", "/")).is_dir():
        _package(package, words)
    else:
        _script(package.with_suffix(".py"), words, typed)


def _package(folder: Path, words: Sequence[str]) -> None:
    """Whose files share one parser: only that each option is one of theirs, or of a helper's that they use."""
    _must_exist(str(folder.relative_to(HOUSE) / "__main__.py"))
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in folder.glob("*.py")]
    _options_of([*trees, *(helper for tree in trees for helper in _helpers(tree))], words)


def _script(file: Path, words: Sequence[str], typed: Typed) -> None:
    """By the arguments that its text adds to a parser: nothing of it is run."""
    _must_exist(str(file.relative_to(HOUSE)))
    tree = ast.parse(file.read_text(encoding="utf-8"))
    helpers = _helpers(tree)
    if helpers or ".add_subparsers(" in ast.unparse(tree):
        _options_of([tree, *helpers], words)
    elif added := _added(tree):
        parser = argparse.ArgumentParser(conflict_handler="resolve")
        for call in added:
            parser.add_argument(*_names(call), **dict(filter(None, map(_keyword, call.keywords))))
        _parse(parser, words, typed)


def _options_of(trees: Sequence[ast.Module], words: Sequence[str]) -> None:
    known = {"--help", *(name for tree in trees for call in _added(tree) for name in _names(call))}
    for word in words:
        if word.startswith("--"):
            _must_be(word.partition("=")[0], known, "an option of it")


def _helpers(tree: ast.Module) -> list[ast.Module]:
    """The files of benchmarks/ that it uses, where they add arguments."""
    used = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "benchmarks"]
    files = [HOUSE / "benchmarks" / f"{alias.name}.py" for node in used for alias in node.names]
    read = [ast.parse(file.read_text(encoding="utf-8")) for file in files if file.exists()]
    return [helper for helper in read if _added(helper)]


def _added(tree: ast.Module) -> list[ast.Call]:
    """Every call that adds an argument to a parser."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument"]


def _names(call: ast.Call) -> list[str]:
    return [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def _keyword(given: ast.keyword) -> tuple[str, Any] | None:
    match given:
        case ast.keyword(arg="type", value=ast.Name(id=name)) if name in TYPES:
            return "type", TYPES[name]
        case ast.keyword(arg="action", value=ast.Attribute(attr="BooleanOptionalAction")):
            return "action", argparse.BooleanOptionalAction
        case ast.keyword(arg="nargs" | "action" | "choices" | "required" | "dest" as name, value=value):
            try:
                return name, ast.literal_eval(value)
            except ValueError:
                return None
    return None


def _parse(parser: argparse.ArgumentParser, words: Sequence[str], typed: Typed) -> None:
    said = io.StringIO()
    try:
        with redirect_stderr(said), redirect_stdout(said):
            parser.parse_args(list(words))
    except SystemExit as end:
        reason = said.getvalue().strip().rpartition("error: ")[2]
        if end.code and (typed.in_full or "are required" not in reason):
            raise WrongError(reason) from None


def _options(words: Sequence[str], with_value: set[str]) -> tuple[list[str], list[str]]:
    """The options that come first, with their values, and the rest."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in with_value else 1
    return list(words[:at]), list(words[at:])


def _must_be(word: str, known: object, what: str) -> None:
    if isinstance(known, (set, dict)) and word not in known:
        raise WrongError(f"'{word}' is not {what}; there are {', '.join(sorted(known))}")


def _must_exist(path: str) -> None:
    if not (HOUSE / path).exists():
        raise WrongError(f"there is no {path}")
