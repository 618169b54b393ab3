#!/bin/sh
# `make dist`: two builds of a commit, in two folders, one of them without git, are
# equal to the byte.  The first is a copy of this house with its objects, the
# second what is in the tarball of the source.
. "$(dirname "$0")/../helpers/tap.sh"

# The tarballs are those of the release build.
case ${HOOKRUN_TEST_VARIANT:-release}:$HOOKRUN_TEST_BIN in
release:*/release/hookrun) ;;
*)
	echo '1..0 # SKIP once is enough'
	exit 0
	;;
esac

cd "$HERE" || exit 1
build=${HOOKRUN_TEST_BIN%/release/hookrun}
build=${build#"$HERE/"}
port=$(hookrun version --full | sed -n 's/^port: //p')
flags=$build/release/flags
CC=$(sed 's/ -Wall .*//' "$flags")
WERROR=$(grep -o -e ' -Werror ' "$flags" | tr -d ' ')
make_() {
	env -u MAKEFLAGS -u MAKELEVEL -u CI make CC="$CC" WERROR="$WERROR" \
		PORT="$port" "$@" 2>&1
}

# ---- a copy with its objects -------------------------------------------------

COPY=$TAP_DIR/copy
mkdir "$COPY"
tar --exclude=./build --exclude=./dist --exclude=./.git -cf - . |
	tar -xf - -C "$COPY"
tar -cf - --exclude="$build/release/unit" --exclude="$build/release/fuzz" \
	"$build/release" "$build/gen" | tar -xf - -C "$COPY"
cd "$COPY" || exit 1
git init -q . && git add -A && git commit -qm 'a commit'
version=$(sed -n 's/.*HOOKRUN_VERSION "\(.*\)"/\1/p' include/hookrun/base/version.h)
target=$($CC -dumpmachine)
source=hookrun-$version
binary=hookrun-$version-$target

ok 'make dist in a clone' make_ dist
is 'makes' "$(ls dist)" "SHA256SUMS
$binary.tar.gz
$source.tar.gz"
ok 'of which the sums are right' sh -c 'cd dist && sha256sum -c --quiet SHA256SUMS'
is 'of all' "$(wc -l < dist/SHA256SUMS)" 2

# ---- the same from the source, elsewhere -------------------------------------

OTHER="$TAP_DIR/another folder/far below"
mkdir -p "$OTHER"
tar -C "$OTHER" -xzf "dist/$source.tar.gz"
cd "$OTHER/$source" || exit 1
is 'the source is what git has' "$(find . -type f | sort)" \
	"$(cd "$COPY" && git ls-files | sed 's,^,./,' | LC_ALL=C.UTF-8 sort)"
# Neither the user's mask nor the day matters.
ok 'make dist in the source, without git' sh -c 'umask 077 && "$@"' - \
	env -u MAKEFLAGS -u MAKELEVEL -u CI TZ=Asia/Tokyo make CC="$CC" PORT="$port" dist
is 'both are equal to the byte' "$(cat dist/SHA256SUMS)" "$(cat "$COPY/dist/SHA256SUMS")"

# ---- what is in it -----------------------------------------------------------

mkdir "$TAP_DIR/opt"
tar -C "$TAP_DIR/opt" --strip-components=1 -xzf "dist/$binary.tar.gz"
full=$("$TAP_DIR/opt/bin/hookrun" version --full)
is 'it names its commit' "$(printf '%s\n' "$full" | sed -n 's/^commit: //p')" \
	"$(git -C "$COPY" rev-parse HEAD)"
is 'and the day of that' "$(printf '%s\n' "$full" | sed -n 's/^date: //p')" \
	"$(TZ=UTC git -C "$COPY" log -1 --format=%cd --date=format-local:%Y-%m-%d)"
hasnt 'no folder of the build is in it' \
	"$(strings "$TAP_DIR/opt/bin/hookrun")" "$TAP_DIR"
for file in share/man/man1/hookrun.1 share/doc/hookrun/README.md \
	share/doc/hookrun/CHANGELOG.md share/doc/hookrun/LICENSE \
	share/doc/hookrun/LICENSE.linked; do
	ok "it has $file" [ -s "$TAP_DIR/opt/$file" ]
done
is 'nothing else would be left in a prefix' "$(ls "$TAP_DIR/opt")" 'bin
share'
is 'nobody owns it' "$(tar -tvzf "dist/$binary.tar.gz" | awk '{ print $2 }' | sort -u)" 0/0
is 'and all can read it' "$(find "$TAP_DIR/opt" ! -perm -444)" ''

# ---- make release ------------------------------------------------------------

cd "$COPY" || exit 1
out=$(make_ release)
has 'a release says which' "$out" "make release VERSION=$version"
sed -i "s/^## $version\$/## 0.0.1/" CHANGELOG.md
grep -q '^## Unreleased' CHANGELOG.md || sed -i '1a\
\
## Unreleased\
\
- a change' CHANGELOG.md
git commit -qam 'before a release'
out=$(make_ release VERSION=9.8.7)
is 'a tree that is another version is refused' $? 2
has 'with what to write' "$out" 'HOOKRUN_VERSION in include/hookrun/base/version.h is to be "9.8.7"'
has 'and the missing entry' "$out" "CHANGELOG.md has no entry for 9.8.7"
ok 'what was made before is still there' [ -e "dist/$source.tar.gz" ]
sed -i "s/HOOKRUN_VERSION \".*\"/HOOKRUN_VERSION \"9.8.7\"/" \
	include/hookrun/base/version.h
sed -i 's/^## Unreleased$/## 9.8.7/' CHANGELOG.md
out=$(make_ release VERSION=9.8.7)
has 'so is one with changes' "$out" 'the tree has changes that are in no commit'
git commit -qam 'a release'
touch forgotten
out=$(make_ release VERSION=9.8.7)
has 'and one with files that git does not know' "$out" forgotten
rm forgotten
# What another part has made is gathered.
mkdir -p "$build/npm-packages"
for other in 9.8.6 9.8.7; do
	echo packed > "$build/npm-packages/hookrun-$other.tgz"
done
ok 'a release is made' make_ release VERSION=9.8.7 PARTS=dist
is 'of that version, with no other in the folder' "$(ls dist)" "SHA256SUMS
hookrun-9.8.7-$target.tar.gz
hookrun-9.8.7.tar.gz
hookrun-9.8.7.tgz"
ok 'all have sums' sh -c 'cd dist && sha256sum -c --quiet SHA256SUMS &&
	[ "$(wc -l < SHA256SUMS)" = 3 ]'
is 'which the binary knows' "$("$build/release/hookrun" version)" 9.8.7

# ---- when it is refused ------------------------------------------------------

rm -rf dist
echo more >> README.md
out=$(make_ dist)
is 'changes that are in no commit: none is made' $? 2
has 'and why' "$out" 'the tree has changes that are in no commit'
ok 'nothing is there then' [ ! -e dist ]
has 'and a binary says it' "$("$build/release/hookrun" version --full)" \
	', and changes to it'
git checkout -q README.md
rm -rf .git
out=$(make_ dist)
is 'no git, no mark: none is made' $? 2
has 'and why not' "$out" 'neither git nor an archive'
finish
