#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Behind `./dev interop`, which has built the servers in bazel-bin: what others wrote calls them.
# gRPC's own interop clients call interop_server over http2; h2spec and everyday tools cache_server.
# Prints a line for each case, and at the end their sum; not counted are those that do not apply
# (n/a), each with its reason. $1: a folder that keeps what others wrote, from run to run.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

cache_dir=$1
# shellcheck source=tests/interop/cases.sh
source tests/interop/cases.sh
# shellcheck source=tests/interop/tools.sh
source tests/interop/tools.sh

# ---- Cases -------------------------------------------------------------------------------------

# The cases of gRPC's interop clients, who has them, and why one does not apply
# (https://github.com/grpc/grpc/blob/master/doc/interop-test-descriptions.md). Java runs each over
# Netty and over OkHttp, which are two HTTP/2 implementations more. The clients of other languages
# are in no package registry: neither npm's nor Python's packages of gRPC have them.
interop_cases() {
  cat <<'TABLE'
empty_unary                         go,java
large_unary                         go,java
client_streaming                    go,java
server_streaming                    go,java
ping_pong                           go,java
empty_stream                        go,java
timeout_on_sleeping_server          go,java
cancel_after_begin                  go,java
cancel_after_first_response         go,java
status_code_and_message             go,java
special_status_message              go,java
unimplemented_method                go,java
unimplemented_service               go,java
custom_metadata                     go,java
pick_first_unary                    go,java
rpc_soak                            go,java
channel_soak                        go,java
very_large_request                  java
cacheable_unary                     java     is about a proxy that caches what was sent by GET; calls here are POST alone
client_compressed_unary             java     messages are not compressed
client_compressed_unary_noprobe     java     messages are not compressed
client_compressed_streaming         java     messages are not compressed
client_compressed_streaming_noprobe java     messages are not compressed
server_compressed_unary             java     messages are not compressed
server_compressed_streaming         java     messages are not compressed
orca_per_rpc                        go,java  load is not reported with replies
orca_oob                            go,java  load is not reported with replies
compute_engine_creds                go,java  wants an account of Google's cloud, and TLS
compute_engine_channel_credentials  go,java  wants an account of Google's cloud, and TLS
service_account_creds               go,java  wants an account of Google's cloud, and TLS
jwt_token_creds                     go,java  wants an account of Google's cloud, and TLS
oauth2_auth_token                   go,java  wants an account of Google's cloud, and TLS
per_rpc_creds                       go,java  wants an account of Google's cloud, and TLS
google_default_credentials          go,java  wants an account of Google's cloud, and TLS
TABLE
}

# Prints the folder of the cache that belongs to a file, as it is now.
folder_of() { printf '%s/%s-%s' "$cache_dir" "$(basename "$1")" "$(sha256sum <"$1" | cut -c 1-16)"; }

# Makes, once, what go.sum and pom.xml name. What is in the folders is whole.
get_tools() {
  tools=$(folder_of tests/interop/go.sum)
  java=$(folder_of tests/interop/pom.xml)
  mkdir -p "$cache_dir"
  if [[ ! -e $tools ]]; then
    echo 'Building what others wrote in Go; this takes some minutes, once.'
    logged build_tools "$folder/go"
    mv "$folder/go" "$tools"
  fi
  if [[ ! -e $java ]]; then
    echo 'Getting what others wrote in Java; this takes a minute, once.'
    logged mvn --batch-mode --file tests/interop/pom.xml \
      dependency:copy-dependencies -DoutputDirectory="$folder/java"
    mv "$folder/java" "$java"
  fi
}

build_tools() (
  cd tests/interop
  sed -nE 's,^\t_ "(.*)"$,\1,p' tools.go | xargs go build -o "$1/"
)

# What all clients take. A machine that does much else is slow, and no failure.
client_flags() {
  printf '%s\n' --server_host=127.0.0.1 --server_port="$port" --test_case="$1" \
    --soak_iterations=100 --soak_overall_timeout_seconds=50 \
    --soak_per_iteration_max_acceptable_latency_ms=20000
}

call_by_go() {
  local flags
  mapfile -t flags < <(client_flags "$1")
  expect "go $1" '' "$tools/client" "${flags[@]}"
}

call_by_java() {
  local stack okhttp=false flags
  mapfile -t flags < <(client_flags "$1")
  for stack in netty okhttp; do
    expect "java $stack $1" 'Test completed' \
      java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$java/*" \
      io.grpc.testing.integration.TestServiceClient --use_tls=false --use_okhttp="$okhttp" \
      "${flags[@]}"
    okhttp=true
  done
}

run_interop_cases() {
  local name callers caller reason
  while read -r name callers reason; do
    for caller in ${callers//,/ }; do
      if [[ -z $reason ]]; then
        "call_by_$caller" "$name"
      else
        printf 'n/a     %s: %s\n' "$caller $name" "$reason"
      fi
    done
  done < <(interop_cases)
}

# All tests of h2spec. One that it skips has failed.
run_h2spec() {
  local report=$folder/h2spec.xml log=$folder/h2spec.log outcome test title before=$failed
  "$tools/h2spec" --port "$port" --timeout 3 --junit-report "$report" >"$log" 2>&1 || true
  while read -r outcome test title; do
    if [[ $outcome == ok ]]; then ok "h2spec $test: $title"; else fail "h2spec $test: $title"; fi
  done < <(h2spec_outcomes "$report")
  grep -qE '^145 tests,' "$log" || fail 'h2spec runs all its tests'
  if ((failed > before)); then sed '1,/^Failures/d' "$log"; fi
}

# Prints for each test in the report whether it passed, its section and number, and its title.
h2spec_outcomes() {
  awk -F '"' '
    /<testsuite / { number = 0 }
    /<testcase / { test = $2 "/" ++number; title = $4; outcome = "ok" }
    /<(failure|error|skipped)>/ { outcome = "failed" }
    /<\/testcase>/ { gsub(/&#34;/, "\"", title); print outcome, test, title }' "$1"
}

# ------------------------------------------------------------------------------------------------

get_tools
start bazel-bin/tests/interop/interop_server --transport=http2
run_interop_cases
stop interop_server
start bazel-bin/service/cache_server --transport=http2 --listen=127.0.0.1:0
run_http_tools
run_h2spec
stop cache_server
for transport in grpc http2; do
  run_grpc_tools "$transport"
  run_probes "$transport"
done
look_at_status_page
echo "$passed passed, $failed failed"
((failed == 0))
