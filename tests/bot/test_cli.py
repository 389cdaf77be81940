"""The commands as they are typed."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from typer.testing import CliRunner, Result

from bot import doctor, running, settings
from bot.cli import app
from bot.settings import CURES
from content.load import load_pack
from content.shipped import PACKS
from simulator.http import build_app
from simulator.telegram import Telegram
from storage import restored, schema
from storage.crypto import Ring
from storage.database import Database
from storage.milestones import Milestone
from tests.bot.tools import served
from tests.chat.stories import VIGNETTES, emergency
from tests.keys import KEYS
from tests.storage.rows import a_person
from tests.world import START, World

COMMANDS = (
    *("run", "try", "check", "compare", "publish", "assess", "export", "summary", "erase", "broadcast", "stats"),
    *("migrate", "keys", "doctor", "resume", "backup", "restore"),
)
OTHER_KEYS = f"k9:{base64.b64encode(b'x' * 32).decode()}"
FIRST = PACKS / "leg-tingling"
STRIDECHECK = Path(sys.executable).with_name("stridecheck")


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of this machine, and no .env of the folder we are in."""
    for name in CURES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENCRYPTION_KEYS", KEYS)
    monkeypatch.chdir(tmp_path)


def typed(*words: str, stdin: str | None = None, **env: str) -> Result:
    """What `stridecheck WORDS` prints, and how it ends."""
    return CliRunner().invoke(app, list(words), input=stdin, env=env)


# --- help -----------------------------------------------------------------------------------------------------------


def test_help_lists_every_command() -> None:
    result = typed("--help")
    assert result.exit_code == 0
    assert [name for name in COMMANDS if name not in result.output] == []


def test_help_waits_for_nothing_that_it_does_not_need() -> None:
    heavy = ("apscheduler", "babel", "cryptography", "pydantic", "ruamel", "sqlalchemy", "structlog", "telegram", "z3")
    ask = f"import bot.cli, sys; print([each for each in {heavy} if each in sys.modules])"
    result = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert result.stdout.strip() == "[]"


def test_the_bot_holds_nothing_that_it_does_not_need() -> None:
    idle = ("alembic", "fpdf", "h11._connection", "psycopg", "pydantic", "pygal", "resvg_py", "ruamel", "simulator",
            "sqlalchemy.dialects.postgresql", "starlette", "typer", "tzfpy", "uvicorn", "z3")  # fmt: skip
    ask = f"""if True:
        import atexit, sys
        atexit.register(lambda: print([each for each in {idle} if each in sys.modules]))
        sys.argv = ["stridecheck", "run"]
        from bot import run_command
        run_command.main()"""
    result = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert "BOT_TOKEN is missing" in result.stderr
    assert result.stdout.strip() == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = typed(command, "--help")
    assert result.exit_code == 0
    assert f"stridecheck {command}" in result.output.replace("root", "stridecheck")


def test_a_mistyped_command_is_named() -> None:
    result = typed("chekc")
    assert result.exit_code == 2
    assert "chekc" in result.output


# --- run ------------------------------------------------------------------------------------------------------------


def test_run_without_keys_and_token_says_which_why_and_what_to_type() -> None:
    result = subprocess.run([STRIDECHECK, "run"], capture_output=True, text=True, check=False, env={}, timeout=60)  # noqa: S603
    assert result.returncode == 1
    assert result.stdout == ""
    keys, token = result.stderr.splitlines()
    assert keys.startswith("ENCRYPTION_KEYS is missing. Cure: for a new database type: stridecheck keys new")
    assert token.startswith("BOT_TOKEN is missing. Cure: ask @BotFather")
    assert "export BOT_TOKEN=" in token
    assert "Traceback" not in result.stderr


# --- check ----------------------------------------------------------------------------------------------------------


def test_check_praises_a_pack_without_problems() -> None:
    """The small pack: the first one is proved by a step of .ci/run of its own, and takes half a minute."""
    result = typed("check", str(PACKS / "runner-itch"))
    assert result.exit_code == 0
    assert "runner-itch" in result.output
    assert "No problems" in result.output
    assert "Proved:" in result.output


def test_check_looks_at_the_first_pack_when_none_is_named() -> None:
    result = typed("check", "--fast")
    assert result.exit_code == 0
    assert "leg-tingling" in result.output
    assert "No problems" in result.output


