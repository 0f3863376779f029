# SPDX-License-Identifier: Apache-2.0
"""Writes the man page of a program, of what its --help says: man_page.py PROGRAM DATE > NAME.1"""

import re
import sys
from pathlib import Path

from deploy.package.command_help import Entry, Help, read_help

SEE_ALSO = {"cache_server": "cachectl", "cachectl": "cache_server"}


def escape(text: str) -> str:
    """Text that roff takes as it stands."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    text = text.replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti")
    return re.sub(r"^\.", r"\\&.", text, flags=re.MULTILINE)


def placeholder(entry: Entry) -> str:
    if entry.takes and entry.takes[0].isupper():
        return entry.takes.split(":")[0]
    if entry.is_option:
        return "" if entry.wants == "nothing" else "VALUE"
    return ""


def entry_lines(entry: Entry) -> list[str]:
    names = ", ".join(f"\\fB{escape(name)}\\fR" for name in entry.names)
    if value := placeholder(entry):
        names += f" \\fI{escape(value)}\\fR"
    lines = [".TP", names, *_broken([escape(line) for line in entry.help])]
    if entry.excludes:
        lines += [".br", "Not with " + ", ".join(escape(name) for name in entry.excludes) + "."]
    return lines


def _broken(lines: list[str]) -> list[str]:
    """Each on a line of its own, in the page too."""
    return [line for pair in zip(lines, [".br"] * len(lines)) for line in pair][:-1]


def notes_lines(notes: list[str], heading: str) -> list[str]:
    """Examples and tables as they are typed, under headings."""
    lines: list[str] = []
    is_open = False
    for note in [*notes, ""]:
        is_literal = note.startswith(" ") or (note == "" and is_open)
        if is_open and not is_literal or note == "" and is_open:
            lines += [".fi", ".RE"]
            is_open = False
        if note.endswith(":") and not note.startswith(" "):
            lines.append(f"{heading} {escape(note.removesuffix(':')).upper()}")
        elif note.startswith(" "):
            if not is_open:
                lines += [".RS 2", ".nf"]
                is_open = True
            lines.append(escape(note.removeprefix("  ")))
        elif note:
            lines.append(escape(note))
    return lines


def command_lines(command: Help) -> list[str]:
    """A command's own part of its program's page."""
    if command.commands:
        return [line for each in command.commands for line in command_lines(each)]
    lines = [f".SS {escape(' '.join(command.words[1:]))}"]
    usage = command.usage.replace(" [OPTIONS]", "").removeprefix(command.words[0] + " ")
    lines += [f"\\fB{escape(usage)}\\fR", ".PP", *[escape(line) + "." for line in command.about]]
    for entry in command.positionals:
        lines += entry_lines(entry)
    for entry in command.options:
        if "--help" not in entry.names:
            lines += entry_lines(entry)
    return lines + notes_lines(command.notes, ".PP\n.B")


def page(program: Help, version: str, date: str) -> str:
    name = program.name
    about = [line for line in program.about if line]
    lines = [
        '.\\" SPDX-License-Identifier: Apache-2.0',
        f'.TH {name.upper()} 1 {date} "CacheStore {version}" "User Commands"',
        ".ad l",
        ".nh",
        ".SH NAME",
        f"{name} \\- {escape(about[0].rstrip('.')[0].lower() + about[0].rstrip('.')[1:])}",
        ".SH SYNOPSIS",
        f".B {name}",
        escape(program.usage.removeprefix(name + " ").replace("SUBCOMMAND", "COMMAND ...")),
        ".SH DESCRIPTION",
        *[escape(line) for line in about[1:] or about],
        ".SH OPTIONS",
    ]
    for entry in program.options:
        lines += entry_lines(entry)
    if program.commands:
        lines.append(".SH COMMANDS")
        for command in program.commands:
            lines += command_lines(command)
    lines += notes_lines(program.notes, ".SH")
    lines += [".SH SEE ALSO", f".BR {SEE_ALSO[name]} (1)"]
    return "\n".join(lines) + "\n"


def main() -> None:
    program, version, date = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    sys.stdout.write(page(read_help(program), version, date))


if __name__ == "__main__":
    main()
