#!/bin/sh
# `install --merge-driver`: git merges db/schema.rb and db/structure.sql by what
# they say, as real Rails dumps and loads them; and where hookrun cannot, git
# does, with nothing lost.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
# rows: flag.install.merge-driver flag.install.gitattributes
rails_lab
unhooked checkout -qf main
rm lefthook.yml
hookrun uninstall > /dev/null
echo 'pre-commit: {}' > hookrun.yml
echo hookrun.yml >> "$TAP_DIR/ignore"

# ---- told, written ---------------------------------------------------------------
go hookrun install
is 'a plain install sets no driver' \
	"$(git config --get merge.hookrun-schema.driver)" ''
hasnt 'and has nothing to say of it' "$out" 'schema files'
go hookrun install --merge-driver
is 'install --merge-driver: exit status 0' "$status" 0
has 'what was set' "$out" 'git merges schema files by hookrun'
has 'which line is missing' "$out" 'db/schema.rb merge=hookrun-schema'
ok 'it is not written' test ! -e .gitattributes
go hookrun doctor
has 'doctor knows that nothing names it' "$out" \
	'db/schema.rb: merged as text, no attribute names the merge driver'
printf '*.png binary' > .gitattributes
go hookrun install --gitattributes
is 'written where asked: exit status 0' "$status" 0
is 'the line comes behind what is there' "$(cat .gitattributes)" '*.png binary
db/schema.rb merge=hookrun-schema'
mkdir -p app/db
cp db/schema.rb app/db/queue_schema.rb
cp db/schema.rb app/db/other.rb
git add app
go hookrun install --merge-driver
has 'of several databases and applications' "$out" \
	'app/db/queue_schema.rb merge=hookrun-schema'
hasnt 'what is no schema is not named' "$out" 'other.rb'
git rm -qf -r app
go hookrun install --gitattributes
is 'and once' "$(grep -c schema .gitattributes)" 1
go hookrun doctor
has 'doctor sees it' "$out" 'db/schema.rb: merged by hookrun'

# ---- what Rails dumps ------------------------------------------------------------
cat >> Rakefile <<'END'
task dump_sql: :environment do
  ActiveRecord::Tasks::DatabaseTasks.dump_schema(
    ActiveRecord::Base.connection_db_config, :sql)
end
task load_sql: :environment do
  ActiveRecord::Tasks::DatabaseTasks.load_schema(
    ActiveRecord::Base.connection_db_config, :sql)
end
END
# dump NAME: migrate a database of that name, and dump both forms of its schema.
dump() {
	DATABASE_URL=postgresql:///$1 rails_task db:create db:migrate \
		dump_sql > "$TAP_DIR/dump.out" 2>&1 ||
		cat "$TAP_DIR/dump.out"
	written "$1"
}
dump base
# The sizes of marks are git's business, and handed on.
printf '%s\n' 'db/structure.sql merge=hookrun-schema conflict-marker-size=9' >> .gitattributes
written attributes

branch one main
migration 20240301000001 create_accounts '  def change
    create_table :accounts do |t|
      t.string :name
      t.index :name
    end
  end'
dump one
branch two main
migration 20240301000002 create_books '  def change
    create_table :books do |t|
      t.string :title
    end
  end'
dump two
unhooked checkout -q one
migration 20240302000001 more_of_one '  def change
    add_column :users, :nick, :string
    add_index :users, :nick
    add_reference :accounts, :user, foreign_key: true
    remove_column :users, :legacy, :string
  end'
dump one
unhooked checkout -q two
migration 20240302000002 more_of_two '  def change
    add_column :users, :bio, :text
    add_index :users, :bio
    add_reference :books, :user, foreign_key: true
  end'
dump two

# ---- git merge -------------------------------------------------------------------
branch merged one
fails 'as text there is a conflict' git -c \
	merge.hookrun-schema.driver='git merge-file -q %A %O %B' merge -q two
git merge --abort
go git merge -q two
is 'git merge: no conflict' "$status" 0
has 'the greater version' "$(cat db/schema.rb)" 'define(version: 2024_03_02_000002)'
is 'both tables, in order, beside that of before' \
	"$(sed -n 's/^  create_table "\([a-z]*\)".*/\1/p' db/schema.rb | tr '\n' ' ')" \
	'accounts books users '
is 'both foreign keys' "$(grep -c '^  add_foreign_key' db/schema.rb)" 2
has 'ours comes first' "$(grep -A 1 't.string "nick"$' db/schema.rb)" 't.text "bio"'
is 'what one side took away is gone' "$(grep -c legacy db/schema.rb)" 0
is 'the SQL has the versions of both' \
	"$(grep -c "^('2024030[12]00000[12]')[,;]$" db/structure.sql)" 4
