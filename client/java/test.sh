#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Usage: CACHE_SERVER=PATH CACHECTL=PATH test.sh CACHE_DIR
# Builds, checks and tests the client and its example: a line for each case that fails, then
# "N passed, N failed". Downloads go to CACHE_DIR.
set -euo pipefail

(($# == 1)) || {
  echo 'usage: test.sh CACHE_DIR' >&2
  exit 2
}
mkdir -p -- "$1"
cache_dir=$(cd -- "$1" && pwd)
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
example=../../examples/java_program
results=target/test-results.txt
log=$cache_dir/maven.log
passed=0
failed=0

for program in java javac mvn openssl; do
  command -v "$program" >/dev/null || {
    echo "client/java: there is no $program; on Debian:" \
      "apt-get install default-jdk-headless maven openssl" >&2
    exit 1
  }
done
: "${CACHE_SERVER:?is not set; give the path of cache_server}"
: "${CACHECTL:?is not set; give the path of cachectl}"

maven() {
  # Even without colours some versions reset them.
  mvn --quiet --batch-mode --no-transfer-progress -Dstyle.color=never \
    -Dmaven.repo.local="$cache_dir/repository" "$@" 2>&1 | sed $'s/\x1b\\[[0-9;]*m//g'
}

# Counts what must succeed: what it is, and the command. What the command says is shown if it fails.
check() {
  local what=$1
  shift
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $what"
    show_why
  fi
}

# The first lines of the log that say what is wrong.
show_why() {
  grep -E '^\[(ERROR|WARNING)\] .' "$log" | head -n 20 || tail -n 20 "$log"
}

finish() {
  echo "$passed passed, $failed failed"
  ((failed == 0))
  exit
}

# Each test has a line in the results; without any, something else has failed.
run_tests() {
  rm -f -- "$results"
  maven test >"$log" 2>&1 && status=0 || status=$?
  grep -E '^contract: ' "$log" || true
  if [[ -s $results ]]; then
    passed=$((passed + $(grep -c '^passed' "$results" || true)))
    failed=$((failed + $(grep -c '^FAILED' "$results" || true)))
    grep '^FAILED' "$results" || true
  fi
  if ((status != 0)) && ! grep -qs '^FAILED' "$results"; then
    failed=$((failed + 1))
    echo 'FAILED build and tests'
    show_why
  fi
}

# The lines of README.md that install from a checkout, from its root, into the repository of these
# tests.
# shellcheck disable=SC2317  # `check` calls it.
run_installation() {
  local lines line
  lines=$(sed -n 's/^    mvn //p' README.md)
  [[ -n $lines ]] || return 1
  while read -r line; do
    # shellcheck disable=SC2086  # These are words of a command.
    (cd ../.. && maven $line) || return
  done <<<"$lines"
}

# Looks a price up in the example, over a service of its own.
# shellcheck disable=SC2317  # `check` calls it.
run_example() {
  local server_log=$cache_dir/server.log address='' printed
  : >"$server_log"  # Otherwise what is read below may be of the last run.
  "$CACHE_SERVER" --listen=127.0.0.1:0 2>"$server_log" &
  local server=$!
  # shellcheck disable=SC2064  # The server is this one.
  trap "kill $server" EXIT
  while [[ -z $address ]]; do
    kill -0 "$server" || return 1
    address=$(sed -nE 's/.*serving on ([^ ;]+);.*/\1/p' "$server_log" | head -n 1)
  done
  printed=$(APP_CACHE_BACKEND=remote APP_CACHE_STORAGE_URL=grpc://$address \
    maven --file "$example/pom.xml" clean compile exec:java)
  kill "$server"
  trap - EXIT
  echo "$printed"
  [[ $printed =~ ^'cold: tea costs 4.20 after 1 lookup(s), in '[0-9]+' ms'$'\n'\
'warm: tea costs 4.20 after 1 lookup(s), in '[0-9]+' ms'$ ]]
}

check 'formatting: mvn spotless:apply puts it right' maven spotless:check
run_tests
check 'package, with the sources and the documentation' maven --activate-profiles release \
  -Dmaven.test.skip=true package
check 'README.md: the installation' run_installation
check 'examples/java_program' run_example
finish
