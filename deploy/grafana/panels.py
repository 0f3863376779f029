# SPDX-License-Identifier: Apache-2.0
"""The kinds of panels that the dashboard has."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}


def steps(*colors: tuple[str, float]) -> Json:
    """Colours, and from where on each is shown; the first is shown from the beginning."""
    return {
        "mode": "absolute",
        "steps": [
            {"color": color, "value": None if i == 0 else value}
            for i, (color, value) in enumerate(colors)
        ],
    }


def panel_of(kind: str, title: str, size: tuple[int, int], queries: dict[str, str]) -> Json:
    """One that shows queries, by legend."""
    return {
        "type": kind,
        "title": title,
        "datasource": DATASOURCE,
        "gridPos": {"w": size[0], "h": size[1]},
        "fieldConfig": {"defaults": {}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + i), "datasource": DATASOURCE, "expr": expr}
            | {"legendFormat": legend}
            for i, (legend, expr) in enumerate(queries.items())
        ],
    }


def number(title: str, expr: str, unit: str, thresholds: Json) -> Json:
    """One large number, coloured by what it means."""
    panel = panel_of("stat", title, (4, 4), {"": expr})
    panel["fieldConfig"]["defaults"] = {"unit": unit, "decimals": 1, "thresholds": thresholds}
    panel["options"] = {
        "colorMode": "background",
        "graphMode": "area" if unit != "none" else "none",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
    }
    return panel


def chart(title: str, unit: str, queries: dict[str, str], *, stacked: bool = False) -> Json:
    """Lines over time; with `stacked`, on top of each other."""
    panel = panel_of("timeseries", title, (8, 8), queries)
    panel["fieldConfig"]["defaults"] = {
        "unit": unit,
        "min": 0,
        "custom": {"fillOpacity": 10, "showPoints": "never"},
    }
    if stacked:
        panel["fieldConfig"]["defaults"]["custom"]["stacking"] = {"mode": "normal", "group": "A"}
    panel["options"] = {
        "legend": {"displayMode": "list", "placement": "bottom"},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    return panel


def table(title: str, expr: str, column: str) -> Json:
    """The labels of a query's result, and its number under the name of `column`."""
    panel = panel_of("table", title, (8, 8), {"": expr})
    panel["targets"][0] |= {"format": "table", "instant": True}
    names = {"excludeByName": {"Time": True}, "renameByName": {"Value": column}}
    panel["transformations"] = [{"id": "organize", "options": names}]
    return panel
