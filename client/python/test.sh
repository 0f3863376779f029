#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks, builds and tests the package and its example. The last line says how many passed and
# failed.
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
needs ensurepip python3-venv
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
    if ! [[ -e $cache_dir/build/unpacked/cachestore/$file ]]; then
      echo "the wheel has no $file"
      return 1
    fi
  done
  (cd "$cache_dir/build/unpacked" && "$python" -c 'import cachestore')
}

# The lines with which a page installs from a checkout.
installation() {
  grep -hE '^(\$ |    )?(python3 -m venv |\.venv/bin/)' "$1" | sed -E 's/^(\$ |    )//'
}

# Types them, in a copy of the checkout.
installs_as_documented() {
  local checkout=$cache_dir/build/checkout page lines
  if [[ $(installation README.md) != *'pip install'* ]]; then
    echo 'README.md installs nothing'
    return 1
  fi
  for page in ../../docs/clients.md README.md; do
    lines=$(installation "$page") || continue
    rm -rf -- "$checkout" && mkdir -p "$checkout/client" || return
    cp -R . "$checkout/client/python" || return
    (
      cd "$checkout" &&
        PATH=$(dirname -- "$python"):$PATH bash -euo pipefail -c "$lines" &&
        .venv/bin/python -c 'import cachestore'
    ) || return
  done
}

# In what that has installed: the integration has to work with the FastAPI of today, not with
# Debian's alone.
works_with_fastapi_of_today() {
  local checkout=$cache_dir/build/checkout
  local bin=$checkout/.venv/bin
  "$bin/pip" install --quiet "$checkout/client/python[fastapi]" pytest httpx || return
  "$bin/python" -m pytest -q -W ignore --tb=short --color=no \
    tests/test_fastapi.py tests/test_cached.py tests/test_cached_together.py
}

check 'formatting (black)' \
  "$python" -m black --config pyproject.toml --quiet --check --diff . "$example"
check 'types (mypy --strict)' \
  "$python" -m mypy --cache-dir="$cache_dir/mypy" src tests "$example/service.py"
check 'the wheel' builds_a_wheel
check 'the installation that README.md and docs/clients.md show' installs_as_documented
check 'the FastAPI of today' works_with_fastapi_of_today

log=$cache_dir/tests.log
rm -f -- "$cache_dir/tests.xml"
ended=0
"$python" -m pytest -q -rs --tb=short --color=no --junit-xml="$cache_dir/tests.xml" \
  >"$log" 2>&1 || ended=$?
grep -E '^(FAILED|ERROR|SKIPPED|contract:)' "$log" || true
# A test that was skipped has failed: what it needs is missing.
read -r ran bad < <("$python" - "$cache_dir/tests.xml" <<'COUNT'
import sys
import xml.etree.ElementTree

try:
    suite = xml.etree.ElementTree.parse(sys.argv[1]).getroot().find("testsuite")
    counts = [int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")]
    print(counts[0], sum(counts[1:]))
except OSError:
    print(0, 1)
COUNT
)
# It ended for another reason: that no tests were found, for example.
if ((ended && bad == 0)); then
  ran=$((ran + 1))
  bad=1
fi
passed=$((passed + ran - (ran > 0 ? bad : 0)))
failed=$((failed + bad))
if ((bad)); then echo "more about it: $log"; fi
echo "$passed passed, $failed failed"
((failed == 0))
