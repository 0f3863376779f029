# SPDX-License-Identifier: Apache-2.0
"""What the dashboard shows. A ratio of nothing is not there, rather than NaN."""

from __future__ import annotations

from deploy.grafana.panels import Json, chart, number, steps, table

# What the variables choose: of a process, of its calls, and of a namespace in it.
PROCESS = 'job=~"$job", instance=~"$instance"'
_CALLS = f'{PROCESS}, service=~"cachestore[.]v1[.].+"'
_SPACE = f'{PROCESS}, namespace=~"$namespace"'

_NOT_OK = f'{_CALLS}, code!="OK"'
_ERRORS = (
    f'{_CALLS}, code=~"UNAVAILABLE|DEADLINE_EXCEEDED|RESOURCE_EXHAUSTED|INTERNAL|UNKNOWN|DATA_LOSS"'
)

# Legends.
_PROCESS_NAME = "{{instance}}"
_SPACE_NAME = "{{instance}} {{namespace}}"
_NODE_NAME = "{{instance}} {{namespace}} {{node}}"


def rows() -> dict[str, list[Json]]:
    """All panels, by the title of their row."""
    return {
        "Now": _now(),
        "Calls": _calls(),
        "Cache": _cache(),
        "Memory": _memory(),
        "Redis": _redis(),
        "Process": _process(),
    }


def _now() -> list[Json]:
    # What is not scraped is not ready.
    ready = f"min(cachestore_ready{{{PROCESS}}} or 0 * up{{{PROCESS}}})"
    verdict = number("Verdict", ready, "none", steps(("red", 0), ("green", 1)))
    words = {"0": {"text": "Not ready", "index": 0}, "1": {"text": "Ready", "index": 1}}
    verdict["fieldConfig"]["defaults"]["mappings"] = [{"type": "value", "options": words}]

    calls = _sum("cachestore_rpc_ended_total", _CALLS)
    errors = f"({_sum('cachestore_rpc_ended_total', _ERRORS)} or vector(0)) / ({calls} > 0)"
    fullest = f"max({_used('bytes')} or {_used('entries')})"
    ratio_steps = steps(("red", 0), ("yellow", 0.5), ("green", 0.8))
    error_steps = steps(("green", 0), ("yellow", 0.01), ("red", 0.1))
    slow_steps = steps(("green", 0), ("yellow", 0.025), ("red", 0.05))
    full_steps = steps(("green", 0), ("yellow", 0.9))
    return [
        verdict,
        number("Hit ratio", _hit_ratio(), "percentunit", ratio_steps),
        number("Calls", calls, "reqps", steps(("blue", 0))),
        number("Errors of the service", errors, "percentunit", error_steps),
        number("p99", _latency(0.99), "s", slow_steps),
        number("Fullest store", fullest, "percentunit", full_steps),
    ]


def _calls() -> list[Json]:
    ended = "cachestore_rpc_ended_total"
    in_flight = f"cachestore_rpc_in_flight{{{PROCESS}}}"
    return [
        chart("Calls by method", "reqps", {"{{method}}": _sum(ended, _CALLS, "method")}),
        chart("Not OK, by code", "reqps", {"{{code}}": _sum(ended, _NOT_OK, "code")}, stacked=True),
        chart("In flight", "short", {_PROCESS_NAME: in_flight}),
        chart("Latency", "s", {"p50": _latency(0.5), "p99": _latency(0.99)}),
        chart("p99 by method", "s", {"{{method}}": _latency(0.99, "method")}),
        chart("p99 by instance", "s", {_PROCESS_NAME: _latency(0.99, "instance")}),
    ]


def _cache() -> list[Json]:
    reads = {kind: _sum(f"cachestore_{kind}_total", _SPACE) for kind in ("hits", "misses")}
    writes = {kind: _sum(f"cachestore_{kind}_total", _SPACE) for kind in ("stored", "deleted")}
    evicted = {"{{cap}}": _sum("cachestore_evictions_total", _SPACE, "cap")}
    expired = {_SPACE_NAME: _rate("cachestore_expirations_total", _SPACE)}
    return [
        chart("Hit ratio", "percentunit", {_SPACE_NAME: _hit_ratio("instance, namespace")}),
        chart("Reads", "cps", reads, stacked=True),
        chart("Writes", "cps", writes),
        chart("Evictions of live entries, by cap", "cps", evicted, stacked=True),
        chart("Expirations", "cps", expired),
    ]


