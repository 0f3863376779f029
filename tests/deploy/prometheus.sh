#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Behind `./dev interop monitoring`, which has built the servers in bazel-bin: a Prometheus, with what
# deploy/prometheus has, watches one over memory and one over a Redis, which then goes. Prints a line for
# each case, and at the end their sum.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

# shellcheck source=tests/interop/cases.sh
source tests/interop/cases.sh
cachectl=bazel-bin/client/cachectl

# ---- Files -------------------------------------------------------------------------------------

# What promtool says of them.
check_files() {
  cp -r deploy/prometheus "$folder/prometheus"
  expect 'promtool takes the configuration' 'SUCCESS' promtool check config "$folder/prometheus/prometheus.yml"
  write_kubernetes_variant >"$folder/prometheus/kubernetes.yml"
  expect 'promtool takes the one for Kubernetes' 'SUCCESS' \
    promtool check config "$folder/prometheus/kubernetes.yml"
  expect 'that finds the pods of deploy/kubernetes' '' \
    grep -qzE 'app[.]kubernetes[.]io/name: cachestore.*- name: metrics' deploy/kubernetes/deployment.yaml
  expect 'promtool takes the rules' 'SUCCESS' \
    promtool check rules deploy/prometheus/recording.yml deploy/prometheus/alerts.yml
  expect 'the rules pass their tests' 'SUCCESS' promtool test rules deploy/prometheus/alerts_test.yml
  expect 'the dashboard is what its generator makes' '^$' python3 -m deploy.grafana.generate --check
}

# The job that is commented out in prometheus.yml. Debian's Prometheus knows no Kubernetes, so that pods
# are in a file here.
write_kubernetes_variant() {
  sed '/^scrape_configs:/q' deploy/prometheus/prometheus.yml
  sed -n 's/^#\(  .*\)/\1/p' deploy/prometheus/prometheus.yml |
    sed -e 's/kubernetes_sd_configs:/file_sd_configs:/' -e 's/role: pod$/files: [pods.json]/'
}

# ---- Servers -----------------------------------------------------------------------------------

start_redis() {
  redis_port=$(free_port)
  redis-server --port "$redis_port" --save '' --dir "$folder" >/dev/null &
  redis=$!
  servers+=("$redis")
}

# As deploy/prometheus says, but once a second, and of the targets given.
start_prometheus() {
  local port target targets=''
  port=$(free_port)
  for target in "$@"; do targets+="          - $target"$'\n'; done
  awk -v targets="$targets" '
    /_interval: / { sub(/15s/, "1s") }
    /- 127\.0\.0\.1:9464/ { printf "%s", targets; next }
    { print }' deploy/prometheus/prometheus.yml >"$folder/prometheus/prometheus.yml"
  prometheus --config.file="$folder/prometheus/prometheus.yml" --storage.tsdb.path="$folder/tsdb" \
    --web.listen-address="127.0.0.1:$port" --log.level=error &
  prometheus=$!
  servers+=("$prometheus")
  prometheus_url=http://127.0.0.1:$port
}

# A little of all that is counted, all the time: hits and misses, more entries than one cap lets stay,
# and calls that fail.
call_all_the_time() {
  local url i
  for ((i = 0; ; ++i)); do
    for url in "$@"; do
      "$cachectl" --server "$url" mset "key:$i" value gone value || true
      "$cachectl" --server "$url" mget "key:$i" absent || true
      "$cachectl" --server "$url" incr "key:$i" || true
      "$cachectl" --server "$url" delete gone || true
    done
  done
}

# Ends a server, whichever it is. True if it ended in order.
end() {
  local server rest=()
  for server in "${servers[@]}"; do
    if [[ $server != "$1" ]]; then rest+=("$server"); fi
  done
  servers=("${rest[@]}")
  kill "$1"
  wait "$1"
}

# ---- Cases -------------------------------------------------------------------------------------

# What Prometheus has seen, in the words of prometheus.py.
look() {
  take_cases "Prometheus is asked about $1" \
    /usr/bin/python3 tests/deploy/prometheus.py "$prometheus_url" "$@"
}

check_files
# By the transport that knows its connections.
start bazel-bin/service/cache_server --listen=127.0.0.1:0 --metrics_listen=0 --max_entries=3 --transport=http2
memory=${servers[-1]} memory_url=$(metrics_url) addresses=("grpc://$address")
start_redis
start bazel-bin/service/cache_server --listen=127.0.0.1:0 --metrics_listen=0 \
  --backend=redis --storage_url="redis://127.0.0.1:$redis_port/0"
over_redis_url=$(metrics_url) addresses+=("grpc://$address")
call_all_the_time "${addresses[@]}" >/dev/null 2>&1 &
servers+=("$!")
hosts=("${memory_url#http://}" "${over_redis_url#http://}")
start_prometheus "${hosts[@]%/}"
expect 'promtool finds no fault with the metrics over Redis' '^$' \
  bash -c "curl --silent --fail '${over_redis_url}metrics' | promtool check metrics"
look targets
look names "${memory_url}metrics" "${over_redis_url}metrics"
look dashboard
look rules
look pending CacheStoreEvicts CacheStoreNearlyFull
end "$redis" || true
end "$memory" || true
look pending CacheStoreNotReady CacheStoreRedisDown CacheStoreTargetDown
if end "$prometheus"; then ok 'Prometheus ends in order'; else fail 'Prometheus ends in order'; fi
echo "$passed passed, $failed failed"
((failed == 0))
