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
rm lefthook.yml
is 'without a configuration nothing' "$(offers run '')" ''
git checkout -q . 2>/dev/null
for shell in bash zsh fish pwsh; do
	has "a script for $shell" "$(hookrun completion $shell)" hookrun
done
fails 'no other shell' hookrun completion csh

cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: "lint $(touch pwned) all", run: "true" }
E2
if command -v bash >/dev/null 2>&1; then
	cat > try.bash <<'E2'
source <(hookrun completion bash)
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_hookrun
printf '%s\n' "${COMPREPLY[@]}"
E2
	is 'bash: a command' "$(bash try.bash hookrun unin)" uninstall
	is 'bash: a hook' "$(bash try.bash hookrun run pre)" pre-commit
	has 'bash: a job' "$(bash try.bash hookrun run --job l)" 'lint\ \$'
	[ ! -e pwned ]
	result $? 'bash: what a name says is not executed'
else
	note 'no bash here'
fi

# ---- zsh and fish: what was typed, and the Tab key ---------------------------------
cat > lefthook.yml <<'E2'
pre-commit:
  jobs:
    - { name: "lint $(touch pwned) all", tags: [front], run: "true" }
    - { name: "it's: a [b] *", run: "true" }
own:
  jobs:
    - { name: other, run: "true" }
E2
every='unin
run pre
run own --job o
run --tag f
run --no-t
run --colors a
add prepa
completion f'
: > file-of-mine

whole() { # what the word at the end of `$1` is to become
	# shellcheck disable=SC2086 # the words of a line
	set -- $1
	for word; do :; done
	hookrun "$@" --generate-shell-completion | grep -- "^$word"
}

if command -v zsh >/dev/null 2>&1; then
	# A terminal of its own: Tab, then a key that writes the line to a file.
	cat > "$TAP_DIR/try.zsh" <<'E2'
zmodload zsh/zpty
zpty shell zsh -f -i
tell() { zpty -w shell "$1" }
tell 'PS1=; autoload -Uz compinit; compinit -u -D'
tell 'source <(hookrun completion zsh)'
tell 'compadd() { print -rl -- "${found[@]}" > "$TAP_DIR/list"; builtin compadd "$@" }'
tell 'show() { print -r -- "$BUFFER" > "$TAP_DIR/line"; exit }'
tell 'zle -N show; bindkey "^X" show; print RE''ADY'
zpty -r shell got '*READY*'
zpty -w -n shell "$1"$'\t\x18'
while zpty -r shell got; do :; done
cat "$TAP_DIR/line"
E2
	export TAP_DIR
	in_zsh() { zsh -f "$TAP_DIR/try.zsh" "hookrun $1"; }
	while read -r line; do
		is "zsh: $line" "$(in_zsh "$line")" \
			"hookrun ${line% *} $(whole "$line") "
	done <<E2
$(printf '%s\n' "$every" | grep ' ')
E2
	is 'zsh: a command' "$(in_zsh unin)" 'hookrun uninstall '
	is 'zsh: a name is quoted' "$(in_zsh 'run --job l')" \
		'hookrun run --job lint\ \$\(touch\ pwned\)\ all '
	is 'zsh: whatever it has' "$(in_zsh 'run --job it')" \
		"hookrun run --job it\\'s:\\ a\\ \\[b\\]\\ \\* "
	is 'zsh: files where nothing else is known' "$(in_zsh 'run --file fi')" \
		'hookrun run --file file-of-mine '
	in_zsh 'run --job ' >/dev/null
	is 'zsh: the candidates' "$(cat "$TAP_DIR/list")" "$(offers run --job '')"
else
	note 'no zsh here'
fi

if command -v fish >/dev/null 2>&1; then
	hookrun completion fish > "$TAP_DIR/hookrun.fish"
	in_fish() {
		fish -N -c 'source $argv[1]; complete -C "hookrun $argv[2]"' \
			"$TAP_DIR/hookrun.fish" "$1" | sort
	}
	while read -r line; do
		is "fish: $line" "$(in_fish "$line")" "$(whole "$line" | sort)"
	done <<E2
$every
E2
	is 'fish: a name' "$(in_fish 'run --job l')" 'lint $(touch pwned) all'
	is 'fish: files where nothing else is known' \
		"$(in_fish 'run --file fi')" file-of-mine
	is 'fish: the candidates' "$(in_fish 'run --job ')" \
		"$(offers run --job '' | sort)"
else
	note 'no fish here'
fi
[ ! -e pwned ]
result $? 'what a name says is not executed by them either'
finish
