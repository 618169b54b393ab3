#!/bin/sh
# What the shells are offered, and what each shell makes of its script.
. "$(dirname "$0")/../helpers/tap.sh"

offers() { hookrun "$@" --generate-shell-completion 2>/dev/null; }

repo
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: lint, tags: [front], run: "true" }
    - group:
        jobs:
          - { name: "$(touch pwned) inner", tags: [back], run: "true" }
    - { name: "two, three", run: "true" }
    - { uses: deps }
own:
  commands:
    other: { run: "true" }
E2
has 'commands' "$(offers '')" 'check-install'
is 'hooks' "$(offers run '')" 'pre-commit
own'
is 'jobs of the hook that is named' "$(offers run own --job '')" other
has 'jobs in groups' "$(offers run --job '')" ' inner'
is 'tags' "$(offers run --tag '')" 'front
back'
is 'the next of a list, once each' "$(offers run --tag=front,)" --tag=front,back
is 'in a list no name that would be two' "$(offers run own --job other,)" ''
is 'but where it is one' "$(offers why pre-commit tw | grep two)" 'two, three'
is 'halves of a value' "$(offers run --report '')" 'json=
junit=
sarif='
is 'a step has its options' "$(offers migrate --set mode=)" 'mode=auto
mode=ask
mode=notify'
has 'sync has those of all steps' "$(offers sync --set '')" 'map='
is 'parts of a command' "$(offers db '')" 'blockers
checkup
drop
forget
list
prune
restore
snapshot
status
unblock'
has 'topics' "$(offers help '')" 'keys
steps'
is 'shells' "$(offers completion '')" 'bash
zsh
fish
pwsh'
git -c user.name=n -c user.email=e commit -q --allow-empty --no-verify -m one
git tag v1
is 'revisions' "$(offers run --from-ref '')" 'HEAD
main
v1'
has 'options' "$(offers run --)" '--files-from-stdin'
is 'values' "$(offers run --colors '')" 'on
off
auto'
is 'formats' "$(offers dump -f '')" 'yaml
json
toml'
is 'jobs to ask about' "$(offers why own '')" other
has 'keys of the configuration' "$(offers config '')" 'pre-commit.jobs.lint.tags'
has 'hooks of git' "$(offers add '')" prepare-commit-msg

# ---- whether files fit --------------------------------------------------------------
files() { hookrun "$@" --generate-shell-completion >/dev/null 2>&1; echo $?; }
is 'files: of the option' "$(files run --file '')" 3
is 'files: the next of a list' "$(files run --file a,)" 4
is 'files: after the format' "$(files run --report json=)" 4
is 'files: beside jobs' "$(files why pre-commit '')" 3
is 'files: what git hands to a hook' "$(files run pre-commit -- '')" 3
is 'files: not for the name of a hook' "$(files run '')" 0
is 'files: nor for a job' "$(files run --job '')" 0
is 'files: nor where nothing is expected' "$(files status '')" 0

# ---- what is kept -------------------------------------------------------------------
mkdir -p .git/hookrun/db/kept
: > .git/hookrun/db/kept/20200101-000000-1.kept
is 'rows that are kept' "$(offers db restore '')" 20200101-000000-1
mkdir -p .git/hookrun/db/copies/app-1
printf 'copy.a snapshot made 1 2 - main mine\ncopy.b branch own 1 2 - topic topic\n' \
	> .git/hookrun/db/copies/app-1/ledger
is 'snapshots' "$(offers db restore '')" '20200101-000000-1
mine'
is 'copies to drop' "$(offers db drop '')" 'mine
topic'
printf 'pre-commit:\n  jobs:\n    - run: kill -9 $PPID; true\n' > lefthook-local.yml
echo staged > mine && git add mine && echo unstaged > mine
hookrun run pre-commit > /dev/null 2>&1
is 'a killed run has put a file aside' "$(cat mine)" staged
offers run '' > /dev/null
is 'which the Tab key leaves there' "$(cat mine)" staged
hookrun recover 2> /dev/null
is 'and the command brings back' "$(cat mine)" unstaged
rm lefthook-local.yml
id=$(hookrun recover --list | sed -n '1s/ .*//p')
is 'backups' "$(offers recover --restore '')" "$id"
is 'to drop, too' "$(offers recover --drop "${id%?}")" "$id"

# ---- where there is nothing to say --------------------------------------------------
quiet() { hookrun "$@" --generate-shell-completion 2>&1; }
echo 'pre-commit: [' > lefthook.yml
is 'broken: no noise' "$(quiet run '')" ''
has 'broken: what does not come from it is there' "$(quiet run --col)" --colors
rm lefthook.yml
is 'without a configuration nothing' "$(quiet run '')" ''
mkdir "$TAP_DIR/outside"
for line in 'run' 'run --job' 'run --from-ref' 'recover --restore' 'db restore' config; do
	# shellcheck disable=SC2086 # the words of a line
	is "outside of a repository: $line" "$(cd "$TAP_DIR/outside" &&
		GIT_CEILING_DIRECTORIES="$TAP_DIR" quiet $line '')" ''
done
for shell in bash zsh fish pwsh; do
	has "a script for $shell" "$(hookrun completion $shell)" hookrun
done
fails 'no other shell' hookrun completion csh

# ---- bash and zsh: what was typed, and the Tab key ----------------------------------
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: "lint $(touch pwned) all", tags: [front, js], run: "true" }
    - { name: "it's: a [b] *", run: "true" }
    - { name: "say \"x\" `touch pwned` $z \\ !", run: "true" }
    - { name: "größe 測試 all", run: "true" }
own:
  jobs:
    - { name: other, run: "true" }
