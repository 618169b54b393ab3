#!/bin/sh
# What is rolled back, what is left, and where the old files come from: the
# traps of planning.  Each scenario starts at `home`, which is main with one row
# of data.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
git switch -q main 2>/dev/null
psql -X -q -d app_development -c \
	"INSERT INTO users (name, created_at, updated_at) VALUES ('ada', now(), now())"
home_is_here

# ---- equal names, equal versions, other names --------------------------------
home
branch like-a
add 20240301000001 rename_me_a fix_a
add 20240301000002 fix_data data_a
written
branch like-b
add 20240301000003 rename_me_b fix_b
add 20240301000004 fix_data data_b
written
has 'git would call it a rename' "$(git diff --name-status like-a like-b)" R0
git switch -q like-a 2>/dev/null
in_sync 'one of two that look alike'
go git switch like-b
has 'two that look alike, one class name on both' "$out" '↓2 FixData, RenameMeA ↑2 RenameMeB, FixData in'
in_sync 'the other'
is 'a boot each' "$(boots)" 2

branch renamed like-b
git mv db/migrate/20240301000003_rename_me_b.rb db/migrate/20240301000003_named_anew.rb
sed -i 's/RenameMeB/NamedAnew/' db/migrate/20240301000003_named_anew.rb
written
unhooked switch -q like-b
go git switch renamed
is 'a renamed migration is the same one: not a word' "$out" \
	"Switched to branch 'renamed'"
is 'and no boot' "$(boots)" 2

branch twice like-b
add 20240301000003 another_one another
written
unhooked switch -q like-b
before=$(picture)
go git switch twice
is 'two files of one version: the hook fails' "$status" 1
has 'and both are named' "$out" '20240301000003_another_one.rb'
has 'both' "$out" '20240301000003_rename_me_b.rb'
is 'the database is as it was' "$(picture)" "$before"
is 'without a boot' "$(boots)" 2

# ---- class names and versions that are easily misread ------------------------
home
branch odd-names
mkdir -p config/initializers
echo 'ActiveSupport::Inflector.inflections { |i| i.acronym "API" }' > \
	config/initializers/inflections.rb
sed -i 's/class App </class App < /' config/application.rb
migration 20240302000001 add_api_key '  def change
    add_column :users, :api_key, :string
  end'
sed -i 's/AddApiKey/AddAPIKey/' db/migrate/20240302000001_add_api_key.rb
migration 001 very_old '  def change
    create_table :olds
  end'
migration 20230101000001 older_than_the_rest '  def change
    create_table :olders
  end'
written
go git switch odd-names
has 'an acronym, leading zeros, an older one out of order' "$out" '↑3'
in_sync 'odd names'
has '001 is stored as 1' "$(versions)" '1 2023'
git commit -q --allow-empty -m empty
go git switch -c odd-too
is 'and is not pending again' "$(boots)" 1
go git switch main
has 'rolled back where the acronym is not known' "$out" '↓3'
in_sync 'main after odd names'

# ---- edited in place ---------------------------------------------------------
home
branch colour-a
add 20240303000001 add_colour color
written
branch colour-b
add 20240303000001 add_colour colour
written
branch comment colour-a
printf '# A comment,\n%s\n' "$(sed 's/string$/string # and another/' \
	db/migrate/20240303000001_add_colour.rb)" > db/migrate/20240303000001_add_colour.rb
written
git switch -q colour-a 2>/dev/null
go git switch comment
is 'only a comment changed: not a word' "$out" "Switched to branch 'comment'"
before=$(picture)
go git switch colour-b
is 'edited in place: no failure' "$status" 0
has 'it is told' "$out" 'changed since applied: 20240303000001'
is 'and left alone' "$(picture)" "$before"
is 'without a boot' "$(boots)" 1
go git switch colour-a
is 'where its text is the applied one, silence' "$out" \
	"Switched to branch 'colour-a'"
migrate_options '        changed: redo'
go git switch colour-b
has 'changed: redo takes it back with the old text' "$out" '↓1 AddColour ↑1 AddColour in'
in_sync 'redo'
go git switch colour-a
in_sync 'and redo the other way'
is 'a boot each' "$(boots)" 3

# The commit that brought it is amended: post-rewrite sees to it.
migration 20240303000001 add_colour '  def change
    add_column :users, :color, :integer
  end'
