#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Lays out the client library under the folder $1, with libraries in its $2, as of version $3:
# headers, static and shared library, and how pkg-config and CMake find them.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

root=$1 libdir=$1/$2 version=$3
archives=bazel-bin/deploy/package
# Before 1.0.0 each minor version may have another ABI.
soname=libcachestore.so.${version%.*}
# What the headers include, and what the library stands on besides.
public='absl_any_invocable absl_core_headers absl_cord absl_span absl_status absl_statusor
  absl_strings absl_time'
private='absl_base absl_btree absl_cleanup absl_flat_hash_map absl_hash absl_inlined_vector
  absl_random_random absl_str_format absl_synchronization grpc++ hiredis libevent_core openssl'
mapfile -t requires < <(xargs -n 1 <<<"$public $private")

# Headers stand in a folder of the library's own, and name each other by it, as do their guards: an
# application may have a client/ or a stores/, too.
stage_headers() {
  local header
  while read -r header; do
    mkdir -p "$(dirname "$root/include/cachestore/$header")"
    sed -E -e 's,^(// +)?#include "(client|stores)/,\1#include "cachestore/\2/,' \
      -e 's,^(#ifndef|#define|#endif  //) ((CLIENT|STORES)_[A-Z_]+_H_)$,\1 CACHESTORE_\2,' \
      "$header" >"$root/include/cachestore/$header"
  done < <(public_headers)
}

# The headers of the targets in deploy/package/BUILD.
public_headers() {
  sed -nE 's,^ +"//(client|stores):([a-z_]+)"\,$,\1/\2.h,p' deploy/package/BUILD
}

# All objects in one archive.
stage_static_library() {
  ar -M <<MRI
create $libdir/libcachestore.a
addlib $archives/public.a
addlib $archives/private.a
save
end
MRI
  strip --strip-debug --enable-deterministic-archives "$libdir/libcachestore.a"
}

# Callers see what the headers declare, and nothing of what it stands on.
stage_shared_library() {
  local libraries
  mapfile -t libraries < <(pkg-config --libs "${requires[@]}" | xargs -n 1)
  g++ -shared -o "$libdir/$soname" -Wl,-soname,"$soname" -Wl,-z,defs -Wl,-z,relro -Wl,-z,now \
    -Wl,--whole-archive "$archives/public.a" -Wl,--no-whole-archive "$archives/private.a" \
    -Wl,--exclude-libs,private.a -Wl,--version-script=deploy/package/symbols.map \
    -Wl,--as-needed "${libraries[@]}"
  strip --strip-unneeded "$libdir/$soname"
  ln -s "$soname" "$libdir/libcachestore.so"
}

# fill NAME FOLDER: one of the templates here, with what it asks for, in a folder of $libdir.
fill() {
  local folder=$libdir/$2 include
  mkdir -p "$folder"
  include=$(realpath --relative-to="$folder" "$root/include")
  sed -e "s|@VERSION@|$version|g" -e "s|@SONAME@|$soname|g" -e "s|@INCLUDE@|$include|g" \
    -e "s|@PUBLIC@|$(xargs <<<"$public")|g" -e "s|@PRIVATE@|$(xargs <<<"$private")|g" \
    "deploy/package/$1.in" >"$folder/$1"
}

mkdir -p "$libdir"
stage_headers
stage_static_library
stage_shared_library
fill cachestore.pc pkgconfig
fill cachestore-static.pc pkgconfig
fill CacheStoreConfig.cmake cmake/CacheStore
fill CacheStoreConfigVersion.cmake cmake/CacheStore