def _memory() -> list[Json]:
    def with_cap(of: str) -> dict[str, str]:
        return {
            _SPACE_NAME: f"cachestore_{of}{{{_SPACE}}}",
            f"cap {_SPACE_NAME}": f"cachestore_max_{of}{{{_SPACE}}}",
        }

    resident = f"process_resident_memory_bytes{{{PROCESS}}}"
    return [
        chart("Bytes, and their cap", "bytes", with_cap("bytes")),
        chart("Entries, and their cap", "short", with_cap("entries")),
        chart("Resident memory of the process", "bytes", {_PROCESS_NAME: resident}),
    ]


def _redis() -> list[Json]:
    def increase(event: str) -> str:
        return f"increase(cachestore_redis_{event}_total{{{_SPACE}}}[$__rate_interval])"

    buckets = _sum("cachestore_redis_round_trip_seconds_bucket", _SPACE, "le, node")
    took = {f"p{round(100 * of)} {{{{node}}}}": _quantile(of, buckets) for of in (0.5, 0.99)}
    waiting = f"cachestore_redis_pipelined_commands{{{_SPACE}}}"
    uncovered = f"cachestore_redis_uncovered_slots{{{_SPACE}}}"
    connections = {
        f"opened {_NODE_NAME}": increase("connections"),
        f"lost {_NODE_NAME}": increase("connections_lost"),
        f"failed {_NODE_NAME}": increase("failed_connects"),
    }
    topology = {
        f"changes {_SPACE_NAME}": increase("topology_changes"),
        f"{{{{kind}}}} {_SPACE_NAME}": increase("redirections"),
    }
    return [
        chart("Connected", "short", {_NODE_NAME: f"cachestore_redis_up{{{_SPACE}}}"}),
        chart("Round trip", "s", took),
        chart("Commands not answered yet", "short", {_NODE_NAME: waiting}),
        chart("Connections", "short", connections),
        chart("Topology changes and redirections", "short", topology),
        chart("Slots without a master", "short", {_SPACE_NAME: uncovered}),
    ]


def _process() -> list[Json]:
    descriptors = {
        _PROCESS_NAME: f"process_open_fds{{{PROCESS}}}",
        f"limit {_PROCESS_NAME}": f"process_max_fds{{{PROCESS}}}",
    }
    connections = {
        _PROCESS_NAME: f"cachestore_connections{{{PROCESS}}}",
        f"limit {_PROCESS_NAME}": f"cachestore_max_connections{{{PROCESS}}}",
    }
    refused = f"increase(cachestore_connections_refused_total{{{PROCESS}}}[$__rate_interval])"
    running = f"time() - process_start_time_seconds{{{PROCESS}}}"
    versions = f"sum by (version) (cachestore_build_info{{{PROCESS}}})"
    return [
        chart(
            "Processor, in cores, and the threads that may use it",
            "short",
            {
                _PROCESS_NAME: _rate("process_cpu_seconds_total", PROCESS),
                f"threads {_PROCESS_NAME}": f"cachestore_threads{{{PROCESS}}}",
            },
        ),
        chart("Descriptors, and their limit", "short", descriptors),
        chart("Connections of callers, and their limit", "short", connections),
        chart("Connections refused", "short", {_PROCESS_NAME: refused}),
        chart("Running for", "s", {_PROCESS_NAME: running}),
        table("Versions", versions, "processes"),
    ]


# ---- Queries -----------------------------------------------------------------------------------


def _rate(metric: str, labels: str) -> str:
    return f"rate({metric}{{{labels}}}[$__rate_interval])"


def _sum(metric: str, labels: str, by: str = "") -> str:
    return f"sum by ({by}) ({_rate(metric, labels)})"


def _latency(of: float, by: str = "") -> str:
    buckets = _sum("cachestore_rpc_duration_seconds_bucket", _CALLS, f"le, {by}" if by else "le")
    return _quantile(of, buckets)


# Of no calls it is NaN, which is not as large as zero.
def _quantile(of: float, buckets: str) -> str:
    return f"histogram_quantile({of}, {buckets}) >= 0"


def _hit_ratio(by: str = "") -> str:
    hits = _sum("cachestore_hits_total", _SPACE, by)
    misses = _sum("cachestore_misses_total", _SPACE, by)
    return f"{hits} / ({hits} + {misses} > 0)"


def _used(of: str) -> str:
    """With a label of its own, or one `or` another were one of them alone."""
    used = f"cachestore_{of}{{{_SPACE}}} / (cachestore_max_{of}{{{_SPACE}}} > 0)"
    return f'label_replace({used}, "cap", "{of}", "job", ".*")'
