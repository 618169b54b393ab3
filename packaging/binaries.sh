# shellcheck shell=sh
# Packages that have a binary in them, for npm's and RubyGems' pack.sh; sourced:
#
#   pack.sh --version VERSION --out DIR SYSTEM=BINARY...
#
# A system is called as compilers do (x86_64-linux-musl) or as the packages are.
# Set are $version, $out, $source and $work, a folder that goes at exit; what is
# left of the arguments are the binaries.

# shellcheck disable=SC2154 # $here is set by the script that sources this
tool=$(basename "$here")
fail() {
	echo "$tool: $*" >&2
	exit 1
}

version='' out=''
while [ $# -gt 0 ]; do
	case $1 in
	--version) version=${2-} ;;
	--out) out=${2-} ;;
	*) break ;;
	esac
	shift 2 || fail "'$1' needs a value"
done
if [ -z "$version" ] || [ -z "$out" ] || [ $# = 0 ]; then
	fail 'usage: pack.sh --version VERSION --out DIR SYSTEM=BINARY...'
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
source=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# linux-x64 and the like, as npm has it, of a SYSTEM.
system_of() {
	case $1 in
	x86_64-* | *-x64) cpu=x64 ;;
	aarch64-* | arm64-* | *-arm64) cpu=arm64 ;;
	*) fail "there are no packages for '$1'" ;;
	esac
	case $1 in
	linux-* | *-linux*) echo "linux-$cpu" ;;
	darwin-* | *-darwin* | *-macos*) echo "darwin-$cpu" ;;
	*) fail "there are no packages for '$1'" ;;
	esac
}

# put_binary BINARY FOLDER PLACE: into a package, with its licences.  Debugging
# symbols are three times the program; strip(1) knows only the formats it was
# built for, and what it does not know is packed as it is.
put_binary() {
	if [ ! -f "$1" ] || [ ! -x "$1" ]; then fail "'$1' is no program"; fi
	if readelf -l "$1" 2>/dev/null | grep -q INTERP; then
		echo "$tool: note: '$1' is linked dynamically and will not run everywhere" >&2
	fi
	mkdir -p "$(dirname "$2/$3")"
	"${STRIP:-strip}" -o "$2/$3" "$1" 2>/dev/null || cp "$1" "$2/$3"
	cp "$source/LICENSE" "$2/"
	# Of the libraries in it, as the build has found them.
	linked=$(dirname "$1")/LICENSE.linked
	[ ! -f "$linked" ] || cp "$linked" "$2/"
}

# The modes are not those of whoever packs.  PROGRAM...: what is executable.
settle_modes() { # FOLDER PROGRAM...
	find "$1" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
	shift
	chmod 755 "$@"
}
