#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks, builds and tests the package and its example. The last line says how many passed and failed.
# Usage: test.sh CACHE_DIR, with the absolute paths of the programs in CACHE_SERVER and CACHECTL.
set -euo pipefail
cache_dir=${1:?usage: test.sh CACHE_DIR}
mkdir -p "$cache_dir"
cache_dir=$(cd -- "$cache_dir" && pwd)
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
python=${PYTHON:-/usr/bin/python3}
example=../../examples/fastapi_service

needs() {
  "$python" -c "import $1" 2>/dev/null || absent+=("$2")
}
absent=()
needs grpc python3-grpcio
needs google.protobuf python3-protobuf
needs fastapi python3-fastapi
needs httpx python3-httpx
needs uvicorn python3-uvicorn
needs pytest python3-pytest
needs setuptools python3-setuptools
needs wheel python3-wheel
needs pip python3-pip
needs black black
needs mypy mypy
command -v openssl >/dev/null || absent+=(openssl)
if ((${#absent[@]})); then
  echo "client/python/test.sh: install what is missing for $python: ${absent[*]}" >&2
  exit 1
fi
for program in CACHE_SERVER CACHECTL; do
  [[ -x ${!program:-} ]] || {
    echo "client/python/test.sh: $program: set it to the absolute path of the program" >&2
    exit 1
  }
done

export PYTHONDONTWRITEBYTECODE=1
passed=0
failed=0

# Runs a command, and shows what it said only if it failed.
check() {
  local name=$1 said
  shift
  if said=$("$@" 2>&1); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s\n%s\n' "$name" "$said"
  fi
}

# From a copy, as building leaves files.
builds_a_wheel() {
  rm -rf -- "$cache_dir/build" && mkdir -p "$cache_dir/build/unpacked" || return
  cp -R . "$cache_dir/build/package" || return
  "$python" -m pip wheel --quiet --no-deps --no-build-isolation --no-index \
    --wheel-dir "$cache_dir/build" "$cache_dir/build/package" || return
  "$python" -m zipfile -e "$cache_dir"/build/cachestore-*.whl "$cache_dir/build/unpacked" || return
  local file
  for file in py.typed _stubs/cache_pb2.py _stubs/cache_pb2.pyi fastapi/__init__.py; do
    [[ -e $cache_dir/build/unpacked/cachestore/$file ]] || { echo "the wheel has no $file"; return 1; }
  done
  (cd "$cache_dir/build/unpacked" && "$python" -c 'import cachestore')
}

check 'formatting (black)' "$python" -m black --config pyproject.toml --quiet --check --diff . "$example"
check 'types (mypy --strict)' "$python" -m mypy --cache-dir="$cache_dir/mypy" src tests "$example/service.py"
check 'the wheel' builds_a_wheel

log=$cache_dir/tests.log
"$python" -m pytest -q --tb=short --color=no --junit-xml="$cache_dir/tests.xml" >"$log" 2>&1 || true
grep -E '^(FAILED|ERROR|contract:)' "$log" || true
read -r ran bad < <("$python" - "$cache_dir/tests.xml" <<'COUNT'
import sys
import xml.etree.ElementTree

try:
    suite = xml.etree.ElementTree.parse(sys.argv[1]).getroot().find("testsuite")
    print(suite.get("tests"), int(suite.get("failures")) + int(suite.get("errors")))
except OSError:
    print(0, 1)
COUNT
)
passed=$((passed + ran - (ran > 0 ? bad : 0)))
failed=$((failed + bad))
if ((bad)); then echo "more about it: $log"; fi
echo "$passed passed, $failed failed"
((failed == 0))
