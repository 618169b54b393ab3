#!/bin/sh
# The driver under each version of Rails that it knows.  Only 6.1 can be had
# here, which the other files run for real; the rest are stand-ins that have the
# shapes of those versions and nothing else (tests/helpers/rails_shapes.rb).
. "$(dirname "$0")/../helpers/tap.sh"

app=$TAP_DIR/app
mkdir -p "$app/config" "$app/db/migrate" "$app/db/animals" "$TAP_DIR/old/1" \
	"$TAP_DIR/stores" "$TAP_DIR/lib"
cd "$app" || exit 1
echo "require '$HERE/tests/helpers/rails_shapes.rb'" > config/environment.rb
touch "$TAP_DIR/lib/active_record.rb"
export RUBYLIB="$TAP_DIR/lib" STORES="$TAP_DIR/stores" HOOKRUN_PLAN="$TAP_DIR/plan"

# made FILE CLASS TABLE [VERSION-OF-RAILS]
made() {
	cat > "$1" <<E2
class $2 < ActiveRecord::Migration[${4:-5.2}]
  def up
    connection.create_table "$3"
  end

  def down
    connection.drop_table "$3"
  end
end
E2
}

# The old branch's migration has the new one's class and version.
made "$TAP_DIR/old/1/1_things.rb" Things olds
made db/migrate/1_things.rb Things news
made db/migrate/2_more.rb More mores
made db/animals/7_cats.rb Cats cats

stores() {
	echo '{"environment":"development","tables":["olds"],"versions":[1]}' > "$STORES/first.json"
	echo '{"environment":"development","tables":[],"versions":[]}' > "$STORES/second.json"
}

plan() {
	cat > "$HOOKRUN_PLAN" <<E2
{ "dir": "$TAP_DIR", "kept": "$TAP_DIR/kept", "lock_timeout_ms": 100,
  "atomic": true, "on_data_loss": "allow", "irreversible": "stop", "ghosts": null,
  "databases": { "primary": { "downs": [ { "version": "1", "redo": true, "tree": null,
    "file": "$TAP_DIR/old/1/1_things.rb" } ] }${others} } }
E2
}

# drive [ANSWER]: what hookrun says to the databases that Rails has.
drive() {
	printf '%s\nstop\n' "${1:-go}" | ruby "$HERE/hooks/rails_driver.rb" 4<&0 3> "$TAP_DIR/events" \
		> "$TAP_DIR/printed" 2>&1
	status=$?
	# What is told besides is other tests' matter.
	events=$(grep -E '"ev":"(begin|start|end|committed|rolled_back|failed|done)"' \
		"$TAP_DIR/events" | sed 's/"ev":"//; s/^{//; s/".*"version":"\([0-9]*\)".*/ \1/; s/".*//' |
		tr '\n' ',')
}

printed() {
	cat "$TAP_DIR/printed" "$TAP_DIR/events"
}

for SHAPE in 5.2 6.0 6.1 7.0 7.1 7.2 8.0 8.1; do
	export SHAPE
	others=', "animals": { "downs": [] }'
	animals='begin,start 7,end 7,committed,'
	# It had one database.
	[ "$SHAPE" != 5.2 ] || others='' animals=''
	stores
	plan
	drive
	is "$SHAPE: the driver ends well" "$status" 0
	[ "$status" = 0 ] || note "$(printed)"
	is "$SHAPE: back with the old text, forth with the new" "$events" \
		"begin,start 1,end 1,start 1,end 1,start 2,end 2,committed,${animals}done,"
	is "$SHAPE: the tables are the new branch's" "$(cat "$STORES/first.json")" \
		'{"environment":"development","tables":["news","mores"],"versions":[1,2]}'

	stores
	made db/migrate/2_more.rb More news
	drive
	is "$SHAPE: a failure ends it" "$status" 1
	is "$SHAPE: and leaves everything" "$(cat "$STORES/first.json")" \
		'{"environment":"development","tables":["olds"],"versions":[1]}'
	has "$SHAPE: the reason is the innermost one" "$(tail -n 1 "$TAP_DIR/events")" \
		'"message":"table news is there already"'
	has "$SHAPE: with its place" "$(tail -n 1 "$TAP_DIR/events")" \
		'"at":"db/migrate/2_more.rb:3"'
	has "$SHAPE: and the state, compared" "$(tail -n 1 "$TAP_DIR/events")" '"same":true'
	made db/migrate/2_more.rb More mores

	sed -i 's/development/production/' "$STORES/first.json"
	drive
	is "$SHAPE: a protected database is refused" "$status" 77

	stores
	drive other
	is "$SHAPE: what there is is told" "$(grep -c '"ev":"database"' "$TAP_DIR/events")" \
		"$([ -n "$others" ] && echo 2 || echo 1)"
	has "$SHAPE: with what is applied" "$(cat "$TAP_DIR/events")" '"applied":["1"]'

	# A migration of a branch on a newer Rails.
	made "$TAP_DIR/old/1/1_things.rb" Things olds 9.0
	sed -i "s|\"tree\": null|\"tree\": \"$app\"|" "$HOOKRUN_PLAN"
	drive
	is "$SHAPE: one of a newer Rails is taken as the newest known" "$status" 0
	made "$TAP_DIR/old/1/1_things.rb" Things olds
done

# SQLite's transactions begin as ones that write: by our doing, or Rails' own.
for SHAPE in 6.1 7.2 8.0 8.1; do
	export SHAPE
	go=$(ruby -r"$HERE/tests/helpers/rails_shapes.rb" -r"$HERE/hooks/rails_compat.rb" -e '
		module Hookrun
		  def self.plan; { "lock_timeout_ms" => 1 }; end
		end
		raw = Class.new { def busy_handler; end; def transaction(mode); print mode; end }.new
		lite = Class.new do
		  define_method(:raw_connection) { raw }
		  def log(sql, name); yield; end
		  def begin_db_transaction; print "as Rails has it"; end
		end.new
		Hookrun::Patience.teach(lite) {}
		lite.begin_db_transaction' 2>&1)
	[ "$SHAPE" = 8.1 ] && wanted='as Rails has it' || wanted=immediate
	is "$SHAPE: a transaction of SQLite" "$go" "$wanted"
done

finish
