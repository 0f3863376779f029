# SPDX-License-Identifier: Apache-2.0
"""Reads the contract (tests/contract), and plays its cases on whatever makes the calls."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from cachestore import BatchItem, CacheError, SetEntry

CASES = Path(__file__).resolve().parents[3] / "tests" / "contract" / "cases"
_EVENTUALLY_SECONDS = 10

#: Makes a call by the name of its method and its arguments.
Perform = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    file: str
    name: str
    settings: tuple[tuple[str, str], ...]
    steps: list[dict[str, Any]]

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"

    @property
    def backend(self) -> str:
        return dict(self.settings).get("backend", "memory")

    @property
    def is_cleared(self) -> bool:
        return "backend" not in dict(self.settings)


def read_cases() -> list[Case]:
    cases = []
    for path in sorted(CASES.glob("*.json")):
        contract = json.loads(path.read_text())
        _take(contract, "title")
        settings = tuple(sorted(_take(contract, "settings", {}).items()))
        for case in _take(contract, "cases"):
            steps = _take(case, "steps")
            cases.append(Case(path.stem, _take(case, "name"), settings, steps))
            _all_known(case)
        _all_known(contract)
    return cases


def _take(fields: dict[str, Any], name: str, default: Any = None) -> Any:
    return fields.pop(name, default)


def _all_known(fields: dict[str, Any]) -> None:
    assert not fields, f"fields that this runner does not know: {sorted(fields)}"


def _bytes(text: str) -> bytes:
    kind, _, rest = text.partition(":")
    if kind == "hex":
        return bytes.fromhex(rest)
    if kind == "sha1":
        return hashlib.sha1(rest.encode()).digest()
    if kind == "repeat":
        times, _, what = rest.partition(":")
        return what.encode() * int(times)
    return text.encode()


def _optional_bytes(text: Optional[str]) -> Optional[bytes]:
    return None if text is None else _bytes(text)


def play(case: Case, perform: Perform) -> None:
    """Fails, with the step, where an answer is not the expected one."""
    if case.is_cleared:
        perform("clear")
    for number, step in enumerate(case.steps):
        try:
            _play_step(dict(step), perform)
        except AssertionError as error:
            raise AssertionError(f"step {number} ({step['call']}): {error}") from None


def _play_step(step: dict[str, Any], perform: Perform) -> None:
    expected = _take(step, "expect", {})
    eventually = _take(step, "eventually", False)
    name, arguments, keywords = _call_of(step)
    _all_known(step)
    deadline = time.monotonic() + _EVENTUALLY_SECONDS
    while True:
        try:
            _compare(name, arguments, keywords, dict(expected), perform)
            return
        except AssertionError:
            if not eventually or time.monotonic() > deadline:
                raise
            time.sleep(0.005)


def _call_of(step: dict[str, Any]) -> tuple[str, list[Any], dict[str, Any]]:
    name = _take(step, "call")
    if name in ("clear", "ping", "close"):
        return name, [], {}
    if name == "batch_set":
        return name, [[_entry(entry) for entry in _take(step, "entries")]], {}
    if name.startswith("batch_"):
        keys = [_bytes(key) for key in _take(step, "keys")]
        return name, [keys * _take(step, "times", 1)], {}
    key = _bytes(_take(step, "key"))
    if name == "get":
        wants = {want: _take(step, want, False) for want in ("want_etag", "want_ttl")}
        return (
            "get_with",
            [key],
            {**wants, "touch_seconds": _take(step, "touch_seconds")},
        )
    if name == "exists":
        wants = {"want_ttl": _take(step, "want_ttl", False)}
        return (
            "exists_with",
            [key],
            {**wants, "touch_seconds": _take(step, "touch_seconds")},
        )
    if name == "set":
        return name, [key, _bytes(_take(step, "value"))], _set_options(step)
    if name == "delete":
        return name, [key], {"if_etag": _optional_bytes(_take(step, "if_etag"))}
    assert name == "increment", f"a call that this runner does not know: {name}"
    delta = int(_take(step, "delta", "0"))
    return name, [key, delta], {"ttl_seconds": _take(step, "ttl_seconds")}


def _set_options(step: dict[str, Any]) -> dict[str, Any]:
    options = {name: _take(step, name, False) for name in ("if_absent", "if_present", "keep_ttl")}
    options["if_etag"] = _optional_bytes(_take(step, "if_etag"))
    options["ttl_seconds"] = _take(step, "ttl_seconds")
    return options


def _entry(step: dict[str, Any]) -> SetEntry:
    step = dict(step)
    entry = SetEntry(_bytes(_take(step, "key")), _bytes(_take(step, "value")), **_set_options(step))
    _all_known(step)
    return entry


def _compare(
    name: str,
    arguments: list[Any],
    keywords: dict[str, Any],
    expected: dict[str, Any],
    perform: Perform,
) -> None:
    error_name = _take(expected, "error", "")
    mentions = _take(expected, "mentions", [])
    try:
        result = perform(name, *arguments, **keywords)
    except CacheError as error:
        assert error.code.name == error_name, f"expected {error_name or 'no error'}, got {error}"
        for text in mentions:
            assert text in error.message, f"the error does not mention {text}: {error}"
        return
    assert not error_name, f"expected {error_name}, got {result!r}"
    if name == "set" and not any(keywords[name] for name in ("if_absent", "if_present")):
        expected.setdefault("stored", True if keywords["if_etag"] is None else result)
    if name.startswith("batch_"):
        _compare_items(name, arguments[0], result, expected)
    else:
        _compare_answer(result, expected)


def _compare_items(
    name: str, items: list[Any], results: list[BatchItem[Any]], expected: dict[str, Any]
) -> None:
    assert len(results) == len(items), f"{len(items)} items have {len(results)} results"
    wanted = _take(expected, "results")
    _all_known(expected)
    if wanted is None:
        for number, result in enumerate(results):
            stored = result.result()
            if name == "batch_set" and items[number].if_etag is None:
                is_plain = not items[number].if_absent and not items[number].if_present
                assert stored or not is_plain, f"entries[{number}] was not stored"
        return
    assert len(wanted) == len(results), f"expected {len(wanted)} results, got {len(results)}"
    for want, result in zip(wanted, results):
        want = dict(want)
        error_name = _take(want, "error", "")
        if error_name:
            assert result.error is not None, f"expected {error_name}, got {result}"
            assert result.error.code.name == error_name, f"expected {error_name}, got {result}"
            for text in _take(want, "mentions", []):
                assert text in result.error.message, f"the error does not mention {text}"
        else:
            _compare_answer(result.result(), want)


def _compare_answer(result: Any, expected: dict[str, Any]) -> None:
    value = getattr(result, "value", result)
    if "value" in expected:
        assert value == _bytes(_take(expected, "value")), f"another value: {value!r}"
    if _take(expected, "miss", False):
        assert value is None, f"expected a miss, got {value!r}"
    for name in ("stored", "deleted", "exists"):
        want = _take(expected, name)
        if want is not None:
            got = getattr(result, "exists", result)
            assert got is want, f"expected {name} = {want}, got {got!r}"
    count = _take(expected, "count")
    if count is not None:
        assert value == int(count), f"expected {count}, got {value!r}"
    if "etag" in expected:
        assert result.etag == _bytes(_take(expected, "etag")), f"another etag: {result.etag!r}"
    ttl = _take(expected, "ttl_seconds")
    if ttl is not None:
        got_ttl = result.ttl_seconds
        assert got_ttl is not None, "there is no TTL"
        assert ttl["from"] <= got_ttl <= ttl["to"], f"TTL {got_ttl} is not in {ttl}"
    _all_known(expected)
