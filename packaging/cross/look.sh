#!/bin/sh
# `look.sh TARGET FILE ZIG`: is FILE what is promised for TARGET?  Said is what
# was looked at.  One for macOS cannot be run here; its load commands and
# the functions that it wants are held against the system's own list.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
target=$1 file=$2 zig=$3
version=$(sed -n 's/.*HOOKRUN_VERSION "\(.*\)".*/\1/p' \
	"$root/include/hookrun/base/version.h")
limit=$((4 * 1024 * 1024))

wrong() {
	echo "cross: $file: $*" >&2
	exit 1
}

is() { # WHAT GOT WANTED
	[ "$2" = "$3" ] || wrong "$1 is '$2', not '$3'"
}

# What it needs of the system, apart from PATTERN.
only() { # PATTERN NEEDED
	rest=$(echo "$2" | grep -vE "^($1)?\$" || true)
	[ -z "$rest" ] || wrong "needs $rest"
}

elf() { # MACHINE
	is machine "$(llvm-readobj --file-headers "$file" |
		sed -n 's/^ *Machine: \([A-Z0-9_]*\).*/\1/p')" "$1"
	needed=$(llvm-readobj --needed-libs "$file" | grep '\.so' | tr -d ' ' || true)
}

# Neither an interpreter nor a library; and it answers.
static() { # COMMAND...
	only '' "$needed"
	! llvm-readobj --program-headers "$file" | grep -q PT_INTERP ||
		wrong 'wants a dynamic loader'
	is version "$("$@" "$file" version)" "$version"
	said="static, says $version"
}

# The program that loads libraries, for every glibc from 2.28 on.
glibc() {
	only 'lib(c|dl|m|pthread)\.so\.[0-9]|ld-linux-.*' "$needed"
	newest=$(llvm-readobj --version-info "$file" |
		sed -n 's/.*Name: GLIBC_\([0-9.]*\)$/\1/p' | sort -V | tail -n 1)
	is 'newest of 2.28 and what it wants of glibc' \
		"$(printf '%s\n' 2.28 "$newest" | sort -V | tail -n 1)" 2.28
	said="wants glibc $newest"
}

macho() { # CPU STUB
	headers=$(llvm-objdump --macho --private-headers "$file")
	is cpu "$(echo "$headers" | awk '/^ *MH_MAGIC_64/ { print $2 }')" "$1"
	is minos "$(echo "$headers" | awk '$1 == "minos" { print $2 }')" 11.0
	only '/usr/lib/libSystem\.B\.dylib|/usr/lib/libproc\.dylib' \
		"$(echo "$headers" | awk '/LC_LOAD_DYLIB/ { on = 1 }
			on && $1 == "name" { print $2; on = 0 }')"
	[ "$1" != ARM64 ] || echo "$headers" | grep -q LC_CODE_SIGNATURE ||
		wrong 'is not signed, and arm64 runs nothing unsigned'
	stub=$(dirname "$zig")/lib/libc/darwin/libSystem.11.tbd
	tr -s ' ,[]' '\n' < "$stub" | tr -d "\"'" | sort -u > "$file.stub"
	wanted=$(llvm-nm --undefined-only "$file" | awk '{ print $NF }' | sort -u)
	[ -n "$wanted" ] || wrong 'wants no function of the system'
	missing=$(echo "$wanted" | grep -vx dyld_stub_binder |
		comm -23 - "$file.stub")
	rm -f "$file.stub"
	[ -z "$missing" ] || wrong "macOS 11 does not have $missing"
	case $file in
	*-libs) ;;
	*) grep -qF "$version" "$file" || wrong "has no '$version' in it" ;;
	esac
	said='macOS 11.0, system library only, not run'
}

size=$(($(wc -c < "$file")))
[ "$size" -lt "$limit" ] || wrong "has $size bytes, more than 4 MB"
case $target in
x86_64-linux-musl) elf EM_X86_64 && static env ;;
aarch64-linux-musl) elf EM_AARCH64 && static qemu-aarch64-static ;;
x86_64-linux-gnu) elf EM_X86_64 && glibc ;;
aarch64-linux-gnu) elf EM_AARCH64 && glibc ;;
x86_64-macos) macho X86_64 ;;
aarch64-macos) macho ARM64 ;;
*) wrong "no such target: '$target'" ;;
esac
echo "  LOOK    $target/${file##*/}: $((size / 1024)) KB, $said"