def test_check_names_every_problem_with_file_and_line(tmp_path: Path) -> None:
    folder = broken_pack(tmp_path, "aged_40: age in (a40_59, a60)", "aged_40: age in (a40_59, a06)")
    (folder / "en.yaml").write_text((FIRST / "en.yaml").read_text(encoding="utf-8") + "\nhello: [", encoding="utf-8")
    lines = (folder / "pack.yaml").read_text(encoding="utf-8").splitlines()
    [wrong] = [number for number, line in enumerate(lines, 1) if "a06" in line]
    result = typed("check", str(folder))
    assert result.exit_code == 1
    assert f"pack.yaml:{wrong} define aged_40: unknown option 'a06' of question 'age'; did you mean" in result.output
    assert "en.yaml:" in result.output
    assert f"2 problem(s) in {folder}" in result.output


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_check_of_a_folder_without_a_pack_says_so(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    result = typed("check", str(tmp_path / name))
    assert result.exit_code == 1
    assert "has no pack.yaml" in result.output


def broken_pack(tmp_path: Path, right: str, wrong: str) -> Path:
    """The shipped pack with a mistake in it."""
    folder = tmp_path / "pack"
    shutil.copytree(FIRST, folder)
    path = folder / "pack.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    return folder


# --- assess ---------------------------------------------------------------------------------------------------------


def test_assess_reads_a_file_or_standard_input(tmp_path: Path) -> None:
    answers = json.dumps(VIGNETTES["V04"]["answers"])
    (tmp_path / "answers.json").write_text(answers, encoding="utf-8")
    from_file, from_input = typed("assess", "answers.json"), typed("assess", "-", stdin=answers)
    assert from_file.exit_code == from_input.exit_code == 0
    assert from_file.output == from_input.output
    found = json.loads(from_file.output)
    assert set(found) == {"level", "causes", "rules", "plan", "may_ice"}
    assert (found["level"], found["causes"][0], found["plan"], found["may_ice"]) == (
        "L5",
        "neuroma",
        "FU-NEUROMA",
        True,
    )


@pytest.mark.parametrize("case", VIGNETTES)
def test_assess_puts_every_case_into_its_range(case: str) -> None:
    result = typed("assess", "-", stdin=json.dumps(VIGNETTES[case]["answers"]))
    found = json.loads(result.output)
    assert found["level"] in VIGNETTES[case]["levels"]
    assert VIGNETTES[case]["must_name"] in found["causes"]


def test_assess_takes_the_folder_of_a_pack() -> None:
    result = typed("assess", "--pack", str(FIRST), "-", stdin='{"g_life": ["stroke_signs"]}')
    assert json.loads(result.output) | {"rules": []} == {
        "level": "L1",
        "causes": ["stroke"],
        "rules": [],
        "plan": None,
        "may_ice": False,
    }


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ('{"ease": ["dyas"], "wher": ["shin"], "sym": ["numb"]}', ["ease", "dyas", "wher"]),
        ('{\n"ease": [}', ["line 2", "not JSON"]),
        ('["numb"]', ["object"]),
        ('{"sym": 5}', ["sym"]),
        ('{"sym": [5]}', ["sym"]),
        ("", ["not JSON"]),
    ],
)
def test_assess_names_what_it_cannot_use_and_exits_2(answers: str, words: list[str]) -> None:
    result = typed("assess", "-", stdin=answers)
    assert result.exit_code == 2
    assert [word for word in words if word not in result.output] == []


def test_assess_of_a_missing_file_or_pack_says_so() -> None:
    assert typed("assess", "nowhere.json").exit_code == 2
    assert "nowhere.json" in typed("assess", "nowhere.json").output
    result = typed("assess", "--pack", "nowhere", "-", stdin="{}")
    assert result.exit_code == 2
    assert "nowhere" in result.output


# --- migrate, export, erase -----------------------------------------------------------------------------------------


