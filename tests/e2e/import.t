#!/bin/sh
# `hookrun import`: the same checks on the same files as the other tool, and a
# word about each thing that is not taken over.
. "$(dirname "$0")/../helpers/tap.sh"

log="$TAP_DIR/log"
# A command that logs NAME and each file that it is given.
logs() { # NAME
	printf "sh -c 'printf \"%s %%s\\\\\\\\n\" \"\$@\" >> %s' --" "$1" "$log"
}
imported() {
	rm -f lefthook.yml
	out=$(hookrun import 2>&1)
	status=$?
	yml=$(cat lefthook.yml 2>/dev/null)
}

# ---- pre-commit: the same files ------------------------------------------------
repo
export PRE_COMMIT_HOME="$TAP_DIR/pre-commit"
mkdir -p src/deep lib vendor .github/workflows docs
for file in src/a.js src/b.ts src/deep/c.js src/deep/d.jsx lib/e.rb lib/f.py \
	lib/g.pyi vendor/h.js docs/i.md 'docs/with space.md' .github/workflows/j.yml \
	Makefile Dockerfile Dockerfile.dev README k.txt -dash.md o.min.js Gemfile; do
	echo "text of $file" > "./$file"
done
printf '#!/bin/sh\n' > tool; printf '#!/usr/bin/env python3\n' > pytool
printf '#!/bin/bash\n' > lib/plain; printf 'a\0b' > binary.dat
chmod +x tool pytool src/a.js; ln -s tool link; ln -s a.js src/link.js
{
	printf 'exclude: |\n  (?x)^(\n    vendor/.*|     # not ours\n    .*\\.min\\.js\n  )$\nrepos:\n  - repo: local\n    hooks:\n'
	add() { # NAME KEYS
		printf '      - id: %s\n        name: %s\n        language: system\n' "$1" "$1"
		printf '        entry: >-\n          %s\n' "$(logs "$1")"
		[ -z "$2" ] || printf '        %s\n' "$2"
	}
	add all ''
	add src 'files: ^src/'
	add scripts 'files: \.(js|jsx|ts)$'
	add one-folder 'files: ^src/[^/]+$'
	add somewhere 'files: (^|/)[a-f]\.'
	add either 'files: ^lib/|README$'
	add group 'files: ^(docs/|k\.txt$)'
	add not-these "exclude: ^(src|lib)/"
	add python 'types: [python]'
	add pythons 'types_or: [python, pyi]'
	add shell 'types: [shell]'
	add programs 'types: [executable, text]'
	add javascript 'types: [javascript]'
	add text 'types: [text]'
	add binary 'types: [binary]'
	add links 'types: [symlink]'
	add docker 'types: [dockerfile]'
	add makefile 'types: [makefile]'
	add ruby 'types: [ruby]'
	add yaml 'types: [yaml]'
	add no-markdown 'exclude_types: [markdown]'
	add both 'types: [javascript, executable]'
	add pushed 'stages: [push]'
	add by-hand 'stages: [manual]'
	add once 'pass_filenames: false'
} > .pre-commit-config.yaml
git add -A
: > "$log"
pre-commit run > "$TAP_DIR/out" 2>&1
is 'pre-commit runs' "$?" 0
[ -s "$log" ] || note "$(cat "$TAP_DIR/out")"
sort "$log" > "$TAP_DIR/theirs"
hookrun import > "$TAP_DIR/out" 2>&1
is 'import ends well' "$?" 0
has 'it says from what' "$(cat "$TAP_DIR/out")" 'taken over from pre-commit'
is 'and which files no job sees' "$(grep -c "^  .pre-commit-config.yaml:[0-9]*: 'links' is not given links to what does not exist$" "$TAP_DIR/out")" 1
is 'what it writes is sound' "$(hookrun validate 2>&1)" 'All good'
: > "$log"
hookrun run pre-commit > "$TAP_DIR/out" 2>&1
is 'the hook passes' "$?" 0
sort "$log" | sed 's, \./-, -,' > "$TAP_DIR/ours"
diff "$TAP_DIR/theirs" "$TAP_DIR/ours" > "$TAP_DIR/diff"
result $? 'every check sees the same files'
[ ! -s "$TAP_DIR/diff" ] || note "$(cat "$TAP_DIR/diff")"
for id in all python one-folder links once; do
	has "and there are some: $id" "$(cat "$TAP_DIR/theirs")" "$id "
done
hasnt 'other stages are not here' "$(cat "$log")" 'pushed '

is 'a configuration that is there stays' "$(hookrun import 2>&1)" \
	"hookrun: there is a configuration already; 'hookrun import --print' writes to stdout"
