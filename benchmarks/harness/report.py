# SPDX-License-Identifier: Apache-2.0
"""What a run came to, as people read it and as programs do."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.harness.measure import Case, Figure, Goal


@dataclass(frozen=True)
class Result:
    """A scenario's cases, and how they were run."""

    name: str
    title: str
    command: str
    rounds: int
    cases: Sequence[Case]


def number(value: float) -> str:
    """Three digits that count, and thousands apart: 0.041, 34.2, 97,100, 2,150,000."""
    digits = float(f"{value:.3g}")
    return f"{digits:,.0f}" if abs(digits) >= 100 else f"{digits:g}"


def _cell(figure: Figure) -> str:
    if figure.fault:
        return f"**FAILED**: {figure.fault}"
    cell = f"{number(figure.median)} ({number(figure.least)} to {number(figure.most)})"
    if figure.cpu_seconds:
        used = ", ".join(f"{name} {cpu:.2f}" for name, cpu in figure.cpu_seconds.items())
        cell += f"<br>CPU s: {used}"
    return cell


def _goal(goal: Goal, case: Case) -> str:
    beside = f" {goal.beside}" if goal.beside else f" {case.unit}"
    reached = case.reached(goal)
    if reached is None:
        return f"**FAILED** ({goal}{beside})"
    text = f"{reached:.2f}x{beside}" if goal.beside else f"{number(reached)}{beside}"
    return f"{text} ({goal})" if goal.is_met(reached) else f"**{text}** ({goal}: missed)"


def _goals(case: Case) -> list[str]:
    """A line for each goal, or for all goals of a subject, with its name, where there are several."""
    grouped = case.goals_by_subject()
    if len(grouped) < 2:
        return [_goal(goal, case) for goal in case.goals]
    return [
        f"{subject}: " + ", ".join(_goal(goal, case) for goal in goals)
        for subject, goals in grouped.items()
    ]


def table(result: Result) -> str:
    """A row for each case, a column for each contender, and the goals."""
    contenders = list(dict.fromkeys(name for case in result.cases for name in case.samples))
    lines = [
        "| | " + " | ".join(contenders) + " | goals |",
        "|---|" + "---|" * len(contenders) + "---|",
    ]
    for case in result.cases:
        figures = case.figures()
        cells = [_cell(figures[name]) if name in figures else "" for name in contenders]
        goals = "<br>".join(_goals(case))
        lines.append(f"| {case.title}, {case.unit} | " + " | ".join(cells) + f" | {goals} |")
    return "\n".join(lines)


def for_terminal(result: Result) -> str:
    """The same without the processors' seconds, as columns."""
    lines = [f"{result.title}"]
    for case in result.cases:
        figures = case.figures()
        lines.append(f"  {case.title}, {case.unit}")
        width = max(len(name) for name in figures)
        for name, figure in figures.items():
            lines.append(f"    {name:{width}}  {_cell(figure).replace('<br>', '  ')}")
        lines += [f"    {goals.replace('**', '')}" for goals in _goals(case)]
    return "\n".join(lines)


def failures(results: Sequence[Result]) -> list[str]:
    """The contenders whose runs do not count."""
    return [
        f"{result.name}: {case.title}: {name}: {figure.fault}"
        for result in results
        for case in result.cases
        for name, figure in case.figures().items()
        if figure.fault
    ]


def machine() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{os.cpu_count()} cores ({model[1] if model else platform.machine()}), {system}"


def write_document(path: Path, results: Sequence[Result], versions: dict[str, str]) -> None:
    """Puts each result's table, and what it was run with, between its marks in the document; where
    there are none, into a section of its own at the end."""
    text = path.read_text()
    peers = ", ".join(f"{name} {version}" for name, version in versions.items())
    for result in results:
        begin, end = f"<!-- bench {result.name} -->\n", f"<!-- end of bench {result.name} -->"
        if begin not in text or end not in text:
            text += f"\n## {result.title}\n\n{begin}{end}\n"
        head, _, rest = text.partition(begin)
        tail = rest.partition(end)[2]
        how = f"`{result.command}`: medians of {result.rounds} rounds (least to most). {machine()}; {peers}."
        plot = f"![{result.title}](performance/{result.name}.svg)"
        text = f"{head}{begin}\n{plot}\n\n{table(result)}\n\n{how}\n\n{end}{tail}"
    path.write_text(text)


def write_json(path: Path, results: Sequence[Result], versions: dict[str, str]) -> None:
    """Replaces what the file has of these scenarios."""
    known = json.loads(path.read_text()) if path.exists() else {}
    for result in results:
        known[result.name] = {
            "title": result.title,
            "command": result.command,
            "machine": machine(),
            "versions": versions,
            "rounds": result.rounds,
            "cases": [
                {
                    "title": case.title,
                    "unit": case.unit,
                    "subject": case.subject,
                    "contenders": {
                        name: asdict(figure) | {"samples": [s.value for s in case.samples[name]]}
                        for name, figure in case.figures().items()
                    },
                    "goals": [
                        asdict(goal) | {"subject": subject, "reached": case.reached(goal)}
                        for subject, goals in case.goals_by_subject().items()
                        for goal in goals
                    ],
                }
                for case in result.cases
            ],
        }
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")
