#!/bin/sh
# The JSON schema that `hookrun schema` prints: ajv, an implementation of JSON
# schemas that editors use too, judges by it as `hookrun validate` does.  The
# files are in schema/valid.yml and schema/invalid.yml; then each key is given
# many values at each place.  ajv 8 and a YAML reader come from npm, put below
# build/npm by tests/helpers/deps.sh; where the registry could not be reached,
# Debian's ajv 6 judges.
. "$(dirname "$0")/../helpers/tap.sh"

# ---- a configuration that names it -------------------------------------------

# rows: flag.install.schema flag.init.schema
line='# yaml-language-server: $schema='
# named FILE WANTED: its first line is that, and what it leads to is the schema.
named() {
	is "$1: is named" "$(head -n 1 "$1")" "$line$2"
	is "$1: and is there" "$(hookrun schema | cmp - "$(dirname "$1")/$2" 2>&1)" ''
}
repo
printf 'pre-commit:\n  jobs:\n    - run: "true"\n' > lefthook.yml
cp lefthook.yml before.yml
chmod 600 lefthook.yml
out=$(hookrun install --schema 2>&1)
is 'install --schema' "$?" 0
has 'says what it did' "$out" 'schema: .lefthook/schema.json, which lefthook.yml names now'
named lefthook.yml .lefthook/schema.json
is 'the rest is as it was' "$(sed 1d lefthook.yml)" "$(cat before.yml)"
is 'and its mode' "$(stat -c %a lefthook.yml)" 600
is 'it is sound' "$(hookrun validate 2>&1)" 'All good'
ok 'its hooks are installed' test -x .git/hooks/pre-commit

cp lefthook.yml before.yml
sed -i s/draft-07/draft-06/ .lefthook/schema.json
has 'a second time' "$(hookrun install --schema 2>&1)" 'schema: .lefthook/schema.json'
is 'the line is there once' "$(cmp lefthook.yml before.yml)" ''
named lefthook.yml .lefthook/schema.json
echo '{"type": "object"}' > .lefthook/schema.json
out=$(hookrun install --schema 2>&1)
is 'what somebody else has written' "$?" 1
has 'is told' "$out" "/.lefthook/schema.json' was not written by hookrun, and stays as it is"
is 'and stays' "$(cat .lefthook/schema.json)" '{"type": "object"}'
rm .lefthook/schema.json
hookrun install > /dev/null
fails 'who does not ask gets none' test -e .lefthook/schema.json

printf '%spackages/x.json\npre-commit: {}\n' "$line" > lefthook.yml
hookrun install --schema > /dev/null
named lefthook.yml packages/x.json
printf '%shttps://example.org/x.json\npre-commit: {}\n' "$line" > lefthook.yml
has 'an address is left alone' "$(hookrun install --schema 2>&1)" \
	'schema: the configuration names https://example.org/x.json'
fails 'nothing is written for it' test -e .lefthook/schema.json
printf '%s../x.json\npre-commit: {}\n' "$line" > lefthook.yml
out=$(hookrun install --schema 2>&1)
is 'what is not in the work tree' "$?" 1
has 'is not written' "$out" "'../x.json', is not in the work tree"
fails 'nor there' test -e ../x.json

# Another folder, lines as on Windows, a mark, a link, other formats.
repo
mkdir .config
printf '\357\273\277pre-commit: {}\r\n' > .config/lefthook.yml
hookrun install --schema > /dev/null
is 'from another folder' "$(od -An -c .config/lefthook.yml | tr -d ' \n')" \
	'357273277#yaml-language-server:$schema=../.lefthook/schema.json\r\npre-commit:{}\r\n'
ok 'it is there' test -s .lefthook/schema.json
repo
echo 'pre-commit: {}' > real.yml
ln -s real.yml lefthook.yml
hookrun install --schema > /dev/null
ok 'a link stays one' test -L lefthook.yml
named real.yml .lefthook/schema.json
repo
echo '{ "pre-commit": {} }' > lefthook.json
hookrun install --schema > /dev/null
is 'JSON' "$(cat lefthook.json)" '{
  "$schema": ".lefthook/schema.json", "pre-commit": {} }'