is 'and one end' "$(grep -c "^('.*');$" db/structure.sql)" 1
is 'no file is left' "$(git status --porcelain)" ''
cp db/schema.rb "$TAP_DIR/merged.rb"
cp db/structure.sql "$TAP_DIR/merged.sql"

# Load what was merged, and dump it again.
DATABASE_URL=postgresql:///merged rails_task db:create db:schema:load \
	db:schema:dump > "$TAP_DIR/dump.out" 2>&1
is 'Rails loads schema.rb, and dumps the same' \
	"$(diff "$TAP_DIR/merged.rb" db/schema.rb)" ''
is 'with all it has' "$(psql -X -q -A -t -d merged -c \
	"SELECT count(*) FROM pg_indexes WHERE indexname IN
	('index_users_on_nick', 'index_users_on_bio', 'index_accounts_on_name')")" 3
DATABASE_URL=postgresql:///merged_sql rails_task db:create load_sql \
	dump_sql > "$TAP_DIR/dump.out" 2>&1
is 'and structure.sql' "$(diff "$TAP_DIR/merged.sql" db/structure.sql |
	grep '^[<>]' | grep -v restrict)" ''
is 'with all versions' "$(psql -X -q -A -t -d merged_sql -c \
	"SELECT count(*) FROM schema_migrations WHERE version LIKE '202403%'")" 4
git checkout -q -- db

# ---- rebase, cherry-pick, stash, another work tree -------------------------------
is_merged() {
	is "$1: no conflict" "$status" 0
	is "$1: the same lines" "$(sort db/schema.rb)" "$(sort "$TAP_DIR/merged.rb")"
}
branch rebased two
go git rebase -q one
is_merged 'git rebase'
branch picked one
go git cherry-pick main..two
is_merged 'git cherry-pick'
branch stashed main
git checkout -q two -- db
git reset -q
git stash -q -u
unhooked checkout -q one
go git stash pop
is_merged 'git stash pop'
git reset -q --hard
git clean -qfd db
unhooked worktree add -q -b beside ../beside one
cd ../beside || exit 1
go git merge -q two
is_merged 'in a linked work tree'
cd ../app || exit 1

# ---- however git is asked --------------------------------------------------------
branch nowhere one
git_bin=$(command -v git)
go env PATH=/nowhere "$git_bin" merge -q two
is_merged 'with a PATH that has nothing'
cat db/schema.rb > "$TAP_DIR/merged.one"
is 'git merge-tree: the same' "$(git show "$(git merge-tree --write-tree one two |
	head -n 1):db/schema.rb")" "$(cat "$TAP_DIR/merged.one")"
git clone -q --bare . ../bare.git
(
	cd ../bare.git || exit 1
	git config merge.hookrun-schema.driver "$(git -C ../app config \
		merge.hookrun-schema.driver)"
	mkdir hookrun
	cp ../app/.git/hookrun/merge-driver hookrun
	echo 'db/* merge=hookrun-schema' > info/attributes
	git merge-tree --write-tree one two | head -n 1 > "$TAP_DIR/tree"
	git show "$(cat "$TAP_DIR/tree"):db/schema.rb" > "$TAP_DIR/merged.bare"
)
is 'in a bare repository too' "$(cat "$TAP_DIR/merged.bare")" \
	"$(cat "$TAP_DIR/merged.one")"
branch switched one
sed -i 's/^  create_table "users".*/&\
    t.string "extra"/' db/schema.rb
go git checkout -q -m two
has 'git checkout -m: what was changed' "$(cat db/schema.rb)" '"extra"'
has 'is put to what they have' "$(cat db/schema.rb)" '"books"'
git checkout -q -f two
branch reverted nowhere
go git revert --no-edit -m 1 HEAD
is 'git revert: no conflict' "$status" 0
is 'what was there before' "$(git diff --stat one -- db)" ''

# ---- a conflict ------------------------------------------------------------------
branch text one
sed -i 's/t.string "nick"/t.text "nick"/' db/schema.rb
sed -i 's/^SET xmloption.*/SET xmloption = document;/' db/structure.sql
written 'as text'
branch binary one
sed -i 's/t.string "nick"/t.binary "nick"/
	s/t.string "name"$/&, null: false/' db/schema.rb
sed -i 's/^SET xmloption.*/SET xmloption = DEFAULT;/' db/structure.sql
written 'as bytes'
go git merge -q text
is 'a conflict: exit status 1' "$status" 1
is 'git says so of both files' "$(git diff --name-only --diff-filter=U | tr '\n' ' ')" \
	'db/schema.rb db/structure.sql '
