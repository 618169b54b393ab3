#!/bin/sh
# What the shells are offered, and bash's own script with it.
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
finish
