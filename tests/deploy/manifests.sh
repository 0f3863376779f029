#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The manifests for Kubernetes: their schema, what they say of each other, and that the server takes
# what they start it with. $1: a folder that keeps the schemas, from run to run. The last line says
# how many passed and failed.
set -euo pipefail
cache_dir=$1
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

# shellcheck source=tests/interop/cases.sh
source tests/interop/cases.sh
# shellcheck source=tests/interop/tools.sh
source tests/interop/tools.sh

export PYTHONDONTWRITEBYTECODE=1
key=$(sha256sum tests/deploy/requirements.txt | cut -c 1-16)
python=$cache_dir/python-$key/bin/python

# A Python with what the requirements name. What is in its folder is whole.
get_schemas() {
  if [[ -e $cache_dir/python-$key/whole ]]; then return; fi
  rm -rf "$cache_dir/python-$key"
  mkdir -p "$cache_dir"
  logged /usr/bin/python3 -m venv --system-site-packages "$cache_dir/python-$key"
  logged "$python" -m pip install --quiet --requirement tests/deploy/requirements.txt
  touch "$cache_dir/python-$key/whole"
}

# Starts the server with the arguments that a manifest has for it, but on free ports, with files in
# $folder, and beside a unix socket also on a port.
start_as() {
  local arguments=() argument
  while IFS= read -r argument; do
    argument=${argument//0.0.0.0:*/0.0.0.0:0}
    argument=${argument//\/etc\/cachestore/$folder}
    argument=${argument/=unix:\/run\/cachestore/=127.0.0.1:0,unix:$folder}
    arguments+=("$argument")
  done < <("$python" -m tests.deploy.manifests --arguments "$1")
  start bazel-bin/service/cache_server "${arguments[@]}"
}

get_schemas
"$python" -m tests.deploy.manifests --server=bazel-bin/service/cache_server >"$folder/cases" ||
  fail 'the manifests are looked at'
while IFS= read -r line; do
  case $line in
    'ok      '*) ok "${line#ok      }" ;;
    'FAILED  '*) fail "${line#FAILED  }" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <"$folder/cases"

make_certificates
mkdir "$folder/tls" "$folder/auth"
mv "$folder/server.pem" "$folder/tls/tls.crt"
mv "$folder/server.key" "$folder/tls/tls.key"
bazel-bin/client/cachectl token new application 2>/dev/null | sed 1d >"$folder/auth/auth"
for manifest in deployment sidecar; do
  start_as "$manifest"
  stop "the server that $manifest.yaml starts"
done
echo "$passed passed, $failed failed"
((failed == 0))
