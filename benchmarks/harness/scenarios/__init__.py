# SPDX-License-Identifier: Apache-2.0
"""All scenarios, by the names that ./dev bench takes, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.harness.bench import Bench
from benchmarks.harness.measure import Case
from benchmarks.harness.scenarios import (
    abuse,
    apis,
    batch,
    client,
    cluster,
    footprint,
    growth,
    latency,
    metrics,
    overload,
    redis_backend,
    releases,
    security,
    store,
    tail,
    unary,
    values,
)


@dataclass(frozen=True)
class Scenario:
    title: str
    run: Callable[[Bench], list[Case]]
    is_for_every_machine: bool = True  # Otherwise it runs if it is asked for.


SCENARIOS = {
    "unary": Scenario(unary.TITLE, unary.run),
    "apis": Scenario(apis.TITLE, apis.run),
    "batch": Scenario(batch.TITLE, batch.run),
    "values": Scenario(values.TITLE, values.run),
    "latency": Scenario(latency.TITLE, latency.run),
    "tail": Scenario(tail.TITLE, tail.run),
    "abuse": Scenario(abuse.TITLE, abuse.run),
    "overload": Scenario(overload.TITLE, overload.run),
    "security": Scenario(security.TITLE, security.run),
    "metrics": Scenario(metrics.TITLE, metrics.run),
    "client": Scenario(client.TITLE, client.run),
    "redis": Scenario(redis_backend.TITLE, redis_backend.run),
    "cluster": Scenario(cluster.TITLE, cluster.run),
    "growth": Scenario(growth.TITLE, growth.run),
    "store": Scenario(store.TITLE, store.run),
    "footprint": Scenario(footprint.TITLE, footprint.run),
    "releases": Scenario(releases.TITLE, releases.run, is_for_every_machine=False),
}
