#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lays out programs, their pages and completions, and the client library under the folder $1, with
# libraries in its $2, as of version $3.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

root=$1 libdir=$2 version=$3
date=$(date --utc --date="@$SOURCE_DATE_EPOCH" +%F)

stage_programs() {
  local program name
  for program in service/cache_server client/cachectl; do
    name=${program#*/}
    install -D --mode=755 "bazel-bin/$program" "$root/bin/$name"
    strip --strip-unneeded "$root/bin/$name"
    describe man_page "$program" "$version" "$date" >"$(folder_for share/man/man1)/$name.1"
    describe completions "$program" bash >"$(folder_for share/bash-completion/completions)/$name"
    describe completions "$program" zsh >"$(folder_for share/zsh/vendor-completions)/_$name"
    describe completions "$program" fish >"$(folder_for share/fish/vendor_completions.d)/$name.fish"
  done
}

# What operators read, and what they deploy, where links from one to the other lead.
stage_documents() {
  local folder path
  folder=$(folder_for share/doc/cachestore)
  for path in README.md docs/*.md docs/performance/*.svg deploy/{prometheus,grafana,kubernetes}/*.{yml,yaml,json}; do
    if [[ -e $path && $path != *_test.yml ]]; then install -D --mode=644 "$path" "$folder/$path"; fi
  done
}

# Runs one of the modules here on a program.
describe() { /usr/bin/python3 -m "deploy.package.$1" "bazel-bin/$2" "${@:3}"; }

folder_for() {
  mkdir -p "$root/$1"
  echo "$root/$1"
}

stage_programs
stage_documents
deploy/package/library.sh "$root" "$libdir" "$version"
