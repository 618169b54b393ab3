#!/bin/sh
# What a migration can reach while it is tried: nothing but its scratch database,
# by whatever way it goes, and whatever the application has open already.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
rails_lab
git switch -q main 2>/dev/null
rails_migrate
cat > lefthook.yml <<'YML'
pre-commit:
  jobs:
    - uses: migrations-check
      with:
        warnings: off
YML
hookrun install > /dev/null
mkdir -p config/initializers
cat > config/initializers/opened.rb <<'RB'
require "socket"
require "pg"
OPENED = PG.connect(dbname: "app_development")
SERVER = TCPServer.new("127.0.0.1", 0)
CALLED = TCPSocket.new("127.0.0.1", SERVER.addr[1])
class OtherRole < ActiveRecord::Base
  self.abstract_class = true
  connects_to database: { writing: :primary, admin: :primary }
end
ActiveRecord::Base.connected_to(role: :admin) { OtherRole.connection.select_value("SELECT 1") }
RB
git add -A
unhooked commit -qm 'what is open'
createdb stands
psql -X -q -d app_development -c "INSERT INTO users (name, created_at, updated_at)
 VALUES ('mine', now(), now())"
picture=$(picture)

# try NAME: all that is there is committed; $out, $status.
try() {
	git add -A
	go git commit -qm "$1"
}

# Each way out in one start: refused before it is done.
export SAID="$TAP_DIR/said" TOUCHED="$TAP_DIR/touched"
migration 20240901000001 goes_out '  disable_ddl_transaction!

  def out(way)
    yield
    said(way, "got out")
  rescue Exception => e
    said(way, e.message)
  end

  def said(way, text)
    File.open(ENV["SAID"], "a") { |f| f.puts "#{way}: #{text}" }
  end

  def sql(text)
    ActiveRecord::Base.connection.execute(text)
  end

  def up
    delete = "DELETE FROM users"
    out("system") { system "psql", "app_development", "-c", delete }
    out("backtick") { `touch #{ENV["TOUCHED"]}` }
    out("Kernel") { Kernel.system("touch", ENV["TOUCHED"]) }
    out("spawn") { Process.wait(Process.spawn("touch", ENV["TOUCHED"])) }
    out("popen") { IO.popen(["touch", ENV["TOUCHED"]]).close }
    out("open3") { require "open3"; Open3.capture3("touch", ENV["TOUCHED"]) }
    out("database") { sql "DROP DATABASE stands" }
    out("rails") { ActiveRecord::Base.connection.drop_database("stands") }
    out("role") { sql "/* x */ CREATE ROLE strayed" }
    out("do") { sql "DO $$ BEGIN CREATE ROLE strayed; END $$" }
    out("grant") { sql "GRANT pg_monitor TO CURRENT_USER" }
    out("setting") { sql "ALTER DATABASE stands SET timezone = 1" }
    out("end") { sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()" }
    out("copy") { sql "COPY users TO PROGRAM $$touch #{ENV["TOUCHED"]}$$" }
    out("opened") { OPENED.exec(delete) }
    out("role of Rails") { ActiveRecord::Base.connected_to(role: :admin) { OtherRole.connection.execute(delete) } }
    out("url") { PG.connect("postgresql:///app_test") }
    out("socket") { TCPSocket.new("127.0.0.1", SERVER.addr[1]) }
    out("tcp") { Socket.tcp("127.0.0.1", SERVER.addr[1]) }
    out("called") { CALLED.write("FLUSHALL") }
    out("thread") { Thread.new { Thread.current.report_on_exception = false; system("touch", ENV["TOUCHED"]) }.value }
    sql "ALTER DATABASE #{connection.current_database} SET timezone = 1"
    sql "COMMENT ON TABLE users IS $$create role, drop database$$"
    sql "COMMENT ON TABLE users IS NULL"
    raise "all tried"
  end

  def down
  end'
: > "$SAID"
try goes_out
has 'all ways were gone' "$out" 'RuntimeError: all tried'
is 'none leads out' "$(grep -v -e refused -e 'scratch database' "$SAID")" \
	'opened: connection is closed
role of Rails: got out
called: closed stream'
has 'a program is named' "$(cat "$SAID")" "system: it starts 'psql app_development -c DELETE FROM users', which is refused in a trial"
has 'a statement' "$(cat "$SAID")" "do: it says 'CREATE ROLE', which is about more than its database, and refused in a trial"
has 'a place of the network' "$(cat "$SAID")" "tcp: it connects to '127.0.0.1:"
is 'twenty-one in all' "$(wc -l < "$SAID" | tr -d ' ')" 21
is 'the rows of development are there' "$(picture)" "$picture"
is 'the other database too' "$(psql -X -A -t -d stands -c 'SELECT 1')" 1
is 'no role was made' "$(psql -X -A -t -d stands -c "SELECT to_regrole('strayed')")" ''
fails 'no program was started' test -e "$TOUCHED"

# As its author meets it.
git rm -qf db/migrate/20240901000001_goes_out.rb
migration 20240901000002 by_psql '  def up
    system "psql", "app_development", "-c", "DELETE FROM users"
  end

  def down
  end'
try by_psql
is 'it is not committed' "$status" 1
has 'and why' "$out" \
	"by_psql.rb:3: up: it cannot be tried: it starts 'psql app_development -c DELETE FROM users', which is refused in a trial [up]"
migration 20240901000002 by_psql '  # hookrun:safe up -- psql only reads
  def up
    system "psql", "app_development", "-c", "SELECT 1"
  end

  def down
  end'
try by_psql
is 'but where its author says so' "$status" 0
has 'then it is said' "$out" "by_psql.rb was not tried: it is 'hookrun:safe up'"
finish
