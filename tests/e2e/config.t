#!/bin/sh
# The configuration file: where it is found, and that a broken one of any kind
# ends in a message with its line.
. "$(dirname "$0")/../helpers/tap.sh"
lefthook_output

repo
out=$(hookrun run pre-commit 2>&1)
is 'no configuration is no failure' $? 0
has 'but it is said' "$out" 'no configuration'

hook='{"h": {"jobs": [{"run": "echo from NAME"}]}}'
for name in lefthook.yml .lefthook.yml .config/lefthook.yml lefthook.yaml \
	lefthook.json hookrun.yml .hookrun.yaml .config/hookrun.json; do
	mkdir -p .config
	echo "$hook" | sed "s,NAME,$name," > "$name"
	has "$name is read" "$(hookrun run h 2>&1)" "from $name"
	rm "$name"
done
cat > lefthook.yml <<'E2'
h:
  jobs:
    - { name: a, run: echo main }
    - { name: b, run: echo b }
E2
cat > lefthook-local.yml <<'E2'
h:
  jobs:
    - { name: a, run: echo local }
E2
has 'the local file overrides by name' "$(hookrun run h 2>&1)" local
has 'and keeps the rest' "$(hookrun run h 2>&1)" b
rm lefthook-local.yml
mkdir sub
has 'it is found from a subdirectory' "$(cd sub && hookrun run h 2>&1)" main
ok 'a good file is valid' hookrun validate

broken() { # NAME TEXT WANTED-IN-MESSAGE
	printf '%b' "$2" > lefthook.yml
	out=$(hookrun validate 2>&1)
	is "$1: validate fails" $? 1
	has "$1: with file and line" "$out" 'lefthook.yml:'
	has "$1: and the reason" "$out" "$3"
}
broken 'a misspelt key' 'h:\n  jobs:\n    - name: lint\n      rnu: x\n' "did you mean 'run'"
has 'the source line is shown' "$out" '      rnu: x'
has 'with a caret' "$out" '^'
broken 'a wrong type' 'h:\n  parallel: maybe\n  jobs: []\n' parallel
broken 'a bad indentation' 'h:\n  jobs:\n   - run: x\n  - run: y\n' 'lefthook.yml:4'
broken 'a tab' 'h:\n\tjobs: []\n' 'lefthook.yml:2'
broken 'a duration without a unit' 'h:\n  jobs:\n    - run: x\n      timeout: 5\n' unit
broken 'an unknown step' 'h:\n  jobs:\n    - uses: migrat\n' "'migrate'"
broken 'an unknown option of a step' 'h:\n  jobs:\n    - uses: migrate\n      with:\n        lock_timout: 3s\n' lock_timeout
broken 'a bad word for an option' 'h:\n  jobs:\n    - uses: migrate\n      with:\n        mode: sometimes\n' auto
broken 'a key of a command in a step' 'h:\n  jobs:\n    - uses: deps\n      shell: bash\n' "no meaning for the built-in step"
broken 'piped and parallel' 'h:\n  piped: true\n  parallel: true\n  jobs:\n    - run: x\n' piped
broken 'a job without work' 'h:\n  jobs:\n    - name: x\n' run
broken 'an alias to itself' 'h: &a\n  jobs: *a\n' 'lefthook.yml:'
broken 'an unclosed quote' 'h:\n  jobs:\n    - run: "x\n' 'lefthook.yml:'
broken 'a duplicate key' 'h:\n  piped: true\n  piped: false\n' piped

printf 'h:\n  jobs:\n    - { name: a, rnu: x, run: echo ran }\n' > lefthook.yml
out=$(hookrun run h 2>&1)
is 'an unknown key is a warning in run' $? 0
has 'with its line' "$out" 'lefthook.yml:3'
has 'and the job runs' "$out" ran

# Every truncation of a valid file ends well or with a line, never in a crash.
cat > "$TAP_DIR/whole" <<'E2'
x: &base { piped: true }
pre-commit:
  <<: *base
  jobs:
    - name: "quoted \u00e9"
      glob: ["*.rb", '*.{js,ts}']
      run: |
        echo a
        echo {staged_files}
      env: { A: "1" }
    - group:
        parallel: true
        jobs: [{ run: x }, { script: "y.sh", runner: bash }]
E2
size=$(wc -c < "$TAP_DIR/whole")
bad=0
i=0
while [ "$i" -lt "$size" ]; do
	head -c "$i" "$TAP_DIR/whole" > lefthook.yml
	out=$(timeout 10 hookrun validate 2>&1)
	status=$?
	case $status in
	0) ;;
	1) case $out in *lefthook.yml:*) ;; *) bad=$((bad + 1)) && note "at $i: $out" ;; esac ;;
	*) bad=$((bad + 1)) && note "at $i: status $status: $out" ;;
	esac
	i=$((i + 7))
done
is 'truncations of a valid file' "$bad" 0

awk 'BEGIN { for (i = 0; i < 10000; i++) printf "["; }' > lefthook.yml
out=$(timeout 20 hookrun validate 2>&1)
is 'nesting 10,000 deep ends with status 1' $? 1
printf 'h: \0x\n' > lefthook.yml
out=$(hookrun validate 2>&1)
is 'a NUL byte too' $? 1
printf 'h: \377\376\n' > lefthook.yml
out=$(hookrun validate 2>&1)
is 'and invalid UTF-8' $? 1
{
	echo 'a: &a [x, x, x, x, x, x, x, x, x]'
	p=a
	for n in b c d e f g h i j; do
		echo "$n: &$n [*$p, *$p, *$p, *$p, *$p, *$p, *$p, *$p, *$p]"
		p=$n
	done
} > lefthook.yml
out=$(timeout 20 hookrun validate 2>&1)
is 'an alias bomb is refused' $? 1

cat > lefthook.yml <<'E2'
pre-push:
  parallel: true
  jobs:
    - run: "true"
E2
has 'dump prints the merged file' "$(hookrun dump)" 'parallel: true'
ok 'dump --format json is JSON' sh -c 'hookrun dump --format json | node -e "JSON.parse(require(\"fs\").readFileSync(0))"'
fails 'another format is refused' hookrun dump --format xml

finish