hookrun install --schema > /dev/null
is 'once' "$(grep -c schema.json lefthook.json)" 1
is 'which is sound' "$(hookrun validate 2>&1)" 'All good'
echo '{}' > lefthook.json
hookrun install --schema > /dev/null
is 'without a key' "$(hookrun validate 2>&1)" 'All good'
printf '// mine\n{}\n' > lefthook.jsonc && rm lefthook.json
has 'what begins otherwise is left alone' "$(hookrun install --schema 2>&1)" 'by hand'
is 'as it was' "$(cat lefthook.jsonc)" '// mine
{}'
repo
printf '[pre-commit]\nparallel = true\n' > lefthook.toml
hookrun install --schema > /dev/null
is 'TOML' "$(cat lefthook.toml)" '#:schema .lefthook/schema.json
[pre-commit]
parallel = true'
repo
echo '{ "scripts": { "lint": "x", "test": "y" } }' > package.json
hookrun init --yes --schema > /dev/null
is 'init --schema' "$?" 0
named lefthook.yml .lefthook/schema.json
is 'what is written is sound' "$(hookrun validate 2>&1)" 'All good'

# The rest is the same under every compiler.
if [ "${HOOKRUN_TEST_VARIANT:-release}" != release ]; then
	finish
	exit
fi

# ---- ajv ---------------------------------------------------------------------

modules=$HERE/build/npm/ajv@8/node_modules
[ -d "$modules" ] || modules=/usr/share/nodejs
judge() { NODE_PATH=$modules node "$HERE/tests/helpers/schema_judge.js" "$modules" "$@"; }

# rows: cli.schema flag.schema.local
cd "$TAP_DIR" || exit 1
hookrun schema > schema.json
hookrun schema --local > local.json
is 'the schema in the repository is the one that is printed' \
	"$(cmp schema.json "$HERE/hooks/hookrun.schema.json" 2>&1)" ''

# ---- files -------------------------------------------------------------------

# What the files name is there; no repository, so that no remote is looked for.
mkdir -p plain/app plain/packages/web plain/.lefthook/pre-commit
: > plain/.lefthook/pre-commit/check.sh
: > plain/.lefthook/pre-commit/lint.rb
echo 'post-merge: {jobs: [{run: x}]}' > plain/lint.yml

# documents NAME: each of schema/NAME.yml to a file, NUMBER.yml in a folder of
# that name, and to titles, a line each.
documents() {
	mkdir "$1"
	awk -v folder="$1" '
		/^--- # / {
			file = sprintf("%s/%03d.yml", folder, ++nr)
			printf "" > file
			print file " " substr($0, 7) > (folder "/titles")
			next
		}
		nr { print > file }' "$HERE/tests/e2e/schema/$1.yml"
}
documents valid
documents invalid
is 'there are enough valid ones' "$([ "$(wc -l < valid/titles)" -ge 60 ] && echo yes)" yes
is 'and invalid ones' "$([ "$(wc -l < invalid/titles)" -ge 60 ] && echo yes)" yes

judge schema.json valid/*.yml invalid/*.yml > judged 2>&1
is 'ajv knows every word of the schema' "$(grep '^ajv: ' judged)" ''
for kind in valid invalid; do
	wanted=$([ "$kind" = valid ] && echo 0 || echo 1)
	while read -r file title; do
		cp "$file" plain/lefthook.yml
		said=$(cd plain && hookrun validate 2>&1)
		got=$?
		is "validate: $title" "$got: $said" "$wanted: $said"
		is "the schema: $title" "$(grep " $file\$" judged)" "$kind $file"
	done < "$kind/titles"
done

# ---- every key in a valid file -----------------------------------------------

keys=$(hookrun help keys | sed -n 's/^  \([$a-z_]*\) .*/\1/p' | sort -u)
missing=
for key in $keys; do
	grep -qE "(^|[^a-z_])[$]?${key#\$}:" "$HERE/tests/e2e/schema/valid.yml" || missing="$missing $key"
done
is 'every key is in a valid file' "$missing" ''

# ---- a file that is laid over another ----------------------------------------

cat > part.yml << 'END'
pre-commit:
  commands: {lint: {tags: mine}, test: }
  jobs:
    - name: unit
      skip: true
    - {name: all, group: {parallel: true}}
audit: {parallel: true}
END
echo 'pre-commit: {jobs: [{name: unit, skp: true}]}' > wrong.yml
echo 'pre-commit: {jobs: [{name: unit, run: x, script: y}]}' > both.yml
is 'a part need not say what jobs run' "$(judge local.json part.yml)" 'valid part.yml'
is 'which a whole has to' "$(judge schema.json part.yml)" 'invalid part.yml'
is 'but its keys are the same' "$(judge local.json wrong.yml both.yml)" 'invalid wrong.yml
invalid both.yml'

# ---- each key with many values -----------------------------------------------

mkdir keys && cd keys || exit 1
compared=$(judge ../schema.json --keys hookrun 2>&1)
is 'for no value of any key they differ' "$(echo "$compared" | sed '$d')" ''
is 'and there were many' "$([ "$(echo "$compared" | tail -n 1)" -gt 4000 ] && echo yes)" yes
cd ..

finish
