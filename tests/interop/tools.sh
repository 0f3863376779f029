#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The tools that people have, against a real server. To be sourced by tests/interop.sh.
# shellcheck disable=SC2154  # tools, address and port are its.

# What the README shows of grpcurl and grpc_health_probe, typed; then load, and an end by Close.
run_grpc_tools() {
  local service=cachestore.v1.CacheStore
  start bazel-bin/service/cache_server --transport="$1" --listen=127.0.0.1:0
  type_readme "$1"
  expect "ghz calls Get 5000 times, over $1" '\[OK\] +5000 responses' \
    "$tools/ghz" --insecure --call "$service.Get" --data '{"key": "a2V5"}' \
    --total 5000 --concurrency 50 --connections 4 "$address"
  expect "grpcurl calls Close, over $1" '^\{\}$' \
    "$tools/grpcurl" -plaintext "$address" "$service/Close"
  await_end "cache_server ends by Close, over $1"
}

# Each "$ command" of the README's section, against this server, and what it shows for it.
type_readme() {
  local line command='' expected='' typed=0
  while IFS= read -r line; do
    if [[ $line == '$ '* || $line == '# '* ]]; then
      if [[ -n $command ]]; then
        type_command "$1" "$command" "$expected"
        ((typed += 1))
      fi
      command=${line#'$ '} expected=''
    else
      expected+=$line$'\n'
    fi
  done < <(sed -n '/^## With grpcurl/,/^## In a/s/^    //p' README.md && echo '# end')
  ((typed >= 9)) || fail "the README shows the nine of them, and not $typed, over $1"
}

type_command() {
  local transport=$1 command=$2 expected=$3 output
  command=${command//127.0.0.1:50051/$address}
  output=$(PATH=$tools:$PATH bash -c "${command/#grpc_health_probe/grpc-health-probe}" 2>&1) || true
  if [[ $output == "${expected%$'\n'}" ]]; then
    ok "the README's $2, over $transport"
  else
    fail "the README's $2, over $transport"
    printf '%s\n' "$output"
  fi
}

# ---- Probes ------------------------------------------------------------------------------------

# probe NAME CODE FLAGS...: a case that passes once grpc_health_probe, asking again and again for ten
# seconds at most, exits with this code: 0 serving, 2 not connected, 3 refused, 4 not serving.
probe() {
  local name=$1 expected=$2 code=-1 give_up=$((SECONDS + 10))
  shift 2
  while ((code != expected && SECONDS < give_up)); do
    code=0
    "$tools/grpc-health-probe" -connect-timeout=5s -rpc-timeout=5s "$@" >/dev/null 2>&1 || code=$?
  done
  if ((code == expected)); then ok "$name"; else fail "$name: exit code $code"; fi
}

readiness=-service=cachestore.v1.CacheStore

run_probes() {
  probe_backend "$1"
  probe_drain "$1"
  probe_tls "$1"
  check_metrics "$1"
}

# What the metrics address serves is what Prometheus takes.
check_metrics() {
  local page=$folder/metrics
  start bazel-bin/service/cache_server --transport="$1" --listen=127.0.0.1:0 --metrics_listen=0
  expect "curl gets the metrics, over $1" '' curl --silent --fail --output "$page" "$(metrics_url)metrics"
  expect "promtool finds no fault with them, over $1" '^$' bash -c "promtool check metrics <'$page'"
  stop cache_server
}

# What the same address shows to people: of a service in memory, of one over Redis, and of one that does
# not count its calls.
look_at_status_page() {
  local redis redis_port kind pages=()
  redis_port=$(free_port)
  redis-server --port "$redis_port" --save '' --dir "$folder" >/dev/null &
  redis=$!
  servers+=("$redis")
  for kind in --backend=memory --backend=redis --call_metrics=false; do
    start bazel-bin/service/cache_server "$kind" --storage_url="redis://127.0.0.1:$redis_port/0" \
      --transport=http2 --listen=127.0.0.1:0 --metrics_listen=0
    pages+=("$(metrics_url)" "$address")
  done
  take_cases 'the status page is looked at to the end' \
    /usr/bin/python3 tests/interop/status_page.py bazel-bin/client/cachectl "${pages[@]}"
  for kind in uncounted redis memory; do stop "cache_server ($kind)"; done
  kill "$redis"
  wait "$redis" || true
  unset 'servers[-1]'
}

# A service over a Redis that is there, and then not, and then again.
probe_backend() {
  local redis redis_port
  redis_port=$(free_port)
  start bazel-bin/service/cache_server --transport="$1" --listen=127.0.0.1:0 \
    --backend=redis --storage_url="redis://127.0.0.1:$redis_port/0"
  probe "a service without its backend lives, over $1" 0 -addr="$address"
  probe "a service without its backend is not ready, over $1" 4 -addr="$address" "$readiness"
  probe "a service that is unknown is refused, over $1" 3 -addr="$address" -service=none
  redis-server --port "$redis_port" --save '' --dir "$folder" >/dev/null &
  redis=$!
  servers+=("$redis")
  probe "a service is ready when its backend is, over $1" 0 -addr="$address" "$readiness"
  kill "$redis"
  wait "$redis" || true
  unset 'servers[-1]'
  probe "a service that has lost its backend is not ready, over $1" 4 -addr="$address" "$readiness"
  stop cache_server
  probe "nobody is there any more, over $1" 2 -addr="$address"
}

probe_drain() {
  start bazel-bin/service/cache_server --transport="$1" --listen=127.0.0.1:0 --drain_delay=60s
  probe "a service is ready, over $1" 0 -addr="$address" "$readiness"
  kill "${servers[-1]}"
  probe "a service that drains is not ready, over $1" 4 -addr="$address" "$readiness"
  probe "a service that drains lives, over $1" 0 -addr="$address"
  kill -9 "${servers[-1]}"  # It would wait for the rest of the minute.
  wait "${servers[-1]}" || true
  unset 'servers[-1]'
}

# A service that wants certificates of its callers.
probe_tls() {
  local tls
  make_certificates
  start bazel-bin/service/cache_server --transport="$1" --listen=127.0.0.1:0 --health_listen=127.0.0.1:0 \
    --tls_cert="$folder/server.pem" --tls_key="$folder/server.key" \
    --tls_client_ca="$folder/ca.pem" --tls_require_client_cert
  tls=(-addr="$address" -tls -tls-ca-cert="$folder/ca.pem" -tls-server-name=localhost)
  probe "a probe with a certificate is answered, over $1" 0 "$readiness" \
    "${tls[@]}" -tls-client-cert="$folder/client.pem" -tls-client-key="$folder/client.key"
  probe "a probe without a certificate is not, over $1" 2 "${tls[@]}"
  probe "a probe without TLS is not, over $1" 2 -addr="$address"
  probe "health_listen answers it, over $1" 0 -addr="$(health_address)" "$readiness"
  stop cache_server
}

# Where the server that was started last answers health alone.
health_address() { await_line 'health alone on ([^,;]+)'; }

# An authority, and what a server and a client show that it has signed.
make_certificates() {
  local name
  if [[ -e $folder/ca.pem ]]; then return; fi
  logged openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=authority \
    -keyout "$folder/ca.key" -out "$folder/ca.pem"
  for name in server client; do
    logged openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
      -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
      -keyout "$folder/$name.key" -out "$folder/$name.csr"
    logged openssl x509 -req -in "$folder/$name.csr" -days 1 -copy_extensions copy \
      -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -CAcreateserial -out "$folder/$name.pem"
  done
}

# ---- HTTP/2 without gRPC -----------------------------------------------------------------------

run_http_tools() {
  local service=cachestore.v1.CacheStore ping=$folder/ping
  local grpc=(--header 'content-type: application/grpc' --header 'te: trailers')
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
