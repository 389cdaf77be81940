"""The dashboard and the alerts in ops/ ask for what the bot really tells, and name lines that it really logs."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.bot.test_metrics import Scraper, scraping
from tests.world import World

HOUSE = Path(__file__).parents[2]
OPS = HOUSE / "ops"
NAME, SELECTED, BY = re.compile(r"[a-zA-Z_]\w*"), re.compile(r"\{([^}]*)\}"), re.compile(r"\bby \(([^)]*)\)")
METRIC = re.compile(r"(stridecheck_\w+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)(=~|!=|=)"([^"]*)"')
SHOWN = re.compile(r"\{\{ ?(?:\$labels\.)?(\w+) ?\}\}")
LOGGED = re.compile(r'"([^"]+)"')
FUNCTIONS = {"absent", "by", "changes", "count", "delta", "histogram_quantile", "increase", "max", "min", "or", "rate",
             "sum", "vector", "s", "m", "h", "d"}  # fmt: skip
# Said in the cures between quotation marks, and no line of the log: a title of a page, a word to look for.
NO_LINES = {"Is it at its work?", "Telegram"}

Told = dict[str, dict[str, set[str]]]


def rules() -> list[dict[str, Any]]:
    [group] = yaml.safe_load((OPS / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    found: list[dict[str, Any]] = group["rules"]
    return found


def panels() -> list[dict[str, Any]]:
    dashboard = json.loads((OPS / "grafana.json").read_text(encoding="utf-8"))
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def asked() -> Iterator[tuple[str, str]]:
    """Every question to Prometheus, with the words in which the labels of its answer are shown."""
    for rule in rules():
        yield rule["expr"], json.dumps(rule["annotations"])
    for panel in panels():
        for target in panel["targets"]:
            yield target["expr"], target["legendFormat"]
    for each in json.loads((OPS / "grafana.json").read_text(encoding="utf-8"))["annotations"]["list"]:
        yield each["expr"], each["titleFormat"]


async def told(scraper: Scraper) -> Told:
    """name of a sample -> its labels -> their values."""
    found: Told = defaultdict(lambda: defaultdict(set))
    for family in text_string_to_metric_families(await scraper.text()):
        for sample in family.samples:
            for label, value in {"": "", **sample.labels}.items():
                found[sample.name][label].add(value)
    return found


async def test_each_metric_label_and_value_that_is_asked_for_is_told(small_world: World) -> None:
    for part in ("polling", "sweeping", "sending"):
        small_world.house.pulse.expect(part)
    async with scraping(small_world) as scraper:
        known = await told(scraper)
    for expr, shown in asked():
        metrics = METRIC.findall(expr)
        assert metrics, expr
        for name, matchers in metrics:
            assert name in known, expr
            for label, how, value in MATCHER.findall(matchers):
                values = set(value.split("|")) if how == "=~" else {value}
                assert values <= known[name][label], (expr, label)
        labels = {label for name, _ in metrics for label in known[name]}
        grouped = {each for group in BY.findall(expr) for each in group.split(", ")}
        assert grouped <= labels, expr
        words = set(NAME.findall(BY.sub("by", SELECTED.sub("", expr)))) - {name for name, _ in metrics}
        assert words <= FUNCTIONS, expr
        assert {each for each in SHOWN.findall(shown) if each != "value"} <= grouped, shown


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_the_cure_in_lines_that_are_logged(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"page", "look"}
    summary, cure = rule["annotations"]["summary"], rule["annotations"]["cure"]
    assert all(each.endswith((".", "?")) for each in (summary, cure))
    code = "".join(path.read_text(encoding="utf-8") for path in (HOUSE / "bot").glob("*.py"))
    lines = {line for line in LOGGED.findall(cure) if line not in NO_LINES}
    assert [line for line in lines if line not in code] == []


def test_panels_explain_themselves_and_do_not_cover_each_other() -> None:
    taken = set[tuple[int, int]]()
    for panel in panels():
        assert panel["description"].endswith((".", "?")), panel["title"]
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
