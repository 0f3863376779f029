#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Checks and tests the Go client and its example. Usage: client/go/test.sh CACHE_DIR
# Needs go 1.19 or newer and openssl (Debian: golang-go, openssl), and CACHE_SERVER and CACHECTL, the
# paths of the programs. Keeps its tools in CACHE_DIR. The race detector joins where gcc is.
set -euo pipefail

die() { echo "client/go/test.sh: $*" >&2; exit 1; }

(($# == 1)) || die 'usage: client/go/test.sh CACHE_DIR'
command -v go >/dev/null || die 'there is no go; apt-get install golang-go'
command -v openssl >/dev/null || die 'there is no openssl; apt-get install openssl'
for program in CACHE_SERVER CACHECTL; do
  [[ -x ${!program-} ]] || die "$program is not set to the path of a program; build it first"
done
mkdir -p -- "$1"
cache_dir=$(cd -- "$1" && pwd)
cd -- "$(dirname -- "${BASH_SOURCE[0]}")"

go_minor=$(go env GOVERSION | sed -E 's/^go1\.([0-9]+).*/\1/')
((go_minor >= 19)) || die "go is $(go env GOVERSION); this needs 1.19 or newer"

# Each staticcheck knows the Go of its time, and none before it.
if ((go_minor < 22)); then staticcheck_version=v0.4.7
elif ((go_minor < 25)); then staticcheck_version=v0.6.1
else staticcheck_version=v0.8.2
fi
tools=$cache_dir/staticcheck-$staticcheck_version-go1.$go_minor
if [[ ! -x $tools/staticcheck ]]; then
  GOBIN=$tools go install "honnef.co/go/tools/cmd/staticcheck@$staticcheck_version" >&2
fi

race=()
if command -v gcc >/dev/null && [[ $(go env CGO_ENABLED) == 1 ]]; then race=(-race); fi

passed=0
failed=0

# What prints nothing and ends well has passed.
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1) && [[ -z $output ]]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAILED %s: %s\n' "$name" "${output:-it failed and said nothing}"
  fi
}

# Prints the counts of the cases, and one line for each that failed; the last line is for us.
count_cases() {
  awk '
    /^=== RUN/ { running = $3; next }
    /^ +[a-z_]+_test\.go:[0-9]+: / && !(running in said) { sub(/^ +/, ""); said[running] = $0 }
    /^contract: / { print }
    /^ *--- (PASS|FAIL|SKIP): / { ended[$3] = $2; order[++number] = $3 }
    END {
      for (name in ended) {
        parent = name
        while (sub(/\/[^\/]*$/, "", parent)) has_cases[parent] = 1
      }
      for (i = 1; i <= number; ++i) {
        name = order[i]
        if (name in has_cases && !(name in said)) continue
        if (ended[name] == "PASS:") { passed++; continue }
        failed++
        print "FAILED " name ": " said[name]
      }
      print passed + 0, failed + 0
    }'
}

run_tests() {
  local output log=$cache_dir/$1.log failed_before=$failed is_ok=1 counts
  go test "${race[@]}" -count=1 -v ./... >"$log" 2>&1 || is_ok=0
  output=$(count_cases <"$log")
  counts=${output##*$'\n'}
  if [[ $output == *$'\n'* ]]; then printf '%s\n' "${output%$'\n'*}"; fi
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
  if ((!is_ok && failed == failed_before)); then
    failed=$((failed + 1))
    printf 'FAILED %s: it did not come to its end: %s\n' "$1" "$(tail -n 20 "$log")"
  fi
}

for module in client/go examples/go_http; do
  pushd "../../$module" >/dev/null
  go list -deps -test ./... >/dev/null  # Gets what the module needs, and says so.
  check "$module: gofmt" gofmt -l .
  check "$module: go vet" go vet ./...
  check "$module: staticcheck" "$tools/staticcheck" -checks 'all,-ST1000' ./...
  run_tests "${module//\//_}"
  popd >/dev/null
done

echo "$passed passed, $failed failed"
((failed == 0))
