#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What ./dev check looks at and ./dev fmt formats; dev sources this, and has what it calls.
# shellcheck disable=SC2016,SC2154  # What stands in single quotes is awk; root and cache_dir are dev's.

# Prints our files with one of the endings given, but for what is generated.
files() {
  local patterns=() ending
  for ending in "$@"; do patterns+=(-o -name "*.$ending"); done
  find . \( -name '.?*' -o -name 'bazel-*' -o -name node_modules -o -name target -o \
    -path ./client/typescript/dist -o -path ./client/typescript/build -o \
    -name _stubs -o -name cachestorepb -o -name generated \) -prune -o \
    -type f \( "${patterns[@]:1}" \) -print | sed 's,^\./,,' | LC_ALL=C sort
}

code() { files h cc proto py go ts java sh && printf '%s\n' dev .ci/run; }

format_all() {
  files h cc proto | xargs clang-format -i
  files py | xargs black --quiet --line-length=100
}

# Every check prints what it finds: no output, no fault.
check_all() {
  local name findings failed=0
  for name in format includes guards licence length shell python protos generated tidy; do
    if findings=$("check_$name" 2>&1) && [[ -z $findings ]]; then
      say "ok      $name"
    else
      say "FAILED  $name"
      say "$findings"
      failed=1
    fi
  done
  return "$failed"
}

check_format() {
  files h cc proto | xargs clang-format --dry-run -Werror
  files py | xargs black --quiet --line-length=100 --check || echo 'black would change Python files: ./dev fmt'
}

check_python() {
  logged /usr/bin/mypy --strict --explicit-package-bases --cache-dir="$cache_dir/mypy" \
    benchmarks client/spec deploy tests
}

