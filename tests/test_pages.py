"""What the pages of the documentation teach can be done, and what they name is there."""

from __future__ import annotations

import os
import re
import shutil
from fnmatch import fnmatch
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.settings import CURES
from content.shipped import PACKS
from tests import judging, pages
from tests.keys import KEYS

# Commands of the pages that are quick and can do no harm in a folder of their own, on a database without people.
HARMLESS = ("assess", "broadcast list", "erase", "export", "keys", "migrate", "resume", "stats", "summary")
# Files that the developer's first steps make.
TO_BE_MADE = {"handlers/thanks.py", "tests/chat/test_thanks.py"}
# Ways to say `stridecheck`.
SAID = (("uv", "run", "stridecheck"), ("stridecheck",), ("docker", "compose", "run", "--rm", "bot"))


@pytest.fixture(autouse=True)
def _desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A folder as a reader has it: the files that pages speak of, an empty database, no setting of this machine."""
    for name in CURES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ENCRYPTION_KEYS", KEYS)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'stridecheck.db'}")
    monkeypatch.chdir(tmp_path)
    shutil.copytree(PACKS / "runner-itch", "my-pack")
    shutil.make_archive("my-pack", "zip", "my-pack")
    os.symlink(pages.HOUSE / "content", "content")
    Path("answers.json").write_text("{}", encoding="utf-8")


@pytest.fixture
def pytest_reads(request: pytest.FixtureRequest) -> judging.Pytest:
    """Reads pytest's own options; it has no other way to do that without running."""

    def reads(words: list[str]) -> None:
        try:
            request.config._parser.parse(words)
        except pytest.UsageError as error:
            raise judging.WrongError(str(error)) from None

    return reads


def text(page: str) -> str:
    return (pages.HOUSE / page).read_text(encoding="utf-8")


def taught() -> list[pages.Typed]:
    return [each for page in pages.pages() for each in pages.commands(page, text(page))]


def test_every_command_of_every_page_can_be_typed(pytest_reads: judging.Pytest) -> None:
    found = taught()
    assert [wrong for each in found if (wrong := judging.complaint(each, pytest_reads))] == []
    assert len(found) > 100


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("uv run stridecheck chekc", "'chekc' is not a command of stridecheck"),
        ("uv run stridecheck check --fats", "--fats"),
        ("uv run stridecheck stats --days many", "many"),
        ("uv run stridecheck export", "Missing argument"),
        ("uv run stridecheck broadcast sned 7", "'sned' is not a command of stridecheck broadcast"),
        ("uv run stridechek run", "'stridechek' is not there"),
        ("uv run --group dcos mypy", "'dcos' is not a group"),
        ("uv run zensical serve", "'zensical' is not there"),
        ("uv run python -m benchmarks.chaos kils", "kils"),
        ("uv run python -m benchmarks.chaos kills --kills lots", "lots"),
        ("uv run python benchmarks/scale.py --peolpe 5", "--peolpe"),
        ("uv run python benchmarks/scala.py", "there is no benchmarks/scala.py"),
        ("uv run pytest --sped 3", "--sped"),
        ("uv run pytest tests/nowhere.py", "there is no tests/nowhere.py"),
        ("docker compose run --rm bot docter", "'docter' is not a command of stridecheck"),
        ("docker compose logs bto", "'bto' is not a service"),
        ("cd there && uv run stridecheck try --pack content/packs/nowhere", "there is no content/packs/nowhere"),
        ("sudo -u stridecheck sh -c 'cd /etc && exec /opt/stridecheck/bin/stridecheck docter'", "'docter'"),
        ("docker compose cp bakcup:/backups ./backups", "'bakcup' is not a service"),
    ],
)
def test_a_wrong_command_is_told_with_page_line_and_reason(
    line: str, reason: str, pytest_reads: judging.Pytest
) -> None:
    [typed] = pages.commands("docs/a.md", f"# A page\n\n```\n{line}\n```\n")
    wrong = judging.complaint(typed, pytest_reads)
    assert wrong is not None
    assert wrong.startswith("docs/a.md:4: ")
    assert reason in wrong


def test_commands_are_found_in_blocks_sentences_pipes_and_over_two_lines() -> None:
    page = "First `uv run mypy`, then `stridecheck\nerase USER_ID [--yes]`.\n\n```\n$ FAST=1 uv run pytest \\\n  -n 0\n"
    page += (
        "echo '{}' | stridecheck assess - > out.json && uv run stridecheck stats  # all\nlevel: stridecheck L1\n```\n"
    )
    found = [(each.line, " ".join(each.words), each.fed) for each in pages.commands("p", page)]
    assert found == [
        (1, "uv run mypy", ""),
        (1, "stridecheck erase 11111111 --yes", ""),
        (5, "FAST=1 uv run pytest -n 0", ""),
        (7, "stridecheck assess -", "{}"),
        (7, "uv run stridecheck stats", ""),
    ]