is '--print writes what the file has' "$(hookrun import --print)" "$(cat lefthook.yml)"

# ---- pre-commit: the same verdicts ----------------------------------------------
repo
cat > .pre-commit-config.yaml <<'E2'
repos:
  - repo: local
    hooks:
      - { id: todo, name: todo, language: pygrep, entry: 'TODO\b', types: [text], exclude: 'yaml$' }
      - { id: head, name: head, language: pygrep, entry: '^# ', args: [--negate], files: '\.md$' }
      - { id: keys, name: keys, language: fail, entry: no keys, files: '\.key$' }
      - { id: fix, name: fix, language: script, entry: fix.sh, files: '\.fix$' }
E2
printf '#!/bin/sh\nfor f; do echo fixed > "$f"; done\n' > fix.sh
chmod +x fix.sh
commit base
imported
hookrun install >/dev/null 2>&1
verdict() { # NAME TEXT
	printf '%s\n' "$2" > "$1"
	git add "$1"
	pre-commit run >/dev/null 2>&1
	theirs=$?
	printf '%s\n' "$2" > "$1"
	git add "$1"
	hookrun run pre-commit >/dev/null 2>&1
	is "$1 with '$2'" "$?" "$theirs"
	git rm -qf "$1"
}
verdict a.txt 'TODO this'
verdict a.txt TODOs
verdict a.md '# title'
verdict a.md 'no title'
verdict a.key x
verdict a.fix broken
verdict a.fix fixed

# ---- pre-commit: what others share ----------------------------------------------
repo
cat > .pre-commit-config.yaml <<'E2'
default_install_hook_types: [pre-commit, commit-msg]
fail_fast: true
repos:
  - repo: https://github.com/pre-commit/pre-commit-hooks.git
    rev: v4.5.0
    hooks:
      - id: trailing-whitespace
        args: [--markdown-linebreak-ext=md]
      - id: no-commit-to-branch
  - repo: git@github.com:pycqa/isort
    rev: 5.0
    hooks: [{ id: isort, args: [--profile, black] }, { id: nothing }]
  - repo: https://github.com/somebody/else
    rev: v1
    hooks:
      - id: theirs
  - repo: meta
    hooks: [{ id: identity }]
  - repo: https://github.com/commitizen-tools/commitizen
    rev: v3
    hooks: [{ id: commitizen }]
  - repo: local
    hooks:
      - { id: box, name: box, language: docker_image, entry: x }
      - { id: odd, name: odd, language: system, entry: x, types: [no-such-language] }
      - { id: words, name: Some words, language: system, entry: 'a "b c" $d', args: ['e f', "it's"] }
E2
imported
is 'import ends well' "$status" 0
has 'a hook of the set' "$yml" '      run: trailing-whitespace-fixer --markdown-linebreak-ext=md {staged_files}'
has 'where its program comes from' "$yml" '# from: pip install pre-commit-hooks'
has 'one that has no files' "$yml" '      run: no-commit-to-branch
'
has 'arguments replace those of the hook' "$yml" 'run: isort --profile black {staged_files}'
has 'a message is a file' "$yml" 'run: cz check --allow-abort --commit-msg-file {1}'
has 'fail_fast' "$yml" '  piped: true'
has 'words stay words' "$yml" "run: a 'b c' '\$d' 'e f' 'it'\\''s' {staged_files}"
for line in "12: 'nothing' of git@github.com:pycqa/isort is not known here" \
	"16: 'theirs' of https://github.com/somebody/else is not known here" \
	"18: 'identity' looks at pre-commit's own configuration" \
	"24: 'box' runs in a container" \
	"25: 'odd' is switched off: its types cannot be said by file_types"; do
	has "told: $line" "$out" "  .pre-commit-config.yaml:$line"
	has "and in the file: $line" "$yml" "#   .pre-commit-config.yaml:$line"
done
has 'what cannot be said does not run' "$yml" 'skip: true # its types cannot be said'
is 'what is written is sound' "$(hookrun validate 2>&1)" 'All good'

printf 'repos:\n  - repo: local\n    hooks: [\n' > .pre-commit-config.yaml
imported
is 'a file that cannot be read' "$status" 1
has 'is told with its line' "$out" .pre-commit-config.yaml:3
is 'and nothing is written' "$yml" ''

