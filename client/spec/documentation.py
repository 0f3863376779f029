# SPDX-License-Identifier: Apache-2.0
"""The parts of the documentation that say what stands elsewhere: the tables of spec.json, and what
the packages' own READMEs show, which their tests run."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Any, NamedTuple


class _Language(NamedTuple):
    name: str
    fence: str  # What its blocks of code begin with.
    readme: str


_LANGUAGES = (
    _Language("Python", "python", "client/python/README.md"),
    _Language("Go", "go", "client/go/README.md"),
    _Language("TypeScript", "js", "client/typescript/README.md"),
    _Language("Java", "java", "client/java/README.md"),
)

_CPP_LINES = Path("tests/docs/three_lines.cc")


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _tables(spec: dict[str, Any]) -> dict[str, str]:
    return {
        "settings": _table(
            ("setting", "default", "what it is"),
            [
                (f"`{s['name']}`", f"`{s['default']}`" if s["default"] else "none", s["about"])
                for s in spec["settings"]
            ],
        ),
        "limits": _table(
            ("limit or default", "value", "what it is"),
            [
                (f"`{c['name']}`", f"{c['value']:,}", c["about"])
                for c in spec["limits"] + spec["defaults"]
            ],
        ),
        "errors": _table(
            ("error", "what has happened", "what to do"),
            [(f"`{e['name']}`", e["meaning"], e["remedy"]) for e in spec["errors"]],
        ),
    }


def _block(language: _Language, number: int) -> str:
    """A block of code of a README, from 0, with its fences."""
    text = Path(language.readme).read_text()
    blocks = re.findall(rf"^```{language.fence}\n.*?^```$", text, re.DOTALL | re.MULTILINE)
    return str(blocks[number])


def _block_with(language: _Language, text: str) -> str:
    """The first block of code of a README that has this text in it."""
    number = 0
    while text not in _block(language, number):
        number += 1
    return _block(language, number)


def _three_lines(language: _Language) -> str:
    """The first three lines of the first block of a README, but for what it imports."""
    lines = [
        line
        for line in _block(language, 0).splitlines()[1:-1]
        if line and not re.match(r"(from|import) ", line)
    ]
    return "\n".join([f"```{language.fence}", *lines[:3], "```"])


def _three_lines_of_cpp() -> str:
    text = _CPP_LINES.read_text()
    lines = text.split("// [\n")[1].split("// ]\n")[0].rstrip(" ")
    return f"```cpp\n{dedent(lines)}```"


def _front() -> dict[str, str]:
    shown = [_three_lines(language) for language in _LANGUAGES]
    return {
        "three lines": "\n\n".join([*shown, _three_lines_of_cpp()]),
        "FastAPI": _block_with(_LANGUAGES[0], "get_cache"),
    }


def _with_parts(path: Path, parts: dict[str, str]) -> str:
    text = path.read_text()
    for name, part in parts.items():
        begin, end = f"<!-- generated: {name} -->\n", "<!-- end -->"
        if text.count(begin) != 1:
            raise SystemExit(f"{path}: expected one {begin}")
        before, rest = text.split(begin)
        text = f"{before}{begin}\n{part}\n\n{rest[rest.index(end):]}"
    return text


def pages(spec: dict[str, Any]) -> dict[Path, str]:
    """The pages that have such parts, as they should be."""
    starts = {language.name: _block(language, 1) for language in _LANGUAGES}
    clients, readme = Path("docs/clients.md"), Path("README.md")
    return {
        clients: _with_parts(clients, {**_tables(spec), **starts}),
        readme: _with_parts(readme, _front()),
    }
