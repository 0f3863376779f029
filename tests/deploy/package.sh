#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Debian packages in dist, installed over this system as it is, in a view of it that ends with
# this script: they serve, drain, and leave nothing. As root. The last line says how many passed and
# failed.
# shellcheck disable=SC2016  # What stands in single quotes is for another shell.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

# shellcheck source=tests/deploy/view.sh
source tests/deploy/view.sh
# shellcheck source=tests/interop/cases.sh
source tests/interop/cases.sh

mount --bind /dev "$root/dev"
mount --bind /proc "$root/proc"

# Prints what there is that was not before, but for what belongs to dpkg and to caches.
left() {
  local path
  find "$changes" -mindepth 1 -printf '%P\n' |
    grep -vE '^(packages|var/(lib/dpkg|cache|log))(/|$)|^etc/ld\.so\.cache$' |
    while IFS= read -r path; do
      [[ -e /$path || -L /$path ]] || echo "$path"
    done
}

# As `left` shows it; what packages install must be there, or nothing.
expect_left() {
  local found
  found=$(left)
  if [[ $found =~ $2 ]]; then
    ok "$1"
  else
    fail "$1"
    printf '%s\n' "$found"
  fi
}

expect 'the packages are installed' 'Setting up cachestore' \
  chroot "$root" bash -c 'dpkg --install /packages/*.deb'
mapfile -t packages < <(
  chroot "$root" dpkg-query --showformat='${Package}\n' --show '*cachestore*'
)
expect 'dpkg finds their files as they were packed' '^$' \
  chroot "$root" dpkg --verify "${packages[@]}"
expect 'the service is enabled, and with its unit where systemd looks' '' \
  test -L "$root/etc/systemd/system/multi-user.target.wants/cachestore.service"
expect 'systemd-analyze finds no fault with the installed unit' '^$' \
  chroot "$root" systemd-analyze verify cachestore.service
expect 'settings are a file that an upgrade keeps' '/etc/default/cachestore' \
  chroot "$root" dpkg-query --showformat='${Conffiles}' --show cachestore
expect 'what the runbook of each alert names is there' '^[0-9]{2} are$' chroot "$root" bash -c '
  cd /usr/share/doc/cachestore && sed -n "s/^ *runbook: //p" deploy/prometheus/alerts.yml | {
    found=0
    while IFS="#" read -r page section; do
      if grep -qix "### $section" "$page"; then ((found += 1)); else echo "$page: no $section"; fi
    done
    echo "$found are"
  }'
expect 'man shows the page of the server' 'cache_server.*--max_bytes' \
  chroot "$root" env MANPAGER=cat man cache_server
start chroot "$root" /usr/bin/cache_server --listen=127.0.0.1:0
export APP_CACHE_STORAGE_URL=grpc://$address
expect 'the installed server takes a value of the installed cachectl' '^$' \
  chroot "$root" cachectl set greeting hello
expect 'and gives it back' '^hello$' chroot "$root" cachectl get greeting
expect 'it listens where other machines do not reach it' '^127\.0\.0\.1' echo "$address"
stop 'the installed server'
expect 'the packages are removed' 'Removing cachestore' chroot "$root" dpkg --remove "${packages[@]}"
expect_left 'what an operator has written stays' $'(^|\n)etc/default/cachestore(\n|$)'
expect 'the packages are purged' 'Purging configuration' chroot "$root" dpkg --purge cachestore
expect_left 'nothing stays' '^$'
echo "$passed passed, $failed failed"
((failed == 0))
