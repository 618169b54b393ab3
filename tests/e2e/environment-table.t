#!/bin/sh
# Every row of the table in doc/environment.md: does the variable reach a job?
# shellcheck disable=SC2016 # the backquotes are those of the table
. "$(dirname "$0")/../helpers/tap.sh"

table=$HERE/doc/environment.md
seen=$TAP_DIR/seen
rows=$TAP_DIR/rows

sed -n '/^| in |/,/^$/p' "$table" | sed -e 1,2d -e '/^$/d' -e 's/^| //; s/ |$//' |
	sed 's/ | `/\t/; s/` | /\t/' > "$rows"
is 'the table has rows' "$([ "$(grep -c . "$rows")" -gt 20 ] && echo yes)" yes

config() {
	printf '%s:\n  jobs:\n    - run: env > "%s"\n' "$1" "$seen"
}

# A work tree with something staged in it.
fresh() {
	repo
	config pre-commit > lefthook.yml
	echo lefthook.yml > .git/info/exclude
	echo a > a
	git add a
	HOOKRUN=0 git commit -qm a
	hookrun install > /dev/null
	echo b > b
	git add b
	echo more >> a
}

# TREE, whose repository is DOTS, which only the variables lead to.
dotfiles() {
	rm -rf "$TAP_DIR/dots.git" "$1"
	mkdir -p "$1"
	cd "$1" || exit 1
	git init -q --bare "$TAP_DIR/dots.git"
	config pre-commit > lefthook.yml
	dots add .
	GIT_DIR=$TAP_DIR/dots.git GIT_WORK_TREE=$PWD hookrun install > /dev/null
	dots commit -qm dots
}
dots() {
	git --git-dir="$TAP_DIR/dots.git" --work-tree="$PWD" "$@"
}

server() {
	fresh
	config pre-receive > lefthook.yml
	hookrun install > /dev/null
	git clone -q . "$TAP_DIR/clone"
	cd "$TAP_DIR/clone" || exit 1
	echo c > c
	git add c
	git commit -qm c
	git push -q origin HEAD:refs/heads/x
}

run_case() {
	case $1 in
	'`git commit`') fresh; git commit -qm c ;;
	'`git commit -a`') fresh; git commit -qam c ;;
	'`git commit FILE`') fresh; git commit -qm c a ;;
	'`GIT_INDEX_FILE=other git commit`')
		fresh
		cp .git/index other
		GIT_INDEX_FILE=other git commit -qm c ;;
	'`git -c KEY=VALUE commit`') fresh; git -c a.b=c commit -qm c ;;
	'`GIT_CONFIG_COUNT=1 git commit`')
		fresh
		GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=a.b GIT_CONFIG_VALUE_0=c \
			git commit -qm c ;;
	'`GIT_SSH_COMMAND=ssh git commit`')
		fresh
		GIT_SSH_COMMAND=ssh GIT_ASKPASS=true git commit -qm c ;;
	'a commit in a linked work tree')
		fresh
		rm -rf "$TAP_DIR/linked"
		HOOKRUN=0 git worktree add -q "$TAP_DIR/linked"
		cp lefthook.yml "$TAP_DIR/linked/"
		cd "$TAP_DIR/linked" || exit 1
		git add lefthook.yml -f
		git commit -qm c ;;
	'a commit in a submodule')
		fresh
		rm -rf "$TAP_DIR/outer"
		git init -q "$TAP_DIR/outer"
		from=$PWD
		cd "$TAP_DIR/outer" || exit 1
		git -c protocol.file.allow=always submodule --quiet add "$from" mod
		cd mod || exit 1
		config pre-commit > lefthook.yml
		hookrun install > /dev/null
		git add lefthook.yml
		git commit -qm c ;;
	'`GIT_DIR=.git git commit`'*)
		fresh
		GIT_DIR=$PWD/.git GIT_WORK_TREE=$PWD git commit -qm c ;;
	'`git --git-dir=DOTS --work-tree=TREE commit`'*)
		dotfiles "$TAP_DIR/tree" ;;
	'the same inside of another repository')
		rm -rf "$TAP_DIR/around"
		git init -q "$TAP_DIR/around"
		dotfiles "$TAP_DIR/around/tree" ;;
	'a repository whose `core.worktree`'*)
		fresh
		mkdir -p "$TAP_DIR/far"
		cp lefthook.yml "$TAP_DIR/far/"
		git config core.worktree "$TAP_DIR/far"
		git commit -qm c ;;
	'`pre-receive` of a server') server ;;
	*) echo "no such case"; return 1 ;;
	esac
}

reaches() {
	grep -q "^$1=" "$seen" && echo yes || echo no
}

last=
while IFS='	' read -r case variable wanted; do
	if [ "$case" != "$last" ]; then
		rm -f "$seen"
		cd "$TAP_DIR" || exit 1
		run_case "$case" > "$TAP_DIR/out" 2>&1
		last=$case
		ok "$case: a job ran" test -s "$seen"
		cd "$TAP_DIR" || exit 1
	fi
	is "$case: $variable" "$(reaches "$variable")" "$wanted"
done < "$rows"

finish
