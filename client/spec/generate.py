#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes what spec.json says into every client, in its own language, and into the documentation.

Run by `./dev generate`, as a module and from the root of the project. --check: only says which files
would change."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from textwrap import wrap
from typing import Any

from client.spec.documentation import pages

SPEC = json.loads(Path("client/spec/spec.json").read_text())

_GENERATED = "Generated from client/spec/spec.json by `./dev generate`: do not edit."
_CONSTANTS: list[dict[str, Any]] = SPEC["limits"] + SPEC["defaults"]


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _number(value: float) -> str:
    return repr(value) if isinstance(value, float) else str(value)


def _comment(text: str, mark: str, indent: str = "", columns: int = 100) -> str:
    return "\n".join(f"{indent}{mark} {line}" for line in wrap(text, columns - len(indent) - 4))


def _service_config() -> str:
    """gRPC's service config, which says what is repeated
    (https://github.com/grpc/grpc/blob/master/doc/service_config.md)."""
    values = {default["name"]: default["value"] for default in SPEC["defaults"]}
    names = [method.split("/") for method in SPEC["retried"]]
    config = {
        "methodConfig": [
            {
                "name": [
                    {"service": f"cachestore.v1.{service}", "method": method}
                    for service, method in names
                ],
                "retryPolicy": {
                    "maxAttempts": values["retry_max_attempts"],
                    "initialBackoff": f"{values['retry_initial_backoff_seconds']}s",
                    "maxBackoff": f"{values['retry_max_backoff_seconds']}s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ]
    }
    return json.dumps(config, indent=2)


def cpp() -> str:
    lines = [
        "// SPDX-License-Identifier: Apache-2.0",
        f"// {_GENERATED}",
        "#ifndef CLIENT_CLIENT_SPEC_H_",
        "#define CLIENT_CLIENT_SPEC_H_",
        "",
        "#include <cstdint>",
        "",
        "namespace cachestore::client_spec {",
    ]
    for constant in _CONSTANTS:
        kind = "double" if isinstance(constant["value"], float) else "int64_t"
        lines += ["", _comment(constant["about"], "//")]
        lines.append(
            f"inline constexpr {kind} k{_pascal(constant['name'])} = {_number(constant['value'])};"
        )
    lines += ["", "// What gRPC may repeat."]
    lines.append(f'inline constexpr char kServiceConfig[] = R"json({_service_config()})json";')
    lines += ["", "// The environment variables that decide, and what holds without them."]
    lines += ["struct Setting {", "  const char* environment;", "  const char* default_text;", "};"]
    lines.append("inline constexpr Setting kSettings[] = {")
    lines += [f'    {{"{item["name"]}", "{item["default"]}"}},' for item in SPEC["settings"]]
    lines.append("};")
    lines += ["", "}  // namespace cachestore::client_spec", "", "#endif  // CLIENT_CLIENT_SPEC_H_"]
    return "\n".join(lines)


def python() -> str:
    lines = [
        "# SPDX-License-Identifier: Apache-2.0",
        f'"""{_GENERATED}"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Final",
    ]
    for constant in _CONSTANTS:
        lines += ["", _comment(constant["about"], "#")]
        lines.append(f"{constant['name'].upper()}: Final = {_number(constant['value'])}")
    lines += ["", "# What gRPC may repeat."]
    lines.append(f'SERVICE_CONFIG: Final = """{_service_config()}"""')
    lines += ["", "# The environment variables that decide, and what holds without them."]
    lines.append("SETTINGS: Final = {")
    lines += [f'    "{item["name"]}": "{item["default"]}",' for item in SPEC["settings"]]
    lines += [
        "}",
        "",
        "# For each error by its gRPC status code: its name, and what to do about it.",
    ]
    lines.append("ERRORS: Final = {")
    for error in SPEC["errors"]:
        lines.append(f'    {error["code"]}: ("{error["name"]}", "{error["remedy"]}"),')
    lines.append("}")
    return "\n".join(lines)


def go() -> str:
    lines = [
        f"// Code {_GENERATED[0].lower()}{_GENERATED[1:].replace(': do not edit.', '. DO NOT EDIT.')}",
        "// SPDX-License-Identifier: Apache-2.0",
        "",
        "// Package spec holds what all clients of the service agree on.",
        "package spec",
    ]
    for constant in _CONSTANTS:
        name = _pascal(constant["name"]).replace("Ttl", "TTL")
        lines += ["", _comment(f"{name}: {constant['about']}", "//")]
        lines.append(f"const {name} = {_number(constant['value'])}")
    lines += [
        "",
        "// ServiceConfig says what gRPC may repeat.",
        f"const ServiceConfig = `{_service_config()}`",
    ]
    lines += [
        "",
        "// SettingDefaults has the environment variables that decide, and what holds without them.",
    ]
    lines.append("var SettingDefaults = map[string]string{")
    width = max(len(item["name"]) for item in SPEC["settings"])
    for item in SPEC["settings"]:
        padding = " " * (width - len(item["name"]))
        lines.append(f'\t"{item["name"]}": {padding}"{item["default"]}",')
    lines += ["}", "", "// Error is what an error is called, and what to do about it."]
    lines += ["type Error struct{ Name, Remedy string }"]
    lines += ["", "// Errors has those that calls end with, by their gRPC status codes."]
    lines.append("var Errors = map[uint32]Error{")
    for error in SPEC["errors"]:
        padding = " " * (2 - len(str(error["code"])))
        lines.append(f'\t{error["code"]}: {padding}{{"{error["name"]}", "{error["remedy"]}"}},')
    lines.append("}")
    return "\n".join(lines)


def typescript() -> str:
    lines = ["// SPDX-License-Identifier: Apache-2.0", f"// {_GENERATED}"]
    for constant in _CONSTANTS:
        lines += ["", *_doc_comment(constant["about"], "")]
        lines.append(f"export const {constant['name'].upper()} = {_number(constant['value'])};")
    lines += [
        "",
        "/** What gRPC may repeat. */",
        f"export const SERVICE_CONFIG = `{_service_config()}`;",
    ]
    lines += ["", "/** The environment variables that decide, and what holds without them. */"]
    lines.append("export const SETTINGS = {")
    lines += [f'  {item["name"]}: "{item["default"]}",' for item in SPEC["settings"]]
    lines += ["} as const;", "", "/** What to do about each error, by its gRPC status code. */"]
    lines.append(
        "export const ERRORS: Readonly<Record<number, { name: string; remedy: string }>> = {"
    )
    for error in SPEC["errors"]:
        lines.append(
            f'  {error["code"]}: {{ name: "{error["name"]}", remedy: "{error["remedy"]}" }},'
        )
    lines.append("};")
    return "\n".join(lines)


def java() -> str:
    lines = [
        "// SPDX-License-Identifier: Apache-2.0",
        f"// {_GENERATED}",
        "package dev.cachestore;",
        "",
        "import java.util.Map;",
        "",
        "/** What all clients of the service agree on. */",
        "final class Spec {",
        "  private Spec() {}",
    ]
    for constant in _CONSTANTS:
        kind = "double" if isinstance(constant["value"], float) else "long"
        lines += ["", *_doc_comment(constant["about"], "  ")]
        value = _number(constant["value"]) + ("" if kind == "double" else "L")
        lines.append(f"  static final {kind} {constant['name'].upper()} = {value};")
    lines += [
        "",
        "  /** What gRPC may repeat. */",
        "  static final String SERVICE_CONFIG =",
        '      """',
    ]
    lines += [f"      {line}" for line in _service_config().splitlines()]
    lines[-1] += '""";'
    lines += ["", "  /** The environment variables that decide, and what holds without them. */"]
    lines += _java_map(
        "SETTINGS", "String", [(f'"{s["name"]}"', s["default"]) for s in SPEC["settings"]]
    )
    lines += ["", "  /** What to do about each error, by its gRPC status code. */"]
    lines += _java_map(
        "REMEDIES", "Integer", [(str(e["code"]), e["remedy"]) for e in SPEC["errors"]]
    )
    lines.append("}")
    return "\n".join(lines)


def _doc_comment(text: str, indent: str) -> list[str]:
    """As google-java-format and prettier have it."""
    line = f"{indent}/** {text} */"
    if len(line) <= 100:
        return [line]
    parts = wrap(text, 97 - len(indent))
    return [f"{indent}/**", *(f"{indent} * {part}" for part in parts), f"{indent} */"]


def _java_map(name: str, key: str, entries: list[tuple[str, str]]) -> list[str]:
    lines = [f"  static final Map<{key}, String> {name} =", "      Map.ofEntries("]
    lines += [f'          Map.entry({of}, "{value}"),' for of, value in entries]
    lines[-1] = lines[-1].removesuffix(",") + ");"
    return lines


FILES = {
    "client/client_spec.h": cpp,
    "client/python/src/cachestore/_spec.py": python,
    "client/go/internal/spec/spec.go": go,
    "client/typescript/src/spec.ts": typescript,
    "client/java/src/main/java/dev/cachestore/Spec.java": java,
}


def main(is_check: bool) -> int:
    """With is_check, writes nothing, and answers how many files are not as they would be written."""
    contents = {Path(path): write() + "\n" for path, write in FILES.items()}
    contents.update(pages(SPEC))
    stale = 0
    for path, text in contents.items():
        if path.exists() and path.read_text() == text:
            continue
        if is_check:
            print(f"{path} is not what client/spec/spec.json says: ./dev generate")
            stale += 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return stale


if __name__ == "__main__":
    sys.exit(main(is_check="--check" in sys.argv[1:]) > 0)