check_protos() { /usr/bin/python3 tests/protos/lint.py protos/*.proto; }

check_generated() { python3 -m client.spec.generate --check && python3 -m deploy.grafana.generate --check; }

check_shell() { { files sh && printf '%s\n' dev .ci/run; } | xargs shellcheck; }

# "Who may depend on whom", for the headers of libraries that every target can see.
check_includes() {
  files h cc | xargs grep -HnE '^[ \t]*#[ \t]*include' | awk -F '[:<">]' '
    { file = $1; header = $4 }
    function refuse(why) { print file ":" $2 ": includes " header ": " why }

    header ~ /^tests\// && file !~ /^tests\// { refuse("only tests depend on tests") }
    header ~ /^(hiredis|event2)\// && file !~ /^(stores\/redis|tests\/stores\/redis|benchmarks\/redis)\// {
      refuse("only stores/redis talks to Redis")
    }
    file ~ /^protos\// && header ~ /\// && header !~ /^(absl|google|grpc|grpcpp|protos)\// {
      refuse("protos depends on Abseil, Protobuf and gRPC only")
    }
    file ~ /^credentials\// && header ~ /\// && header !~ /^(absl|credentials|openssl|sys)\// {
      refuse("credentials depend on Abseil and OpenSSL only")
    }
    file ~ /^stores\// && header ~ /^(grpc|grpcpp|google|protos)\// {
      refuse("stores know neither gRPC nor Protobuf")
    }
    file ~ /^stores\// && header ~ /^(service|client)\// { refuse("stores know nobody above them") }
    file ~ /^stores\// && file !~ /^stores\/redis\// && header ~ /^openssl\// &&
        header !~ /^openssl\/(evp|sha)\.h$/ {
      refuse("outside stores/redis, digests are all that stores take from OpenSSL")
    }
    file ~ /^service\// && file !~ /^service\/(transports\/grpc\/|main\.cc$)/ &&
        header ~ /^grpcpp\/|^grpc\/(impl|support)\/|^grpc\/[a-z_]+\.h$|\.grpc\.pb\.h$/ {
      refuse("only transports/grpc and main know gRPC")
    }
    header ~ /^nghttp2\// && file !~ /^(service\/transports\/http2|tests\/service\/http2|benchmarks\/load)\// {
      refuse("only transports/http2 speaks HTTP/2 by nghttp2")
    }
    header ~ /^systemd\// && file !~ /^service\/service_manager\.cc$/ {
      refuse("only service_manager knows systemd")
    }
    file ~ /^service\/(door|handlers)\// && header ~ /^service\/transports\// {
      refuse("door and handlers know no transport")
    }
    file ~ /^service\// && file !~ /^service\/main\.cc$/ && header ~ /^stores\/(memory|redis)\// {
      refuse("only main and the store factory name a backend")
    }
    file ~ /^service\// && header ~ /^client\// { refuse("the service does not know its clients") }
    file ~ /^client\// && header ~ /^service\// { refuse("clients know the protocol, not the service") }'
}

# STORES_CACHE_STORE_H_ guards stores/cache_store.h.
check_guards() {
  files h | xargs awk '
    FNR == 1 {
      guard = toupper(FILENAME) "_"
      gsub(/[^A-Z0-9]/, "_", guard)
      ifndef = 0
    }
    /^#ifndef/ && !ifndef { ifndef = FNR; if ($2 != guard) print FILENAME ": guard is not " guard }
    FNR == ifndef + 1 && ifndef && ($1 != "#define" || $2 != guard) { print FILENAME ": no #define " guard }
    { last[FILENAME] = $0; want[FILENAME] = "#endif  // " guard }
    END { for (file in last) if (last[file] != want[file]) print file ": does not end with " want[file] }'
}

check_licence() { code | xargs awk 'FNR <= 2 && /SPDX-License-Identifier: Apache-2\.0/ { has[FILENAME] }
    END { for (i = 1; i < ARGC; i++) if (!(ARGV[i] in has)) print ARGV[i] ": no SPDX line at its top" }'; }

check_length() { code | xargs wc -l | awk '$2 != "total" && $1 > 400 { print $2 ": " $1 " lines; 400 at most" }'; }

# clang-tidy and Clang's thread-safety analysis, on every core. A file that passed is not looked at
# again until it, a header of ours behind it, or what analyses it changes.
check_tidy() {
  logged run_bazel build --build_tag_filters=header //... || return  # Those that are generated.
  tidy_passed=$cache_dir/tidy
  tidy_rules=$({ sha256sum .clang-tidy && installed_versions && declare -f tidy_file; } | sha256sum)
  export tidy_passed tidy_rules root
  export -f tidy_file
  mkdir -p "$tidy_passed"
  find "$tidy_passed" -type f -mtime +30 -delete
  with_headers | xargs -P "$(nproc)" -L 1 bash -c 'tidy_file "$@"' tidy
}

# Of what files include, and what looks at them.
installed_versions() {
  packages | cut -d ' ' -f 1 | grep -E '^(lib|clang)' | xargs dpkg-query -W 2>/dev/null || true
}

# Prints each .cc file, and on the same line what it includes of ours, however indirectly: headers, and
# the .proto files that headers are made of.
with_headers() {
  files h cc proto | xargs awk '
    function visit(file, i, n, next_files) {
      if (file in seen) return
      seen[file]
      line = line " " file
      n = split(includes[file], next_files, " ")
      for (i = 1; i <= n; i++) if (next_files[i] in ours) visit(next_files[i])
    }
    FNR == 1 { ours[FILENAME] }
    /^(#include|import) "/ {
      split($0, quoted, "\"")
      sub(/(\.grpc)?\.pb\.h$/, ".proto", quoted[2])
      includes[FILENAME] = includes[FILENAME] " " quoted[2]
    }
    END {
      for (file in ours) if (file ~ /\.cc$/) { split("", seen); line = ""; visit(file); print substr(line, 2) }
    }' | LC_ALL=C sort
}

# Analyses a .cc file, given with its headers. In tests, the speed of a loop is no matter, nor are all
# the paths through the macros of GoogleTest, which take longer than everything else together.
tidy_file() {
  local key findings quick=()
  if [[ $1 == tests/* || $1 == benchmarks/* ]]; then
    quick=('--checks=-clang-analyzer-*,-performance-inefficient-vector-operation')
  fi
  key=$({ echo "$tidy_rules" && sha256sum "$@"; } | sha256sum)
  key=$tidy_passed/${key%% *}
  if [[ -e $key ]]; then
    touch "$key"
  elif findings=$(clang-tidy --quiet "${quick[@]}" "$1" -- \
    -std=c++20 -I. -isystem bazel-bin -isystem bazel-bin/protos 2>&1); then
    touch "$key"
  else
    sed -e '/warnings\{0,1\} generated\.$/d' -e "s,$root/,,g" <<<"$findings"
    return 1
  fi
}
