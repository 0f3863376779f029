#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The archive in dist, unpacked in some folder: its programs run there. The last line says how many
# passed and failed.
# shellcheck disable=SC2016  # What stands in single quotes is for another shell.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

# shellcheck source=tests/interop/cases.sh
source tests/interop/cases.sh

archive=$(echo dist/*.tar.gz)
mkdir "$folder/some where"
expect 'the archive unpacks' '^$' \
  tar --extract --file="$archive" --directory="$folder/some where" --strip-components=1
bin="$folder/some where/bin"
expect 'all in it stands in one folder, of its name' '^(cachestore-[0-9.]+-linux-[a-z0-9_]+) $' \
  bash -c 'tar --list --file="$1" | cut -d / -f 1 | sort --unique | tr "\n" " "' _ "$archive"
expect 'INSTALL names the packages of libraries' 'apt-get install .*libssl[0-9]' \
  cat "$bin/../INSTALL"
expect 'INSTALL says for which system' $'\nOn Debian [0-9]+, ' cat "$bin/../INSTALL"
start "$bin/cache_server" --listen=127.0.0.1:0
export APP_CACHE_STORAGE_URL=grpc://$address
expect 'the server takes a value of cachectl' '^$' "$bin/cachectl" set greeting hello
expect 'and gives it back' '^hello$' "$bin/cachectl" get greeting
stop 'the server'
expect 'no path of where it was built is in it' '^$' \
  bash -c '! grep --recursive --files-with-matches --fixed-strings "$1" "$2"' _ "$PWD" "$bin/.."
echo "$passed passed, $failed failed"
((failed == 0))
