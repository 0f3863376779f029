#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Man pages and shell completions of the archive in dist: what reads them finds no fault, and what
# --help names is in them. The last line says how many passed and failed.
# shellcheck disable=SC2016  # What stands in single quotes is for another shell.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

# shellcheck source=tests/interop/cases.sh
source tests/interop/cases.sh

tar --extract --file="$(echo dist/*.tar.gz)" --directory="$folder" --strip-components=1
share=$folder/share

# Prints each option that a program's --help names, with those of its commands and theirs.
options_of() {
  local line command
  "$folder/bin/$1" "${@:2}" --help | grep -oE '^  (-[a-z],)?--[a-z_]+' | grep -oE -- '--[a-z_]+'
  while IFS= read -r line; do
    read -r command _ <<<"$line"
    options_of "$@" "$command"
  done < <("$folder/bin/$1" "${@:2}" --help |
    sed -n '/^Subcommands:/,/^$/p' | grep -E '^  [a-z]+ ')
}

# names_all FILE BEFORE OPTIONS...: a case that passes if the file has each option, with that before
# its name.
names_all() {
  local file=$1 before=$2 option absent=()
  shift 2
  for option in "$@"; do
    grep -qE -- "$before${option#--}\b" "$file" || absent+=("$option")
  done
  if ((${#absent[@]} == 0)); then
    ok "${file##*/} names each option"
  else
    fail "${file##*/} names each option, but ${absent[*]}"
  fi
}

check_page() {
  local page=$share/man/man1/$1.1
  expect "man finds no fault with the page of $1" '^$' bash -c \
    'man --warnings --local-file --encoding=UTF-8 -Tutf8 --ditroff "$1" 2>&1 >/dev/null' _ "$page"
  expect "mandoc finds no fault with it" '^$' mandoc -T lint -W warning "$page"
  sed 's/\\-/-/g' "$page" >"$folder/$1.1"
}

for program in cache_server cachectl; do
  mapfile -t options < <(options_of "$program" | LC_ALL=C sort --unique)
  ((${#options[@]} > 10)) || fail "$program has more than ${#options[@]} options"
  check_page "$program"
  names_all "$folder/$program.1" -- "${options[@]}"
  names_all "$share/bash-completion/completions/$program" -- "${options[@]}"
  names_all "$share/zsh/vendor-completions/_$program" -- "${options[@]}"
  names_all "$share/fish/vendor_completions.d/$program.fish" '-l ' "${options[@]}"
done

# ---- What shells make of them ------------------------------------------------------------------

# Each prints, on a line, what a shell offers for the last of some words.
by_bash() {
  bash -c '
    source "$1/bash-completion/completions/$2"
    COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
    "_$2" 2>/dev/null
    echo "${COMPREPLY[@]}"' _ "$share" "$@"
}

by_fish() {
  fish --no-config --command \
    'source $argv[1]/fish/vendor_completions.d/$argv[2].fish
    complete --do-complete (string join " " -- $argv[2..]) | string split --fields=1 \t' "$share" "$@" |
    xargs
}

# offers EXPECTED WORDS...: a case for each of these shells.
offers() {
  local expected=$1 shell offered
  shift
  for shell in bash fish; do
    offered=$("by_$shell" "$@" | xargs -n 1 | LC_ALL=C sort | xargs)
    if [[ $offered == "$expected" ]]; then
      ok "$shell offers $expected for $*"
    else
      fail "$shell offers $expected for $*, but: $offered"
    fi
  done
}

# In zsh, which completes in a terminal alone, they are found and read.
read_by_zsh() {
  zsh -f -c 'fpath=($1 $fpath); autoload -Uz compinit && compinit -u -D
    autoload -Uz +X "_$2" && print $_comps[$2]' _ "$share/zsh/vendor-completions" "$1"
}

offers 'set' cachectl se
offers '--if_absent --if_etag --if_present' cachectl set --if
offers 'new' cachectl token n
offers '--namespace' cachectl token new --na
offers 'memory none redis' cache_server --backend ''
offers '--tls_cert --tls_client_ca --tls_key --tls_require_client_cert' cache_server --tls
for program in cache_server cachectl; do
  if [[ $(read_by_zsh "$program" 2>&1) == "_$program" ]]; then
    ok "zsh reads what completes $program"
  else
    fail "zsh reads what completes $program, but: $(read_by_zsh "$program" 2>&1)"
  fi
done
echo "$passed passed, $failed failed"
((failed == 0))
