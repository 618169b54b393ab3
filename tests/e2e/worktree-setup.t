#!/bin/sh
# uses: worktree: what a new linked work tree gets from the one that it was made
# from, through `git worktree add`; what it does not get, and that nothing which
# is there is touched.
. "$(dirname "$0")/../helpers/tap.sh"

# The dependencies are one package of npm's, from a folder.
export npm_config_offline=true npm_config_update_notifier=false \
	npm_config_fund=false npm_config_audit=false

go() {
	out=$("$@" 2>&1)
	status=$?
}

# OPTION...: those of the step, then what else the hook does.
configured() {
	{
		printf 'post-checkout:\n  piped: true\n  jobs:\n'
		printf '    - uses: worktree\n      with:\n'
		printf '        %s\n' "$@"
		printf '    - uses: deps\n'
		printf '    - run: "true"\n'
	} > "$top/lefthook.yml"
}

fresh() {
	repo
	top=$PWD
	mkdir config
	printf '%s\n' /.env '/config/*.key' /lefthook.yml /cache/ /node_modules/ \
		/deep /socket /link /broken > .gitignore
	echo 'name: app' > config/app.yml
	mkdir tiny
	echo '{ "name": "tiny", "version": "1.0.0" }' > tiny/package.json
	echo '{ "name": "app", "version": "1.0.0",
		"dependencies": { "tiny": "file:tiny" } }' > package.json
	npm install > /dev/null 2>&1
	commit files
	echo SECRET=1 > .env
	echo key > config/master.key
	chmod 600 config/master.key
	hookrun install > /dev/null
}

has_package() { [ -e "$1/node_modules/tiny/package.json" ]; }

# ---- it is done ---------------------------------------------------------------

fresh
mkdir -p cache/sub deep/er
echo one > cache/sub/one
touch -d 2020-01-02T03:04:05Z cache/sub/one
chmod 750 cache/sub/one
chmod 500 cache/sub
ln -s sub/one cache/link
ln -s ../config/app.yml link
ln -s nowhere broken
echo far > deep/er/file
configured 'mode: auto' \
	'copy: [.env, config/master.key, ./cache/, link, broken, deep/er/file]'
git add -f lefthook.yml && git commit -qm configured
tree="$TAP_DIR/tree"
go git worktree add "$tree" -b feature
is 'git worktree add succeeds' "$status" 0
has 'it says what was copied, and from where' "$out" \
	"worktree: copied .env, config/master.key, cache, link, broken, deep/er/file from '"
is 'the file is there' "$(cat "$tree/.env")" SECRET=1
is 'with its mode' "$(stat -c %a "$tree/config/master.key")" 600
is 'the folder with what is in it' "$(cat "$tree/cache/sub/one")" one
is 'their modes' "$(stat -c %a "$tree/cache/sub" "$tree/cache/sub/one")" \
	"$(printf '500\n750')"
is 'and times' "$(stat -c %Y "$tree/cache/sub/one")" \
	"$(stat -c %Y cache/sub/one)"
is 'a link in it' "$(readlink "$tree/cache/link")" sub/one
is 'a link is a link' "$(readlink "$tree/link")" ../config/app.yml
is 'also one that leads nowhere' "$(readlink "$tree/broken")" nowhere
is 'folders on the way are made' "$(cat "$tree/deep/er/file")" far
ok 'dependencies were installed' has_package "$tree"
hasnt 'nobody is sent to sync' "$out" 'hookrun sync'
is 'nothing of ours is left in the tree' \
	"$(find "$tree" -name '.hookrun*')" ''
is 'git sees nothing new' "$(git -C "$tree" status --porcelain)" ''

# Once: another switch there copies nothing, by hand what is missing comes.
rm "$tree/.env"
echo mine > "$tree/config/master.key"
go git -C "$tree" switch -qc other
is 'a switch there copies nothing' "$(ls "$tree/.env" 2>/dev/null)" ''
hasnt 'and says nothing' "$out" worktree
go sh -c 'cd "$1" && hookrun status' sh "$tree"
has 'status names what is missing' "$out" "'hookrun sync' copies .env from '"
go sh -c 'cd "$1" && hookrun sync' sh "$tree"
has 'by hand it comes' "$out" 'worktree: copied .env from '
is 'as it is' "$(cat "$tree/.env")" SECRET=1
is 'what is there stays as it is' "$(cat "$tree/config/master.key")" mine
go hookrun sync
has 'in the main one there is nothing to do' "$out" 'not a linked work tree'

