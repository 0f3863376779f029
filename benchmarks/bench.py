# SPDX-License-Identifier: Apache-2.0
"""The bench: `./dev bench --help`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.harness.bench import Bench
from benchmarks.harness.plot import write_plot
from benchmarks.harness.processes import BenchError
from benchmarks.harness.report import (
    Result,
    failures,
    for_terminal,
    write_document,
    write_json,
)
from benchmarks.harness.scenarios import SCENARIOS
from benchmarks.harness.servers import Programs, versions

_ROOT = Path(__file__).resolve().parent.parent
_DOCS = _ROOT / "docs"


def _arguments(argv: list[str]) -> argparse.Namespace:
    names = "\n".join(f"  {name:10} {scenario.title}" for name, scenario in SCENARIOS.items())
    parser = argparse.ArgumentParser(
        prog="./dev bench",
        description="Measures this project's programs beside their peers, in turn, and writes what\n"
        "came of it to docs/performance.md, its pictures and its JSON.\n\nScenarios\n" + names,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "scenarios",
        nargs="*",
        metavar="SCENARIO",
        help="which; if none is given, all but releases, which wants what ./dev portability builds",
    )
    parser.add_argument("--rounds", type=int, default=5, help="how often each runs (%(default)s)")
    parser.add_argument(
        "--seconds", type=float, default=2, help="about how long each runs (%(default)s)"
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a run of two minutes that shows that everything works; writes nothing",
    )
    parser.add_argument("--programs", type=Path, required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    unknown = [name for name in arguments.scenarios if name not in SCENARIOS]
    if unknown:
        parser.error(f"there is no scenario {unknown[0]}; there are {', '.join(SCENARIOS)}")
    if arguments.rounds < 1 or arguments.seconds <= 0:
        parser.error("--rounds and --seconds take more than 0")
    return arguments


def _command(arguments: argparse.Namespace) -> str:
    """What was asked for, as one would type it."""
    words = ["./dev bench", *arguments.scenarios]
    if arguments.rounds != 5:
        words.append(f"--rounds={arguments.rounds}")
    if arguments.seconds != 2:
        words.append(f"--seconds={arguments.seconds:g}")
    return " ".join(words)


def _write(result: Result, peers: dict[str, str]) -> None:
    write_plot(_DOCS / "performance" / f"{result.name}.svg", result.title, result.cases)
    write_json(_DOCS / "performance" / "figures.json", [result], peers)
    write_document(_DOCS / "performance.md", [result], peers)


def main(argv: list[str]) -> int:
    arguments = _arguments(argv)
    programs = Programs(arguments.programs.resolve())
    peers = versions(programs)
    results: list[Result] = []
    # In memory where there is such a place: the peers' disks are not what is measured.
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(prefix="cachestore-bench-", dir=memory) as folder:
        bench = Bench(
            programs,
            Path(folder),
            rounds=1 if arguments.quick else arguments.rounds,
            seconds=0.2 if arguments.quick else arguments.seconds,
            is_quick=arguments.quick,
        )
        everywhere = [name for name, one in SCENARIOS.items() if one.is_for_every_machine]
        for name in arguments.scenarios or everywhere:
            scenario = SCENARIOS[name]
            cases = scenario.run(bench)
            bench.say("")
            results.append(Result(name, scenario.title, _command(arguments), bench.rounds, cases))
            print(for_terminal(results[-1]), flush=True)
            if not arguments.quick:
                _write(results[-1], peers)
    failed = failures(results)
    for failure in failed:
        print(f"FAILED {failure}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BenchError as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit("bench: interrupted; nothing was written")
