#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The unit under a real systemd: the Debian packages in dist, installed over a view of this system that
# boots in a container. As root. The last line says how many passed and failed.
# shellcheck disable=SC2016  # What stands in single quotes is for another shell.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

# shellcheck source=tests/deploy/view.sh
source tests/deploy/view.sh
# shellcheck source=tests/interop/cases.sh
source tests/interop/cases.sh
trap 'clean_up; wait' EXIT  # The system that boots shares this machine's network.

# ---- The system that boots ----------------------------------------------------------------------

# Waits until a command succeeds, for a minute at most, and while the system is there.
await() {
  local end=$((SECONDS + 60))
  until "$@" >/dev/null; do
    if ((SECONDS >= end)) || ! kill -0 "${servers[-1]}"; then
      echo "the system did not boot:"
      cat "$folder/console"
      return 1
    fi
    sleep 0.1
  done
}

has_started() { pgrep --parent "${servers[-1]}" --exact systemd; }

# Boots the system in $root, which shares this machine's network, and waits until all has started.
# `inside` is what runs a command there.
boot() {
  local init
  systemd-nspawn --quiet --directory="$root" --boot --register=no --keep-unit --console=pipe \
    --link-journal=no --resolv-conf=off --timezone=off --settings=no >"$folder/console" 2>&1 &
  servers+=("$!")
  await has_started
  init=$(pgrep --parent "${servers[-1]}" --exact systemd)
  inside=(nsenter --target="$init" --mount --uts --ipc --pid --cgroup)
  await test -S "/proc/$init/root/run/systemd/private"  # What systemctl asks.
  timeout 60 "${inside[@]}" systemctl is-system-running --wait >/dev/null || true
}

unit_is() { "${inside[@]}" systemctl show --value --property="$1" cachestore; }

# await_unit PROPERTY TEST...: until what the unit has passes the test, for half a minute at most.
await_unit() {
  local property=$1 end=$((SECONDS + 30))
  shift
  until test "$(unit_is "$property")" "$@"; do
    ((SECONDS < end)) || return
    sleep 0.1
  done
}

# Prints a line of /proc/PID/status of the server, without its name.
server_is() { "${inside[@]}" sed -n "s/^$1:[[:space:]]*//p" "/proc/$(unit_is MainPID)/status"; }

# What the server has said, a line each, of its last runs too.
journal() {
  "${inside[@]}" journalctl --sync
  "${inside[@]}" journalctl --no-pager --output=cat --identifier=cache_server
}

# ---- The service in it --------------------------------------------------------------------------

# Writes the file of settings, each given as NAME=VALUE.
settle() {
  printf '%s\n' "APP_CACHE_LISTEN=$address,unix:/run/cachestore/cache.sock" "$@" \
    >"$root/etc/default/cachestore"
}

# Adds to the unit what one of the docs shows from [Service] on.
edit_unit() {
  local drop_ins=$root/etc/systemd/system/cachestore.service.d
  mkdir -p "$drop_ins"
  sed -n '/^    \[Service\]/,/^$/s/^    //p' "$1" >"$drop_ins/override.conf"
  "${inside[@]}" systemctl daemon-reload
}

revert_unit() {
  rm -r "$root/etc/systemd/system/cachestore.service.d"
  "${inside[@]}" systemctl daemon-reload
}

