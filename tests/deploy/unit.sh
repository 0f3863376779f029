#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The systemd unit, as systemd's own tools see it. The last line says how many passed and failed.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

# shellcheck source=tests/interop/cases.sh
source tests/interop/cases.sh
# shellcheck source=tests/interop/tools.sh
source tests/interop/tools.sh

unit=deploy/systemd/cachestore.service

# Prints what the unit says of a setting.
unit_says() { sed -n "s/^$1=//p" "$unit"; }

# How many descriptors the default of --max_connections wants, with what the server keeps for others.
descriptors_wanted() {
  local connections
  connections=$(bazel-bin/service/cache_server --help |
    sed -n '/--max_connections/,/Default:/s/.*Default: //p')
  echo "$((connections + 256))"
}

# Prints the system calls of one of systemd's sets, and of the sets in it.
calls_of() {
  local name
  while read -r name; do
    case $name in
      @*) calls_of "$name" ;;
      [a-z_]*) echo "$name" ;;
    esac
  done < <(systemd-analyze syscall-filter "$1" 2>/dev/null | sed 1d)
}

# Prints those that the unit lets the server make; @default is what each filter has.
allowed_calls() {
  local filter name
  {
    calls_of @default
    unit_says SystemCallFilter | grep -v '^~' | while read -r name; do calls_of "$name"; done
  } | LC_ALL=C sort --unique >"$folder/allowed"
  for filter in $(unit_says SystemCallFilter | sed -n 's/^~//p'); do calls_of "$filter"; done |
    LC_ALL=C sort --unique | LC_ALL=C comm -23 "$folder/allowed" -
}

# Has the server do what it does, with the flags given, and prints the system calls that it made.
made_calls() {
  local trace=$folder/trace
  start strace --follow-forks --quiet=all --output="$trace" bazel-bin/service/cache_server \
    --listen=127.0.0.1:0,unix:"$folder/socket" --metrics_listen=127.0.0.1:0 "$@" >&2
  python3 -c 'import sys, urllib.request as r; r.urlopen(sys.argv[1]).read()' "$(metrics_url)"
  bazel-bin/client/cachectl --server="grpc://$address" set greeting hello
  bazel-bin/client/cachectl --server="unix:$folder/socket" close --yes
  wait "${servers[-1]}"
  sed -nE 's/^[0-9]+ +([a-z0-9_]+)\(.*/\1/p' "$trace"
}

# What it runs is where packages put it; here that is a program that is there, and no page.
sed -e "s,/usr/bin/cache_server,$PWD/bazel-bin/service/cache_server," -e '/^Documentation=/d' \
  "$unit" >"$folder/cachestore.service"
expect 'systemd-analyze finds no fault with the unit' '^$' \
  systemd-analyze verify --man=no "$folder/cachestore.service"
expect 'systemd-analyze scores its exposure at 2.0 of 10, at most' 'OK' \
  systemd-analyze security --offline=true --threshold=20 "$unit"
expect 'the unit waits for READY=1' '' grep -qx 'Type=notify' "$unit"
if (($(unit_says LimitNOFILE) >= $(descriptors_wanted))); then
  ok 'the unit allows the descriptors that max_connections wants'
else
  fail "the unit allows $(unit_says LimitNOFILE) descriptors; max_connections wants $(descriptors_wanted)"
fi

for transport in grpc http2; do
  made_calls --transport="$transport" | LC_ALL=C sort --unique >"$folder/made"
  refused=$(allowed_calls | LC_ALL=C comm -13 - "$folder/made")
  if (($(wc -l <"$folder/made") > 40)) && [[ -z $refused ]]; then
    ok "the unit lets the server make the system calls that it makes, over $transport"
  else
    fail "the unit refuses the server, over $transport, of $(wc -l <"$folder/made") calls: $refused"
  fi
done

# All that the file of settings shows, as it would be without its marks, but on free ports.
mapfile -t settings < <(sed -n 's/^#\([A-Z_]*=\)/\1/p' deploy/systemd/cachestore.default)
flags=$(printf '%s\n' "${settings[@]}" | sed -n 's/^CACHE_SERVER_FLAGS=//p')
# shellcheck disable=SC2086  # systemd splits them, too.
start env --ignore-environment "${settings[@]}" bazel-bin/service/cache_server $flags \
  --listen=127.0.0.1:0 --metrics_listen=0
ok 'the server starts with the settings that the default file shows'
kill -9 "${servers[-1]}"  # It would wait for its drain_delay.
unset 'servers[-1]'
echo "$passed passed, $failed failed"
((failed == 0))
