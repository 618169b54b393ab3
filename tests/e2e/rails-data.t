#!/bin/sh
# Data migrations: those that are pending are told of, and those that a switch
# leaves applied without their file.  The gem data_migrate is in no package of
# Debian's, so that its table is made by hand; its files are only looked at.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
git switch -q main 2>/dev/null
home_is_here
sql() { psql -X -q -A -t -d app_development -c "$1"; }

data_table() { sql 'CREATE TABLE data_migrations (version varchar PRIMARY KEY)'; }
# data VERSION NAME: one that says too much if it is ever run.
data() {
	mkdir -p db/data
	cat > "db/data/$1_$2.rb" <<E2
class $(camelize "$2") < ActiveRecord::Migration[6.1]
  def up
    raise "the data migration was run"
  end
end
E2
}
has_not_run="run with 'bundle exec rake data:migrate'"

# ---- a branch with a column and what fills it --------------------------------
branch nick
add 20240910000001 add_nick nick
data 20240910000002 fill_nick
written
unhooked switch -q main

home
go git switch nick
is 'without the table they may be anything' "$status" 0
hasnt 'and not a word is said' "$out" 'data migration'
is 'the column is there' "$(versions)" \
	'20240101000001 20240101000002 20240910000001 '
go git switch main
hasnt 'nor on the way back' "$out" 'data migration'

home
data_table
go git switch nick
is 'pending: the switch succeeds' "$status" 0
has 'and tells' "$out" \
	"migrate: data migration pending: 20240910000002 fill_nick; $has_not_run"
is 'it was not run' "$(sql 'SELECT count(*) FROM data_migrations')" 0
is 'one start of Rails' "$(boots)" 1
go git switch -c nick-too
hasnt 'told once' "$out" 'data migration'
go git commit -q --allow-empty -m empty
go git switch nick
hasnt 'nor is it with nothing changed' "$out" 'data migration'
is 'nor was Rails started' "$(boots)" 1
rm .git/hookrun/migrate
go git switch nick-too
ok 'the database is looked at again' test -e .git/hookrun/migrate
hasnt 'which is no reason to repeat it' "$out" 'data migration'
go git switch nick
go hookrun sync
has 'who asks is told again' "$out" 'data migration pending: 20240910000002 fill_nick'
go hookrun status
has 'by status too' "$out" 'data migration pending: 20240910000002 fill_nick'
go hookrun migrate --plan
has 'and by the plan' "$out" 'data migration pending: 20240910000002 fill_nick'

# The gem writes the row.
sql "INSERT INTO data_migrations VALUES ('20240910000002')"
go hookrun status
hasnt 'done: status is content' "$out" 'data migration'
go git switch main
has 'its branch is left: it is named' "$out" \
	'migrate: data migration left applied, its file is not here: 20240910000002 fill_nick;'
has 'with what that means' "$out" "'bundle exec rake data:migrate' will not run it again"
is 'and stays applied' "$(sql 'SELECT version FROM data_migrations')" 20240910000002
is 'the migration was rolled back' "$(versions)" '20240101000001 20240101000002 '
go git switch -c main-too
hasnt 'once' "$out" 'data migration'
go hookrun sync
hasnt 'it is none of main' "$out" 'data migration'
go git switch nick
hasnt 'back: it counts as done, as for the gem' "$out" 'data migration'

# ---- only data migrations differ ---------------------------------------------
home
data_table
branch only main
data 20240911000001 one
data 20240911000002 two
data 20240911000003 three
data 20240911000004 four
data 20240911000005 five
written
unhooked switch -q main
go hookrun sync
rm -f "$HOOKRUN_TEST_BOOTS"
go git switch only
has 'no migration beside them: they are told all the same, four by name' "$out" \
	'data migrations pending: 20240911000001 one, 20240911000002 two, 20240911000003 three, 20240911000004 four and 1 more;'
is 'without Rails' "$(boots)" 0
sql "INSERT INTO data_migrations VALUES ('20240911000001'), ('20240911000002'), ('x')"
git rm -q db/data/20240911000001_one.rb
unhooked commit -qm 'an old one'
data 20240911000006 six
git add -A
go git commit -qm six
go hookrun sync
hasnt 'one that this history has removed is no matter' "$out" 'left applied'
has 'the others are pending' "$out" \
	'pending: 20240911000003 three, 20240911000004 four, 20240911000005 five, 20240911000006 six;'
go git switch -c only-too
go git switch main
has 'left: those that are applied' "$out" 'data migration left applied, its file is not here: 20240911000002 two;'

# ---- before the first was run there is no table -------------------------------
home
unhooked switch -q only
echo 'DataMigrate::Data.define(version: 0)' > db/data_schema.rb
git add -A
unhooked commit -qm 'what the gem writes'
unhooked switch -q main
forget
go git switch only
has 'the file of the gem tells that they are used' "$out" 'data migrations pending: 20240911000002 two,'

# ---- where Rails has to be asked ----------------------------------------------
home
data_table
branch asked main
cat >> config/application.rb <<'E2'
ActiveRecord::Base.table_name_prefix = ''
ENV['PGAPPNAME'] ||= 'app'
E2
sed -i 's/database: app_development/database: <%= Time.now \&\& "app_development" %>/' \
	config/database.yml
written
branch asked-too asked
data 20240912000001 by_rails
written
unhooked switch -q asked
go git switch asked-too
has 'Rails has told of the table' "$out" 'data migration pending: 20240912000001 by_rails;'
is 'in one start' "$(boots)" 1

# ---- in another folder ---------------------------------------------------------
# elsewhere FOLDER: as the initializer of the gem's manual sets it.
elsewhere() {
	mkdir -p config/initializers
	cat > config/initializers/data_migrate.rb <<E2
if defined?(DataMigrate)
  DataMigrate.configure do |config|
    # config.data_migrations_path = "db/nowhere/"
    config.data_migrations_path = $1
  end
end
E2
}
home
data_table
branch rows main
elsewhere '"db/rows/"'
written
branch rows-too rows
data 20240913000001 in_rows
mv db/data db/rows
written
branch code rows-too
elsewhere 'Rails.root.join("db/rows").to_s'
written
unhooked switch -q rows
hookrun sync > /dev/null 2>&1
rm -f "$HOOKRUN_TEST_BOOTS"
go git switch rows-too
has 'another folder is followed' "$out" 'data migration pending: 20240913000001 in_rows;'
is 'without Rails' "$(boots)" 0
sql "INSERT INTO data_migrations VALUES ('20240913000001')"
go git switch rows
has 'also by who leaves it' "$out" \
	'data migration left applied, its file is not here: 20240913000001 in_rows;'
unhooked switch -q code
go hookrun sync
has 'one that Ruby has to be asked for: that is said' "$out" \
	"data migrations are not looked for: 'config/initializers/data_migrate.rb' does not name their folder"
hasnt 'and nothing is made up' "$out" 'pending'

finish
