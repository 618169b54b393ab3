# A real, minimal Rails application for tests and the demo; sourced, after
# postgres.sh has started a server.
#
#   rails_app [sqlite]    # write one into the current (empty) git repository
#   migration VERSION NAME BODY     # db/migrate/VERSION_NAME.rb
#   rails_migrate         # the application's own db:migrate, dumping schema.rb
#   schema DATABASE       # what the database looks like, without column order
#   branch_schema REF     # what REF's own db:migrate gives on an empty database
#   boots                 # how often the application was started

export BUNDLE_SILENCE_ROOT_WARNING=1

# Migration classes are named as Rails would: add_nick -> AddNick.
camelize() {
	printf '%s\n' "$1" | awk -F_ '{
		for (i = 1; i <= NF; i++)
			printf "%s%s", toupper(substr($i, 1, 1)), substr($i, 2)
	}'
}

migration() {
	mkdir -p db/migrate
	cat > "db/migrate/$1_$2.rb" <<EOF
class $(camelize "$2") < ActiveRecord::Migration[6.1]
$3
end
EOF
}

rails_app() {
	mkdir -p config db/migrate app/models log tmp
	: > log/.keep
	: > tmp/.keep
	printf '%s\n' '/log/*.log' '/tmp/*' '!/tmp/.keep' > .gitignore
	cat > Gemfile <<'EOF'
source "https://rubygems.org"
gem "railties"
gem "activerecord"
gem "pg"
EOF
	cat > Rakefile <<'EOF'
require_relative "config/application"
Rails.application.load_tasks
EOF
	cat > config/application.rb <<'EOF'
require "logger"
require "rails"
require "active_record/railtie"

class App < Rails::Application
  config.load_defaults 6.1
  config.eager_load = false
  config.logger = Logger.new(IO::NULL)
  config.secret_key_base = "x" * 32
end
EOF
	cat > config/environment.rb <<'EOF'
require_relative "application"
log = ENV["HOOKRUN_TEST_BOOTS"]
File.open(log, "a") { |f| f.puts Process.pid } if log
Rails.application.initialize!
EOF
	cat > config/database.yml <<'EOF'
default: &default
  adapter: postgresql
  pool: 5

development:
  <<: *default
  database: app_development

test:
  <<: *default
  database: app_test

production:
  <<: *default
  database: app_production
EOF
	cat > app/models/application_record.rb <<'EOF'
class ApplicationRecord < ActiveRecord::Base
  self.abstract_class = true
end
EOF
	[ "${1:-}" != sqlite ] || rails_on_sqlite
	bundle install --local --quiet
}

# As `rails new` writes it, but with the file in a folder that is ignored.
rails_on_sqlite() {
	sed -i 's/"pg"/"sqlite3"/' Gemfile
	cat > config/database.yml <<'EOF'
default: &default
  adapter: sqlite3
  pool: <%= ENV.fetch("RAILS_MAX_THREADS") { 5 } %>
  timeout: 5000

development:
  <<: *default
  database: tmp/development.sqlite3

test:
  <<: *default
  database: tmp/test.sqlite3

production:
  <<: *default
  database: tmp/production.sqlite3
EOF
}

# The application's own tasks; such starts are not counted.
rails_task() {
	env -u HOOKRUN_TEST_BOOTS bundle exec rake "$@"
}

rails_migrate() {
	rails_task db:migrate >/dev/null
}

# One line a column, index, constraint and applied version, sorted; the order
# of columns is left out, since a column that was dropped and added again
# stands last.
schema() {
	psql -X -q -A -t -d "$1" <<'EOF'
SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type ||
       ' ' || is_nullable || ' ' || coalesce(column_default, '-')
  FROM information_schema.columns WHERE table_schema = 'public'
   AND table_name NOT IN ('schema_migrations', 'ar_internal_metadata')
 UNION ALL SELECT 'index ' || indexdef FROM pg_indexes
 WHERE schemaname = 'public'
 UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' ||
       pg_get_constraintdef(oid) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace
 UNION ALL SELECT 'version ' || version FROM schema_migrations
 ORDER BY 1;
EOF
}

branch_schema() {
	rails_tree=$(mktemp -d "${TMPDIR:-/tmp}/hookrun-tree.XXXXXX")
	git archive "$1" | tar -x -C "$rails_tree"
	createdb "fresh_$$"
	(
		cd "$rails_tree" || exit 1
		unset GIT_DIR
		DATABASE_URL="postgresql:///fresh_$$" SCHEMA="$rails_tree/schema" \
			rails_task db:migrate >/dev/null
	)
	schema "fresh_$$"
	dropdb "fresh_$$"
	rm -rf "$rails_tree"
}

boots() {
	if [ -f "$HOOKRUN_TEST_BOOTS" ]; then
		wc -l < "$HOOKRUN_TEST_BOOTS" | tr -d ' '
	else
		echo 0
	fi
}

# The application on three branches: `main`; `feature-a` drops a column and
# adds another one; `feature-b` adds a table and a gem.
rails_branches() {
	git checkout -q -b main 2>/dev/null || git checkout -q main
	migration 20240101000001 create_users '  def change
    create_table :users do |t|
      t.string :name
      t.string :legacy
      t.timestamps
    end
  end'
	migration 20240101000002 add_email_to_users '  def change
    add_column :users, :email, :string
    add_index :users, :email, unique: true
  end'
	rails_migrate
	git add -A
	git commit -qm 'users'
	git checkout -q -b feature-a
	migration 20240201000001 drop_legacy '  def change
    remove_column :users, :legacy, :string
  end'
	migration 20240201000002 add_nick '  def change
    add_column :users, :nick, :string
  end'
	rails_migrate
	git add -A
	git commit -qm 'drop the legacy column, add nicknames'
	git checkout -q main
	git checkout -q -b feature-b
	migration 20240202000001 create_widgets '  def change
    create_table :widgets do |t|
      t.references :user, foreign_key: true
      t.string :label, null: false, default: "new"
    end
  end'
	printf 'gem "globalid"\ngem "multi_json"\n' >> Gemfile
	bundle install --local --quiet
	git add -A
	git commit -qm 'widgets, and two gems for them'
	git checkout -q feature-a
	bundle install --local --quiet
}
