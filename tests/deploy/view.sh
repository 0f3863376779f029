#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# For scripts that install the packages in dist over this system, as root: to be sourced first, with the
# script's arguments. From here on the script runs where it alone sees what it mounts, which goes with
# it. At $root is this system as it is, with the packages in /packages; what is written there goes to
# $changes.
# shellcheck disable=SC2034  # Those who source this read what it sets.

# Not in a folder of the tests, which they empty when they end.
if [[ ${1:-} != inside ]]; then
  view=$(mktemp -d)
  trap 'rmdir "$view"' EXIT
  unshare --mount --propagation=private -- "$0" inside "$view"
  exit
fi

view=$2
mount -t tmpfs tmpfs "$view"
root=$view/root changes=$view/changes
mkdir "$root" "$changes" "$view/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$changes,workdir=$view/work" "$root"
mkdir "$root/packages"
cp dist/*.deb "$root/packages/"
