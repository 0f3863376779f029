#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Behind `./dev dist`, which has built in bazel-bin what is packed: makes, in the folder $1, an
# archive that may be unpacked anywhere, and Debian packages. What is in them depends on the tree
# alone: times are SOURCE_DATE_EPOCH, or else that of the last commit.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

dist=$1
version=$(sed -nE 's/.*kVersion\[\] = "(.*)";/\1/p' stores/version.h)
architecture=$(uname -m)
export LC_ALL=C.UTF-8 TZ=UTC PYTHONDONTWRITEBYTECODE=1
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
umask 022
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

make_archive() {
  local name=cachestore-$version-linux-$architecture
  deploy/package/stage.sh "$folder/$name" lib "$version"
  install -D --mode=644 --target-directory="$folder/$name/systemd" deploy/systemd/*
  cp CHANGELOG.md LICENSE "$folder/$name/"
  sed -e "s|@DEBIAN@|$(cut -d . -f 1 /etc/debian_version)|" -e "s|@DEPENDS@|$(depends)|" \
    deploy/package/INSTALL >"$folder/$name/INSTALL"
  tar --create --directory="$folder" --sort=name --owner=0 --group=0 --numeric-owner \
    --mtime="@$SOURCE_DATE_EPOCH" "$name" | gzip --no-name >"$dist/$name.tar.gz"
}

# Prints what the package of the programs stands on, without versions.
depends() {
  dpkg-deb --field "$dist"/cachestore_*.deb Depends | sed -e 's/ ([^)]*)//g' -e 's/,//g'
}

make_debian_packages() {
  local source=$folder/debian-source libdir
  libdir=lib/$(dpkg-architecture -q DEB_HOST_MULTIARCH)
  deploy/package/stage.sh "$source/tree/usr" "$libdir" "$version"
  cp --recursive deploy/package/debian "$source/"
  cp deploy/systemd/* "$source/debian/"
  # Before 1.0.0 each minor version may have another ABI.
  sed -i "s/@ABI@/${version%.*}/g" "$source/debian/control"
  mv "$source/debian/libcachestore.install" "$source/debian/libcachestore${version%.*}.install"
  cat >"$source/debian/changelog" <<CHANGELOG
cachestore ($version) stable; urgency=medium

  * See CHANGELOG.md.

 -- CacheStore <cachestore@localhost>  $(date --rfc-email --date="@$SOURCE_DATE_EPOCH")
CHANGELOG
  (cd "$source" && logged debian/rules binary)
  mv "$folder"/*.deb "$dist/"
}

# Runs a command and shows what it said only if it failed.
logged() {
  local output
  output=$("$@" 2>&1 </dev/null) && return
  printf '%s\n' "$output"
  return 1
}

rm -rf "$dist"
mkdir -p "$dist"
dist=$(cd -- "$dist" && pwd)
make_debian_packages
make_archive
(cd "$dist" && sha256sum -- *)
