#!/bin/sh
# The Rails application of the benchmark, and its server; RailsCase.pm calls it.
#
#   rails.sh start DIR          # a server in DIR/pg; prints NAME=VALUE lines for it
#   rails.sh app DIR TABLES     # the application in DIR, with so many more tables
#   rails.sh stop DIR
#
# The application is that of `make demo`, on two branches that have a migration
# each: `left` gives a table a column, `right` makes a table.  `git switch -`
# takes one down and one up.
set -eu
helpers=$(cd "$(dirname "$0")/../helpers" && pwd)
. "$helpers/postgres.sh"
. "$helpers/rails.sh"

# Ten columns and three indexes each.
tables() {
	psql -X -q -d app_development -c "DO \$\$ BEGIN FOR i IN 1 .. $1 LOOP
		EXECUTE format('CREATE TABLE extra_%s (id bigserial PRIMARY KEY, a varchar NOT NULL,
			b integer DEFAULT 0, c timestamp, d boolean, e text, f numeric(10, 2), g jsonb,
			h date, i bigint)', i);
		EXECUTE format('CREATE INDEX ON extra_%s (a); CREATE INDEX ON extra_%s (b, c)', i, i);
		END LOOP; END \$\$"
}

hooks() {
	cat > lefthook.yml <<-'YML'
		post-checkout:
		  piped: true
		  jobs:
		    - uses: deps
		    - uses: migrate
	YML
	hookrun install > /dev/null
}

branches() {
	migration 20240101000001 create_users '  def change
    create_table(:users) { |t| t.string :name }
  end'
	rails_migrate
	git add -A
	git commit -qm start
	git switch -q -c left
	migration 20240102000001 add_nick '  def change
    add_column :users, :nick, :string
  end'
	git add -A
	git commit -qm left
	git switch -q -c right main
	migration 20240103000001 create_widgets '  def change
    create_table(:widgets) { |t| t.string :label, null: false, default: "new" }
  end'
	git add -A
	git commit -qm right
}

# `hookrun` and git say what they do; nobody reads it.
app() {
	mkdir -p "$1"
	cd "$1"
	git -c init.defaultBranch=main init -q .
	echo db/schema.rb >> .git/info/exclude
	rails_app
	mkdir -p bin
	cat > bin/rails <<-'RUBY'
		#!/usr/bin/env ruby
		APP_PATH = File.expand_path("../config/application", __dir__)
		require "bundler/setup"
		require "rails/commands"
	RUBY
	chmod +x bin/rails
	branches
	tables "$2"
	hooks
	hookrun sync > /dev/null 2>&1
	# There and back, so that both ways are recorded.
	for _ in 1 2 3; do
		git switch -q left > /dev/null 2>&1
		git switch -q right > /dev/null 2>&1
	done
}

case $1 in
start)
	pg_start "$2/pg"
	printf 'PGHOST=%s\nPGPORT=%s\nPGUSER=%s\n' "$PGHOST" "$PGPORT" "$PGUSER"
	;;
app)
	dropdb --if-exists app_development 2>/dev/null
	createdb app_development
	app "$2" "$3"
	;;
stop) pg_stop "$2/pg" ;;
esac
