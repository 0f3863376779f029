#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks a Prometheus whether what deploy/ has fits the services that it scrapes.

    prometheus.py URL targets         they are up
    prometheus.py URL names METRICS…  what rules and dashboard name is in a scrape of these URLs; what
                                      that has, and each alert, is in docs/operations.md
    prometheus.py URL dashboard       each query of the dashboard has an answer
    prometheus.py URL rules           they are evaluated without an error, and no alert fires
    prometheus.py URL pending ALERT…  these alerts are about to fire

Prints a line for each case: ok or FAILED, and what it is."""

from __future__ import annotations

import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

_WAIT_SECONDS = 20
_DASHBOARD = Path("deploy/grafana/cachestore.json")
_TESTS = Path("deploy/prometheus/alerts_test.yml")
_RUNBOOK = Path("docs/operations.md")

# What Grafana puts in for its variables: all, and some scrapes.
_VARIABLES = {"$job": ".*", "$instance": ".*", "$namespace": ".*", "$__rate_interval": "10s"}

# Of an expression of PromQL (https://prometheus.io/docs/prometheus/latest/querying/basics/), what has
# names that are no metric's; and what is left of those that are: neither calls nor words.
_NO_METRICS = (
    r'"(?:\\.|[^"\\])*"',
    r"\{[^}]*\}",
    r"\[[^\]]*\]",
    r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)",
)
_NAME = re.compile(r"(?<![\w.:])[a-zA-Z_:][\w:]*\b(?!\s*\()")
_WORDS = {"and", "or", "unless", "offset", "bool", "inf", "nan", "start", "end"}


def _metrics_of(expression: str) -> set[str]:
    for pattern in _NO_METRICS:
        expression = re.sub(pattern, " ", expression)
    return {name for name in _NAME.findall(expression) if name.lower() not in _WORDS}


def _case(name: str, fault: str) -> None:
    print(f"FAILED  {name}: {fault}" if fault else f"ok      {name}", flush=True)


def _poll(find_fault: Callable[[], str]) -> str:
    """What is at fault until the deadline, or nothing as soon as nothing is."""
    deadline = time.monotonic() + _WAIT_SECONDS
    while (fault := find_fault()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return fault


class _Prometheus:
    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, path: str, **parameters: str) -> Any:
        query = urllib.parse.urlencode(parameters)
        with urllib.request.urlopen(f"{self._url}/api/v1/{path}?{query}") as reply:
            return json.load(reply)["data"]

    def rules(self, kind: str = "") -> list[dict[str, Any]]:
        rules = [rule for group in self.ask("rules")["groups"] for rule in group["rules"]]
        return [rule for rule in rules if kind in ("", rule["type"])]

    def fault_of_query(self, expression: str) -> str:
        try:
            result = self.ask("query", query=expression)["result"]
        except urllib.error.HTTPError as error:
            return f"{expression}: {json.load(error)['error']}"
        values = [sample["value"][1] for sample in result]
        return "" if values and "NaN" not in values else f"{expression} is {values}"


# ---- Cases -------------------------------------------------------------------------------------


def _check_targets(prometheus: _Prometheus) -> None:
    def fault() -> str:
        try:
            targets = prometheus.ask("targets")["activeTargets"]
        except OSError as error:  # It has not begun to listen, or not to answer.
            return str(error)
        down = [target["scrapeUrl"] for target in targets if target["health"] != "up"]
        return f"{len(targets)}, not up of them: {down}" if down or len(targets) != 2 else ""

    _case("both targets are up", _poll(fault))


def _check_rules(prometheus: _Prometheus) -> None:
    began = datetime.now(timezone.utc)

    def fault() -> str:
        rules = prometheus.rules()
        # Each is to have been evaluated once more, now that there is something to evaluate.
        evaluated = {r["name"]: datetime.fromisoformat(r["lastEvaluation"]) for r in rules}
        old = [name for name, time_of_it in evaluated.items() if time_of_it < began]
        bad = [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"]
        return f"not evaluated: {old}, in error: {bad}" if old or bad or not rules else ""

    _case("all rules are evaluated without an error", _poll(fault))
    firing = [rule["name"] for rule in prometheus.rules("alerting") if rule["state"] == "firing"]
    _case("no alert fires", ", ".join(firing))


def _check_names(prometheus: _Prometheus, *urls: str) -> None:
    page = ""
    for url in urls:
        with urllib.request.urlopen(url) as reply:
            page += reply.read().decode()
    families = set(re.findall(r"(?m)^# TYPE (cachestore_\w+)", page))
    documented = re.findall(r"(?m)^\| (`cachestore_[^|]+) \|", _RUNBOOK.read_text("utf-8"))
    names = set(re.findall(r"`(\w+)`", " ".join(documented)))
    _case("every metric is documented", ", ".join(sorted(families ^ names)))
    scraped = {"up", *re.findall(r"(?m)^[a-z]\w*", page)}
    recorded = {rule["name"] for rule in prometheus.rules("recording")}

    def fault_of(expression: str, known: set[str]) -> str:
        named = _metrics_of(expression)
        return f"{sorted(named - known)} of {expression}" if not named or named - known else ""

    rules = [fault_of(rule["query"], scraped | recorded) for rule in prometheus.rules()]
    _case("every metric of a rule is in a scrape", "".join(rules))
    panels = [fault_of(expression, scraped) for _, expression in _queries()]
    _case("every metric of the dashboard is in a scrape", "".join(panels))
    _check_alerts({rule["name"]: rule for rule in prometheus.rules("alerting")})


def _check_alerts(alerts: dict[str, Any]) -> None:
    sections = set(re.findall(r"(?m)^### (CacheStore\w+)$", _RUNBOOK.read_text("utf-8")))
    _case("every alert has its section", ", ".join(sorted(alerts.keys() ^ sections)))
    lost = [
        name
        for name, alert in alerts.items()
        if alert["annotations"]["runbook"] != f"{_RUNBOOK}#{name.lower()}"
        or not alert["annotations"].keys() >= {"summary", "description"}
        or alert["labels"]["severity"] not in {"critical", "warning", "info"}
    ]
    _case("every alert says what, how bad and where to read on", ", ".join(lost))
    tests = _TESTS.read_text("utf-8")
    # One that fires has exp_alerts; one that does not is a single line without.
    untested = [
        name
        for name in alerts
        if not re.search(rf"(?m)alertname: {name}\n +exp_alerts:\n", tests)
        or not re.search(rf"alertname: {name}\}}", tests)
    ]
    _case("every alert is tested, to fire and not to fire", ", ".join(untested))


def _queries() -> Iterator[tuple[str, str]]:
    """The queries of the dashboard, its variables put in, by what they are for."""
    dashboard = json.loads(_DASHBOARD.read_text("utf-8"))
    queries = []
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            expression = re.sub(r"label_values\((.*), \w+\)", r"\1", variable["query"]["query"])
            queries.append((f"the variable {variable['name']}", expression))
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            queries.append((f"{panel['title']}, {target['refId']}", target["expr"]))
    for name, expression in queries:
        for variable, value in _VARIABLES.items():
            expression = expression.replace(variable, value)
        yield name, expression


def _check_dashboard(prometheus: _Prometheus) -> None:
    for name, expression in _queries():
        fault = _poll(lambda asked=expression: prometheus.fault_of_query(asked))  # type: ignore[misc]
        _case(f"the dashboard's query is answered: {name}", fault)


def _check_pending(prometheus: _Prometheus, *alerts: str) -> None:
    """Others may be pending as well: a busy machine is slow."""

    def none_is_missing() -> str:
        states = {rule["name"]: rule["state"] for rule in prometheus.rules("alerting")}
        return ", ".join(name for name in alerts if states[name] not in ("pending", "firing"))

    _case(f"are about to fire: {', '.join(alerts)}", _poll(none_is_missing))


def main() -> None:
    url, command, *arguments = sys.argv[1:]
    commands: dict[str, Callable[..., None]] = {
        "targets": _check_targets,
        "names": _check_names,
        "dashboard": _check_dashboard,
        "rules": _check_rules,
        "pending": _check_pending,
    }
    commands[command](_Prometheus(url), *arguments)


if __name__ == "__main__":
    main()
