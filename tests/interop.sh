#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Behind `./dev interop`, which has built the servers in bazel-bin: what others wrote calls the http2
# transport. gRPC's own interop clients call interop_server; h2spec and everyday tools call
# cache_server. Prints a line for each case, and at the end their sum; not counted are those that do
# not apply (n/a) and those that are known to fail, each with its reason. $1: a folder that keeps what
# others wrote, from run to run.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

cache_dir=$1
folder=$(mktemp -d)
servers=()
passed=0
failed=0

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

# expect NAME PATTERN COMMAND...: a case that passes if the command succeeds and says what the
# pattern matches.
expect() {
  local name=$1 pattern=$2 output
  shift 2
  if output=$(timeout 60 "$@" 2>&1 </dev/null) && [[ $output =~ $pattern ]]; then
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

# ---- Servers -----------------------------------------------------------------------------------

# Starts a server, and sets `address` to where it serves and `port` to the end of that.
start() {
  local line output
  exec {output}< <(exec "$@" 2>&1)
  servers+=("$!")
  while IFS= read -r -t 30 -u "$output" line; do
    [[ $line =~ serving\ on\ ([^,\;]+:([0-9]+)) ]] || continue
    address=${BASH_REMATCH[1]}
    port=${BASH_REMATCH[2]}
    return
  done
  echo "$1 did not start: ${line:-}"
  return 1
}

# After all that, the server started last must still end in order.
stop() {
  local server=${servers[-1]}
  unset 'servers[-1]'
  kill "$server"
  if wait "$server"; then ok "$1 ends in order"; else fail "$1 ends in order"; fi
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

run_tools() {
  local service=cachestore.v1.CacheStore ping=$folder/ping
  local grpc=(--header 'content-type: application/grpc' --header 'te: trailers')
  local call=("$tools/grpcurl" -plaintext)
  expect 'grpcurl lists the services' "$service" "${call[@]}" "$address" list
  expect 'grpcurl describes a service' 'rpc Get' "${call[@]}" "$address" describe "$service"
  expect 'grpcurl calls Set' '' \
    "${call[@]}" -d '{"key": "a2V5", "value": "dmFsdWU="}' "$address" "$service/Set"
  expect 'grpcurl calls Get' '"value": "dmFsdWU="' \
    "${call[@]}" -d '{"key": "a2V5"}' "$address" "$service/Get"
  expect 'ghz calls Get 5000 times' '\[OK\] +5000 responses' \
    "$tools/ghz" --insecure --call "$service.Get" --data '{"key": "a2V5"}' \
    --total 5000 --concurrency 50 --connections 4 "$address"
  expect 'grpc_health_probe asks for liveness' 'status: SERVING' \
    "$tools/grpc-health-probe" -addr="$address"
  expect 'grpc_health_probe asks for readiness' 'status: SERVING' \
    "$tools/grpc-health-probe" -addr="$address" -service="$service"

  local url=http://$address/$service/Ping
  local status=(curl --silent --output /dev/null --write-out '%{http_version} %{http_code}')
  expect 'curl posts what is no gRPC' '^2 415$' \
    "${status[@]}" --http2-prior-knowledge --data '{}' "$url"
  expect 'curl gets' '^2 405$' "${status[@]}" --http2-prior-knowledge "$url"
  expect 'curl asks for a head' '^2 405$' "${status[@]}" --http2-prior-knowledge --head "$url"
  expect 'curl speaks HTTP/1.1' '^1.1 505$' "${status[@]}" --http1.1 "$url"
  head -c 5 /dev/zero >"$ping"  # An empty message.
  expect 'curl calls Ping' 'grpc-status: 0' curl --silent --http2-prior-knowledge --verbose \
    --output /dev/null "${grpc[@]}" --data-binary "@$ping" "$url"
  expect 'nghttp calls Ping' 'grpc-status: 0' \
    nghttp --verbose --null-out "${grpc[@]}" --data="$ping" "$url"
  expect 'h2load calls Ping 10000 times' ' 10000 succeeded, 0 failed, 0 errored' \
    h2load --requests=10000 --clients=4 --max-concurrent-streams=32 "${grpc[@]}" --data="$ping" "$url"
}

# ------------------------------------------------------------------------------------------------

get_tools
start bazel-bin/tests/interop/interop_server --transport=http2
run_interop_cases
stop interop_server
start bazel-bin/service/cache_server --transport=http2 --listen=127.0.0.1:0
run_tools
run_h2spec
stop cache_server
echo "$passed passed, $failed failed"
((failed == 0))
