#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Generates the stubs in internal/cachestorepb from protos/. Usage: client/go/generate.sh CACHE_DIR
# Needs go and protoc (Debian: golang-go, protobuf-compiler); keeps its tools in CACHE_DIR.
set -euo pipefail

readonly module=github.com/cachestore/cachestore/client/go
readonly package=$module/internal/cachestorepb
readonly protos=(protos/cache.proto protos/batch.proto protos/counter.proto)

(($# == 1)) || { echo "usage: $0 CACHE_DIR" >&2; exit 2; }
mkdir -p -- "$1"
cache_dir=$(cd -- "$1" && pwd)
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

for tool in go protoc; do
  command -v "$tool" >/dev/null ||
    { echo "$0: there is no $tool; apt-get install golang-go protobuf-compiler" >&2; exit 1; }
done

# Into a folder by version: a tool that is there already is not looked up again.
install_tool() {
  local name=${1##*/}
  local bin=$cache_dir/${name/@/-}
  if [[ ! -d $bin ]]; then
    GOBIN=$bin.new go install "$1" >&2
    mv -- "$bin.new" "$bin"
  fi
  printf '%s' "$bin"
}

go_bin=$(install_tool google.golang.org/protobuf/cmd/protoc-gen-go@v1.33.0)
grpc_bin=$(install_tool google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.3.0)

mappings=()
for proto in "${protos[@]}"; do
  mappings+=("--go_opt=M$proto=$package" "--go-grpc_opt=M$proto=$package")
done

# Beside what they replace, so that nothing is lost where protoc fails.
made=$(mktemp -d client/go/internal/.generated.XXXXXX)
trap 'rm -rf -- "$made"' EXIT
PATH=$go_bin:$grpc_bin:$PATH protoc --proto_path=. --go_out="$made" --go-grpc_out="$made" \
  --go_opt=module="$package" --go-grpc_opt=module="$package" "${mappings[@]}" "${protos[@]}"

# Whoever has another protoc generates the same.
sed -i -E '/^\/\/ (- |\t)protoc/d; /^\/\/ versions:$/d' "$made"/*.go

chmod --reference=client/go/internal -- "$made"
rm -rf -- client/go/internal/cachestorepb
mv -- "$made" client/go/internal/cachestorepb
