#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Behind `./dev fuzz NAME [LIBFUZZER FLAGS]`: makes a program of tests/**/NAME_fuzz.cc and of the
# sources that it needs, with Clang's libFuzzer and sanitizers, and runs it on NAME_corpus beside it.
# With --each=SECONDS in place of a name: every one for so long, as many at a time as there are cores.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# Prints the .cc file given, and those of the headers of ours that it includes, however indirectly.
sources_of() {
  local source header next sources=" $1 " queue=("$1")
  while ((${#queue[@]} > 0)); do
    source=${queue[0]}
    queue=("${queue[@]:1}")
    printf '%s\n' "$source"
    for header in $(clang++ -std=c++20 -I. -MM "$source" | grep -oE '[a-z0-9_/]+\.h'); do
      next=${header%.h}.cc
      if [[ -e $next && $sources != *" $next "* ]]; then
        sources+="$next "
        queue+=("$next")
      fi
    done
  done
}

names() { find tests -name '*_fuzz.cc' -exec basename -a -s _fuzz.cc {} + | sort; }

# Fuzzes one target for so many seconds, and says in a line what came of it; after what libFuzzer said, if
# it failed.
one_of_each() {
  local seconds=$1 name=$2 log
  log=$(mktemp)
  if "$0" "$name" -max_total_time="$seconds" >"$log" 2>&1; then
    echo "passed: $name ($(sed -n 's/^Done \([0-9]*\) runs.*/\1/p' "$log") runs)"
  else
    tail -n 40 "$log"
    echo "failed: $name"
  fi
  rm -f "$log"
}

# The last line sums the targets.
each() {
  local results failed
  results=$(names | xargs -P "$(nproc)" -I{} "$0" "--one-of-each=$1" {})
  printf '%s\n' "$results"
  failed=$(grep -c '^failed: ' <<<"$results" || true)
  echo "$(grep -c '^passed: ' <<<"$results" || true) passed, $failed failed"
  ((failed == 0))
}

name=${1:-}
case $name in
  --each=*)
    each "${name#--each=}"
    exit
    ;;
  --one-of-each=*)
    one_of_each "${name#--one-of-each=}" "$2"
    exit
    ;;
esac
mapfile -t targets < <(find tests -name "${name:-*}_fuzz.cc")
if [[ -z $name ]] || ((${#targets[@]} != 1)); then
  echo "dev: which fuzz target? There are: $(names | paste -sd ' ')" >&2
  exit 1
fi
shift

target=${targets[0]}
folder=$(mktemp -d)
mkdir "$folder/found"
mapfile -t sources < <(sources_of "$target")
read -ra libraries < <(pkg-config --cflags --libs hiredis libcrypto libnghttp2 absl_any_invocable absl_cord absl_flat_hash_map absl_strings absl_statusor absl_time)
clang++ -std=c++20 -I. -O1 -g -fno-omit-frame-pointer \
  -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
  "${sources[@]}" "${libraries[@]}" -o "$folder/$name"
echo "The program, the inputs that it finds, and those that fail: $folder" >&2

# The libraries of the system are not instrumented (see .bazelrc). No input announces a length that
# makes us allocate as much.
export ASAN_OPTIONS=detect_container_overflow=0
"$folder/$name" -artifact_prefix="$folder/" -malloc_limit_mb=64 "$@" \
  "$folder/found" "${target%_fuzz.cc}_corpus"
