# SPDX-License-Identifier: Apache-2.0
"""The memory store in the process, beside a bare hash map of the same entries."""

from __future__ import annotations

import json
from dataclasses import dataclass

from benchmarks.harness.bench import Bench
from benchmarks.harness.measure import Case, Goal, Sample
from benchmarks.harness.processes import run_program

TITLE = "The memory store, in the process"

_BATCH = 100  # The keys of a StoreBatchGetHits.


@dataclass(frozen=True)
class Row:
    """A case of benchmarks/memory_store_benchmark.cc: ours and a peer by their names there."""

    title: str
    store: str
    bare: str
    limits: dict[int, float]  # The most that ours may take of what the peer does, by entries.
    items: int = 1  # Of an iteration of ours.


_ROWS = (
    Row("Get, a hit", "StoreGetHit", "BareFindAndCopy", {10_000: 1.6, 10**6: 1.3, 10**7: 1.3}),
    Row("the same, each after the one before", "StoreGetHitInTurn", "BareFindAndCopyInTurn", {}),
    Row(
        "BatchGet of 100, a key",
        "StoreBatchGetHits",
        "BareFindAndCopy",
        {10_000: 0.8, 10**6: 0.8, 10**7: 0.8},
        _BATCH,
    ),
    Row(
        "Set into a full store",
        "StoreSetIntoFull",
        "BareEraseAndInsert",
        {10_000: 2, 10**6: 2, 10**7: 2},
    ),
    Row(
        "the same, TTLs at random",
        "StoreSetIntoFullRandomTtl",
        "BareEraseAndInsert",
        {},
    ),
)


def run(bench: Bench) -> list[Case]:
    bench.say("store: memory_store_benchmark, some minutes")
    flags = [
        "--benchmark_format=json",
        f"--benchmark_repetitions={bench.rounds}",
        "--benchmark_enable_random_interleaving=true",
        f"--benchmark_min_time={bench.seconds / 5}",
    ]
    if bench.is_quick:
        flags.append("--benchmark_filter=/10000/")
    output = run_program([bench.programs.memory_store_benchmark, *flags]).output
    runs = [
        run
        for run in json.loads(output[output.index("{") :])["benchmarks"]
        if run["run_type"] == "iteration"
    ]

    def samples(name: str, figure: str, scale: float = 1) -> list[Sample]:
        return [
            Sample(float(run.get(figure, 0)) * scale, fault=run.get("error_message", ""))
            for run in runs
            if run["name"] == name
        ]

    sizes = (10_000,) if bench.is_quick else (10_000, 10**6, 10**7)
    cases: list[Case] = []
    for row in _ROWS:
        for entries in sizes:
            end = f"/{entries}/real_time"
            case = Case(f"{row.title}, {entries:,} entries", "ns", "store")
            case.samples["store"] = samples(row.store + end, "real_time", 1 / row.items)
            case.samples["bare map"] = samples(row.bare + end, "real_time")
            if entries in row.limits:
                case.goals.append(Goal(row.limits[entries], "bare map", is_ceiling=True))
            cases.append(case)
    for entries in sizes[:2]:
        end = f"/{entries}/real_time"
        case = Case(f"Get, two threads, {entries:,} entries", "M calls/s", "2 threads")
        for name, threads in (("2 threads", "/threads:2"), ("1 thread", "")):
            case.samples[name] = samples(f"StoreGetHit{end}{threads}", "items_per_second", 1e-6)
        case.goals.append(Goal(1.6, "1 thread"))
        cases.append(case)
    if not bench.is_quick:
        case = Case("memory beyond key and value, 1,000,000 entries", "bytes an entry", "store")
        for name, benchmark in (("store", "StoreResident"), ("bare map", "BareResident")):
            case.samples[name] = samples(
                f"{benchmark}/1000000/iterations:1/real_time", "overhead_B/entry"
            )
        case.goals.append(Goal(48, is_ceiling=True))
        cases.append(case)
    return cases
