#!/bin/sh
# The question of uses: migrate on a terminal, and how often a run connects.
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

finish
