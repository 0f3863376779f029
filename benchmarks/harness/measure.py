# SPDX-License-Identifier: Apache-2.0
"""What is measured: samples of contenders, the figures made of them, and the goals they meet."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Sample:
    """One run of one contender."""

    value: float  # In the unit of its case.
    cpu_seconds: dict[str, float] = field(default_factory=dict)  # Of each process in the run.
    fault: str = ""  # Why the run does not count; empty if it does.


@dataclass(frozen=True)
class Goal:
    """What a contender of ours shall reach: a ratio to a peer of the same run, or a value of its
    own."""

    limit: float
    beside: str | None = None  # The peer's name; None: the limit is in the case's unit.
    is_ceiling: bool = False  # Whether less is better.
    subject: str | None = None  # Whose goal it is; None: that of the case's subject.

    def is_met(self, reached: float) -> bool:
        return reached <= self.limit if self.is_ceiling else reached >= self.limit

    def __str__(self) -> str:
        return f"{'≤' if self.is_ceiling else '≥'} {self.limit:g}" + ("x" if self.beside else "")


@dataclass(frozen=True)
class Figure:
    """What the samples of one contender come to."""

    median: float
    least: float
    most: float
    cpu_seconds: dict[str, float]  # The medians.
    fault: str

    @staticmethod
    def of(samples: Sequence[Sample]) -> Figure:
        values = [sample.value for sample in samples]
        processes = {name for sample in samples for name in sample.cpu_seconds}
        return Figure(
            median=statistics.median(values),
            least=min(values),
            most=max(values),
            cpu_seconds={
                name: statistics.median(sample.cpu_seconds.get(name, 0) for sample in samples)
                for name in sorted(processes)
            },
            fault=next((sample.fault for sample in samples if sample.fault), ""),
        )


@dataclass
class Case:
    """One row: a subject of ours and its peers, which do the same thing."""

    title: str
    unit: str
    subject: str  # The contender that this is about.
    goals: list[Goal] = field(default_factory=list)
    samples: dict[str, list[Sample]] = field(default_factory=dict)  # By contender, in order.

    def spoil(self, contender: str, fault: str) -> None:
        """Makes that none of a contender's samples count."""
        self.samples[contender] = [
            replace(sample, fault=fault) for sample in self.samples[contender]
        ]

    def figures(self) -> dict[str, Figure]:
        return {name: Figure.of(samples) for name, samples in self.samples.items()}

    def reached(self, goal: Goal) -> float | None:
        """The ratio or value that a goal is about; None if a run it needs does not count."""
        subject = Figure.of(self.samples[goal.subject or self.subject])
        if subject.fault:
            return None
        if goal.beside is None:
            return subject.median
        peer = Figure.of(self.samples[goal.beside])
        if peer.fault or peer.median == 0:
            return None
        return subject.median / peer.median

    def goals_by_subject(self) -> dict[str, list[Goal]]:
        grouped: dict[str, list[Goal]] = {}
        for goal in self.goals:
            grouped.setdefault(goal.subject or self.subject, []).append(goal)
        return grouped


Run = Callable[[], Sample]


@dataclass
class Contest:
    """A case whose contenders are still to be run."""

    case: Case
    contenders: dict[str, Run]


def take_turns(contests: Sequence[Contest], rounds: int, say: Callable[[str], None]) -> list[Case]:
    """Runs every contender once a round, in turn, so that what disturbs the machine for a while
    disturbs all of them; and once before, which does not count, to warm them up. One that is in
    several contests runs once for all of them."""
    for turn in range(rounds + 1):
        turn_name = f"round {turn} of {rounds}" if turn > 0 else "warm-up"
        samples: dict[Run, Sample] = {}
        for contest in contests:
            for name, run in contest.contenders.items():
                if run not in samples:
                    say(f"{turn_name}: {contest.case.title}: {name}")
                    samples[run] = run()
                if turn > 0:
                    contest.case.samples.setdefault(name, []).append(samples[run])
    return [contest.case for contest in contests]