def test_harmless_commands_of_the_pages_do_what_they_say() -> None:
    run: dict[tuple[str, ...], pages.Typed] = {}
    for each in taught():
        if (words := asked(each)) and " ".join(words).startswith(HARMLESS):
            run.setdefault(words, each)
    assert type_in("migrate").exit_code == 0
    for words, each in run.items():
        result = type_in(*words, fed=each.fed or '{"sym": ["numb"]}')
        assert isinstance(result.exception, SystemExit | None), str(each)
        assert result.exit_code in (0, 1) or (result.exit_code == 2 and not each.in_full), f"{each}\n{result.output}"
    assert {words[0] for words in run} >= {"assess", "erase", "export", "keys", "migrate", "resume", "stats"}


def test_every_file_that_a_page_names_is_there() -> None:
    named = [(page, name) for page in pages.pages() for name in pages.files_named(text(page))]
    assert [f"{page}: {name}" for page, name in named if name not in TO_BE_MADE and not found(name)] == []
    assert len(named) > 100


def test_every_picture_and_every_linked_file_is_there() -> None:
    """The site's builder looks at links between pages; not at pictures, nor at the pages that it does not build."""
    shown = [(page, link) for page in pages.pages() for link in pages.links(text(page))]
    assert [f"{page}: {link}" for page, link in shown if not (pages.HOUSE / page).parent.joinpath(link).exists()] == []
    assert len(shown) > 50


def test_every_page_stands_in_the_navigation() -> None:
    navigation = text("docs/.nav.yml")
    listed = re.findall(r"[\w./*-]+\.md", navigation)
    written = [page.removeprefix("docs/") for page in pages.pages() if page.startswith("docs/")]
    assert [page for page in written if not any(fnmatch(page, each) for each in listed)] == []


def test_every_function_of_the_tour_is_in_a_file_that_stands_beside_it() -> None:
    walks = text("docs/tour.md").partition("## Where to look for")[0]
    missing = []
    for paragraph in re.split(r"\n(?=\d\. |\n)", walks):
        code = "\n".join(path.read_text("utf-8") for name in pages.files_named(paragraph) for path in found(name))
        named = re.findall(r"`(?:[A-Z]\w+\.)?(\w+)(?:\(.*?\))?`", paragraph)
        missing += [name for name in named if not re.search(rf"\b{name}\b", code)]
    assert missing == []


def test_every_fault_of_the_threat_model_has_a_test_and_each_that_is_named_is_there() -> None:
    rows = re.findall(r"^\| (F\d+)? ?(.*)$", text("docs/threat-model.md").partition("## Annex")[2], re.MULTILINE)
    missing = []
    for _, row in rows:
        files = [path for name in pages.files_named(row) for path in found(name) if path.is_file()]
        code = "\n".join(path.read_text("utf-8") for path in files)
        missing += [name for name in re.findall(r"`(test_\w+?)(?:_\.\.\.)?`", row) if f"def {name}" not in code]
    assert missing == []
    tested = {fault for fault, row in rows if fault and "`tests/" in row}
    assert {f"F{number}" for number in range(24, 34)} <= tested


def test_the_readme_lists_every_command() -> None:
    table = text("README.md").partition("## Commands")[2].partition("\n## ")[0]
    listed = {line.removeprefix("| `").partition(" ")[0].strip("`") for line in table.splitlines() if "| `" in line}
    assert listed == set(judging.program().commands)


def found(name: str) -> list[Path]:
    return list(pages.HOUSE.glob(name))


def asked(typed: pages.Typed) -> tuple[str, ...]:
    """What stands behind `stridecheck`, however that is said."""
    for said in SAID:
        if typed.words[: len(said)] == said:
            return typed.words[len(said) :]
    return ()


def type_in(*words: str, fed: str = "") -> Result:
    return CliRunner().invoke(app, list(words), input=fed)


def test_the_authors_first_steps_lead_where_the_page_says() -> None:
    """Its edits fit the pack as it is, and the quick commands print what stands below them."""
    shutil.rmtree("my-pack")
    printed: str | None = None
    for kind, title, block in pages.blocks(text("docs/first-author.md")):
        lines = block.splitlines()
        match kind:
            case "diff":
                edit(Path(title), lines)
            case "json":
                Path("answers.json").write_text(block, encoding="utf-8")
            case _ if lines[0].startswith("cp -r "):
                _, _, there, here = lines[0].split()
                shutil.copytree(there, here)
            case _ if typed := pages.commands("", f"```\n{block}```"):
                words = asked(typed[0])
                printed = type_in(*words).output if words[0] == "assess" or "--fast" in words else None
            case _:
                assert printed is None or block in printed
    assert Path("my-pack/pack.yaml").read_text(encoding="utf-8").count("hot_shower") == 2


def edit(file: Path, lines: list[str]) -> None:
    """Each line that begins with a minus becomes the lines with a plus that follow it."""
    pack = file.read_text(encoding="utf-8")
    for change in "\n".join(lines).removeprefix("-").split("\n-"):
        before, *after = change.split("\n+")
        assert pack.count(before + "\n") == 1, f"{file}: {before}"
        pack = pack.replace(before + "\n", "\n".join([*after, ""]))
    file.write_text(pack, encoding="utf-8")
