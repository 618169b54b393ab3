#!/bin/sh
# The Debian package: lintian has nothing to say, and on a bare Debian 12 it is
# installed by apt with what it needs, works, is upgraded, and leaves nothing
# behind but what the user made.  DEB names the package, BARE a folder with a bare
# Debian (debootstrap), or nothing where there is none: then only lintian looks.
. "$(dirname "$0")/../../tests/helpers/tap.sh"
: "${DEB:?}"

out=$(lintian --allow-root --display-info --tag-display-limit 0 "$DEB" 2>/dev/null)
is 'lintian has nothing to say' "$?:$out" 0:
is 'the name says version and machine' "$(basename "$DEB")" \
	"hookrun_$(hookrun version)_$(dpkg --print-architecture).deb"
copyright=$(dpkg-deb --fsys-tarfile "$DEB" |
	tar -xOf - ./usr/share/doc/hookrun/copyright)
has 'its copyright names what is linked in' "$copyright" '  libgit2.a '
has 'and what that allows' "$(printf %s "$copyright" | tr -s ' \n' ' ')" \
	'unlimited permission to link the'

if [ -z "${BARE:-}" ]; then
	note 'no bare Debian here: the package was not installed'
	finish
fi

# ---- a bare Debian -----------------------------------------------------------

inside() {
	chroot "$BARE" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
		LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive sh -ec "$1" 2>&1
}
# What is there, but for the lists and logs of package managers and what the
# kernel and the user have.
state() {
	inside 'find / -xdev -path /proc -prune -o -path /root -prune \
		-o -path /var/lib/dpkg -prune -o -path /var/lib/apt -prune \
		-o -path /var/cache -prune -o -path /var/log -prune \
		-o -path /tmp -prune -o -print | sort'
}

# The same package as an earlier version of itself.
dpkg-deb -R "$DEB" "$TAP_DIR/old"
sed -i 's/^Version: .*/&~before/' "$TAP_DIR/old/DEBIAN/control"
dpkg-deb --root-owner-group -b "$TAP_DIR/old" "$BARE/root/old.deb" >/dev/null
cp "$DEB" "$BARE/root/new.deb"

is 'git is not there' "$(inside 'command -v git || echo none')" none
ok 'apt installs it with what it needs' inside \
	'cd /root && apt-get install -y --no-install-recommends ./old.deb'
ok 'git came with it' inside 'git --version'
ok 'it runs' inside 'hookrun version --full'
ok 'no library is missing' inside 'apt-get check'
with=$(state)
ok 'a newer one takes its place' inside 'cd /root && apt-get install -y ./new.deb'
is 'so it is that version' \
	"$(inside 'dpkg-query -W -f "\${Version}" hookrun')" "$(hookrun version)"
is 'with the same files' "$(state)" "$with"

# ---- in use ------------------------------------------------------------------

inside 'mkdir -p /root/project/node_modules/.bin && cd /root/project
	git config --global user.name a
	git config --global user.email a@example.org
	git init -q .
	printf "#!/bin/sh\necho \"\$*\" >> /root/linted\n" > node_modules/.bin/eslint
	chmod +x node_modules/.bin/eslint
	echo "{}" > .eslintrc.json
	echo "{}" > package.json
	echo node_modules > .gitignore
	echo "let a = 1" > a.js' >/dev/null
ok 'hookrun init' inside 'cd /root/project && hookrun init --yes'
ok 'a commit' inside 'cd /root/project && git add -A && git commit -qm first'
has 'in which the hook ran' "$(inside 'cat /root/linted')" a.js
is 'and was recorded as that' \
	"$(inside 'cd /root/project && hookrun last --json' | grep -c '"hook": *"pre-commit"')" 1
mine=$(inside 'cd /root/project && find . -path ./.git -prune -o -type f -print | sort')

# ---- gone --------------------------------------------------------------------

# What no other package has.
own=$(inside 'dpkg-query -S $(dpkg-query -L hookrun)' | sed -n 's/^hookrun: //p')
has 'the binary is its own' "$own" /usr/bin/hookrun
gone=$(printf '%s\n' "$with" | grep -vxF "$own")
ok 'apt removes it' inside 'apt-get purge -y hookrun'
is 'nothing of it is left' "$(state)" "$gone"
is "the user's files are" \
	"$(inside 'cd /root/project && find . -path ./.git -prune -o -type f -print | sort')" "$mine"
ok 'the repository is as it was' inside 'cd /root/project && git status && git fsck'
finish
