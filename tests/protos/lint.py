#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Looks at the protos as a reader and a client from last year would.

    lint.py FILE.proto...            prints what is wrong with names, comments and numbers, and
                                     what means something else than recorded.txt says
    lint.py --record FILE.proto...   adds to recorded.txt what is new

recorded.txt has a line for each field and each RPC that was ever published. Lines are added, and
never changed: a number that has meant something means that for ever."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from google.protobuf import descriptor_pb2 as pb  # type: ignore[import]

_RECORD = Path(__file__).with_name("recorded.txt")

_PASCAL = re.compile(r"([A-Z][a-z0-9]*)+")
_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

_FILES_SERVICE, _FILES_MESSAGE, _METHODS, _FIELDS = 6, 4, 2, 2  # Numbers in descriptor.proto.


def read_descriptors(files: list[str]) -> list[pb.FileDescriptorProto]:
    with tempfile.NamedTemporaryFile() as output:
        command = ["protoc", "-I.", "--include_source_info", f"--descriptor_set_out={output.name}"]
        subprocess.run([*command, *files], check=True)
        return list(pb.FileDescriptorSet.FromString(Path(output.name).read_bytes()).file)


def _comments(file: pb.FileDescriptorProto) -> set[tuple[int, ...]]:
    """The paths, as descriptor.proto has them, of what has a comment before it."""
    return {
        tuple(location.path)
        for location in file.source_code_info.location
        if location.leading_comments.strip()
    }


def _service_faults(file: pb.FileDescriptorProto) -> Iterator[str]:
    comments = _comments(file)
    for s, service in enumerate(file.service):
        if not _PASCAL.fullmatch(service.name):
            yield f"{service.name}: a service is named LikeThis"
        for m, method in enumerate(service.method):
            name = f"{service.name}.{method.name}"
            if not _PASCAL.fullmatch(method.name):
                yield f"{name}: an RPC is named LikeThis"
            for suffix, used in (("Request", method.input_type), ("Response", method.output_type)):
                if used != f".{file.package}.{method.name}{suffix}":
                    yield f"{name}: takes or gives {used}, and not a {method.name}{suffix} of its own"
            if (_FILES_SERVICE, s, _METHODS, m) not in comments:
                yield f"{name}: has no comment"


def _message_faults(file: pb.FileDescriptorProto) -> Iterator[str]:
    comments = _comments(file)
    for m, message in enumerate(file.message_type):
        if not _PASCAL.fullmatch(message.name):
            yield f"{message.name}: a message is named LikeThis"
        numbers = sorted(field.number for field in message.field)
        if numbers != list(range(1, len(numbers) + 1)) and not message.reserved_range:
            yield f"{message.name}: its numbers have a gap and nothing is reserved: {numbers}"
        # One comment may speak for several fields.
        if len(message.field) > 1 and not any(
            (_FILES_MESSAGE, m, _FIELDS, f) in comments for f in range(len(message.field))
        ):
            yield f"{message.name}: none of its fields has a comment"
        maps = {nested.name for nested in message.nested_type if nested.options.map_entry}
        for field in message.field:
            name = f"{message.name}.{field.name}"
            if not _SNAKE.fullmatch(field.name):
                yield f"{name}: a field is named like_this"
            is_repeated = field.label == pb.FieldDescriptorProto.LABEL_REPEATED
            is_map = field.type_name.rpartition(".")[2] in maps
            if is_repeated and not is_map and not field.name.endswith("s"):
                yield f"{name}: a repeated field is named by a plural"


def faults_of(file: pb.FileDescriptorProto) -> Iterator[str]:
    if file.syntax != "proto3":
        yield "is not proto3"
    if not re.fullmatch(r"[a-z]+\.v[0-9]+", file.package):
        yield f"package {file.package}: ends with a version"
    yield from _service_faults(file)
    yield from _message_faults(file)


def meanings_of(file: pb.FileDescriptorProto) -> dict[str, str]:
    """What each number and each RPC means on the wire, by what never changes."""
    meanings = {}
    for message in file.message_type:
        for field in message.field:
            kind = pb.FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
            label = pb.FieldDescriptorProto.Label.Name(field.label).removeprefix("LABEL_").lower()
            presence = " with presence" if field.HasField("oneof_index") else ""
            of = f" {field.type_name}" if field.type_name else ""
            meanings[
                f"{file.package}.{message.name} {field.number}"
            ] = f"{field.name}: {label} {kind}{of}{presence}"
    for service in file.service:
        for method in service.method:
            streams = f"{method.client_streaming:d}{method.server_streaming:d}"
            meanings[
                f"/{file.package}.{service.name}/{method.name}"
            ] = f"{method.input_type} -> {method.output_type}, streams {streams}"
    return meanings


def recorded() -> dict[str, str]:
    lines = _RECORD.read_text().splitlines() if _RECORD.exists() else []
    return dict(line.split(" = ", 1) for line in lines)


def changes(before: dict[str, str], now: dict[str, str]) -> Iterator[str]:
    for name, meaning in before.items():
        if name not in now:
            yield f"{name}: was {meaning}, and is gone; deprecate it instead"
        elif now[name] != meaning:
            yield f"{name}: was {meaning}, and is {now[name]}; take a new number instead"
    for name in now.keys() - before.keys():
        yield f"{name}: is new; ./dev generate records it"


def main(arguments: list[str]) -> int:
    is_recording = arguments[:1] == ["--record"]
    files = read_descriptors(arguments[is_recording:])
    now = {name: meaning for file in files for name, meaning in meanings_of(file).items()}
    if is_recording:
        lines = [f"{name} = {meaning}\n" for name, meaning in sorted({**now, **recorded()}.items())]
        _RECORD.write_text("".join(lines))
        return 0
    found = [f"{file.name}: {fault}" for file in files for fault in faults_of(file)]
    found += changes(recorded(), now)
    print("".join(f"{line}\n" for line in found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
