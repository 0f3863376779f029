#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Behind `./dev portability`: builds and tests the product in bare roots of other releases of Debian,
# as somebody would who has just installed one. $1: a folder that keeps the roots, from run to run;
# then the releases, as `releases` below has them; behind `--`, arguments of `./dev test`, or another
# command of ./dev with its own. The last line sums all cases, where another command is one. Wants to
# be root.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# shellcheck source=tests/add_cases.sh
source tests/add_cases.sh

# Name, and the suites of Debian that it is of, the first of which is installed.
releases() {
  cat <<'TABLE'
bookworm      bookworm
trixie        trixie
experimental  sid experimental trixie
TABLE
}

die() {
  printf 'portability: %s\n' "$*" >&2
  exit 1
}

suites_of() { releases | awk -v name="$1" '$1 == name { $1 = ""; print }'; }

# Runs a command in the root, with nothing of this environment, and ends what it leaves running. Not by
# chroot, behind which the kernel lets nobody have namespaces of his own, as one test wants.
enter() {
  # shellcheck disable=SC2016  # For the inner shell.
  unshare --mount --pid --fork --propagation private bash -c '
    set -e
    root=$1; shift
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --rbind /sys "$root/sys"
    mount --rbind /dev "$root/dev"
    cd "$root"
    pivot_root . .
    umount --lazy .
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 CI=true \
      DEBIAN_FRONTEND=noninteractive "$@"' enter "$@"
}

# shellcheck disable=SC2016  # For the inner shell.
run_dev() { enter "$1" bash -c 'cd /cachestore && ./dev "$@"' dev "${@:2}"; }

# Where this machine has its Debian from.
mirror() {
  local uri
  # shellcheck disable=SC2016  # It is apt that fills this in.
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Component: main' | head -n 1)
  [[ -n $uri ]] || die 'this machine has no sources of apt to take another Debian from.'
  echo "$uri"
}

# The newest gRPC and Protobuf, over the Abseil that they were built with, and all else of sid, but for
# the build tool and its Java: later ones are another language. Unstable suites may stand still for
# longer than their Release files are good for.
configure_experimental() {
  local root=$1
  echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/90-any-date"
  cat >"$root/etc/apt/preferences.d/experimental" <<'PREFERENCES'
Package: src:grpc src:protobuf
Pin: release a=experimental
Pin-Priority: 900

Package: src:bazel-bootstrap src:bazel-rules-java src:bazel-rules-proto src:bazel-skylib src:java-common
Pin: release n=trixie
Pin-Priority: 1001

Package: libprotobuf-java
Pin: release n=trixie
Pin-Priority: 1001

Package: *
Pin: release n=trixie
Pin-Priority: 100
PREFERENCES
}

# The build tool is linked with gRPC 1.51, which says of itself that it cannot be where a newer one is.
# It can: but for a list of authorities, their files have other names.
install_old_grpc() {
  enter "$1" bash -e -c '
    cd /tmp
    apt-get update
    apt-get download libgrpc29t64/sid
    dpkg-deb --raw-extract libgrpc29t64_*.deb libgrpc29t64
    # With a version of its own: apt puts its own package in place of one that differs from it.
    sed -i -e /^Provides/d -e "s/^Version:.*/&+beside/" libgrpc29t64/DEBIAN/control
    rm libgrpc29t64/usr/share/grpc/roots.pem
    dpkg-deb --build libgrpc29t64
    apt-get install --yes --no-install-recommends ./libgrpc29t64.deb bazel-bootstrap
    rm -rf /tmp/libgrpc29t64*'
}

make_root() {
  local release=$1 root=$2 suites suite uri
  read -ra suites <<<"$(suites_of "$release")"
  uri=$(mirror)
  rm -rf -- "$root"
  mkdir -p -- "$root"
  echo "Installing a bare ${suites[0]} in $root"
  debootstrap --variant=minbase "${suites[0]}" "$root" "$uri" >"$root.log" 2>&1 ||
    die "debootstrap failed; $root.log tells why"
  for suite in "${suites[@]}"; do echo "deb $uri $suite main"; done >"$root/etc/apt/sources.list"
  rm -f -- "$root"/etc/apt/sources.list.d/*
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"  # Nothing that is installed is started.
  chmod +x "$root/usr/sbin/policy-rc.d"
  if [[ $release == experimental ]]; then
    configure_experimental "$root"
    install_old_grpc "$root" >>"$root.log" 2>&1 || die "its build tool cannot be installed; $root.log tells why"
  fi
  touch "$root.made"
}

# The project as it is in this folder, committed or not.
copy_project() {
  local root=$1
  rm -rf -- "$root/cachestore"
  mkdir -p -- "$root/cachestore"
  git ls-files -z --cached --others --exclude-standard | tar --null --files-from=- --create |
    tar --extract --directory="$root/cachestore"
}

roots=$1
shift
names=()
while (($# > 0)) && [[ $1 != -- ]]; do
  [[ -n $(suites_of "$1") ]] || die "there is no '$1'. It takes: $(releases | awk '{ print $1 }' | xargs)"
  names+=("$1")
  shift
done
if (($# > 0)); then shift; fi
if (($# == 0)); then set -- test; fi
((${#names[@]} > 0)) || die "takes at least one of: $(releases | awk '{ print $1 }' | xargs)"
((EUID == 0)) || die 'only root can make a root of another release.'

mkdir -p -- "$roots"
passed=0
failed=0
for name in "${names[@]}"; do
  root=$roots/$name
  echo "==> $name: ./dev $*"
  if [[ ! -e $root.made ]]; then make_root "$name" "$root"; fi
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  # The installer writes it; debootstrap of Debian 12 does not.
  if [[ ! -e $root/etc/hosts ]]; then printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"; fi
  copy_project "$root"
  if [[ $1 == test ]]; then
    add_cases run_dev "$root" "$@"
  elif run_dev "$root" "$@"; then
    ((passed += 1))
  else
    ((failed += 1))
  fi
done
echo "$passed passed, $failed failed"
((failed == 0))
