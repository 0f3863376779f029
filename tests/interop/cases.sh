#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the interop tests share: cases, and servers. To be sourced by them. `folder` is theirs, and goes
# when they end, as the servers do.
# shellcheck disable=SC2034  # Those who source this read what it sets.
folder=$(mktemp -d)
servers=()
passed=0
failed=0

# expect NAME PATTERN COMMAND...: a case that passes if the command succeeds, within so many seconds,
# and says what the pattern matches.
case_seconds=60
expect() {
  local name=$1 pattern=$2 output
  shift 2
  if output=$(timeout "$case_seconds" "$@" 2>&1 </dev/null) && [[ $output =~ $pattern ]]; then
    ok "$name"
  else
    fail "$name"
    printf '%s\n' "$*" "$output"
  fi
}

ok() {
  printf 'ok      %s\n' "$1"
  ((passed += 1))
}

fail() {
  printf 'FAILED  %s\n' "$1"
  ((failed += 1))
}

# take_cases NAME COMMAND...: counts the cases that a command prints as ok and fail do. NAME is one that
# fails if the command does.
take_cases() {
  local name=$1 line
  shift
  while IFS= read -r line; do
    case $line in
      'ok      '*) ok "${line#'ok      '}" ;;
      'FAILED  '*) fail "${line#'FAILED  '}" ;;
      *) printf '%s\n' "$line" ;;
    esac
  done < <("$@" 2>&1 || echo "FAILED  $name")
}

# ---- Servers -----------------------------------------------------------------------------------

# Starts a server, and sets `address` to where it serves and `port` to the end of that. What else it
# says is to be read from the descriptor server_output.
start() {
  local line
  exec {server_output}< <(exec "$@" 2>&1)
  servers+=("$!")
  while IFS= read -r -t 30 -u "$server_output" line; do
    [[ $line =~ serving\ on\ ([^,\;]+:([0-9]+)) ]] || continue
    address=${BASH_REMATCH[1]}
    port=${BASH_REMATCH[2]}
    return
  done
  echo "$1 did not start: ${line:-}"
  return 1
}

# Where metrics are, of the server that was started last.
metrics_url() { await_line 'metrics on ([^ ,;]+)'; }

# Prints what is in the parentheses of a pattern, of the first line of that server that matches it.
await_line() {
  local line
  while IFS= read -r -t 30 -u "$server_output" line; do
    if [[ $line =~ $1 ]]; then
      echo "${BASH_REMATCH[1]}"
      return
    fi
  done
}

# After all that, the server started last must still end in order.
stop() {
  kill "${servers[-1]}"
  await_end "$1 ends in order"
}

await_end() {
  local server=${servers[-1]}
  unset 'servers[-1]'
  if wait "$server"; then ok "$1"; else fail "$1"; fi
}

# A port that nobody listens on.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

clean_up() {
  if ((${#servers[@]} > 0)); then kill "${servers[@]}" 2>/dev/null || true; fi
  rm -rf "$folder"
}
trap clean_up EXIT

# ---- What others wrote -------------------------------------------------------------------------

# Runs a command and shows what it said only if it failed.
logged() {
  local output
  output=$("$@" 2>&1 </dev/null) && return
  printf '%s\n' "$output"
  return 1
}
