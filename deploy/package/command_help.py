# SPDX-License-Identifier: Apache-2.0
"""What a program takes, as its --help says: the source of man pages and shell completions."""

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SECTIONS = ("Positionals:", "Options:", "Subcommands:")

# "-y,--yes", "--ttl DURATION Excludes: --keep_ttl", "key REQUIRED", "folder :DIR REQUIRED".
ENTRY = re.compile(
    r"(?P<names>\S+)(?P<many> \.\.\.)?(?: (?P<takes>(?!REQUIRED|Excludes:)\S.*?))??"
    r"(?P<required> REQUIRED)?(?: Excludes: (?P<excludes>.*))?"
)


@dataclass
class Entry:
    """An option or a positional argument, with its help."""

    names: list[str]
    takes: str  # A placeholder such as FILE; empty for a flag.
    required: bool
    many: bool
    excludes: list[str]
    help: list[str]

    @property
    def is_option(self) -> bool:
        return self.names[0].startswith("-")

    @property
    def values(self) -> list[str]:
        """What it may be set to, where that is a few words."""
        for line in self.help:
            if match := re.fullmatch(r"Takes (?:one of )?(\w+(?:, \w+)*(?: or \w+)?)\.", line):
                values = re.split(r", | or ", match[1])
                return values if len(values) > 1 else []
        return []

    @property
    def wants(self) -> str:
        """Of what kind its value is: nothing, file, folder or text."""
        text = " ".join(self.help)
        if self.takes in ("FILE", "PATH") or "Takes the path of" in text:
            return "file"
        if self.takes == ":DIR":
            return "folder"
        if self.is_option and not self.takes and "\n" not in text and "Takes " not in text:
            return "nothing"
        return "text"

    @property
    def summary(self) -> str:
        return self.help[0].rstrip(".") if self.help else ""


@dataclass
class Help:
    """A program, or one command of it."""

    words: list[str]  # cachectl token new
    about: list[str]
    usage: str
    positionals: list[Entry]
    options: list[Entry]
    commands: list["Help"]
    notes: list[str] = field(default_factory=list)  # Examples, exit codes.

    @property
    def name(self) -> str:
        return self.words[-1]


def read_help(program: Path) -> Help:
    """What a program says of itself, and of each of its commands."""
    return _read([program.name], program)


def _read(words: list[str], program: Path) -> Help:
    command = [str(program), *words[1:], "--help"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = text.rstrip("\n").split("\n")
    usage = next(i for i, line in enumerate(lines) if line.startswith("Usage: "))
    sections, notes = _split(lines[usage + 1 :])
    names = [line.split()[0] for line in sections.get("Subcommands:", []) if line[2] != " "]
    return Help(
        words=words,
        about=lines[:usage],
        usage=lines[usage].removeprefix("Usage: "),
        positionals=_entries(sections.get("Positionals:", []), _column(sections)),
        options=_entries(sections["Options:"], _column(sections)),
        commands=[_read([*words, name], program) for name in names],
        notes=notes,
    )


def _split(lines: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """The lines of each section, and those after the last."""
    sections: dict[str, list[str]] = {}
    current: list[str] | None = None
    for i, line in enumerate(lines):
        if line in SECTIONS:
            current = sections.setdefault(line, [])
        elif line.startswith("  ") and current is not None:
            current.append(line)
        elif line:
            return sections, lines[i:]
    return sections, []


def _column(sections: dict[str, list[str]]) -> int:
    """Where help begins in each line."""
    line = next(line for line in sections["Options:"] if "--help" in line)
    return line.index("Print")


def _entries(lines: list[str], column: int) -> list[Entry]:
    entries: list[Entry] = []
    for line in lines:
        if line[2] == " ":
            entries[-1].help.append(line.strip())
            continue
        names, text = line.strip(), ""
        # Names that take more room than that have their help on the next line.
        if line[column - 1 : column] == " " and not line[column:].startswith("--"):
            names, text = line[:column].strip(), line[column:]
        match = ENTRY.fullmatch(names)
        if match is None:
            raise ValueError(f"cannot read this of --help: {line}")
        entries.append(
            Entry(
                names=match["names"].split(","),
                takes=match["takes"] or "",
                required=match["required"] is not None,
                many=match["many"] is not None,
                excludes=(match["excludes"] or "").split(),
                help=[text] if text else [],
            )
        )
    return entries
