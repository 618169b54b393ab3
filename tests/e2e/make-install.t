#!/bin/sh
# `make install` as packagers know it: each folder in either case, staged below
# DESTDIR, and uninstall leaves what was there before.  It works in a copy of this
# house, with the binary that is built already.
. "$(dirname "$0")/../helpers/tap.sh"

# The files are the same under every compiler.
if [ "${HOOKRUN_TEST_VARIANT:-release}" != release ]; then
	echo '1..0 # SKIP once is enough'
	exit 0
fi
linked=${HOOKRUN_TEST_BIN%/*}/LICENSE.linked
case $HOOKRUN_TEST_BIN in
*/release/hookrun)
	[ -e "$linked" ] || {
		echo "Bail out! no $linked: make build/release/LICENSE.linked"
		exit 1
	}
	;;
# One that was built elsewhere may have none.
*) [ -e "$linked" ] || linked=$HERE/LICENSE ;;
esac

HOUSE="$TAP_DIR/a house"
mkdir "$HOUSE" && cd "$HERE" || exit 1
tar -cf - Makefile LICENSE packaging doc hooks include src | tar -xf - -C "$HOUSE"
cd "$HOUSE" || exit 1
mkdir -p build/release
cp "$HOOKRUN_TEST_BIN" build/release/hookrun
cp "$linked" build/release/LICENSE.linked

make_() {
	env -u MAKEFLAGS -u MAKELEVEL make -s -o all \
		-o build/release/LICENSE.linked "$@" >/dev/null
}
# What is in a folder, one a line, with blanks as they are.
files() { (cd "$1" && find . -type f | LC_ALL=C sort); }
nothing() { [ -z "$(ls -A "$1" 2>/dev/null)" ]; }

# ---- where things go ---------------------------------------------------------

root=$TAP_DIR/root
pages=$(for page in doc/*.[157]; do
	echo "./share/man/man${page##*.}/${page##*/}"
done)
everything=$(LC_ALL=C sort << END
./bin/hookrun
./share/bash-completion/completions/hookrun
./share/doc/hookrun/LICENSE
./share/doc/hookrun/LICENSE.linked
./share/fish/vendor_completions.d/hookrun.fish
./share/hookrun/hookrun.schema.json
$pages
./share/zsh/site-functions/_hookrun
END
)
ok 'installed below DESTDIR' make_ install DESTDIR="$root"
is 'below /usr/local, all of it' "$(files "$root/usr/local")" "$everything"
is 'and nothing else' "$(files "$root" | grep -vc '^./usr/local/')" 0
ok 'the binary runs' "$root/usr/local/bin/hookrun" version
is 'as what it is' "$(stat -c %a "$root/usr/local/bin/hookrun")" 755
is 'the rest can be read by all' \
	"$(find "$root/usr/local/share" -type f ! -perm 644)" ''
for pair in bash:bash-completion/completions/hookrun \
	zsh:zsh/site-functions/_hookrun fish:fish/vendor_completions.d/hookrun.fish; do
	is "completion for ${pair%%:*}" \
		"$(cat "$root/usr/local/share/${pair#*:}")" \
		"$(hookrun completion "${pair%%:*}")"
done
ok 'the symbols are there' sh -c 'readelf -S "$1" | grep -qF .symtab' - \
	"$root/usr/local/bin/hookrun"
ok 'uninstalled' make_ uninstall DESTDIR="$root"
ok 'nothing is left, no folder either' [ ! -e "$root" ]

# ---- both cases, blanks ------------------------------------------------------

root="$TAP_DIR/a root, it's"
mkdir "$root"
for how in 'DESTDIR= prefix=' 'DESTDIR= PREFIX=' 'destdir= PREFIX='; do
	ok "installed with $how" make_ install-strip "${how%% *}$root" \
		"${how#* }/opt/my hooks"
	is "to where it says ($how)" "$(files "$root/opt/my hooks")" "$everything"
	ok "uninstalled with $how" make_ uninstall "${how%% *}$root" \
		"${how#* }/opt/my hooks"
	ok "nothing is left ($how)" nothing "$root"
done
# Each in a folder of its own, by both names.
small='' capitals='' number=0
for name in bindir datadir docdir mandir man1dir bashcompdir zshcompdir fishcompdir; do
	number=$((number + 1))
	small="$small $name=/there/$number"
	capitals="$capitals $(echo "$name" | tr '[:lower:]' '[:upper:]')=/there/$number"
done
# shellcheck disable=SC2086 # lists of words
ok 'each folder is somewhere else' make_ install DESTDIR="$root" $small
places=$(files "$root")
is 'as many as were named' "$(printf '%s\n' "$places" |
	sed -n 's,^./there/\([0-9]*\)/.*,\1,p' | sort -u | grep -c .)" "$number"
hasnt 'and nothing anywhere else' "$places" ./usr
# shellcheck disable=SC2086 # lists of words
{
	make_ uninstall DESTDIR="$root" $small
	ok 'nothing is left of them' nothing "$root"
	make_ install DESTDIR="$root" $capitals
	is 'the same in capitals' "$(files "$root")" "$places"
	make_ uninstall DESTDIR="$root" $capitals
}
make_ install DESTDIR="$root" exec_prefix=/programs datarootdir='/the rest'
is 'two that others follow' "$(files "$root" | cut -d/ -f2 | sort | uniq -c |
	tr -s ' \n' ' ')" " 1 programs $(($(printf '%s\n' "$everything" | wc -l) - 1)) the rest "
