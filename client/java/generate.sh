#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: generate.sh CACHE_DIR. Nothing to do: Maven generates the stubs with every build, and none
# are checked in. What the spec says is written by client/spec/generate.py.
set -euo pipefail
(($# == 1)) || {
  echo 'usage: generate.sh CACHE_DIR' >&2
  exit 2
}
