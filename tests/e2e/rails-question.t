#!/bin/sh
# The question of uses: migrate on a terminal, how often a run connects, and who
# waits for a server that does not answer.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"

rails_lab '        mode: ask'
echo /typescript >> "$TAP_DIR/ignore"
git switch -q feature-a 2>/dev/null
home_is_here

export TMPDIR="$TAP_DIR/tmp"
mkdir "$TMPDIR"

# ---- Ctrl-C ------------------------------------------------------------------
home
before=$(picture)
mkfifo "$TAP_DIR/keys"
TERM=xterm script -qfec 'git switch main' typescript < "$TAP_DIR/keys" \
	> /dev/null 2>&1 &
pid=$!
exec 7> "$TAP_DIR/keys"
await grep -qF '[y/N]' typescript
result $? 'it is asked'
nobody_left() {
	for dir in /proc/[0-9]*; do
		[ "$(readlink "$dir/cwd" 2>/dev/null)" = "$PWD" ] || continue
		case $(cat "$dir/comm" 2>/dev/null) in
		git | hookrun | ruby* | bundle) return 1 ;;
		esac
	done
	return 0
}
fails 'while it waits git does' nobody_left
printf '\003' >&7
await nobody_left
result $? 'Ctrl-C: all of it has ended without an answer'
exec 7>&-
wait "$pid"
is 'Ctrl-C: the switch itself is done' "$(git branch --show-current)" main
is 'Ctrl-C: the database is as it was' "$(picture)" "$before"
is 'Ctrl-C: Rails was not started' "$(cat "$HOOKRUN_TEST_BOOTS" 2>/dev/null)" ''
is 'Ctrl-C: no temporary files' "$(ls "$TMPDIR")" ''
hookrun sync > "$TAP_DIR/out" 2>&1 < /dev/null
in_sync 'by hand afterwards'

# ---- what it does, on its line ------------------------------------------------
migrate_options ''
home
branch slow main
cat > db/migrate/20240901000001_wait_here.rb <<E2
class WaitHere < ActiveRecord::Migration[6.1]
  def change
    sleep 0.05 until File.exist?('$TAP_DIR/go')
  end
end
E2
written slow
unhooked switch -q main
go hookrun migrate
unset CI
: > "$TAP_DIR/screen"
TERM=xterm script -qfec 'git switch slow' "$TAP_DIR/screen" < /dev/null > /dev/null 2>&1 &
pid=$!
await grep -qF 'migrate  ' "$TAP_DIR/screen"
result $? 'a step alone has a line'
await grep -qF '1/1 20240901000001_wait_here.rb' "$TAP_DIR/screen"
result $? 'it says which migration of how many'
touch "$TAP_DIR/go"
wait "$pid"
hasnt 'and nothing about the start of Rails stays' \
	"$(cat "$TAP_DIR/screen")" 'starting Rails ...'
in_sync 'after it'

migrate_options '        mode: ask'
# ---- connections -------------------------------------------------------------
psql -X -q -d app_development -c 'ALTER SYSTEM SET log_connections = on' \
	-c 'SELECT pg_reload_conf()' > /dev/null
# hookrun's sessions before the first of Rails, since `logged` lines of the log.
# A look is two: the glance at what is applied, and libpq's; the database of the
# tests is looked at beside that.
marked() { logged=$(wc -l < "$PG_DIR/log"); }
sessions() {
	tail -n "+$((logged + 1))" "$PG_DIR/log" |
		awk '/connection authorized/ && !/database=app_test/ {
			if (!/application_name=hookrun$/) exit
			n++
		}
		END { print n + 0 }'
}

home
marked
typed y 'git switch main'
is 'after an answer it looks once more' "$(sessions)" 4
in_sync yes

migrate_options ''
home
marked
go git switch main
is 'what was found is not looked for again' "$(sessions)" 2
in_sync auto

# ---- a server that does not answer --------------------------------------------
# A way to the server by TCP; the first connection is taken and never answered.
cat > "$TAP_DIR/mute.rb" <<'E2'
require "socket"
server = TCPServer.new("127.0.0.1", 0)
File.write("#{ARGV[0]}.new", server.addr[1])
File.rename("#{ARGV[0]}.new", ARGV[0])
held = [server.accept]
loop do
  client = server.accept
  next held << client if ARGV[1] == "always"
  there = UNIXSocket.new("#{ENV["PGHOST"]}/.s.PGSQL.#{ENV["PGPORT"] || 5432}")
  [[client, there], [there, client]].each do |from, to|
    Thread.new do
      IO.copy_stream(from, to)
      to.close_write
    rescue SystemCallError, IOError
      nil
    end
  end
end
E2
mute() {
	home
	rm -f "$TAP_DIR/port"
	(cd / && exec ruby "$TAP_DIR/mute.rb" "$TAP_DIR/port" "$1") &
	mute=$!
	await test -e "$TAP_DIR/port"
	DATABASE_URL="postgresql://127.0.0.1:$(cat "$TAP_DIR/port")/app_development"
	export DATABASE_URL
}
spoken() {
	kill "$mute"
	wait "$mute" 2> /dev/null
	unset DATABASE_URL
}

mute once
go git switch main
spoken
has 'it answers late: the work is done' "$out" '↓2'
is 'it answers late: the hook passes' "$status" 0
in_sync 'it answers late'

mute once
hookrun sync > /dev/null 2>&1
rm -rf .git/hookrun/migrate*
go git switch -c agrees
is 'it answers late: the hook has nothing to say' "$out" \
	"Switched to a new branch 'agrees'"
spoken
mute once
rm -rf .git/hookrun/migrate*
go git switch -c agrees-late
spoken
is 'it answers late, with nothing to do' "$status: $out" \
	"0: Switched to a new branch 'agrees-late'"

migrate_options '        mode: ask'
mute once
typed n 'git switch main'
has 'it answers late: it asks' "$out" '[y/N]'
is 'it answers late: no is no' "$(picture)" "$before"
spoken
mute once
typed y 'git switch main'
spoken
in_sync 'it answers late: yes is yes'

mute always
go git switch main
has 'it never answers: that is said' "$out" 'did not answer within 5 s'
is 'it never answers: the hook fails' "$status" 1
is 'it never answers: the database is as it was' "$(picture)" "$before"
home
: > "$TAP_DIR/screen"
TERM=xterm script -qfec 'git switch main' "$TAP_DIR/screen" \
	< "$TAP_DIR/keys" > /dev/null 2>&1 &
pid=$!
exec 7> "$TAP_DIR/keys"
await grep -qF 'waiting for the database' "$TAP_DIR/screen"
result $? 'it never answers: on a terminal one sees what is waited for'
printf '\003' >&7
await nobody_left
result $? 'it never answers: Ctrl-C ends it'
exec 7>&-
wait "$pid"
spoken
is 'it never answers: the switch itself is done' \
	"$(git branch --show-current)" main

finish
