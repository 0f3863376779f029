#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Behind `./dev interop`, which has built the programs in bazel-bin: builds and tests the clients in
# other languages against them, and looks whether what is checked in of their generated code is what
# protos/ and client/spec/ make. $1: a folder that keeps tools and packages, from run to run; then the
# languages. The last line sums all cases.
set -uo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit

# shellcheck source=tests/add_cases.sh
source tests/add_cases.sh
cache_dir=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0
failed=0
export CACHE_SERVER=$PWD/bazel-bin/service/cache_server CACHECTL=$PWD/bazel-bin/client/cachectl

# Makes a client's stubs anew, in a copy of what makes them, and compares.
check_generated() {
  local copy
  copy=$(mktemp -d)
  git ls-files -z --cached --others --exclude-standard "client/$1" protos |
    xargs -0 cp --parents --target-directory="$copy"
  cp --recursive "$copy/client/$1" "$copy/before"
  if "$copy/client/$1/generate.sh" "$cache_dir/$1" >"$log" 2>&1 &&
    diff --recursive --brief "$copy/before" "$copy/client/$1" >>"$log"; then
    ((passed += 1))
  else
    ((failed += 1))
    echo "FAILED  client/$1: what is checked in is not what ./dev generate makes"
    tail -n 20 "$log"
  fi
  rm -rf "$copy"
}

for language in "$@"; do
  if [[ -x client/$language/generate.sh ]]; then check_generated "$language"; fi
  echo "==> client/$language/test.sh"
  add_cases "client/$language/test.sh" "$cache_dir/$language"
done
echo "$passed passed, $failed failed"
((failed == 0))
