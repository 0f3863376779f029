#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds, checks and tests the client for Node, and runs its example and the snippets of its README.
#
#   CACHE_SERVER=PATH CACHECTL=PATH client/typescript/test.sh CACHE_DIR
#
# Takes Node 18 or newer, npm, and openssl; packages of npm are kept below CACHE_DIR. The last line
# is the number of tests that passed and failed; exits 1 if any has failed.
set -eu

die() {
  echo "client/typescript/test.sh: $1" >&2
  exit 1
}

[ $# -eq 1 ] || die 'usage: client/typescript/test.sh CACHE_DIR'
command -v node >/dev/null || die 'there is no node; apt-get install nodejs npm'
command -v npm >/dev/null || die 'there is no npm; apt-get install npm'
command -v openssl >/dev/null || die 'there is no openssl; apt-get install openssl'
major=$(node --print 'process.versions.node.split(".")[0]')
[ "$major" -ge 18 ] || die "node is of version $major; the client takes 18 or newer"
for program in "${CACHE_SERVER:-}" "${CACHECTL:-}"; do
  [ -x "$program" ] || die 'set CACHE_SERVER and CACHECTL to the paths of those programs'
done
mkdir -p "$1"
npm_config_cache=$(cd "$1" && pwd)/npm
export npm_config_cache
cd "$(dirname "$0")"

# Written when all is there, so that a run that was cut off is repeated.
lock=$(cksum <package-lock.json)
if [ "$(cat node_modules/.installed 2>/dev/null)" != "$lock" ]; then
  npm ci --ignore-scripts --no-audit --no-fund --silent || die 'npm ci failed; is there a registry?'
  echo "$lock" >node_modules/.installed
fi

rm -rf dist build
node_modules/.bin/prettier --log-level warn --check . ../../examples/node_script ||
  die 'not formatted; run: npm --prefix client/typescript run format'
node_modules/.bin/tsc -p .
node_modules/.bin/tsc -p tests
node --test --test-reporter=./build/reporter.mjs --test-reporter-destination=stdout build/*.test.js