logged chroot "$root" bash -c 'dpkg --install /packages/cachestore_*.deb'
# Of what an administrator lets start, the service alone.
find "$root"/etc/systemd/system/*.wants -type l -not -name cachestore.service -delete
address=127.0.0.1:$(free_port)
settle
boot
expect 'a system with the package starts the service at boot' '^active$' \
  "${inside[@]}" systemctl is-active cachestore
expect 'systemd has been told where it serves' "^serving on $address" echo "$(unit_is StatusText)"
expect 'the journal has a line of it' "serving on $address" echo "$(journal)"
expect 'it runs as a user that the system does not have otherwise' '^[1-9][0-9]{4}' \
  echo "$(server_is Uid)"
expect 'it has no capability' '^0+$' echo "$(server_is CapEff)"
expect 'its system calls are filtered' '^2$' echo "$(server_is Seccomp)"

for transport in grpc http2; do
  settle "APP_CACHE_TRANSPORT=$transport" APP_CACHE_METRICS_LISTEN=0
  said='metrics on http://127'
  if [[ $transport == http2 ]]; then said="transport http2.*$said"; fi
  expect "a restart puts settings into effect, over $transport" '' \
    "${inside[@]}" systemctl restart cachestore
  expect "it takes a value over TCP, over $transport" '^$' \
    "${inside[@]}" cachectl --server="grpc://$address" set greeting hello
  expect "and gives it back over its socket, over $transport" '^hello$' \
    "${inside[@]}" cachectl --server=unix:/run/cachestore/cache.sock get greeting
  expect "the journal names the settings, over $transport" "$said" echo "$(journal | tail -n 2)"
  "${inside[@]}" systemctl kill --signal=KILL --kill-who=main cachestore || true
  if await_unit NRestarts -ge 1 && await_unit ActiveState = active; then
    ok "it is started again after it was killed, over $transport"
  else
    fail "it is started again after it was killed, over $transport: $(unit_is ActiveState)"
  fi
  expect "and serves, over $transport" 'answered' \
    "${inside[@]}" cachectl --server="grpc://$address" ping
  expect "it is stopped in order, over $transport" '^success$' \
    "${inside[@]}" bash -c 'systemctl stop cachestore && systemctl show --value --property=Result cachestore'
  expect "and has said what it served, over $transport" '[0-9]+ calls started, [0-9]+ finished' \
    echo "$(journal | tail -n 1)"
done

settle APP_CACHE_MAX_BYTES=much
"${inside[@]}" systemctl reset-failed cachestore 2>/dev/null || true  # Counts starts from 0.
expect 'a wrong setting is refused' 'cachestore.service failed' \
  "${inside[@]}" bash -c '! systemctl restart cachestore'
expect 'with one line that names it' '^cache_server: APP_CACHE_MAX_BYTES' \
  echo "$(journal | tail -n 1)"
expect 'and is not tried again' '^failed 0$' echo "$(unit_is ActiveState) $(unit_is NRestarts)"

settle
printf 'CACHE_SERVER_FLAGS=--metrics_listen=192.0.2.1:80\n' >>"$root/etc/default/cachestore"
"${inside[@]}" systemctl reset-failed cachestore
"${inside[@]}" systemctl restart cachestore 2>/dev/null || true
if await_unit NRestarts -ge 7 && settle && await_unit ActiveState = active; then
  ok 'what is missing is tried again until it is there'
else
  fail "what is missing is tried again until it is there: $(unit_is ActiveState)"
fi

# A key that a group may read, as docs/operations.md has it.
mkdir -m 755 "$root/etc/cache"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
  -addext subjectAltName=IP:127.0.0.1 -keyout "$root/etc/cache/key.pem" -out "$root/etc/cache/cert.pem" 2>/dev/null
"${inside[@]}" groupadd --force --system ssl-cert
"${inside[@]}" chgrp ssl-cert /etc/cache/key.pem
chmod 640 "$root/etc/cache/key.pem"
settle APP_CACHE_TLS_CERT=/etc/cache/cert.pem APP_CACHE_TLS_KEY=/etc/cache/key.pem
expect 'a key of others is not read' 'cachestore.service failed' \
  "${inside[@]}" bash -c '! systemctl restart cachestore'
edit_unit docs/operations.md
expect 'with the group that docs/operations.md gives to the unit, it is' '' \
  "${inside[@]}" systemctl restart cachestore
expect 'and the service is called over TLS' 'answered' "${inside[@]}" \
  cachectl --server="grpcs://$address" --tls_ca_file=/etc/cache/cert.pem ping
revert_unit

# A file that root alone may read, as docs/security.md has it.
"${inside[@]}" bash -c 'umask 077 && cachectl token new app --role write |
  { IFS= read -r token; cat >/etc/cache/auth; printf %s "$token" >/etc/cache/token; }' 2>/dev/null
settle
edit_unit docs/security.md
expect 'systemd hands over an auth file' '' "${inside[@]}" systemctl restart cachestore
expect 'that the service lets nobody in without' 'send Bearer' \
  "${inside[@]}" bash -c "! cachectl --server=grpc://$address get greeting"
expect 'and lets in those that it names' '' "${inside[@]}" \
  cachectl --server="grpc://$address" --token_file=/etc/cache/token set greeting hello

"${inside[@]}" systemctl poweroff
await_end 'the system powers off'
echo "$passed passed, $failed failed"
((failed == 0))