def test_migrate_makes_a_database_and_may_be_repeated(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    for _ in range(2):
        result = typed("migrate", DATABASE_URL=url)
        assert result.exit_code == 0, result.output
        assert "up to date" in result.output
    engine = create_engine(url)
    assert schema.state(engine) == "current"
    engine.dispose()


def test_migrate_leaves_a_newer_database_alone(sqlite_url: str) -> None:
    of_the_future(sqlite_url)
    result = typed("migrate", DATABASE_URL=sqlite_url)
    assert result.exit_code == 1
    assert "newer" in result.output
    assert "Cure" in result.output


async def test_export_prints_what_the_contract_says(small_world: World) -> None:
    chat = await emergency(small_world)
    await small_world.later(minutes=10)
    await chat.answer("yes")
    result = typed("export", str(chat.user_id), DATABASE_URL=small_world.url)
    assert result.exit_code == 0
    document = json.loads(result.output)
    assert {"user", "episodes"} <= set(document)
    assert document["user"]["id"] == chat.user_id
    [episode] = document["episodes"]
    assert {"id", "pack", "version", "started_at", "state", "level", "causes", "answers", "follow_ups"} <= set(episode)
    assert (episode["pack"], episode["state"], episode["level"]) == ("leg-tingling", "closed", "L1")
    assert episode["answers"] == {"g_life": ["none"], "g_spine": ["both_legs_weak"]}
    assert episode["follow_ups"] == [
        {
            "key": "FU-CALLED/m10",
            "due_at": "2026-11-23T09:10:00+00:00",
            "state": "answered",
            "sent_at": "2026-11-23T09:10:00+00:00",
            "answer": episode["follow_ups"][0]["answer"],
        },
        {
            "key": "FU-CALLED/m60",
            "due_at": "2026-11-23T10:00:00+00:00",
            "state": "cancelled",
            "sent_at": None,
            "answer": None,
        },
    ]
    assert episode["started_at"] == START.isoformat()
    assert "Ana" not in result.output


async def test_erase_asks_for_yes_and_then_leaves_nothing(small_world: World) -> None:
    chat, other = await emergency(small_world), await emergency(small_world)
    refused = typed("erase", str(chat.user_id), DATABASE_URL=small_world.url)
    assert refused.exit_code == 1
    assert f"stridecheck erase {chat.user_id} --yes" in refused.output
    assert chat.export()
    erased = typed("erase", str(chat.user_id), "--yes", DATABASE_URL=small_world.url)
    assert erased.exit_code == 0
    assert rows_left(small_world.url) == rows_of_one(small_world.url)
    assert typed("export", str(chat.user_id), DATABASE_URL=small_world.url).exit_code == 1
    assert typed("export", str(other.user_id), DATABASE_URL=small_world.url).exit_code == 0
    assert "Nothing was kept" in typed("erase", str(chat.user_id), "--yes", DATABASE_URL=small_world.url).output
    await small_world.later(days=2)
    assert not chat.has_read("called for help")
    await chat.says("/start")
    chat.reads("not a diagnosis")


async def test_summary_writes_what_the_name_of_the_file_asks_for(small_world: World, tmp_path: Path) -> None:
    chat = await emergency(small_world)
    for name, begins in (
        ("a.pdf", b"%PDF"),
        ("a.fhir.json", b'{\n  "resourceType": "Bundle"'),
        ("a.json", b'{\n  "format"'),
    ):
        result = typed("summary", str(chat.user_id), str(tmp_path / name), DATABASE_URL=small_world.url)
        assert result.exit_code == 0, result.output
        assert (tmp_path / name).read_bytes().startswith(begins)
    refused = typed("summary", str(chat.user_id), str(tmp_path / "a.doc"), DATABASE_URL=small_world.url)
    assert (refused.exit_code, "end the name in .pdf, .json, .fhir.json" in refused.output) == (1, True)
    stranger = typed("summary", "42", str(tmp_path / "b.pdf"), DATABASE_URL=small_world.url)
    assert (stranger.exit_code, "Nothing is kept about 42" in stranger.output) == (1, True)
    assert not (tmp_path / "b.pdf").exists()


def test_export_of_a_stranger_says_that_nothing_is_kept(sqlite_url: str) -> None:
    result = typed("export", "42", DATABASE_URL=sqlite_url)
    assert result.exit_code == 1
    assert "Nothing is kept about 42" in result.output


def test_stats_tells_counts_to_read_and_as_json(sqlite_url: str) -> None:
    told = typed("stats", "--days", "0", DATABASE_URL=sqlite_url)
    assert told.exit_code == 0
    for words in ("all days since the beginning", "2wT Zimbabwe", "All is well."):
        assert words in told.output
    document = json.loads(typed("stats", "--json", DATABASE_URL=sqlite_url).output)
    assert set(document) == {"days", "checks", "check_ins", "effects", "health"}
    assert (document["days"], document["checks"]["started"], document["health"]["wrong"]) == (30, 0, {})


@pytest.mark.parametrize("words", [("export", "42"), ("erase", "42", "--yes"), ("stats",)])
def test_a_database_that_is_not_there_is_not_made_by_looking(words: tuple[str, ...], tmp_path: Path) -> None:
    result = typed(*words, DATABASE_URL=f"sqlite:///{tmp_path / 'typo.db'}")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "DATABASE_URL" in result.output
    assert not (tmp_path / "typo.db").exists()


@pytest.mark.parametrize("words", [("export", "42"), ("erase", "42", "--yes"), ("migrate",)])
def test_a_database_that_does_not_answer_is_named_with_a_cure(words: tuple[str, ...]) -> None:
    result = typed(*words, DATABASE_URL="postgresql+psycopg://ana:geheim@127.0.0.1:9/none")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert "check DATABASE_URL" in result.output
    assert "geheim" not in result.output


def rows_left(url: str) -> dict[str, int]:
    """How many rows each table about people has."""
    tables = ("people", "episodes", "follow_ups", "events")
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in tables}  # noqa: S608
    engine.dispose()
    return found


