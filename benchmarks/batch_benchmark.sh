#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0

# Batches of 100 entries through the service beside Redis's own: keys of 15 bytes, values of 64, four
# connections each, several rounds in turn, and the median of each. The service is asked with one
# batch in flight on a connection, and with four; Redis with one.
#
#   ./dev bench batch [ROUNDS]
#
# The load comes from h2load with a recorded request, and from redis-benchmark. h2load does not look
# at grpc-status; that every reply was a whole one shows in the bytes that it counts.
set -euo pipefail

rounds=${1:-5}
server=bazel-bin/service/cache_server
folder=$(mktemp -d)
pids=()

finish() {
  kill "${pids[@]}" 2>/dev/null || true
  wait "${pids[@]}" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

die() {
  echo "batch_benchmark: $*" >&2
  exit 1
}

# ---- Requests ----------------------------------------------------------------------------------

# A byte, and a field of the protobuf wire format with less than 128 bytes; both as printf reads them.
byte() { printf '\\x%02x' "$1"; }
field() { printf '%s%s%s' "$(byte $(($1 << 3 | 2)))" "$(byte "$2")" "$3"; }

key() { printf 'key:%011d' "$1"; }
value=$(printf 'v%.0s' {1..64})

# A message of so many bytes as gRPC sends it: not compressed, and its size before it.
write_request() {
  local file=$1 size=$2 text=$3
  # shellcheck disable=SC2059 # The text is a format: that is how it has bytes.
  printf "\\x00\\x00\\x00$(byte $((size >> 8)))$(byte $((size & 255)))$text" >"$file"
}

get_text='' set_text=''
for i in {0..99}; do
  get_text+=$(field 1 15 "$(key "$i")")
  set_text+=$(field 1 83 "$(field 1 15 "$(key "$i")")$(field 2 64 "$value")")
done
write_request "$folder/BatchGet" $((100 * 17)) "$get_text"
write_request "$folder/BatchSet" $((100 * 85)) "$set_text"

# Of each reply: its frame, and for each result a header and what it holds.
declare -A reply_bytes=([BatchGet]=$((5 + 100 * 68)) [BatchSet]=$((5 + 100 * 4)))

# ---- Servers -----------------------------------------------------------------------------------

# Repeats a command until it succeeds, for five seconds.
await() {
  for ((i = 0; i < 100; ++i)); do
    if "$@" >/dev/null 2>&1; then return; fi
    sleep 0.05
  done
  die "gave up waiting: $*"
}

"$server" --listen=127.0.0.1:0 2>"$folder/server.log" &
pids+=($!)
await grep -q 'serving on' "$folder/server.log"
address=$(grep -oE '127\.0\.0\.1:[0-9]+' "$folder/server.log" | head -1)

redis_port=$((20000 + RANDOM % 10000))
redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder" >/dev/null &
pids+=($!)
await redis-cli -p "$redis_port" ping

mget=(mget)
for i in {0..99}; do mget+=("$(key "$i")"); done
for name in "${mget[@]:1}"; do echo "SET $name $value"; done | redis-cli -p "$redis_port" >/dev/null

# ---- Runs: each prints entries per second --------------------------------------------------------

service() {
  local rpc=$1 streams=$2 batches=$3 output data
  output=$(h2load -t 1 -c 4 -m "$streams" -n "$batches" -d "$folder/$rpc" -H 'content-type: application/grpc' \
    -H 'te: trailers' "http://$address/cachestore.v1.CacheBatch/$rpc")
  data=$(sed -nE 's/^traffic: .* \(([0-9]+)\) data$/\1/p' <<<"$output")
  [[ $data == $((batches * reply_bytes[$rpc])) ]] ||
    die "FAILED: $rpc: $data bytes of replies; $((batches * reply_bytes[$rpc])) expected"
  sed -nE 's/^finished in .*, ([0-9.]+) req\/s.*/\1/p' <<<"$output" | awk '{ print $1 * 100 }' 
}

# redis-benchmark's last line of CSV holds the rate second.
redis() {
  local entries_a_request=$1
  shift
  redis-benchmark -p "$redis_port" -c 4 --csv "$@" | tail -1 |
    awk -F '"' -v entries="$entries_a_request" '{ print $(NF - 13) * entries }'
}

run() {
  case $1 in
    'BatchSet, 1 in flight') service BatchSet 1 60000 ;;
    'BatchSet, 4 in flight') service BatchSet 4 60000 ;;
    'SET -P 100') redis 1 -n 6000000 -P 100 -d 64 -t set ;;
    'BatchGet, 1 in flight') service BatchGet 1 80000 ;;
    'BatchGet, 4 in flight') service BatchGet 4 80000 ;;
    MGET) redis 100 -n 100000 "${mget[@]}" ;;
  esac
}

# ---- The table -----------------------------------------------------------------------------------

run 'BatchSet, 4 in flight' >/dev/null  # Fills the store, and warms both up.
run 'SET -P 100' >/dev/null
scenarios=('BatchSet, 1 in flight' 'BatchSet, 4 in flight' 'SET -P 100'
  'BatchGet, 1 in flight' 'BatchGet, 4 in flight' MGET)
for ((round = 1; round <= rounds; ++round)); do
  for scenario in "${scenarios[@]}"; do
    echo "round $round of $rounds: $scenario" >&2
    run "$scenario" >>"$folder/results of $scenario"
  done
done

# The middle line of a scenario's results, the least and the most.
statistics() {
  sort -g "$folder/results of $1" |
    awk '{ rate[NR] = $1 } END { print rate[int((NR + 1) / 2)], rate[1], rate[NR] }'
}
print_row() {
  local service_rates redis_rates
  read -ra service_rates < <(statistics "$1")
  read -ra redis_rates < <(statistics "$2")
  awk -v name="$1" -v peer="$2" -v a="${service_rates[*]}" -v b="${redis_rates[*]}" 'BEGIN {
    split(a, s, " "); split(b, r, " ")
    printf "| %s; `%s` | %.2f M (%.2f to %.2f) | %.2f M (%.2f to %.2f) | %.2f |\n",
      name, peer, s[1] / 1e6, s[2] / 1e6, s[3] / 1e6, r[1] / 1e6, r[2] / 1e6, r[3] / 1e6, s[1] / r[1]
  }'
}
echo "| 100 entries a batch, $(nproc) cores, $rounds rounds | service, entries/s | Redis, entries/s | ratio |"
echo '|---|---|---|---|'
print_row 'BatchSet, 1 in flight' 'SET -P 100'
print_row 'BatchSet, 4 in flight' 'SET -P 100'
print_row 'BatchGet, 1 in flight' MGET
print_row 'BatchGet, 4 in flight' MGET