# ---- husky and lint-staged ---------------------------------------------------------
repo
mkdir -p .husky/_ node_modules/.bin
printf '#!/usr/bin/env sh\n. "$(dirname -- "$0")/_/husky.sh"\n\nnpx lint-staged\n' > .husky/pre-commit
printf 'commitlint --edit "$1"\n' > .husky/commit-msg
printf '# twice\necho one >> log\n\nif [ -n "$2" ]; then\n  echo "first: $1"\nfi\n' > .husky/prepare-commit-msg
cat > package.json <<'E2'
{
  "scripts": { "prepare": "husky install", "test": "x" },
  "lint-staged": {
    "*.js": ["fix", "git add", "check --quiet"],
    "src/*.css": "check",
    "!(*.test).ts": "check"
  }
}
E2
printf '#!/bin/sh\nfor f; do echo fixed >> "$f"; done\n' > node_modules/.bin/fix
printf '#!/bin/sh\nshift; echo "check $*" >> log\n' > node_modules/.bin/check
printf '#!/bin/sh\necho "message $(cat "$2")" >> log\n' > node_modules/.bin/commitlint
chmod +x node_modules/.bin/*
printf 'node_modules\nlog\n' > .gitignore
commit base
imported
is 'husky: import ends well' "$status" 0
has 'what lint-staged runs stands in its place' "$yml" "      glob: '**/*.js'"
has 'its commands in a row' "$yml" 'run: fix {staged_files} && check --quiet {staged_files}'
has 'told: no glob says so' "$out" "package.json:6: no glob says '!(*.test).ts'"
has 'told: what takes the hooks back' "$out" "package.json:2: the script 'prepare' calls husky"
is 'husky: what is written is sound' "$(hookrun validate 2>&1)" 'All good'
hookrun install >/dev/null 2>&1
mkdir -p deep src/deep
echo x > deep/a.js; echo x > b.ts; echo x > src/a.css; echo x > src/deep/b.css
git add deep b.ts src
git commit -qm 'a message' 2>"$TAP_DIR/err" || note "$(cat "$TAP_DIR/err")"
is 'its changes are committed' "$(git show HEAD:deep/a.js)" 'x
fixed'
has 'the next command saw the file' "$(cat log)" 'check deep/a.js'
has 'the message was checked' "$(cat log)" 'message a message'
has 'a longer script stays one' "$yml" '      run: |
        set -e
        set -- {0}
        # twice
        echo one >> log

        if [ -n "$2" ]; then'

is 'and sees its arguments' \
	"$(HOOKRUN_OUTPUT=compact hookrun run prepare-commit-msg -- a b)" \
	"$(sh .husky/prepare-commit-msg a b)"
is 'and that there are none' \
	"$(HOOKRUN_OUTPUT=compact hookrun run prepare-commit-msg)" ''

repo
cat > package.json <<'E2'
{ "husky": { "hooks": { "pre-push": "npm test", "commit-msg": "check $HUSKY_GIT_PARAMS \"$1\"" } } }
E2
imported
has 'husky 4' "$yml" 'run: npm test'

repo
cat > package.json <<'E2'
{ "simple-git-hooks": { "pre-commit": "npx lint-staged", "pre-push": "echo '$1' ${2}" },
  "lint-staged": { "*": "true" } }
E2
imported
has 'simple-git-hooks' "$yml" "run: echo '\$1' {2}"
has 'with lint-staged' "$yml" 'run: true {staged_files}'
is 'sound' "$(hookrun validate 2>&1)" 'All good'

# ---- overcommit ------------------------------------------------------------------------
repo
cat > .overcommit.yml <<'E2'
PreCommit:
  ALL: { requires_files: true }
  RuboCop: { enabled: true, flags: ['--only', 'Style/Semicolon'] }
  ShellCheck: { enabled: false }
  Own: { enabled: true, command: ['bin/own', 'a b'], include: ['lib/**/*.rb'], exclude: ['lib/old/*'] }
  MixedCode: { enabled: true }
CommitMsg:
  TextWidth: { enabled: true }
PrePush:
  RSpec: { enabled: true }
E2
imported
has 'overcommit: a command with flags' "$yml" '--display-cop-names --only Style/Semicolon {staged_files}'
has 'its files' "$yml" '- '"'**/*.rb'"
has 'one of the project' "$yml" "run: bin/own 'a b' {staged_files}"
has 'on the files it names' "$yml" 'glob: lib/**/*.rb'
has 'another hook' "$yml" 'run: rspec'
hasnt 'what is off is left' "$yml" shellcheck
has 'told: Ruby code' "$out" ".overcommit.yml:6: 'MixedCode' is Ruby code"
is 'overcommit: sound' "$(hookrun validate 2>&1)" 'All good'

repo
imported
is 'nothing there' "$status" 1
has 'and what was looked for' "$out" 'found no configuration of pre-commit, husky, lint-staged'

finish