has 'in the one column' "$(cat db/schema.rb)" '<<<<<<< ours
    t.binary "nick"
=======
    t.text "nick"
>>>>>>> theirs'
has 'and no other' "$(cat db/schema.rb)" '    t.string "name", null: false'
has 'the size of the marks is what the attribute says' "$(cat db/structure.sql)" \
	'<<<<<<<<< ours
SET xmloption = DEFAULT;
=========
SET xmloption = document;
>>>>>>>>> theirs'
git merge --abort
git config merge.conflictStyle diff3
git merge -q text
has 'merge.conflictStyle counts' "$(cat db/schema.rb)" '||||||| base
    t.string "nick"
======='
git merge --abort
git config --unset merge.conflictStyle
# What git from 2.44 on hands over as labels.
for side in one binary text; do
	git show "$side:db/schema.rb" > "$TAP_DIR/$side.rb"
done
go hookrun merge-schema "$TAP_DIR/one.rb" "$TAP_DIR/binary.rb" \
	"$TAP_DIR/text.rb" 7 db/schema.rb 'a base' HEAD 'b, c'
is 'labels: exit status 1' "$status" 1
has 'ours' "$(cat "$TAP_DIR/binary.rb")" '<<<<<<< HEAD'
has 'theirs' "$(cat "$TAP_DIR/binary.rb")" '>>>>>>> b, c'

# ---- where hookrun is not, or fails ----------------------------------------------
# Git's own merge has a conflict then, with the lines of both.
is_text() {
	is "$1: a conflict" "$status" 1
	has "$1: ours" "$(cat db/schema.rb)" '<<<<<<< ours'
	has "$1: their lines are there" "$(cat db/schema.rb)" 't.text "bio"'
	git merge --abort
	is "$1: no file is left" "$(git status --porcelain)" ''
}
branch alone one
mv "$TAP_DIR/bin/hookrun" "$TAP_DIR/away"
go git merge -q two
is_text 'no hookrun'
printf '#!/bin/sh\nkill -KILL $$\n' > "$TAP_DIR/bin/hookrun"
chmod +x "$TAP_DIR/bin/hookrun"
go git merge -q two
is_text 'hookrun is killed'
printf '#!/bin/sh\nexit 2\n' > "$TAP_DIR/bin/hookrun"
go git merge -q two
is_text 'an older hookrun'
for code in 0 1; do
	printf '#!/bin/sh\necho "hookrun: is not installed"\nexit %s\n' "$code" \
		> "$TAP_DIR/bin/hookrun"
	go git merge -q two
	is_text "what only calls itself hookrun, and ends with $code"
done
mv "$TAP_DIR/away" "$TAP_DIR/bin/hookrun"
mv .git/hookrun/merge-driver "$TAP_DIR/away"
go git merge -q two
is_text 'no script'
mv "$TAP_DIR/away" .git/hookrun/merge-driver
mv "$TAP_DIR/bin/hookrun" "$TAP_DIR/away"
cat > "$TAP_DIR/bin/hookrun" <<EOF
#!/bin/sh
trap '' XFSZ
ulimit -f 0
exec "$HOOKRUN_TEST_BIN" "\$@"
EOF
chmod +x "$TAP_DIR/bin/hookrun"
go git merge -q two
is_text 'the file cannot be written'
has 'which is said' "$out" 'hookrun: '
mv "$TAP_DIR/away" "$TAP_DIR/bin/hookrun"

# ---- a fresh clone ---------------------------------------------------------------
git clone -q . ../clone
cp hookrun.yml ../clone
cd ../clone || exit 1
go hookrun install
has 'install tells of the attributes' "$out" "'hookrun install --merge-driver'"
go hookrun status
has 'status does' "$out" 'attributes name the merge driver hookrun-schema'
go hookrun doctor
has 'doctor names the file' "$out" 'db/schema.rb: its attribute names'
has 'and the cure' "$out" 'mend: hookrun install --merge-driver'
hookrun install --merge-driver > /dev/null
for command in install status; do
	go hookrun "$command"
	hasnt "after that $command has nothing to say" "$out" 'merge'
done
hookrun uninstall > "$TAP_DIR/uninstall.out"
has 'uninstall tells what it takes away' "$(cat "$TAP_DIR/uninstall.out")" \
	'git merges schema files as text again'
is 'the setting' "$(git config --get-regexp 'merge\..*')" ''
ok 'and the script' test ! -e .git/hookrun/merge-driver
finish
