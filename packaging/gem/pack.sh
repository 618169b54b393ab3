#!/bin/sh
# Build gems (see binaries.sh), one for each binary.  On Linux it is static, so
# that one gem is for every libc.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=packaging/binaries.sh
. "$here/../binaries.sh"
command -v gem >/dev/null 2>&1 || fail 'RubyGems is needed (Debian: ruby)'
# RubyGems gives this time to every file.
: "${SOURCE_DATE_EPOCH:=315619200}"
export SOURCE_DATE_EPOCH

for each; do
	case $(system_of "${each%%=*}") in
	linux-x64) platform=x86_64-linux ;;
	linux-arm64) platform=aarch64-linux ;;
	darwin-x64) platform=x86_64-darwin ;;
	darwin-arm64) platform=arm64-darwin ;;
	*) exit 1 ;;
	esac
	dir=$work/$platform
	put_binary "${each#*=}" "$dir" libexec/hookrun
	mkdir -p "$dir/exe"
	cp "$here/hookrun.gemspec" "$dir/"
	cp "$here/exe/hookrun" "$dir/exe/"
	settle_modes "$dir" "$dir/exe/hookrun" "$dir/libexec/hookrun"
	name=hookrun-$version-$platform.gem
	(cd "$dir" && HOOKRUN_VERSION=$version HOOKRUN_PLATFORM=$platform \
		gem build --silent --output "$out/$name" hookrun.gemspec)
	echo "$out/$name"
done
