#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes src/generated/ from protos/: the messages of the service and its methods.
#
#   client/typescript/generate.sh CACHE_DIR
#
# Takes protoc (Debian: protobuf-compiler) and npm; the generator of TypeScript goes below
# CACHE_DIR.
set -eu

# What decides on the text of the files, exactly.
TOOLS='ts-proto@2.18.0 ts-poet@6.12.0 ts-proto-descriptors@2.1.0 dprint-node@1.0.8'

die() {
  echo "client/typescript/generate.sh: $1" >&2
  exit 1
}

[ $# -eq 1 ] || die 'usage: client/typescript/generate.sh CACHE_DIR'
command -v protoc >/dev/null || die 'there is no protoc; apt-get install protobuf-compiler'
command -v npm >/dev/null || die 'there is no npm; apt-get install nodejs npm'
mkdir -p "$1"
tools=$(cd "$1" && pwd)/generator
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$root/client/typescript/src/generated

if [ "$(cat "$tools/installed" 2>/dev/null)" != "$TOOLS" ]; then
  mkdir -p "$tools"
  # shellcheck disable=SC2086
  npm install --prefix "$tools" --cache "$tools/npm" --no-save --no-package-lock --no-audit \
    --no-fund --silent $TOOLS
  echo "$TOOLS" >"$tools/installed"
fi

# Comes in place of what is there when all of it is made: a protoc that fails loses nothing.
made=$(mktemp -d "$out.XXXXXX")
trap 'rm -rf "$made"' EXIT
chmod 755 "$made"
# Without versions in the files, they are the same whichever protoc writes them.
protoc --proto_path="$root" --plugin="$tools/node_modules/.bin/protoc-gen-ts_proto" \
  --ts_proto_out="$made" \
  --ts_proto_opt=outputServices=generic-definitions,forceLong=bigint,importSuffix=.js \
  --ts_proto_opt=esModuleInterop=true,env=both,outputJsonMethods=false,outputPartialMethods=false \
  --ts_proto_opt=useExactTypes=false,annotateFilesWithVersion=false,removeEnumPrefix=false \
  protos/cache.proto protos/batch.proto protos/counter.proto
rm -rf "$out"
mv "$made" "$out"
