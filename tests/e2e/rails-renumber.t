#!/bin/sh
# A migration that only got another number is applied already: its row gets the
# number too, after a yes.  Two migrations with one number are told as two.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab

sql() { psql -X -q -A -t -d app_development -c "$1"; }

# The lines of $out that are to be typed.
commands() { printf '%s\n' "$out" | sed -n 's/^ *    \(hookrun\|git\) /\1 /p'; }

# settled WHAT: no more work, no boot for it, nothing dirty.
settled() {
	rm -f "$HOOKRUN_TEST_BOOTS"
	go hookrun sync
	is "$1: sync has nothing left to do" "$status $(boots)" '0 0'
	in_sync "$1"
}

llm='  def change
    create_table :llms do |t|
      t.string :name
    end
  end'
OLD=20260809000000 NEW=20260809000001
unhooked switch -q main
hookrun sync > /dev/null 2>&1
branch first main
migration $OLD create_llm "$llm"
written llm
go hookrun sync
sql "INSERT INTO llms (name) VALUES ('one')"
home_is_here
rm -f "$HOOKRUN_TEST_BOOTS"
has 'it is applied' "$(versions)" $OLD

# ---- a commit of its own: HEAD's history removed the old file ------------------
branch moved
git mv db/migrate/${OLD}_create_llm.rb db/migrate/${NEW}_create_llm.rb
written moved
before=$(picture)
go hookrun sync
is 'without a terminal: it stops' "$status" 1
has 'and says what it is' "$out" 'applied already, under another number'
has 'and which' "$out" "renumber $OLD to $NEW create_llm"
has 'and the state' "$out" 'nothing was changed'
hasnt 'no table is in the way' "$out" DuplicateTable
is 'nothing was' "$(picture)" "$before"
is 'no boot for that' "$(boots)" 0
go hookrun migrate --plan
is 'the plan' "$out" "development: app_development (primary)
  renumber $OLD to $NEW create_llm"
has 'status' "$(hookrun status 2>&1)" '1 to renumber'
go hookrun sync
out=$(sh -c "$(commands)" 2>&1)
has 'the command that is named leads out' "$out" "$OLD is now $NEW"
has 'the row has the new number' "$(versions)" $NEW
hasnt 'and not the old one' "$(versions)" $OLD
is 'nothing is lost' "$(sql 'SELECT name FROM llms')" one
settled 'a commit of its own'

# The text that it was applied with is known by its new number.
go git switch main
hasnt 'from there it is rolled back' "$(versions)" $NEW
settled 'rolled back after that'

# ---- rewritten: the old file is in no history of HEAD --------------------------
home
branch amended
git mv db/migrate/${OLD}_create_llm.rb db/migrate/${NEW}_create_model.rb
sed -i -e 's/CreateLlm/CreateModel/' -e '2i # as it is called now' \
	db/migrate/${NEW}_create_model.rb
git add -A
go git commit -q --amend -m amended
is 'amended without a terminal: it stops' "$(sql 'SELECT count(*) FROM llms')" 1
typed n 'hookrun sync'
has 'on a terminal it is asked' "$out" 'renumber 1?'
has 'by both names' "$out" "renumber $OLD create_llm to $NEW create_model"
has 'a no leaves it' "$(versions)" $OLD
typed y 'hookrun sync'
has 'a yes gives it the number' "$(versions)" $NEW
is 'and nothing is lost by that' "$(sql 'SELECT name FROM llms')" one
settled amended

# ---- two branches, with other work, unasked ------------------------------------
home
branch second main
migration $NEW create_llm "$llm"
add 20260810000000 add_nick nick
migration 20260810000001 index_names '  disable_ddl_transaction!
  def change
    add_index :users, :name, algorithm: :concurrently
  end'
written second
branch older first
add 20260808000000 add_age age
written age
migrate_options '        renumbered: auto'
hookrun sync > /dev/null 2>&1
rm -f "$HOOKRUN_TEST_BOOTS"
go git switch second
is 'renumbered: auto' "$status" 0
has 'says it in the line of the rest' "$out" '↓1'
has 'with both numbers' "$out" "$OLD is now $NEW"
is 'with one start' "$(boots)" 1
is 'and the rows stay' "$(sql 'SELECT name FROM llms')" one
settled 'with other work, step by step'
go git switch older
is 'and back' "$status" 0
is 'with the rows' "$(sql 'SELECT name FROM llms')" one
settled 'and back'

# A failure after it undoes it too.
unhooked switch -q second
git rm -q db/migrate/20260810000001_index_names.rb
migration 20260810000002 fails '  def up; raise "no"; end'
written fails
before=$(picture)
go hookrun sync
is 'a failure after it' "$status" 1
has 'a failure after it: the state' "$out" 'the database is as it was before'
is 'a failure after it: which is true' "$(picture)" "$before"

# ---- unasked, but a work tree beside this one has the old number ---------------
home
unhooked worktree add -q -b beside "$TAP_DIR/beside" first
cp lefthook.yml "$TAP_DIR/beside"
(cd "$TAP_DIR/beside" && hookrun sync) > "$TAP_DIR/out" 2>&1
before=$(picture)
go git switch moved
is 'renumbered: auto, in use elsewhere: it stops' "$status" 1
has 'and says where' "$out" \
	"renumber $OLD to $NEW create_llm (in use by the work tree '../beside')"
is 'nothing was changed' "$(picture)" "$before"
unhooked worktree remove --force "$TAP_DIR/beside"
go git commit -q --allow-empty -m 'it is gone'
go git switch -c moved-too
has 'when it is gone the row gets the number' "$(versions)" $NEW

# ---- renumbered: stop ----------------------------------------------------------
home
unhooked switch -q moved
migrate_options '        renumbered: stop'
typed y 'hookrun sync'
hasnt 'renumbered: stop asks nobody' "$out" '[y/N]'
has 'renumbered: stop has changed nothing' "$(versions)" $OLD
has 'and says what leads on' "$out" 'hookrun sync --set renumbered=auto'
go hookrun sync --set renumbered=auto
settled 'after renumbered: stop'
migrate_options

# ---- the same number, another migration ----------------------------------------
home
branch other main
migration $OLD create_prompts '  def change
    create_table :prompts
  end'
written other
home
go git switch other
is 'one number, two migrations: told' "$status" 0
has 'by both names' "$out" \
	"$OLD is 'create_llm' in the database and 'create_prompts' here"
out=$(sh -c "$(commands)" 2>&1)
is 'the command that is named brings this one in' "$(sql \
	"SELECT to_regclass('prompts'), to_regclass('llms')")" 'prompts|'
settled 'one number, two migrations'
go git switch first
has 'and back' "$out" \
	"$OLD is 'create_prompts' in the database and 'create_llm' here"
out=$(sh -c "$(commands)" 2>&1)
settled 'one number, two migrations, and back'

# ---- --set ---------------------------------------------------------------------
go hookrun sync --set renumbered=maybe
is '--set: no such value' "$status" 1
has '--set: which there are' "$out" 'ask, auto or stop'
go hookrun sync --set nothing=1
has '--set: no such option' "$out" "no step here has the option 'nothing'"
go hookrun migrate --set renumbered
has '--set: no value' "$out" "'renumbered' is not KEY=VALUE"

finish