git add -A
go git commit -q --amend --no-edit
in_sync 'an amended migration is done again'
is 'in one boot' "$(boots)" 4
git rm -q db/migrate/20240303000001_add_colour.rb
go git commit -q --amend --allow-empty --no-edit
in_sync 'one that was amended away is rolled back'
migrate_options

# ---- not in any commit -------------------------------------------------------
home
branch topic
echo topic > topic
written
unhooked switch -q main
add 20240304000001 untracked note
go hookrun sync
has 'an untracked migration is applied by sync' "$out" '↑1'
go git switch topic
is 'and survives a switch: not a word' "$out" "Switched to branch 'topic'"
git stash -q -u
go git switch main
has 'stashed it is rolled back' "$out" '↓1'
in_sync 'stashed'
git stash pop -q >/dev/null
go hookrun sync
has 'popped it is back' "$(versions)" 20240304000001
git stash -q -u
forget
go git switch topic
has 'the stash alone is source enough' "$out" '↓1'
in_sync 'from the stash'
git stash pop -q >/dev/null
hookrun sync >/dev/null 2>&1
rm db/migrate/20240304000001_untracked.rb
go hookrun migrate --plan
has 'deleted, and never in git: kept by hookrun' "$out" 'kept by hookrun'
go hookrun sync
in_sync 'rolled back all the same'

# ---- branches that are gone --------------------------------------------------
home
branch doomed
add 20240305000001 doomed doom
written
git switch -q doomed 2>/dev/null
createdb -T app_development app_doomed
unhooked switch -q main
unhooked switch -q topic
git branch -qD doomed
go hookrun migrate --plan
has 'a deleted branch: the commit is still there' "$out" 'previous head'
cp -R .git/hookrun/migrations "$TAP_DIR/kept"
forget
go hookrun migrate --plan
has 'or found in the reflog' "$out" 'reflog'
rm -rf .git/hookrun/migrations
mv "$TAP_DIR/kept" .git/hookrun/migrations
git reflog expire --expire=now --all
git gc -q --prune=now
go hookrun migrate --plan
has 'collected by gc: the text that is kept' "$out" 'kept by hookrun'
is 'a plan starts no Rails' "$(boots)" 1
go hookrun sync
has 'rolled back from there' "$out" '↓1'
in_sync 'from the text that is kept'

dropdb -f app_development
createdb -T app_doomed app_development
forget
git gc -q --prune=now
before=$(picture)
go hookrun sync
is 'gone from everywhere: no failure' "$status" 0
has 'said' "$out" 'left applied: 20240305000001'
is 'and left' "$(picture)" "$before"
is 'Rails was asked where it is' "$(boots)" 3
go hookrun sync
is 'once' "$(boots)" 3

# ---- removed on purpose ------------------------------------------------------
home
branch squashed
git rm -q db/migrate/20240101000001_create_users.rb
written 'squash' >/dev/null
branch before-squash
add 20240306000001 add_late late
written
git switch -q before-squash 2>/dev/null
go git switch squashed
has 'what only the old branch has goes' "$out" '↓1'
has 'what the merge base has stays' "$(versions)" '20240101000001 20240101000002 '
has 'and it is said' "$out" 'left applied: 20240101000001'
is 'one boot' "$(boots)" 2

home
branch reverted
add 20240307000001 add_regret regret
written 'a regret'
git switch -q reverted 2>/dev/null
unhooked revert --no-edit HEAD >/dev/null 2>&1
before=$(picture)
go hookrun sync
has 'a reverted migration is left, and why' "$out" 'own history removed'
is 'left' "$(picture)" "$before"

# ---- merges and cherry-picks -------------------------------------------------
home
branch picked
add 20240308000001 add_picked picked
written
branch picker
git cherry-pick picked >/dev/null 2>&1
git switch -q picked 2>/dev/null
go git switch picker
is 'cherry-picked: the same migration' "$out" "Switched to branch 'picker'"
unhooked merge -q --no-edit feature-a >/dev/null 2>&1
go git switch -c merged
has 'a merge commit brings the other side' "$out" '↑2'
in_sync 'a merge commit as HEAD'
go git switch picked
has 'its parent lacks them again' "$out" '↓2'
in_sync 'a parent of the merge'

# ---- a work tree that is not HEAD's ------------------------------------------
home
branch edited
add 20240101000002 add_email_to_users mail
add 20240311000001 add_more more
written
unhooked switch -q main
add 20240101000002 add_email_to_users e_mail
before=$(picture)
go git checkout -m edited
ok 'checkout -m with a conflict in a migration' \
	grep -q '^<<<<<<<' db/migrate/20240101000002_add_email_to_users.rb
