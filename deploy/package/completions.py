# SPDX-License-Identifier: Apache-2.0
"""Writes the completions of a program for a shell, of what its --help says:
completions.py PROGRAM bash|zsh|fish"""

import sys
from collections.abc import Iterator
from pathlib import Path

from deploy.package.command_help import Entry, Help, read_help

LICENCE = "# SPDX-License-Identifier: Apache-2.0"


def all_commands(program: Help) -> Iterator[Help]:
    """A program and its commands, at any depth."""
    yield program
    for command in program.commands:
        yield from all_commands(command)


def options_of(program: Help, command: Help) -> list[Entry]:
    """What a command takes; the program's own options may stand behind it."""
    own = {name for entry in command.options for name in entry.names}
    if command is program:
        return command.options
    shared = [entry for entry in program.options if not own.intersection(entry.names)]
    return command.options + [entry for entry in shared if "--version" not in entry.names]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


# ---- bash --------------------------------------------------------------------------------------

BASH_VALUES = {
    "file": 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$word")',
    "folder": 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$word")',
    "text": "COMPREPLY=()",
}


def bash_value(entry: Entry) -> str:
    if entry.values:
        return f"mapfile -t COMPREPLY < <(compgen -W {quoted(' '.join(entry.values))} -- \"$word\")"
    return BASH_VALUES[entry.wants]


def bash_case(program: Help, command: Help) -> Iterator[str]:
    """What may follow the words of a command."""
    options = options_of(program, command)
    names = [name for entry in options for name in entry.names]
    words = [each.name for each in command.commands] + names
    files = [entry for entry in command.positionals if entry.wants in ("file", "folder")]
    yield f"    {quoted(' '.join(command.words))})"
    yield "      case $before in"
    for entry in options:
        if entry.wants != "nothing":
            yield f"        {'|'.join(entry.names)}) {bash_value(entry)}; return ;;"
    yield "      esac"
    if files:
        yield f"      [[ $word == -* ]] || {{ {bash_value(files[0])}; return; }}"
    yield f"      mapfile -t COMPREPLY < <(compgen -W {quoted(' '.join(words))} -- \"$word\")"
    yield "      ;;"


def bash(program: Help) -> Iterator[str]:
    name = program.name
    paths = [" ".join(command.words) for command in all_commands(program)]
    yield LICENCE
    yield f"_{name}() {{"
    yield "  local word before command each"
    # bash takes "--name=" apart, at the "=".
    yield "  word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}"
    yield "  [[ $word != = ]] || word=''"
    yield "  [[ $before != = ]] || before=${COMP_WORDS[COMP_CWORD - 2]}"
    yield f"  command={name}"
    yield '  for each in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do'
    yield '    case "$command $each" in'
    for path in paths[1:]:
        yield f"      {quoted(path)}) command={quoted(path)} ;;"
    yield "    esac"
    yield "  done"
    yield "  case $command in"
    for command in all_commands(program):
        yield from bash_case(program, command)
    yield "  esac"
    yield "}"
    yield f"complete -F _{name} {name}"


# ---- zsh ---------------------------------------------------------------------------------------


def zsh_text(text: str) -> str:
    """Text inside a specification of _arguments."""
    for character in "\\[]:":
        text = text.replace(character, "\\" + character)
    return text


def zsh_action(entry: Entry) -> str:
    if entry.values:
        return f"({' '.join(entry.values)})"
    return {"file": "_files", "folder": "_files -/", "text": " "}[entry.wants]


def zsh_option(entry: Entry) -> str:
    summary = zsh_text(entry.summary)
    value = "" if entry.wants == "nothing" else f":value:{zsh_action(entry)}"
    excluded = " ".join([*entry.names, *(name for name in entry.excludes if name[0] == "-")])
    ending = "=" if value and entry.names[0].startswith("--") else ""
    if len(entry.names) == 1:
        return quoted(f"({excluded}){entry.names[0]}{ending}[{summary}]{value}")
    names = ",".join(entry.names)
    return quoted(f"({excluded})") + "{" + names + "}" + quoted(f"[{summary}]{value}")


def zsh_positional(entry: Entry) -> str:
    place = "*" if entry.many else ""
    optional = "" if entry.required or entry.many else ":"
    return quoted(f"{place}:{optional}{zsh_text(entry.names[0])}:{zsh_action(entry)}")


def zsh_function(program: Help, command: Help) -> Iterator[str]:
    name = "_" + "_".join(command.words)
    specifications = [zsh_option(entry) for entry in options_of(program, command)]
    specifications += [zsh_positional(entry) for entry in command.positionals]
    yield f"{name}() {{"
    if command.commands:
        specifications += [quoted(f"1:command:{name}_commands"), "'*::argument:->argument'"]
        yield "  local curcontext=$curcontext state line"
        yield "  typeset -A opt_args"
    yield "  _arguments -s -S -C \\"
    yield " \\\n".join("    " + specification for specification in specifications)
    if command.commands:
        function = f"{name}_$line[1]"
        yield f"  [[ $state == argument ]] && (( $+functions[{function}] )) && {function}"
    yield "}"
    if command.commands:
        yield f"{name}_commands() {{"
        yield "  local -a commands=("
        for each in command.commands:
            yield f"    {quoted(zsh_text(each.name) + ':' + zsh_text(each.about[0]))}"
        yield "  )"
        yield "  _describe command commands"
        yield "}"


def zsh(program: Help) -> Iterator[str]:
    yield f"#compdef {program.name}"
    yield LICENCE
    for command in all_commands(program):
        yield from zsh_function(program, command)
    yield f'_{program.name} "$@"'


# ---- fish --------------------------------------------------------------------------------------


def fish_option(entry: Entry) -> str:
    flags = [f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in entry.names]
    if entry.values:
        flags.append(f"-x -a {quoted(' '.join(entry.values))}")
    elif entry.wants != "nothing":
        flags.append({"file": "-r -F", "folder": "-r -F", "text": "-x"}[entry.wants])
    return " ".join([*flags, f"-d {quoted(entry.summary)}"])


def fish_where(program: Help, command: Help) -> str:
    """The condition that a line is one of this command."""
    if command is program:
        return "__fish_use_subcommand" if program.commands else ""
    seen = [f"__fish_seen_subcommand_from {word}" for word in command.words[1:]]
    if command.commands:
        others = " ".join(each.name for each in command.commands)
        seen.append(f"not __fish_seen_subcommand_from {others}")
    return "; and ".join(seen)


def fish(program: Help) -> Iterator[str]:
    name = program.name
    yield LICENCE
    yield f"complete -c {name} -f"
    shared = [entry for entry in program.options if "--version" not in entry.names]
    for entry in program.options:
        where = "" if entry in shared else "-n __fish_is_first_token "
        yield f"complete -c {name} {where}{fish_option(entry)}"
    for command in all_commands(program):
        where = quoted(fish_where(program, command))
        for each in command.commands:
            yield f"complete -c {name} -n {where} -a {each.name} -d {quoted(each.about[0])}"
        if command is program:
            continue
        for entry in command.options:
            if "--help" not in entry.names:
                yield f"complete -c {name} -n {where} {fish_option(entry)}"
        if any(entry.wants in ("file", "folder") for entry in command.positionals):
            yield f"complete -c {name} -n {where} -F"


def main() -> None:
    program, shell = read_help(Path(sys.argv[1])), sys.argv[2]
    lines = {"bash": bash, "zsh": zsh, "fish": fish}[shell](program)
    sys.stdout.write("".join(line + "\n" for line in lines))


if __name__ == "__main__":
    main()
