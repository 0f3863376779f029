#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# To be sourced, by whoever has counters `passed` and `failed`.

# Runs a command whose last line is the sum of its cases, and adds that to the counters. Without such
# a line, that is one that failed.
add_cases() {
  local log
  log=$(mktemp)
  "$@" 2>&1 | tee "$log" || true
  if [[ $(tail -n 1 "$log") =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
    passed=$((passed + BASH_REMATCH[1]))
    failed=$((failed + BASH_REMATCH[2]))
  else
    failed=$((failed + 1))
  fi
  rm -f "$log"
}