def rows_of_one(url: str) -> dict[str, int]:
    """The rows of the only person who is left."""
    engine = create_engine(url)
    with engine.connect() as connection:
        person = connection.execute(text("SELECT id FROM people")).scalar_one()
        mine = {"person": person}
        episodes = connection.execute(
            text("SELECT count(*) FROM episodes WHERE person_id = :person"), mine
        ).scalar_one()
        follow_ups = connection.execute(text("SELECT count(*) FROM follow_ups WHERE person_id = :person"), mine)
        events = connection.execute(
            text("SELECT count(*) FROM events WHERE episode_id IN (SELECT id FROM episodes WHERE person_id = :person)"),
            mine,
        )
        found = {
            "people": 1,
            "episodes": episodes,
            "follow_ups": follow_ups.scalar_one(),
            "events": events.scalar_one(),
        }
    engine.dispose()
    return found


def of_the_future(url: str) -> None:
    """Make the database one of a newer program."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


# --- keys -----------------------------------------------------------------------------------------------------------


def test_a_new_key_can_be_used_as_it_is_printed_and_takes_another_id() -> None:
    first = typed("keys", "new", ENCRYPTION_KEYS="").stdout.splitlines()[-1]
    keys = first.removeprefix("ENCRYPTION_KEYS=")
    assert Ring.parse(keys).ids == ("k1",)
    second = typed("keys", "new", ENCRYPTION_KEYS=keys).stdout
    assert "Start every bot anew" in second
    assert Ring.parse(f"{second.splitlines()[-1]},{keys}").ids == ("k2", "k1")


@pytest.mark.parametrize(
    "words", [("export", "101"), ("stats",), ("keys", "rotate"), ("migrate",), ("broadcast", "list")], ids=" ".join
)
def test_wrong_or_missing_keys_are_refused_with_a_cure_and_change_nothing(
    database_url: str, words: tuple[str, ...]
) -> None:
    before = secret_of(database_url)
    for keys, why in ((OTHER_KEYS, "ENCRYPTION_KEYS does not open this database. Cure: "), ("", "is missing. Cure: ")):
        result = typed(*words, DATABASE_URL=database_url, ENCRYPTION_KEYS=keys)
        assert result.exit_code == 1
        [line] = result.stderr.splitlines()
        assert why in line
        assert not (keys and keys in line)
    assert secret_of(database_url) == before


def test_the_bot_does_not_start_with_the_keys_of_another_database(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    for name, value in (
        ("BOT_TOKEN", f"123456:{'a' * 35}"),
        ("DATABASE_URL", sqlite_url),
        ("ENCRYPTION_KEYS", OTHER_KEYS),
    ):
        monkeypatch.setenv(name, value)
    with pytest.raises(settings.SettingsError, match="does not open this database"):
        running.prepare(settings.read())


def test_a_rotation_says_what_it_did_and_the_second_one_that_nothing_is_left(small_world: World) -> None:
    url, both = small_world.url, f"{OTHER_KEYS},{KEYS}"
    small_world.house.database.run_now(a_person, 101)
    first = typed("keys", "rotate", DATABASE_URL=url, ENCRYPTION_KEYS=both)
    done, nothing = "secrets: 1 sealed again\npeople: 1 sealed again\n", "Nothing is left under another key than k9.\n"
    assert first.stdout == done + nothing
    second = typed("keys", "rotate", DATABASE_URL=url, ENCRYPTION_KEYS=both)
    assert second.stdout == "Nothing is left under another key than k9.\n"
    assert typed("export", "101", DATABASE_URL=url, ENCRYPTION_KEYS=OTHER_KEYS).exit_code == 0
    assert typed("export", "101", DATABASE_URL=url, ENCRYPTION_KEYS=KEYS).exit_code == 1


def secret_of(url: str) -> bytes:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = bytes(connection.execute(text("SELECT sealed FROM secrets")).scalar_one())
    engine.dispose()
    return found


# --- doctor ---------------------------------------------------------------------------------------------------------


def test_resume_says_what_was_held(sqlite_url: str) -> None:
    assert typed("resume", DATABASE_URL=sqlite_url).output == "Nothing is held.\n"
    database = Database(sqlite_url, ring=Ring.parse(KEYS))
    database.run_now(lambda session: a_person(session).id)
    database.run_now(restored.notice, Milestone(7, START), START)
    database.close()
    told = typed("resume", "--drop", DATABASE_URL=sqlite_url)
    assert told.output == "0 reminders and 0 messages were held; they count as too late.\n"


async def test_doctor_finds_nothing_wrong_with_a_sound_bot(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    telegram = Telegram(now=lambda: START)
    async with served(build_app(telegram)) as address:
        named = {"OPERATOR_NAME": "Club Verde", "OPERATOR_CONTACT": "privacy@club.example"}
        where = {"BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": address, "DATABASE_URL": sqlite_url}
        found = await examined(monkeypatch, **where, **named)
    assert {about: cure for about, (_, cure) in found.items()} == dict.fromkeys(
        (
            *("content", "database", "bot", "keys", "live content", "erasures", "disk", "backups"),
            *("operator", "readiness", "token", "updates", "clock"),
        )
    )
    assert "@StrideCheckBot" in found["token"][0]


async def test_doctor_names_a_webhook_that_takes_the_updates_away_and_nothing_of_its_address_but_the_host(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    telegram = Telegram(now=lambda: START)
    telegram.call("setWebhook", {"url": "https://other.example/hidden"})
    async with served(build_app(telegram)) as address:
        where = {"BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": address, "DATABASE_URL": sqlite_url}
        polls = await examined(monkeypatch, **where)
        called = await examined(
            monkeypatch, WEBHOOK_URL="https://bot.example", WEBHOOK_SECRET="0123456789abcdef", **where
        )
    assert "other.example, and WEBHOOK_URL is not set" in polls["updates"][0]
    assert "other.example, and not to WEBHOOK_URL (bot.example)" in called["updates"][0]
    assert polls["updates"][1]
    assert called["updates"][1]
    assert "hidden" not in str((polls, called))


async def test_doctor_looks_at_the_database_though_the_token_is_wrong(
    monkeypatch: pytest.MonkeyPatch, sqlite_url: str
) -> None:
    found = await examined(monkeypatch, BOT_TOKEN="no token", DATABASE_URL=sqlite_url)
    assert "BOT_TOKEN does not look like" in (found["settings"][1] or "")
    assert found["keys"] == ("open the database", None)


async def test_doctor_names_a_wrong_token_without_printing_it(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    wrong = "123456:" + "wrong" * 7
    async with served(build_app(Telegram(now=lambda: START))) as address:
        found = await examined(monkeypatch, BOT_TOKEN=wrong, TELEGRAM_API_URL=address, DATABASE_URL=sqlite_url)
    assert "@BotFather" in (found["token"][1] or "")
    assert wrong not in str(found)


async def test_doctor_says_when_telegram_or_the_database_is_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = await examined(
        monkeypatch,
        BOT_TOKEN="123456:" + "a" * 35,
        TELEGRAM_API_URL="http://127.0.0.1:9",
        DATABASE_URL="postgresql+psycopg://ana:geheim@127.0.0.1:9/none",
    )
    assert "TELEGRAM_API_URL" in (found["Telegram"][1] or "")
    assert "ERASURE_LEDGER" in (found["erasures"][1] or "")
    assert "OPERATOR_NAME and OPERATOR_CONTACT" in (found["operator"][1] or "")
    assert "DATABASE_URL" in (found["database"][1] or "")
    assert "geheim" not in str(found)


async def test_doctor_names_keys_of_another_database(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    found = await examined(
        monkeypatch,
        BOT_TOKEN="123456:" + "a" * 35,
        TELEGRAM_API_URL="http://127.0.0.1:9",
        DATABASE_URL=sqlite_url,
        ENCRYPTION_KEYS=OTHER_KEYS,
    )
    assert found["database"][1] is None
    assert "does not open this database" in found["keys"][0]
    assert "the keys that it was written with" in (found["keys"][1] or "")


async def test_doctor_names_a_database_of_a_newer_program(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    of_the_future(sqlite_url)
    found = await examined(
        monkeypatch, BOT_TOKEN="123456:" + "a" * 35, TELEGRAM_API_URL="http://127.0.0.1:9", DATABASE_URL=sqlite_url
    )
    assert "newer" in found["database"][0]
    assert found["database"][1]


def test_doctor_exits_1_and_says_the_cure(tmp_path: Path) -> None:
    result = subprocess.run([STRIDECHECK, "doctor"], capture_output=True, text=True, check=False, env={}, timeout=60)  # noqa: S603
    assert result.returncode == 1
    assert "ok      content" in result.stdout
    assert "PROBLEM settings" in result.stdout
    assert "BOT_TOKEN is missing" in result.stdout
    assert "Traceback" not in result.stderr


async def examined(monkeypatch: pytest.MonkeyPatch, **env: str) -> dict[str, tuple[str, str | None]]:
    """What the doctor finds: about -> (what, cure)."""
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    def examine() -> list[Any]:
        return list(doctor.examine(lambda: load_pack(FIRST)))

    return {each.about: (each.what, each.cure) for each in await asyncio.to_thread(examine)}


# --- broadcast ------------------------------------------------------------------------------------------------------


async def test_a_broadcast_from_a_shell_is_counted_sent_once_and_reported(small_world: World, tmp_path: Path) -> None:
    chat = small_world.person()
    await chat.meet()
    await chat.press("Yes, tell me news")
    (tmp_path / "news.html").write_text("Hello <b>runners</b>")

    async def broadcast(*words: str) -> Any:
        result = await asyncio.to_thread(typed, "broadcast", *words, "--json", DATABASE_URL=small_world.url)
        assert result.exit_code == 0, result.output
        return json.loads(result.output)

    drafted = await broadcast("new", "--words", f"en={tmp_path}/news.html", "--button", "check")
    number = str(drafted["id"])
    assert drafted["count"]["recipients"] == 1
    wrong = await asyncio.to_thread(typed, "broadcast", "send", number, "--people", "2", DATABASE_URL=small_world.url)
    assert (wrong.exit_code, wrong.output.strip()) == (1, "1 people would get it, not 2. Nothing was sent.")
    assert (await broadcast("send", number, "--people", "1"))["state"] == "sending"
    assert (await broadcast("pause", number))["state"] == "paused"
    assert (await broadcast("resume", number))["state"] == "sending"
    await small_world.house.settle()
    chat.reads("Hello runners")
    assert chat.labels() == ["Start a check", "Stop news"]
    await small_world.house.settle()
    assert (await broadcast("list"))[0]["state"] == "done"
    table = tmp_path / "who.csv"
    assert (await broadcast("report", number, "--csv", str(table)))["sent"] == 1
    assert str(chat.user_id) not in table.read_text()
    assert table.read_text().splitlines()[1].startswith("1,en,sent,2026-")


async def test_a_safety_notice_from_a_shell_needs_whom_and_typed_words(small_world: World, tmp_path: Path) -> None:
    (tmp_path / "n.html").write_text("Do not ice")
    new = await asyncio.to_thread(
        typed,
        "broadcast",
        "new",
        "--safety",
        "--words",
        f"en={tmp_path}/n.html",
        "--json",
        DATABASE_URL=small_world.url,
    )
    number = str(json.loads(new.output)["id"])
    refused = await asyncio.to_thread(typed, "broadcast", "send", number, "--people", "0", DATABASE_URL=small_world.url)
    assert refused.exit_code == 1
    assert "cannot be sent as it is" in refused.output