# Killed before a copy gets its name: there is none, git sees nothing, and the
# next one takes away what was left.
rm "$tree/.env"
(cd "$tree" && ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$TAP_DIR/trace" \
	-e trace=renameat2,link,linkat -e inject=renameat2,link,linkat:signal=KILL \
	hookrun sync) > /dev/null 2>&1
is 'killed, there is no copy' "$(ls "$tree/.env" 2>/dev/null)" ''
is 'what was begun is there' "$(cat "$tree"/.hookrun-copy.*/copy)" SECRET=1
is 'git sees nothing of it' "$(git -C "$tree" status --porcelain)" ''
(cd "$tree" && hookrun sync) > /dev/null 2>&1
is 'the next one is whole' "$(cat "$tree/.env")" SECRET=1
is 'and clears up' "$(find "$tree" -name '.hookrun*')" ''

# ---- it is offered -------------------------------------------------------------

configured 'copy: [.env, config/master.key]'
git add -f lefthook.yml && git commit -qm offered
tree="$TAP_DIR/offered"
go git worktree add --detach "$tree"
is 'without a terminal nobody is asked' "$status" 0
has 'the command is named, and what it copies' "$out" \
	"worktree: new: run 'hookrun sync' to set it up; it copies .env, config/master.key from '"
is 'in one line, whatever else there is to install' \
	"$(echo "$out" | grep -c 'hookrun sync')" 1
is 'nothing was copied' "$(ls "$tree/.env" 2>/dev/null)" ''
is 'nor installed' "$(ls "$tree/node_modules" 2>/dev/null)" ''
go git -C "$tree" switch -qc not-again
hasnt 'it is offered once' "$out" 'hookrun sync'
go sh -c 'cd "$1" && hookrun sync' sh "$tree"
is 'the command works' "$status" 0
is 'it copies' "$(cat "$tree/.env" "$tree/config/master.key")" \
	"$(printf 'SECRET=1\nkey')"
ok 'and installs' has_package "$tree"

# The question, on a terminal.
asks() { # ANSWER TREE
	printf '%s\n' "$1" | TERM=xterm script -qfec \
		"git worktree add --detach $2" "$TAP_DIR/typescript" > /dev/null
	out=$(cat "$TAP_DIR/typescript")
}
asks y "$TAP_DIR/yes"
has 'on a terminal it is asked' "$out" 'Do so now? [y/N]'
is 'who says yes gets the files' "$(cat "$TAP_DIR/yes/.env")" SECRET=1
ok 'and the dependencies' has_package "$TAP_DIR/yes"
asks n "$TAP_DIR/no"
is 'who says no gets none' "$(ls "$TAP_DIR/no/.env" 2>/dev/null)" ''
has 'but the command' "$out" "worktree: new: run 'hookrun sync' to set it up"
is 'and no dependencies' "$(ls "$TAP_DIR/no/node_modules" 2>/dev/null)" ''

# Who agreed has agreed for that run: where it failed, he is asked again.
sed -i 's/run: "true"/run: "test ! -e \/dev\/null"/' lefthook.yml
git commit -qam failing
asks y "$TAP_DIR/failed"
is 'one that fails has the files' "$(cat "$TAP_DIR/failed/.env")" SECRET=1
rm -r "$TAP_DIR/failed/.env" "$TAP_DIR/failed/node_modules"
go git -C "$TAP_DIR/failed" switch -q --detach HEAD
has 'it is still new' "$out" "worktree: new: run 'hookrun sync' to set it up"
is 'and nothing is done unasked' \
	"$(ls -d "$TAP_DIR/failed/.env" "$TAP_DIR/failed/node_modules" 2>/dev/null)" ''

# `--no-checkout` fires no hook; the first checkout in it is what is seen.
tree="$TAP_DIR/late"
go git worktree add --no-checkout --detach "$tree"
hasnt 'nothing is said before there are files' "$out" worktree:
go git -C "$tree" checkout -q
has 'then it is' "$out" "worktree: new: run 'hookrun sync'"

# ---- what does not come --------------------------------------------------------

echo mine > plain.txt
configured 'mode: auto' \
	'copy: [config/app.yml, config, plain.txt, .env, absent.key, link/x, socket]'
git add -f lefthook.yml && git commit -qm refused
mkfifo socket
rm link
ln -s "$TAP_DIR" link && git add -f link && git commit -qm link
tree="$TAP_DIR/refused"
go git worktree add "$tree" -b refused
has 'what is tracked is told' "$out" \
	'not copied: config/app.yml, config (tracked by git)'
has 'what is not ignored is told' "$out" \
	'not copied: plain.txt (not ignored by git)'
has 'what the other tree has not either is told' "$out" \
	"not copied: absent.key (not in '"
has 'what is behind a link is told' "$out" 'not copied: link/x (behind a link)'
has 'and a pipe' "$out" 'not copied: socket (neither file nor folder)'
has 'the rest came' "$out" 'worktree: copied .env from '
is 'none of them did' "$(ls -d "$tree/plain.txt" "$tree/absent.key" \
	"$tree/socket" "$TAP_DIR/x" 2>/dev/null)" ''

# A path that leads out of the tree is a mistake in the configuration.
echo outside > "$TAP_DIR/outside"
for path in ../outside "$TAP_DIR/outside" . .git/config config/../.GIT/x; do
	configured 'mode: auto' "copy: ['$path']"
	git add -f lefthook.yml && git commit -qm "$path"
	tree="$TAP_DIR/$(echo "$path" | tr -c 'a-z\n' _)"
	go git worktree add --detach "$tree"
	has "'$path' is refused" "$out" "worktree: 'copy' names '$path', which "
done
is 'and nothing came' "$(ls "$TAP_DIR/outside" "$tree/../x" 2>/dev/null)" \
	"$TAP_DIR/outside"

# ---- from where ----------------------------------------------------------------

# The tree that git was started in, as far as the system tells; else the main
# one.
configured 'mode: auto' 'copy: .env'
git add -f lefthook.yml && git commit -qm from
git worktree add -q "$TAP_DIR/second" -b second > /dev/null 2>&1
echo SECRET=2 > "$TAP_DIR/second/.env"
mkdir "$TAP_DIR/second/deep"
go sh -c 'cd "$1/second/deep" && git worktree add --detach "$1/third"' sh \
	"$TAP_DIR"
case $(port) in
posix) secret=1 name="../$(basename "$top")" ;;
*) secret=2 name=../second ;;
esac
has 'made in another one, that is the one' "$out" \
	"worktree: copied .env from '$name'"
