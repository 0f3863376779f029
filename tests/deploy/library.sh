#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The client library of the archive in dist, as programs outside this tree find, link and run it. The
# last line says how many passed and failed.
# shellcheck disable=SC2016  # What stands in single quotes is for another shell.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

# shellcheck source=tests/interop/cases.sh
source tests/interop/cases.sh
case_seconds=300  # Compilers, on a machine that may do much else.

tar --extract --file="$(echo dist/*.tar.gz)" --directory="$folder" --strip-components=1
export PKG_CONFIG_PATH=$folder/lib/pkgconfig LD_LIBRARY_PATH=

# greets NAME PROGRAM: a case that passes if that program, with a cache by the service, prints what
# it has stored.
greets() {
  expect "$1" '^hello$' env APP_CACHE_BACKEND=remote "APP_CACHE_STORAGE_URL=grpc://$address" "$2"
}

# needs PROGRAM: whether it wants the shared library.
needs() { readelf --dynamic "$1" | grep -q 'NEEDED.*libcachestore\.so'; }

# The CMake project, with libraries as CacheStore_USE_STATIC_LIBS says.
build_by_cmake() {
  expect "CMake finds the library and builds the program, $1" '' bash -c '
    cmake -S tests/deploy/cmake_project -B "$1" -DCMAKE_PREFIX_PATH="$2" \
      -DCacheStore_USE_STATIC_LIBS="$3" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON && cmake --build "$1"
  ' _ "$folder/cmake-$1" "$folder" "$2"
  greets "the program that CMake built runs, $1" "$folder/cmake-$1/greeting"
}

build_by_make() {
  mkdir "$folder/make-$1"
  expect "pkg-config finds the library and make builds the program, $1" '' \
    make --directory=tests/deploy/make_project OUT="$folder/make-$1" PACKAGE="$2" \
    LDFLAGS="-Wl,-rpath,$folder/lib"
  greets "the program that make built runs, $1" "$folder/make-$1/greeting"
}

# All headers in one program: none includes what is not there.
include_all() {
  local flags headers
  mapfile -t flags < <(pkg-config --cflags cachestore | xargs -n 1)
  mapfile -t headers < <(cd "$folder/include" && find . -name '*.h' -printf '-include\n%P\n')
  ((${#headers[@]} > 2 * 5)) || echo "only ${headers[*]}"
  g++ -std=c++20 -fsyntax-only -Wall -Wextra -Werror "${flags[@]}" "${headers[@]}" -x c++ /dev/null
}

start bazel-bin/service/cache_server --listen=127.0.0.1:0
build_by_cmake shared OFF
build_by_cmake static ON
build_by_make shared cachestore
build_by_make static cachestore-static
if needs "$folder/make-shared/greeting" && ! needs "$folder/make-static/greeting" &&
  needs "$folder/cmake-shared/greeting" && ! needs "$folder/cmake-static/greeting"; then
  ok 'programs want the shared library, and those that have it in them do not'
else
  fail 'programs want the shared library, and those that have it in them do not'
fi
if found=$(include_all 2>&1) && [[ -z $found ]]; then
  ok 'the headers are complete'
else
  fail "the headers are complete: $found"
fi
others=$(nm --dynamic --demangle --defined-only "$folder/lib/libcachestore.so" |
  grep -vE '^[0-9a-f]+ . ((non-virtual thunk to |vtable for |typeinfo (name )?for )?cachestore::)' |
  grep -v 'guard variable' || true)
if [[ -z $others ]]; then
  ok 'the shared library gives away nothing that is not its own'
else
  fail "the shared library gives away nothing that is not its own: $others"
fi
version=$(sed -nE 's/.*kVersion\[\] = "(.*)";/\1/p' stores/version.h)
expect 'pkg-config knows its version' "^$version\$" pkg-config --modversion cachestore
stop 'the server'
echo "$passed passed, $failed failed"
((failed == 0))