E2
mkdir folder
: > file-of-mine
: > 'my file'
export TAP_DIR
LC_ALL=C.UTF-8
export LC_ALL

# In a terminal of its own; then a key that writes the line to a file.
cat > "$TAP_DIR/try.zsh" <<'E2'
zmodload zsh/zpty
tell() { zpty -w shell "$1" }
case $1 in
bash)
	zpty shell bash --norc --noprofile -i
	tell 'PS1=; source <(hookrun completion bash)'
	tell 'show() { printf "%s\n" "$READLINE_LINE" > "$TAP_DIR/line"; kill -9 $$; }'
	tell "bind -x '\"\C-]\": show'; echo RE''ADY" ;;
zsh)
	zpty shell zsh -f -i
	tell 'PS1=; autoload -Uz compinit; compinit -u -D'
	tell 'source <(hookrun completion zsh)'
	tell 'compadd() { print -rl -- "${found[@]}" > "$TAP_DIR/list"; builtin compadd "$@" }'
	tell 'show() { print -r -- "$BUFFER" > "$TAP_DIR/line"; kill -9 $$ }'
	tell 'zle -N show; bindkey "^]" show; print RE''ADY' ;;
esac
zpty -r shell got '*READY*'
zpty -w -n shell "$2"$'\t\x1d'
while zpty -r shell got; do :; done
cat "$TAP_DIR/line"
E2

live() { # SHELL: each line typed, and what Tab makes of it
	while read -r typed && read -r becomes; do
		is "$1: $typed" "$(zsh -f "$TAP_DIR/try.zsh" "$1" "hookrun $typed" | sed 's/ $/_/')" \
			"hookrun $becomes"
	done <<'E2'
unin
uninstall_
run pre
run pre-commit_
run own --job o
run own --job other_
run --no-t
run --no-tty_
run --colors a
run --colors auto_
add prepa
add prepare-commit-msg_
help ke
help keys_
run --job l
run --job lint\ \$\(touch\ pwned\)\ all_
run --job 'l
run --job 'lint $(touch pwned) all'_
run --job "l
run --job "lint \$(touch pwned) all"_
run --job it
run --job it\'s:\ a\ \[b\]\ \*_
run --job 'it
run --job 'it'\''s: a [b] *'_
run --job it\'s:\ a
run --job it\'s:\ a\ \[b\]\ \*_
run --job 's
run --job 'say "x" `touch pwned` $z \ !'_
run --job größe\ 測
run --job größe\ 測試\ all_
run --tag front,j
run --tag front,js_
run --tag=front,j
run --tag=front,js_
run --report js
run --report json=
run --report=json=file-
run --report=json=file-of-mine_
run --file file-of-mine,my
run --file file-of-mine,my\ file_
last --trace fo
last --trace folder/
status fo
status fo
E2
}

if command -v zsh >/dev/null 2>&1; then
	live zsh
	zsh -f "$TAP_DIR/try.zsh" zsh 'hookrun run --job ' >/dev/null
	is 'zsh: the candidates' "$(cat "$TAP_DIR/list")" "$(offers run --job '')"
	mkdir "$TAP_DIR/functions"
	hookrun completion zsh > "$TAP_DIR/functions/_hookrun"
	sed "s|tell 'source.*|:|; s|autoload|fpath=(\$TAP_DIR/functions \$fpath); &|" \
		"$TAP_DIR/try.zsh" > "$TAP_DIR/autoload.zsh"
	is 'zsh: also as a file that is loaded when it is needed' "$(zsh -f \
		"$TAP_DIR/autoload.zsh" zsh 'hookrun run pre' | sed 's/ $/_/')" \
		'hookrun run pre-commit_'
	! command -v bash >/dev/null 2>&1 || live bash
else
	note 'no zsh here'
fi
if command -v bash >/dev/null 2>&1; then
	cat > "$TAP_DIR/try.bash" <<'E2'
source <(hookrun completion bash)
COMP_LINE='hookrun run own' COMP_POINT=12
_hookrun hookrun '' run
printf '%s\n' "${COMPREPLY[@]}"
E2
	is 'bash: the candidates at the cursor' "$(bash "$TAP_DIR/try.bash")" 'pre-commit
own'
else
	note 'no bash here'
fi

if command -v fish >/dev/null 2>&1; then
	hookrun completion fish > "$TAP_DIR/hookrun.fish"
	while read -r typed && read -r becomes; do
		is "fish: $typed" "$(fish -N -c 'source $argv[1]; complete -C "hookrun $argv[2]"' \
			"$TAP_DIR/hookrun.fish" "$typed")" "$becomes"
	done <<'E2'
unin
uninstall
run pre
pre-commit
run own --job o
other
run --no-t
--no-tty
add prepa
prepare-commit-msg
help ke
keys
run --job l
lint $(touch pwned) all
run --job 'it
it's: a [b] *
run --job "s
say "x" `touch pwned` $z \ !
run --job it\'s:\ a
it's: a [b] *
run --job größe\ 測
größe 測試 all
run --tag front,j
front,js
run --tag=front,j
--tag=front,js
run --report js
json=
run --report=json=file-
--report=json=file-of-mine
run --file 'file-of-mine,my
file-of-mine,my file
last --trace fo
folder/
E2
	is 'fish: no file where none fits' "$(fish -N -c \
		'source $argv[1]; complete -C "hookrun status fo"' "$TAP_DIR/hookrun.fish")" ''
	is 'fish: the candidates' "$(fish -N -c \
		'source $argv[1]; complete -C "hookrun run --job "' "$TAP_DIR/hookrun.fish" | sort)" \
		"$(offers run --job '' | sort)"
else
	note 'no fish here'
fi
[ ! -e pwned ]
result $? 'what a name says is not executed'
finish
