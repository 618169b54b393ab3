#!/bin/sh
# Run what was built for Linux: `test.sh x86_64 HOOKRUN` in a folder that is all
# there is, and in the end-to-end tests; `test.sh aarch64 HOOKRUN UNITS...` the
# unit tests and some end-to-end tests, under qemu.
set -eu
cd "$(dirname "$0")/../.."
arch=$1 bin=$PWD/$2
shift 2
export CI=true HOOKRUN_TEST_BIN="$bin" CMOCKA_MESSAGE_OUTPUT=TAP
some='ai chain commands config hook-file import init install lefthook-hook names
	options report runner staged'
# What cannot be as on a machine of its own: there are no shared libraries for
# it, no other users, qemu knows of no subreaper (prctl), and a signal that is
# ignored stays pending in it.
not_here=' child db dl file_type libhost sqlite ownership run '

die() {
	echo "cross: $*" >&2
	exit 1
}

# Nothing but the binary and a repository; then a shell, for jobs.
alone() {
	root=$(mktemp -d)
	trap 'rm -rf "$root"' EXIT
	mkdir -p "$root/repo" "$root/bin"
	cp "$bin" "$root/hookrun"
	cd "$root/repo"
	git init -q
	cat > lefthook.yml <<-'YML'
		pre-commit:
		  jobs:
		    - name: say
		      run: /hookrun version
		      glob: "*.txt"
	YML
	echo a > a.txt
	git add .
	in_root 'All good' validate
	in_root "glob:" dump
	in_root 'glob [*].txt .*: 1 of 2 files' run pre-commit --plan
	in_root "cannot start 'sh'" run pre-commit
	cp "$(command -v busybox)" "$root/bin/sh"
	in_root 'pre-commit .*1 of 1' run pre-commit
	echo "in an empty root: validate, dump, run and its plan"
	cd "$OLDPWD"
}

# `in_root PATTERN ARGUMENTS`
in_root() {
	pattern=$1
	shift
	out=$(unshare --map-root-user --root="$root" --wd=/repo \
		/hookrun "$@" 2>&1) || :
	echo "$out" | grep -q "$pattern" || die "in an empty root: $*: $out"
}

# Not those that put faults between the program and libc: that takes a dynamic one.
whole_suite() {
	printf '%s\n' tests/e2e/*.t |
		grep -vE '/(guard-kill|rails-points[^/]*)\.t$' |
		with_signals prove --timer -j2 -e '' -
}

# A run in the background ignores some of them, and who is started from it too.
with_signals() {
	perl -e '$SIG{$_} = "DEFAULT" for qw(HUP INT QUIT PIPE TERM); exec @ARGV or die' "$@"
}

# The kernel is told of qemu for these processes only, so that hooks and jobs
# can start hookrun as they always do.
under_qemu() {
	unshare --map-root-user --mount sh -c '
		mount -t binfmt_misc none /proc/sys/fs/binfmt_misc
		cat /usr/lib/binfmt.d/qemu-aarch64.conf \
			> /proc/sys/fs/binfmt_misc/register
		exec "$@"' sh "$@"
}

case $arch in
x86_64)
	alone
	export HOOKRUN_TEST_VARIANT=musl
	whole_suite
	;;
aarch64)
	for name in $some; do
		set -- "$@" "tests/e2e/$name.t"
	done
	for unit; do
		shift
		name=$(basename "$unit" .test)
		case $not_here in
		*" $name "*) echo "not run: $unit" ;;
		*) set -- "$@" "$unit" ;;
		esac
	done
	under_qemu prove --timer -j2 -e '' "$@"
	;;
*) die "no such machine: '$arch'" ;;
esac
