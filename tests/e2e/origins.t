#!/bin/sh
# `hookrun config`: each value of the merged configuration, and who sets it.
. "$(dirname "$0")/../helpers/tap.sh"

repo
fails 'without a configuration' hookrun config
git init -q "$TAP_DIR/remote"
cat > "$TAP_DIR/remote/lefthook.yml" <<'E2'
pre-push:
  jobs: [ { name: far, run: far } ]
E2
git -C "$TAP_DIR/remote" add . && git -C "$TAP_DIR/remote" commit -qm one
cat > shared.yml <<'E2'
pre-commit:
  jobs:
    - name: lint
      tags: [a, b]
E2
cat > lefthook.yml <<E2
extends: [shared.yml]
remotes: [ { git_url: "$TAP_DIR/remote" } ]
pre-commit:
  parallel: true
  jobs:
    - name: lint
      run: eslint {staged_files}
    - run: |
        one
        two
  commands:
    a.b: { run: "true" }
E2
cat > lefthook-local.yml <<'E2'
pre-commit:
  parallel: false
  jobs:
    - name: lint
      run: "{cmd} --fix"
E2
hookrun install >/dev/null 2>&1 # fetches the remote
is 'every value with its file and line' \
	"$(hookrun config | sed "s,$TAP_DIR,DIR,; s,^[^	]*remotes/[^/]*/,REMOTE/,")" \
	'lefthook.yml:1	extends: shared.yml
lefthook.yml:2	remotes.0.git_url: DIR/remote
lefthook-local.yml:2	pre-commit.parallel: false
lefthook-local.yml:4	pre-commit.jobs.lint.name: lint
lefthook-local.yml:5	pre-commit.jobs.lint.run: eslint {staged_files} --fix
shared.yml:4	pre-commit.jobs.lint.tags: a, b
lefthook.yml:8	pre-commit.jobs.1.run: "one\ntwo\n"
lefthook.yml:12	pre-commit.commands."a.b".run: true
REMOTE/tree/lefthook.yml:2	pre-push.jobs.far.name: far
REMOTE/tree/lefthook.yml:2	pre-push.jobs.far.run: far'
is 'one value' "$(hookrun config pre-commit.jobs.lint.run)" \
	'lefthook-local.yml:5	pre-commit.jobs.lint.run: eslint {staged_files} --fix'
is 'what is below a key' "$(hookrun config pre-push | wc -l | tr -d ' ')" 2
out=$(hookrun config pre-commit.jobs.lint.root 2>&1)
is 'what is not set' "$? $out" "1 hookrun: 'pre-commit.jobs.lint.root' is not set"
is 'as JSON' "$(hookrun config pre-commit.jobs.lint.tags --json |
	perl -MJSON::PP -0e 'print JSON::PP->new->canonical->encode(decode_json(<STDIN>))')" \
	'{"values":[{"file":"shared.yml","key":"pre-commit.jobs.lint.tags","line":4,"value":["a","b"]}],"version":1}'

finish
