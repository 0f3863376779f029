#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes cachestore.json, the dashboard for Grafana, of rows.py; with --check, says whether what is
there is that."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from deploy.grafana.panels import DATASOURCE, Json
from deploy.grafana.rows import PROCESS, rows

_PATH = Path(__file__).with_name("cachestore.json")
_WIDTH = 24


def _placed() -> list[Json]:
    """The panels of each row, side by side as far as they go, below its title."""
    panels: list[Json] = []
    y = 0
    for title, row in rows().items():
        place = {"x": 0, "y": y, "w": _WIDTH, "h": 1}
        panels.append(
            {"type": "row", "title": title, "collapsed": False, "gridPos": place, "panels": []}
        )
        x, y, below = 0, y + 1, y + 1
        for panel in row:
            place = panel["gridPos"]
            if x + place["w"] > _WIDTH:
                x, y = 0, below
            panel["gridPos"] = {"x": x, "y": y} | place
            x, below = x + place["w"], max(below, y + place["h"])
            panels.append(panel)
        y = below
    return [{"id": i} | panel for i, panel in enumerate(panels, start=1)]


def _variable(name: str, query: str) -> Json:
    """One that is read from Prometheus; all, until something is chosen."""
    return {
        "name": name,
        "type": "query",
        "datasource": DATASOURCE,
        "query": {"query": query, "refId": "A"},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
    }


def _dashboard() -> Json:
    return {
        "uid": "cachestore",
        "title": "CacheStore",
        "tags": ["cachestore"],
        "schemaVersion": 39,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {
            "list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus"},
                _variable("job", "label_values(cachestore_ready, job)"),
                _variable("instance", 'label_values(cachestore_ready{job=~"$job"}, instance)'),
                _variable(
                    "namespace", f"label_values(cachestore_hits_total{{{PROCESS}}}, namespace)"
                ),
            ]
        },
        "panels": _placed(),
    }


def main() -> None:
    text = json.dumps(_dashboard(), indent=2) + "\n"
    if sys.argv[1:] == ["--check"]:
        if not _PATH.exists() or _PATH.read_text(encoding="utf-8") != text:
            sys.exit("deploy/grafana/cachestore.json is not what deploy/grafana/generate.py makes")
    else:
        _PATH.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