is 'fails' "$status" 1
has 'with the reason' "$out" 'merge conflicts'
is 'and with what to do, once' "$(printf '%s\n' "$out" |
	grep -c "hookrun sync")" 1
is 'and changes nothing' "$(picture)" "$before"

home
git sparse-checkout set --no-cone '/*' '!/db/' 2>/dev/null
[ ! -e db/migrate ]
result $? 'a sparse checkout without db/'
go hookrun sync
is 'says nothing of the migrations it leaves out' "$(picture)" "$before"
hasnt 'rolls none of them back' "$out" '↓'
git sparse-checkout disable
is 'and starts no Rails' "$(boots)" 0

# ---- code of the old branch --------------------------------------------------
home
branch ghost
mkdir -p app/models
printf 'class Gadget < ApplicationRecord\n  def self.farewell = delete_all\nend\n' > \
	app/models/gadget.rb
migration 20240309000001 create_gadgets '  def up
    create_table :gadgets
    Gadget.create!
  end

  def down
    Gadget.farewell
    drop_table :gadgets
  end'
written
git switch -q ghost 2>/dev/null
migrate_options '        on_data_loss: allow'
go git switch main
has 'a down that needs a model of its own branch' "$out" '↓1'
in_sync 'ghost'
migrate_options

home
branch has-method
printf 'class User < ApplicationRecord\n  def self.tidy = count\nend\n' > app/models/user.rb
migration 20240309000002 needs_tidy '  def up = add_column(:users, :tidy, :string)

  def down
    User.tidy
    remove_column :users, :tidy
  end'
written
branch lacks-method
printf 'class User < ApplicationRecord\nend\n' > app/models/user.rb
written
git switch -q has-method 2>/dev/null
before=$(picture)
go git switch lacks-method
is 'a down that needs a changed method fails' "$status" 1
has 'clearly' "$out" "undefined method \`tidy'"
has 'naming the file' "$out" '20240309000002_needs_tidy.rb'
is 'and changes nothing' "$(picture)" "$before"
is 'the switch itself is done' "$(git branch --show-current)" lacks-method
is 'git status is clean' "$(git status --porcelain)" ''

# ---- how much, and who is asked ----------------------------------------------
home
branch many
for n in 1 2 3; do
	add 2024031000000$n "add_many_$n" "many_$n"
done
written
git switch -q many 2>/dev/null
createdb -T app_development app_many
before=$(picture)
many() {
	unhooked switch -q many
	dropdb -f app_development
	createdb -T app_many app_development
	migrate_options "$1"
}

migrate_options '        max_rollbacks: 2'
go setsid git switch main
is 'above max_rollbacks: no failure' "$status" 0
has 'only told' "$out" "more than 'max_rollbacks: 2'"
is 'nothing is done' "$(picture)" "$before"
many '        max_rollbacks: 2'
typed y 'git switch main'
has 'on a terminal it is asked' "$out" 'roll back 3'
in_sync 'after yes'

many '        mode: notify'
go setsid git switch main
is 'mode notify: no failure' "$status" 0
has 'told' "$out" '↓ 20240310000003'
has 'and how to go on' "$out" 'hookrun sync'
is 'nothing is done' "$(picture)" "$before"
typed y 'git checkout -q many && git checkout -q main'
is 'nor on a terminal' "$(picture)" "$before"

many '        mode: ask'
go setsid git switch main
is 'mode ask without a terminal: no failure' "$status" 0
has 'told' "$out" '↓ 20240310000003'
is 'nothing is done' "$(picture)" "$before"
many '        mode: ask'
typed n 'git switch main'
has 'with one it asks' "$out" '[y/N]'
is 'no is no' "$(picture)" "$before"
many '        mode: ask'
typed y 'git switch main'
in_sync 'yes is yes'
migrate_options

many ''
migrate_options
git clone -q --depth 1 --no-single-branch "file://$PWD" "$TAP_DIR/shallow"
cp lefthook.yml "$TAP_DIR/shallow"
cd "$TAP_DIR/shallow" || exit 1
unhooked checkout -q many
hookrun install >/dev/null
go setsid git switch main
is 'a shallow clone: no failure' "$status" 0
has 'cannot tell what was removed on purpose' "$out" 'shallow'
is 'so nothing is done' "$(picture)" "$before"

finish