make_ uninstall DESTDIR="$root" exec_prefix=/programs datarootdir='/the rest'
ok 'nothing is left of these' nothing "$root"
out=$(make_ install DESTDIR="$root" prefix=/a PREFIX=/b 2>&1)
has 'two that differ are refused' "$out" "prefix is '/a' and PREFIX is '/b'"
ok 'two that say the same are not' make_ install DESTDIR="$root" prefix=/a PREFIX=/a
make_ uninstall DESTDIR="$root" prefix=/a
fails 'a relative path is refused' make_ install DESTDIR="$root" prefix=here
ok 'and nothing was made' nothing "$root"

# ---- names that are nearly right ---------------------------------------------

while read -r name meant; do
	# Wherever it is passed over, nothing gets out of the test's folder.
	case $meant in
	DESTDIR) safe=prefix ;;
	*) safe=DESTDIR ;;
	esac
	out=$(make_ install "$safe=$root" "$name=$root" 2>&1)
	is "$name fails" $? 2
	has "$name is told" "$out" "no variable '$name' here: is '$meant' meant?"
done << END
Prefix prefix
prefx prefix
BINDIR_ bindir
Bindir bindir
DESTDR DESTDIR
DESDTIR DESTDIR
DestDir DESTDIR
man_dir mandir
INSTALL_ROOT DESTDIR
INSTALL_PREFIX prefix
END
ok 'nothing was installed' nothing "$root"
ok 'folders where nothing goes are known' make_ install DESTDIR="$root" prefix=/usr \
	libdir=/usr/lib64 sysconfdir=/etc sbindir=/usr/sbin INSTALL='install -p' V=1
make_ uninstall DESTDIR="$root" prefix=/usr

# ---- what was there before ---------------------------------------------------

mkdir -p "$root/usr/local/share/man/man1" "$root/usr/local/bin"
touch "$root/usr/local/bin/other"
make_ install DESTDIR="$root"
ln "$root/usr/local/bin/hookrun" "$root/old"
echo changed >> build/release/hookrun
ok 'installed over it' make_ install DESTDIR="$root"
ok 'a program that runs is not written into' cmp "$root/old" "$HOOKRUN_TEST_BIN"
rm "$root/old"
echo mine > "$root/usr/local/share/doc/hookrun/mine"
ok 'uninstalled again' make_ uninstall DESTDIR="$root"
is "files of others stay" "$(files "$root")" './usr/local/bin/other
./usr/local/share/doc/hookrun/mine'
is 'and empty folders of others' "$(cd "$root" && find . -type d -empty)" \
	./usr/local/share/man/man1
rm "$root/usr/local/share/doc/hookrun/mine"
ok 'once more' make_ uninstall DESTDIR="$root"
is 'now our folders are gone' "$(cd "$root" && find . | LC_ALL=C sort)" '.
./usr
./usr/local
./usr/local/bin
./usr/local/bin/other
./usr/local/share
./usr/local/share/man
./usr/local/share/man/man1'
make_ install DESTDIR="$root"
rm -rf build/made-folders
make_ uninstall DESTDIR="$root"
is 'from another build folder: no file is left' "$(files "$root")" \
	./usr/local/bin/other

# ---- stripped, licences ------------------------------------------------------

cp "$HOOKRUN_TEST_BIN" build/release/hookrun
make_ install-strip DESTDIR="$root"
hasnt 'install-strip takes the symbols' \
	"$(readelf -S "$root/usr/local/bin/hookrun")" .symtab
is 'and it is the same program' "$("$root/usr/local/bin/hookrun" version --full)" \
	"$(hookrun version --full)"
text=$(sed -n '1,/^===/p' "$root/usr/local/share/doc/hookrun/LICENSE.linked")
[ "$linked" = "$HERE/LICENSE" ] || for pair in libgit2:libgit2.a libyaml:libyaml.a zlib:libz.a \
	http-parser:libhttp_parser.a mbedTLS:libmbedcrypto.a; do
	hookrun version --full | grep -q "^  ${pair%%:*} " && told=yes || told=no
	printf '%s\n' "$text" | grep -q "^  ${pair#*:} " && inside=yes || inside=no
	[ "$inside$told" = noyes ] && ldd "$HOOKRUN_TEST_BIN" >/dev/null 2>&1 && continue
	is "version and licences agree on ${pair%%:*}" "$told" "$inside"
done
if printf '%s\n' "$text" | grep -q '^  libgit2.a '; then
	has "libgit2's linking exception is there" \
		"$(tr -s ' \n' ' ' < "$linked")" 'unlimited permission to link the'
fi

# ---- zsh finds it ------------------------------------------------------------

cat > "$TAP_DIR/try.zsh" << 'END'
zmodload zsh/zpty
zpty shell zsh -f -i
tell() { zpty -w shell "$1" }
tell 'PS1=; fpath=("$SITE" $fpath); autoload -Uz compinit; compinit -u -D'
tell 'show() { print -r -- "$BUFFER" > "$TAP_DIR/line"; exit }'
tell 'zle -N show; bindkey "^X" show; print RE''ADY'
zpty -r shell got '*READY*'
zpty -w -n shell "$1"$'\t\x18'
while zpty -r shell got; do :; done
cat "$TAP_DIR/line"
END
if command -v zsh >/dev/null 2>&1; then
	export TAP_DIR SITE="$root/usr/local/share/zsh/site-functions"
	is 'zsh completes by the installed file, from the first time' \
		"$(zsh -f "$TAP_DIR/try.zsh" 'hookrun unin')" 'hookrun uninstall '
else
	note 'no zsh here'
fi
finish
