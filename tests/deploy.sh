#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Behind `./dev interop deploy`, which has built the programs in bazel-bin and what is installed of
# them in dist: runs each part of tests/deploy. $1: a folder that keeps what they need, from run to
# run. The last line sums all cases.
set -uo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit

# shellcheck source=tests/add_cases.sh
source tests/add_cases.sh
passed=0
failed=0

for part in unit package booted archive library completions manifests; do
  echo "==> tests/deploy/$part.sh"
  add_cases "tests/deploy/$part.sh" "$1"
done
echo "$passed passed, $failed failed"
((failed == 0))
