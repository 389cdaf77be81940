"""The house keeps its arrows: who may know whom, what each room may touch outside, who reads the clock."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parent.parent
ROOMS = ("content", "storage", "handlers", "bot", "simulator")
MAY_KNOW = {
    "content": {"content"},
    "storage": {"storage", "content"},
    "handlers": {"handlers", "content", "storage"},
    "bot": {"bot", "handlers", "content", "storage"},
    "simulator": {"simulator"},
}
# The places of the bot that may know the simulator: those of the `try` command.
PLAYGROUND = {"bot/playground.py", "bot/sandbox.py"}
FOREIGN = {
    "content": {"telegram", "sqlalchemy", "alembic", "apscheduler", "asyncio", "starlette", "uvicorn", "httpx"},
    "storage": {"telegram", "apscheduler", "starlette", "uvicorn", "httpx", "asyncio"},
    "handlers": {"apscheduler", "starlette", "uvicorn", "httpx", "asyncio", "alembic"},
    "bot": set[str](),
    "simulator": {"sqlalchemy", "alembic", "apscheduler"},
}
ALLOWED_FOREIGN = {"storage/database.py": {"asyncio"}}
WITHOUT_TELEGRAM = {
    "handlers/turn.py",
    "handlers/visit.py",
    "handlers/rooms.py",
    "handlers/record.py",
    "handlers/arrival.py",
    "handlers/screens.py",
    "handlers/voice.py",
}
CLOCK_READERS = {"bot/clock.py", "bot/doctor.py"}
MOST_LINES = 300


@cache
def files() -> list[str]:
    return sorted(str(path.relative_to(HOUSE)) for room in ROOMS for path in (HOUSE / room).rglob("*.py"))


def code() -> list[str]:
    return [name for name in files() if "/migrations/" not in name]


@cache
def nodes(name: str) -> list[ast.AST]:
    """Everything that a file says; each file is read once for all rules."""
    return list(ast.walk(ast.parse((HOUSE / name).read_text())))


@cache
def imports(name: str) -> list[str]:
    """Every module by its full name; one that is named from where the file stands is "." here, and no room's."""
    named = [node.module if node.level == 0 else "." for node in nodes(name) if isinstance(node, ast.ImportFrom)]
    plain = [alias.name for node in nodes(name) if isinstance(node, ast.Import) for alias in node.names]
    return [*plain, *(each or "." for each in named)]


def outside(name: str) -> set[str]:
    return {module.partition(".")[0] for module in imports(name)}


def test_imports_are_by_full_name() -> None:
    assert not [name for name in files() if "." in imports(name)]


def test_a_room_knows_only_whom_it_may_know() -> None:
    for name in files():
        allowed = MAY_KNOW[name.partition("/")[0]] | ({"simulator"} if name in PLAYGROUND else set())
        assert outside(name) & set(ROOMS) <= allowed, name


def test_a_room_touches_only_what_it_may_touch_outside() -> None:
    for name in code():
        forbidden = FOREIGN[name.partition("/")[0]] - ALLOWED_FOREIGN.get(name, set())
        assert not outside(name) & (forbidden | ({"telegram"} if name in WITHOUT_TELEGRAM else set())), name


def test_only_the_proofs_know_the_solver() -> None:
    assert not [name for name in code() if "z3" in outside(name) and not name.startswith("content/prove")]


def test_an_init_file_holds_a_docstring_and_nothing_else() -> None:
    for name in files():
        if name.endswith("/__init__.py"):
            body = ast.parse((HOUSE / name).read_text()).body
            assert all(isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in body), name


def test_only_the_clock_reads_the_clock() -> None:
    for name in code():
        if name not in CLOCK_READERS and not name.startswith("simulator/"):
            calls = {ast.unparse(node.func) for node in nodes(name) if isinstance(node, ast.Call)}
            assert not {"datetime.now", "datetime.utcnow", "time.time", "date.today"} & calls, name


def test_no_file_is_two_rooms_in_one() -> None:
    lengths = {name: len((HOUSE / name).read_text().splitlines()) for name in code()}
    assert not {name: length for name, length in lengths.items() if length > MOST_LINES}


SAYS_SQL = {"text", "exec_driver_sql", "execute", "executescript"}
# Names and limits that stand in the program itself.
PUT_TOGETHER = {
    "bot/line.py": {"f'LISTEN {neighbours.CHANNEL}'"},
    "storage/database.py": {"f\"SET {name} = '{limit}'\"", "f'PRAGMA {pragma}'"},
}


def put_together(name: str) -> set[str]:
    """What a file gives to a database as a statement that it made out of pieces."""
    calls = [node for node in nodes(name) if isinstance(node, ast.Call)]
    said = [call.args[0] for call in calls if call.args and ast.unparse(call.func).rpartition(".")[2] in SAYS_SQL]
    return {ast.unparse(each) for each in said if any(map(is_made_of_pieces, ast.walk(each)))}


def is_made_of_pieces(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr() | ast.BinOp(left=ast.Constant(value=str())) | ast.BinOp(right=ast.Constant(value=str())):
            return True
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace")):
            return True
        case _:
            return False


def test_no_statement_is_put_together_from_strings() -> None:
    assert {name: found for name in files() if (found := put_together(name))} == PUT_TOGETHER
