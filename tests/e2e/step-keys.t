#!/bin/sh
# A job's own keys mean for a built-in step what they mean for any job.
. "$(dirname "$0")/../helpers/tap.sh"

repo
printf '/lefthook.yml\n/ran\n' > .gitignore
mkdir backend
lock_file 1.0 > Gemfile.lock
lock_file 3.0 > backend/Gemfile.lock
echo one > note.txt
echo one > code.rb
commit one
git switch -q -c texts
echo two > note.txt
commit 'a text'
git switch -q -c codes
git rm -q code.rb
commit 'code that is gone'
git switch -q -c locks main
lock_file 2.0 > Gemfile.lock
lock_file 4.0 > backend/Gemfile.lock
commit 'lock files'
git switch -q -c bare main
git rm -qr backend
commit 'no backend'
git switch -q main

configured() {
	cat > lefthook.yml
	git -c core.hooksPath=/dev/null switch -q main
	rm -rf .git/hookrun ran
	hookrun install > /dev/null
}

go() {
	out=$("$@" 2>&1)
	status=$?
}

# A step that has something to do whenever it is asked, and leaves a line.
always() {
	cat <<E2
    - uses: test-map
      with:
        branches: ['*']
        background: false
        refresh: echo "\${PWD##*/} \${FLAVOUR:-}" >> "\$(git rev-parse --show-toplevel)/ran"
E2
}
ran() { cat ran 2>/dev/null; }

# ---- root ----------------------------------------------------------------------
configured <<E2
post-checkout:
  jobs:
    - uses: deps
      root: backend/
      with: { mode: notify }
$(always)
      root: ./backend
E2
ok 'root: valid' hookrun validate
go git switch locks
has 'root: deps looks there' "$out" 'backend/Gemfile.lock: rake 3.0 → 4.0'
hasnt 'root: and only there' "$out" 'rake 1.0 → 2.0'
is 'root: test-map runs there' "$(ran)" 'backend '
go git switch main
rm -f ran
go git switch bare
is 'root: a branch without it is no failure' "$status:$out" \
	"0:Switched to branch 'bare'"
is 'root: nor is anything run' "$(ran)" ''

configured <<'E2'
post-checkout:
  root: backend
  jobs:
    - { name: hooks, uses: deps, with: { mode: notify } }
    - { name: own, uses: deps, with: { mode: notify, root: . } }
    - { uses: migrate }
E2
go git switch locks
has "root: the hook's holds too" "$out" 'backend/Gemfile.lock: rake 3.0 → 4.0'
has 'root: the option wins over it' "$out" 'rake 1.0 → 2.0'
go hookrun migrate
has "root: migrate looks there, by hand too" "$out" \
	"no Rails application in 'backend'"

configured <<'E2'
post-checkout:
  jobs: [{ uses: deps, root: .., with: { mode: notify } }]
E2
go git switch locks
has 'root: not outside of the work tree' "$out" 'is outside of the work tree'
is 'root: which is a failure' "$status" 1

# ---- env, name, tags, skip, only, needs, allow_failure -------------------------
configured <<E2
post-checkout:
  env: { FLAVOUR: hook }
  jobs:
$(always)
      name: refresh
      tags: [slow]
      env: { FLAVOUR: mint }
      skip: [{ ref: texts }]
E2
go git switch locks
is 'env: of the job' "$(ran | cut -d' ' -f2)" mint
has 'name: in the output' "$out" 'refresh'
rm ran
go git switch texts
is 'skip: holds' "$(ran)" ''
export HOOKRUN_EXCLUDE=slow
go git switch locks
is 'tags: excluded' "$(ran)" ''
HOOKRUN_EXCLUDE=other
go git switch main
is 'tags: not excluded' "$(ran | cut -d' ' -f2)" mint
unset HOOKRUN_EXCLUDE
rm ran
hookrun sync > /dev/null 2>&1
is 'env: by hand too' "$(ran | cut -d' ' -f2)" mint

mkdir -p app/config app/db
printf 'production:\n  adapter: postgresql\n  database: x\n' \
	> app/config/database.yml
configured <<'E2'
post-checkout:
  env: { RAILS_ENV: test }
  jobs:
    - { uses: migrate, root: app, env: { RAILS_ENV: production } }
E2
refusal="the environment is 'production'"
has 'env: sync' "$(hookrun sync 2>&1)" "$refusal"
has 'env: migrate --plan' "$(hookrun migrate --plan 2>&1)" "$refusal"
has 'env: status' "$(hookrun status 2>&1)" "$refusal"
rm -r app

configured <<E2
post-checkout:
  jobs:
    - { name: first, run: test -e backend }
$(always)
      only: [{ ref: texts }, { ref: bare }]
      needs: first
E2
go git switch locks
is 'only: elsewhere nothing' "$(ran)" ''
go git switch texts
is 'only: holds' "$(ran | wc -l)" 1
rm ran
go git switch bare
is 'needs: what failed keeps it from running' "$(ran)" ''

configured <<'E2'
post-checkout:
  jobs:
    - uses: test-map
      allow_failure: true
      with: { branches: ['*'], background: false, refresh: exit 3 }
E2
go git switch locks
is 'allow_failure: the hook passes' "$status" 0
has 'allow_failure: and it is told' "$out" 'failed with status 3'

# ---- timeout -------------------------------------------------------------------
configured <<'E2'
post-checkout:
  jobs:
    - uses: test-map
      timeout: 1s
      with: { branches: ['*'], background: false, refresh: sleep 1000 }
E2
go git switch locks
is 'timeout: the hook fails' "$status" 1
has 'timeout: it says so' "$out" 'timeout (1s)'

# ---- glob, exclude, file_types, files ------------------------------------------
filtered() { configured <<E2
post-checkout: &it
  jobs:
$(always)
      $1
post-merge: *it
E2
}

filtered 'glob: "*.rb"'
go git switch texts
is 'glob: no such file was changed' "$(ran)" ''
go git switch codes
is 'glob: one that is gone counts' "$(ran | wc -l)" 1
go git switch locks
is 'glob: one that is back too' "$(ran | wc -l)" 2
go git switch main
is 'glob: and then none' "$(ran | wc -l)" 2
go git merge -q codes
is 'glob: in a merge' "$(ran | wc -l)" 3
git reset -q --hard HEAD~2
rm ran
hookrun sync > /dev/null 2>&1
is 'glob: by hand it does not count' "$(ran | wc -l)" 1

filtered 'exclude: ["*.txt"]'
go git switch texts
is 'exclude: nothing else was changed' "$(ran)" ''
go git switch locks
is 'exclude: something was' "$(ran | wc -l)" 1

filtered 'file_types: symlink'
go git switch texts
is 'file_types: no such file' "$(ran)" ''

filtered 'files: echo code.rb'
go git switch texts
is 'files: a command that prints one' "$(ran | wc -l)" 1
filtered 'files: echo'
go git switch texts
is 'files: a command that prints none' "$(ran)" ''

filtered 'root: backend
      glob: "*.lock"'
go git switch texts
is 'root and glob: nothing there was changed' "$(ran)" ''
go git switch locks
is 'root and glob: something was' "$(ran)" 'backend '

finish
