"""`stridecheck publish` as it is typed: the same checks as in the chat, and the same list and audit behind it."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import publishing
from bot.cli import app
from bot.publishing import NotPublishedError
from content.load import pack_files, parse_pack
from content.shipped import PACKS
from storage import audit, publications
from storage.database import Database
from tests import asking
from tests.chat.test_publishing import HARDER, REWORDED, SOFTER, changed
from tests.content.bad_uploads import zipped
from tests.keys import RING
from tests.storage.rows import NOW


@pytest.fixture
def database(sqlite_url: str) -> Database:
    """A bot's database in which the second pack is live."""
    files = pack_files(PACKS / "runner-itch")
    built = Database(sqlite_url, ring=RING)
    built.run_now(publications.ship, parse_pack(files), files, NOW)
    return built


def packed(folder: Path, *changes: tuple[str, str]) -> Path:
    path = folder / "pack.zip"
    path.write_bytes(zipped(*changed(*changes).items()))
    return path


def live(database: Database) -> str:
    found = database.run_now(publications.newest)
    assert found is not None
    return found.version


def published(database: Database, source: Path, *, yes: bool = True) -> bool:
    return publishing.run(database, source, yes=yes, as_json=False, ask=asking.at_once)


def test_without_yes_it_is_looked_at_only(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    source = packed(tmp_path, HARDER)
    assert publishing.run(database, source, yes=False, as_json=False, report=page, ask=asking.at_once)
    said = capsys.readouterr()
    assert "runner-itch 1 → runner-itch 2" in said.out
    assert "MORE URGENT NOW\n  For example someone who answers" in said.out
    assert "add --yes" in said.err
    assert "<h2>rules (1)</h2>" in page.read_text(encoding="utf-8")
    assert live(database) == "1"


def test_with_yes_it_is_live_and_written_down(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    for name, data in changed(REWORDED).items():
        (folder / name).write_bytes(data)
    assert published(database, folder)
    assert live(database) == "2"
    [line] = database.run_now(audit.newest)
    assert (line.by, line.act, line.detail["from"], line.detail["to"]) == (audit.SHELL, "publish", 1, 2)


def test_one_changed_file_goes_over_what_is_live(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "en.yaml"
    path.write_bytes(changed(REWORDED)["en.yaml"])
    assert published(database, path)
    entry = database.run_now(publications.newest)
    assert entry is not None
    assert (
        database.run_now(publications.files, entry.pack_id)["pack.yaml"]
        == pack_files(PACKS / "runner-itch")["pack.yaml"]
    )


def test_mistakes_are_listed_and_nothing_is_published(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not published(database, packed(tmp_path, ("I2: {level: doctor", "I2: {level: doktor")))
    assert "unknown level 'doktor'" in capsys.readouterr().out
    assert live(database) == "1"


@pytest.mark.parametrize(("data", "why"), [(b"no", "it is no zip"), (zipped(("../x.yaml", b"a")), "out of its folder")])
def test_what_is_no_pack_is_refused_in_words(database: Database, tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(data)
    with pytest.raises(NotPublishedError, match=why):
        published(database, path)


def test_two_at_once_publish_one(database: Database, tmp_path: Path) -> None:
    looked = publishing.look(database, packed(tmp_path, HARDER), lambda stage: None, asking.at_once)
    assert published(database, packed(tmp_path, REWORDED))
    with pytest.raises(NotPublishedError, match="Somebody else"):
        publishing.publish(database, looked)


def test_something_less_urgent_is_not_published_without_the_words(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert not published(database, packed(tmp_path, SOFTER))
    said = capsys.readouterr()
    assert "LESS URGENT NOW" in said.out
    assert "Nothing was published." in said.err
    assert live(database) == "1"


def test_as_it_is_typed_with_the_words(database: Database, tmp_path: Path) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    command = ["publish", str(packed(tmp_path, SOFTER)), "--yes", "--json"]
    done = CliRunner().invoke(app, command, input="LESS URGENT\n", env={**os.environ, "DATABASE_URL": url})
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert (found["published"], found["live"]["number"], live(database)) == (2, 1, "2")
    assert "is told home" in found["changes"]["less"][0]
