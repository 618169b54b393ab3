#!/bin/sh
# The JSON schema that `hookrun schema` prints: ajv, an implementation of JSON
# schemas that editors use too, judges by it as `hookrun validate` does.  The
# files are in schema/valid.yml and schema/invalid.yml; then each key is given
# many values at each place.  ajv 8 and a YAML reader come from npm, put below
# build/npm by tests/helpers/deps.sh; where the registry could not be reached,
# Debian's ajv 6 judges.
. "$(dirname "$0")/../helpers/tap.sh"

# The program is the same under every compiler.
if [ "${HOOKRUN_TEST_VARIANT:-release}" != release ]; then
	echo '1..0 # SKIP once is enough'
	exit 0
fi
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
