# SPDX-License-Identifier: Apache-2.0
"""A picture of a scenario: how many times as fast as each peer ours is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pygal  # type: ignore[import]
from pygal.style import Style  # type: ignore[import]

from benchmarks.harness.measure import Case

_RATES = ("calls/s", "entries/s", "M calls/s")  # Of these more is better; of all others less.
_STYLE = Style(
    background="white",
    plot_background="white",
    foreground="#24292f",
    foreground_strong="#24292f",
    foreground_subtle="#8c959f",
    colors=("#0969da", "#1a7f37", "#bf8700", "#8250df", "#cf222e"),
    font_family="sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    title_font_size=17,
    value_font_size=11,
)


def times_as_fast(case: Case, peer: str) -> float | None:
    """Of the case's subject and a peer; None if one of the two does not count, or is missing."""
    figures = case.figures()
    ours, theirs = figures[case.subject], figures.get(peer)
    if theirs is None or ours.fault or theirs.fault or not (ours.median and theirs.median):
        return None
    ratio = ours.median / theirs.median
    return ratio if case.unit in _RATES else 1 / ratio


def write_plot(path: Path, title: str, cases: Sequence[Case]) -> None:
    """Bars beside a line at 1, where ours is as fast as the peer. Nothing without peers."""
    peers = list(
        dict.fromkeys(name for case in cases for name in case.samples if name != case.subject)
    )
    if not peers:
        return
    ratios = {peer: [times_as_fast(case, peer) for case in cases] for peer in peers}
    most = max((ratio for all_of in ratios.values() for ratio in all_of if ratio), default=1)
    step = next(step for step in (0.25, 0.5, 1, 2, 5, 10, 100, 1000) if most / step <= 10)
    labels = [step * i for i in range(int(most / step) + 2)]
    chart = pygal.HorizontalBar(
        style=_STYLE,
        title=f"{title}: ours, times as fast as each peer",
        width=900,
        height=110 + len(cases) * (18 + 16 * len(peers)),
        js=(),
        no_prefix=True,
        disable_xml_declaration=True,
        legend_at_bottom=True,
        print_values=True,
        value_formatter=lambda value: f"{value:.2f}x" if value else "",
        y_labels=sorted({*labels, 1}),
        y_labels_major=[1],
        range=(0, labels[-1]),
        spacing=12,
        margin=16,
    )
    # From the top down in the order of the table.
    chart.x_labels = [case.title for case in reversed(cases)]
    for peer in peers:
        chart.add(f"beside {peer}", list(reversed(ratios[peer])))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(chart.render(is_unicode=True) + "\n")