is 'by its bytes' "$(cat "$TAP_DIR/third/.env")" "SECRET=$secret"
rm "$TAP_DIR/third/.env"
(cd "$TAP_DIR/third" && hookrun sync) > /dev/null 2>&1
is 'and it stays so by hand' "$(cat "$TAP_DIR/third/.env")" "SECRET=$secret"
rm "$TAP_DIR/third/.env"
(cd "$TAP_DIR/third" && hookrun sync --set "from=$top") > /dev/null 2>&1
is 'unless one is named' "$(cat "$TAP_DIR/third/.env")" SECRET=1
go sh -c 'cd "$1" && hookrun sync --set from=/' sh "$TAP_DIR/third"
has 'which has to be one' "$out" \
	"worktree: 'from' says '/', which is no other work tree of this repository"

# A bare repository has no main one.
git clone -q --bare "$top" "$TAP_DIR/bare.git"
cd "$TAP_DIR/bare.git" || exit 1
hookrun install > /dev/null 2>&1
cp "$top/.git/hooks/post-checkout" hooks/
git worktree add -q "$TAP_DIR/first" main > /dev/null 2>&1
go git worktree add --detach "$TAP_DIR/lone"
is 'made in a bare one, it is there' "$status" 0
has 'it says that there is none to copy from' "$out" \
	'worktree: there is no work tree to copy from: the repository is bare'
echo SECRET=3 > "$TAP_DIR/first/.env"
go sh -c 'cd "$1" && hookrun sync --set from=../first' sh "$TAP_DIR/lone"
is 'one that is named is taken' "$(cat "$TAP_DIR/lone/.env")" SECRET=3

finish
