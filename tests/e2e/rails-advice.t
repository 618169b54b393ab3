#!/bin/sh
# Each refusal ends with ways out of it: words, and under them commands.  Every
# one of them is typed here, as it is printed, in the state that provoked it, and
# leads to where the database is at the tree's state and the next switch clean.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
. "$HERE/tests/helpers/rails_advice.sh"
rails_lab

unhooked switch -q main
hookrun sync > /dev/null 2>&1
sql "INSERT INTO users (name, legacy, created_at, updated_at)
	VALUES ('ada', 'old', now(), now())"
home_is_here

# ---- code of its own branch ------------------------------------------------------
# What its start brings is not there any more, as with a gem for migrations.
branch strong
mkdir -p config/initializers
cat > config/initializers/strong.rb <<'EOS'
require "active_record/migration"
ActiveRecord::Migration.class_eval { def safety_assured; yield; end }
EOS
migration 20240601000001 strong '  def change
    safety_assured { add_column :users, :strong, :string }
  end'
add 20240601000002 stronger stronger
written
unhooked switch -q main
provoke_code() {
	git switch -q strong 2> /dev/null
	go git switch main
}
refusal_words() {
	has 'code: which' "$out" "undefined method \`safety_assured' for #<Strong>"
	has 'code: the advice leaves the schema alone' "$out" SCHEMA=/dev/null
}
home
provoke_code
refusal_words
mended_code() {
	# It is mended by what its branch had.
	[ "$1" != 2 ] ||
		{
			unhooked checkout -q -b brought
			git checkout -q strong -- config/initializers
			commit brought > /dev/null
		}
}
refusal code 3

# ---- one that cannot be rolled back ----------------------------------------------
home
branch one-way
migration 20240602000001 before_it '  def change; add_column :users, :before_it, :string; end'
migration 20240602000002 one_way '  def up; add_column :users, :one_way, :string; end
  def down; raise ActiveRecord::IrreversibleMigration; end'
add 20240602000003 after_it after_it
rails_migrate
written
unhooked switch -q main
provoke_irreversible() {
	git switch -q one-way 2> /dev/null
	go git switch main
}
home
provoke_irreversible
type_in "$(way 1)"
leads_out 'irreversible, left' '20240602000001 20240602000002'
git commit -q --allow-empty -m another
go git switch main
is 'irreversible: it stays left' "$status" 0
hasnt 'irreversible: and is not tried again' "$out" 'roll back'
go hookrun sync
has 'irreversible: why' "$out" 'it is irreversible, and was left before'
home
provoke_irreversible
type_in "$(way 2)"
leads_out 'irreversible, back'
home
provoke_irreversible
type_in "$(way 3)"
leads_out 'irreversible, made anew'
is 'irreversible: there is no other way' \
	"$(provoke_irreversible; way 4)" ''

# ---- a migration that fails ------------------------------------------------------
home
branch fails
migration 20240603000001 fails '  def up; raise "no" unless File.exist?("tmp/mended"); end'
written
unhooked switch -q main
provoke_up() {
	rm -f tmp/mended
	go git switch fails
}
mended_up() { [ "$1" != 1 ] || : > tmp/mended; }
refusal up 2

# ---- what would be lost ----------------------------------------------------------
home
branch loses
migration 20240604000001 loses '  def change; remove_column :users, :legacy, :string; end'
written
unhooked switch -q main
provoke_loss() {
	migrate_options '        on_data_loss: ask'
	go git switch loses
}
home
provoke_loss
has 'loss: the first way is to be asked' "$(way 1)" 'hookrun sync'
typed y "$(way 1)"
status=0
leads_out 'loss, on a terminal'
for nr in 2 3 4; do
	home
	provoke_loss
	type_in "$(way $nr)"
	leads_out "loss, way $nr"
done
is 'loss: there is no other way' "$(home; provoke_loss; way 5)" ''
migrate_options

# ---- locks -----------------------------------------------------------------------
home
branch locked
add 20240605000001 locked locked
written
unhooked switch -q main
migrate_options '        lock_timeout: 200ms'
mkfifo "$TAP_DIR/session"
psql -X -q -A -t -d app_development < "$TAP_DIR/session" > "$TAP_DIR/psql" 2>&1 &
exec 7> "$TAP_DIR/session"
echo "BEGIN; LOCK TABLE users; SELECT 'locked';" >&7
ok 'another session has the table' await grep -q locked "$TAP_DIR/psql"
go git switch locked
is 'locked: the hook fails' "$status" 1
exec 7>&-
wait
migrate_options
type_in "$(way 1)"
leads_out locked

# ---- the database as a whole -----------------------------------------------------
provoke_absent() {
	dropdb -f app_development
	go git switch locked
}
provoke_environment() {
	sql "UPDATE ar_internal_metadata SET value = 'staging'
		WHERE key = 'environment'"
	go git switch locked
}
provoke_copy() {
	sql "UPDATE ar_internal_metadata SET value = 'production'
		WHERE key = 'environment'"
	go git switch locked
}
provoke_versions() {
	sql 'DROP TABLE schema_migrations'
	go git switch locked
}
provoke_read_only() {
	sql 'ALTER DATABASE app_development SET default_transaction_read_only = on'
	go git switch locked
}
mended_read_only() {
	PGOPTIONS='-c default_transaction_read_only=off' \
		sql 'ALTER DATABASE app_development RESET default_transaction_read_only'
}
refusal absent 1
refusal environment 1
refusal copy 1
refusal versions 1
refusal read_only 1

home
go env RAILS_ENV=production git switch locked
is 'production: the hook fails' "$status" 1
commands=$(way 1)
export RAILS_ENV=production
type_in "$commands"
unset RAILS_ENV
leads_out production

# ---- the application, or its files -----------------------------------------------
home
branch no-start
add 20240606000001 no_start no_start
mkdir -p config/initializers
echo 'raise "no" unless File.exist?("tmp/mended")' > config/initializers/no.rb
written
branch twice main
add 20240607000001 twice twice
add 20240607000001 again again
written
branch conflict main
add 20240608000001 conflict conflict
sed -i '2i <<<<<<< HEAD' db/migrate/20240608000001_conflict.rb
written
unhooked switch -q main
provoke_no_start() {
	rm -f tmp/mended
	go git switch no-start
}
provoke_twice() { go git switch twice; }
provoke_conflict() { go git switch conflict; }
mended_no_start() { [ "$1" != 1 ] || : > tmp/mended; }
mended_twice() {
	[ "$1" = 1 ] || return 0
	unhooked checkout -q -b twice-mended
	git mv db/migrate/20240607000001_again.rb db/migrate/20240607000002_again.rb
	commit apart > "$TAP_DIR/out" 2>&1
}
mended_conflict() {
	[ "$1" = 1 ] || return 0
	unhooked checkout -q -b conflict-mended
	sed -i /HEAD/d db/migrate/20240608000001_conflict.rb
	commit resolved > "$TAP_DIR/out" 2>&1
}
refusal no_start 2
refusal twice 2
refusal conflict 2
home

# ---- too many at once, and only told ----------------------------------------------
home
branch many
add 20240610000001 many many
add 20240610000002 more more
written
unhooked switch -q main
git switch -q many 2> /dev/null
go git switch main
git switch -q many 2> /dev/null
migrate_options '        max_rollbacks: 1'
go git switch main
has 'too many: on a terminal' "$(way 1)" 'hookrun sync'
type_in "$(way 2)"
leads_out 'too many'
migrate_options '        mode: notify'
go git switch many
type_in "$(way 1)"
leads_out 'only told'

finish
