#!/bin/sh
# The main job: switching between diverging branches of a real Rails
# application on a real PostgreSQL.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab

out=$(git switch feature-b 2>&1)
is 'the switch succeeds' $? 0
is 'rolled back and migrated, in one line, by name' \
	"$(printf '%s\n' "$out" | grep migrate | sed 's/[0-9.]*s (/T (/')" \
	'migrate: ↓2 AddNick, DropLegacy ↑1 CreateWidgets in T (atomic)'
has 'says what changed in Gemfile.lock' "$out" 'globalid'
is 'one Rails boot' "$(boots)" 1
in_sync 'feature-b'

out=$(git switch feature-a 2>&1)
is 'back again' $? 0
has 'the other way round' "$out" 'migrate: ↓1 CreateWidgets ↑2 DropLegacy, AddNick in'
is 'again one boot' "$(boots)" 2
in_sync 'feature-a'

git switch -q main 2>/dev/null
in_sync 'main'
is 'three boots' "$(boots)" 3

out=$(git switch -c topic 2>&1)
is 'a new branch at the same commit: not a word from us' "$out" \
	"Switched to a new branch 'topic'"
git commit -q --allow-empty -m empty
out=$(git switch main 2>&1)
is 'another commit with the same migrations: silence' "$out" \
	"Switched to branch 'main'"
is 'and no boot' "$(boots)" 3
started=$(programs git switch topic | grep -v -e '/git$' -e git-core \
	-e '/hooks/post-checkout$' -e '/bin/hookrun$' | but_ps)
is 'and back: no program but the hook file and hookrun' "$started" ''
is 'hookrun forks nothing' "$(hookrun_forks)" ''
hasnt 'and loads no libpq' "$(hookrun_calls)" libpq
git switch -q main

# The next event catches up with what fires no hook.
git switch -q feature-a 2>/dev/null
git reset -q --hard main
is 'reset fires no hook' "$(versions)" \
	'20240101000001 20240101000002 20240201000001 20240201000002 '
git switch -q -c after-reset 2>/dev/null
in_sync 'after a reset, at the next event'

git merge -q --no-edit feature-b >/dev/null 2>&1
in_sync 'a merge'

out=$(git checkout -- Gemfile 2>&1)
is 'a file checkout is nothing to us' "$out" ''

# HEAD's own history once had these two and removed them.
git switch -q -c squash main 2>/dev/null
git rm -q db/migrate/20240101000001_create_users.rb
git commit -qm 'squash old migrations'
out=$(git switch main 2>&1 && git switch squash 2>&1)
has 'a squashed migration is left applied' "$(versions)" 20240101000001
has 'and the reason is said' "$out" '20240101000001'

finish
