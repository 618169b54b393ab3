#!/bin/sh
# Partly staged files: jobs see what is staged, and what the user has beyond
# that is there afterwards, with its mode and its times.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/guard_shapes.sh"

# Everything about the work tree but folders' times.
manifest() {
	find . -path ./.git -prune -o -path ./sub/.git -prune -o \
		! -type d -printf '%P %y %m %s %T@ %l\0' | sort -z | tr '\0' '\n'
	find . -path ./.git -prune -o -path ./sub/.git -prune -o \
		-type f -print0 | sort -z | xargs -0 -r sha256sum
}

# A repository with a job in a file of its own, so that it can be changed.
guarded() {
	repo
	JOB="$TAP_DIR/job.${TAP_REPO##*.}"
	cat > lefthook.yml <<E2
pre-commit:
  jobs:
    - name: job
      run: sh '$JOB'
E2
	echo 'git diff --quiet && echo same > .git/seen' > "$JOB"
	git add lefthook.yml && git commit -qm config
}

backups() { find .git/hookrun/backup -name '*.tar' 2> /dev/null; }
nothing_left() {
	[ ! -e .git/hookrun/guard/journal ] &&
		[ -z "$(find .git/hookrun/guard -mindepth 1 ! -name lock)" ]
}

for name in $SHAPES; do
	guarded
	shape "$name"
	hookrun install > /dev/null
	before=$(manifest)
	index=$(git ls-files -s)
	case " $SHAPES_OPEN " in
	*" $name "*) echo 'git diff > .git/seen; grep -q unstaged .git/seen; [ $? = 1 ] && echo same > .git/seen' > "$JOB" ;;
	esac
	if [ "$name" = conflict ]; then
		ok "$name: the hook runs" hookrun run pre-commit
	else
		tree=$(git write-tree 2>/dev/null)
		ok "$name: git commits" git commit -m x
		[ "$name" = intent ] ||
			is "$name: what was staged" "$(git rev-parse 'HEAD^{tree}')" "$tree"
	fi
	is "$name: the job saw what is staged" "$(cat .git/seen 2>&1)" same
	is "$name: the work tree is as it was" "$(manifest)" "$before"
	is "$name: and the index" "$(git ls-files -s)" "$index"
	ok "$name: nothing is left over" nothing_left
	is "$name: no history shows the backup" "$(git log --all --format=%s | grep -c '^base$\|^config$\|^start$\|^x$\|^other$')" "$(git log --all --format=%s | wc -l)"
done

# ---- more than one process looks at --------------------------------------
guarded
mkdir many
seq -f 'many/%05.0f' 1 10050 | xargs touch
git add many
for file in many/00001 many/05000 many/10050; do
	echo staged > $file
	git add $file
	echo unstaged >> $file
done
hookrun install > /dev/null
before=$(manifest)
cat > "$JOB" <<'E2'
cat many/00001 many/05000 many/10050 > .git/seen
git diff --quiet && echo same >> .git/seen
E2
ok 'of ten thousand staged files three are partly staged' git commit -qm many
is 'the job saw what is staged' "$(tr '\n' ' ' < .git/seen)" \
	'staged staged staged same '
is 'and all is as it was' "$(manifest)" "$before"

# ---- what jobs may do ------------------------------------------------------

# Line 2 is staged, line 19 is not; the job is the argument.
formatted() {
	guarded
	shape_text
	hookrun install > /dev/null
	echo "$1" > "$JOB"
	user=$(cat a)
	out=$(git commit -m x 2>&1)
	status=$?
}

formatted 'exit 1'
is 'a job that fails stops the commit' "$status" 1
is 'and the work is back' "$(cat a)" "$user"

formatted "sed -i '10s/.*/by a job/' a"
is 'what a job changes elsewhere is merged' "$(cat a)" \
	"$(echo "$user" | sed '10s/.*/by a job/')"
is 'and not committed' "$(git show HEAD:a | sed -n 10p)" 'line 10'
is 'without a word' "$(echo "$out" | grep -c hookrun:)" 0

formatted "sed -i '19a by a job' a"
is 'what a job adds on the line beside is merged' "$(cat a)" \
	"$(echo "$user" | sed '19a by a job')"
is 'without a word as well' "$(echo "$out" | grep -c hookrun:)" 0

formatted "sed -i '18s/.*/by a job/; 20s/.*/by a job/' a; git add a"
is 'so is what it changes on both sides' "$(cat a)" \
	"$(echo "$user" | sed '18s/.*/by a job/; 20s/.*/by a job/')"
is 'and what it staged is committed' "$(git show HEAD:a | grep -c 'by a job')" 2

formatted "sed -i '10s/.*/by a job/' a; git add a"
is 'also where the job stages it' "$(cat a)" \
	"$(echo "$user" | sed '10s/.*/by a job/')"
is 'and then it is committed' "$(git show HEAD:a | sed -n 10p)" 'by a job'
is 'without what was not staged' "$(git show HEAD:a | sed -n 19p)" 'line 19'

formatted "sed -i '19s/.*/by a job/' a; git add a"
is 'of the same lines the text of the user wins' "$(cat a)" "$user"
is 'the staged one of the job is committed' "$(git show HEAD:a | sed -n 19p)" 'by a job'
has 'and the message says so' "$out" "hookrun: 'a': a job changed what you had changed too after staging; your text is in the work tree, the job's is staged"
ok 'the commit is made' test "$status" = 0

formatted "sed -i '19s/.*/by a job/' a"
is 'not staged, it is kept' "$(cat a)" "$user"
show=$(echo "$out" | sed -n 's/.*the job.s is kept: //p')
is 'and the command that is printed shows it' "$(eval "$show" | sed -n 19p)" 'by a job'

formatted 'rm a'
is 'a file that a job deletes is back' "$(cat a)" "$user"
has 'and the message says so' "$out" 'a job deleted it'

formatted 'rm a; mkdir a; echo x > a/x'
is 'a folder in its place stays' "$(cat a/x)" x
is 'the hook fails' "$status" 1
has 'and says how to get the work' "$out" 'hookrun recover --restore'
rm -r a
ok 'which does it' hookrun recover --restore "$(echo "$out" | sed -n 's/.*--restore //p')"
is 'byte for byte' "$(cat a)" "$user"

formatted 'chmod +x a'
is 'a mode that a job sets is merged' "$(cat a)" "$user"
ok 'with the text' test -x a

formatted "rm a; ln -s somewhere a"
is 'a link in its place gives way' "$(cat a)" "$user"
show=$(echo "$out" | sed -n 's/.*the job.s is kept: //p')
is 'and is kept' "$(eval "$show")" somewhere

formatted 'echo new > made'
is 'what a job makes stays' "$(cat made)" new

guarded
shape_deleted
hookrun install > /dev/null
echo 'echo more >> a' > "$JOB"
out=$(git commit -m x 2>&1)
[ ! -e a ]
result $? 'a deleted file stays deleted where a job changed it'
has 'and the message says so' "$out" 'it stays deleted'

guarded
shape_binary
cp a user
hookrun install > /dev/null
printf 'printf "a\\000job" > a' > "$JOB"
out=$(git commit -m x 2>&1)
ok 'what is not text is never merged' cmp a user
has 'but kept' "$out" "the job's is kept"

# stage_fixed stages what the job made of what was staged.
fixed() {
	guarded
	shape_text
	sed -i "s/      run: .*/&\n      stage_fixed: true\n      glob: a/" lefthook.yml
	sed -i "s/run: .*/run: sh '$(echo "$JOB" | sed 's,/,\\/,g')' {staged_files}/" lefthook.yml
	git commit -qm 'stage_fixed' --no-verify lefthook.yml
	hookrun install > /dev/null
	echo "$1" > "$JOB"
	user=$(cat a)
	out=$(git commit -m x 2>&1)
}
fixed "sed -i '10s/.*/by a job/' a"
is 'stage_fixed: what a job changed elsewhere is merged' "$(cat a)" \
	"$(echo "$user" | sed '10s/.*/by a job/')"
is 'and committed' "$(git show HEAD:a | sed -n 10p)" 'by a job'
is 'without what was not staged' "$(git show HEAD:a | sed -n 19p)" 'line 19'
fixed "sed -i '19s/.*/by a job/' a"
is 'stage_fixed: the same lines stay the text of the user' "$(cat a)" "$user"
is 'the other is committed' "$(git show HEAD:a | sed -n 19p)" 'by a job'
has 'and the message says that it is staged' "$out" "the job's is staged"

fixed "sed -i -e '10s/.*/by a job/' -e '19s/.*/by a job/' a"
is 'stage_fixed: the same line does not undo what is fixed elsewhere' \
	"$(cat a)" "$(echo "$user" | sed '10s/.*/by a job/')"
is 'all of it is committed' "$(git show HEAD:a | grep -c 'by a job')" 2
has 'and that is told' "$out" 'your text of these lines and the rest of what it did are in the work tree'

# An editor saves while jobs run: its text has what was hidden and more.
formatted "sed -e '2s/.*/staged/' -e '19s/.*/unstaged/' -e '5s/.*/while it ran/' -i a"
is 'a save while jobs run is kept' "$(cat a)" "$(echo "$user" | sed '5s/.*/while it ran/')"

# A program that has the file open writes into it while it is put aside.
guarded
shape_text
hookrun install > /dev/null
exec 7>> a
echo 'echo appended >&7' > "$TAP_DIR/append"
mkfifo "$TAP_DIR/go" "$TAP_DIR/done"
{ read -r _ < "$TAP_DIR/go"; echo appended >&7; echo > "$TAP_DIR/done"; } &
echo "echo > '$TAP_DIR/go'; read -r x < '$TAP_DIR/done'" > "$JOB"
user=$(cat a)
git commit -qm x
wait
exec 7>&-
is 'also what is written into the file that was put aside' "$(cat a)" "$user
appended"

# A second commit while the first one hides files.
guarded
shape_text
lines 1 20 > b
git add b
hookrun install > /dev/null
mkfifo "$TAP_DIR/held" "$TAP_DIR/release"
echo "echo > '$TAP_DIR/held'; read -r x < '$TAP_DIR/release'" > "$JOB"
user=$(cat a)
git commit -qm first > "$TAP_DIR/first" 2>&1 &
pid=$!
read -r _ < "$TAP_DIR/held"
echo 'cp b .git/seen' > "$JOB"
out=$(git commit -qm second 2>&1) && status=0 || status=$?
is 'a second commit: all it has is as staged' "$status" 0
hasnt 'and nothing is said' "$out" warning
sed -i '19s/.*/more/' b
git add b
sed -i '2s/.*/still more/' b
theirs=$(cat b)
out=$(git commit -qm third 2>&1) && status=0 || status=$?
is 'a third one, with unstaged work, goes on' "$status" 0
is 'its jobs see that work' "$(cat .git/seen)" "$theirs"
has 'and it is said' "$out" "hookrun: warning: another hookrun hides files of this work tree at this moment: jobs may see what is not staged of 'b' too"
printf 'c\n' > c
cp c d
git add c d
echo more | tee -a c >> d
out=$(git commit -qm fourth 2>&1)
has 'of more than one file their number' "$out" 'what is not staged of 2 files too'
echo > "$TAP_DIR/release"
wait "$pid"
is 'when the first ends, everything is there' "$(cat a)" "$user"
is 'everything' "$(cat b c)" "$theirs
c
more"

# ---- the ways of git commit ------------------------------------------------

guarded
shape_text
hookrun install > /dev/null
echo 'cp a .git/seen' > "$JOB"
user=$(cat a)
git commit -qam x
is 'commit -a: jobs see everything' "$(cat .git/seen)" "$user"
is 'and it is committed' "$(git show HEAD:a)" "$user"
guarded
shape_text
lines 1 3 > b
hookrun install > /dev/null
echo 'cp a .git/seen' > "$JOB"
user=$(cat a)
git add b
git commit -qm x a
is 'commit FILE: jobs see the file as it is' "$(cat .git/seen)" "$user"
is 'which is committed' "$(git show HEAD:a)" "$user"
is 'and nothing else' "$(git diff --cached --name-only)" b
guarded
shape_text
hookrun install > /dev/null
git commit -q --no-verify -m x
sed -i '1s/.*/amended/' a
printf 'y\nn\n' | git commit -q --amend -p -m y >/dev/null
is 'amend -p: what is chosen is committed' "$(git show HEAD:a | sed -n 1p)" amended
is 'the rest is there' "$(sed -n 19p a)" unstaged
is 'jobs saw the choice' "$(cat .git/seen)" same

# ---- switches --------------------------------------------------------------

guarded
shape_text
cp a user
ok 'not with --no-stage-fixed' sh -c "echo 'cmp a user' > '$JOB'; hookrun run pre-commit --no-stage-fixed"
sed -i 's/^pre-commit:/&\n  isolate: false/' lefthook.yml
ok 'nor with isolate: false' hookrun run pre-commit
sed -i -e 's/^pre-commit:/pre-push:/' -e 's/isolate: false/isolate: true/' lefthook.yml
echo 'cmp a user; test $? = 1' > "$JOB"
ok 'but in other hooks with isolate: true' hookrun run pre-push
ok 'from which it comes back as well' cmp a user

guarded
shape_text
mkdir -p un/tracked
echo mine > un/tracked/x
ln -s nowhere un/l
echo '*.ignored' > .git/info/exclude
echo i > i.ignored
sed -i 's/^pre-commit:/&\n  untracked: hide/' lefthook.yml
git add lefthook.yml
echo 'find . -name .git -prune -o ! -type d -print | sort > .git/seen' > "$JOB"
before=$(manifest)
ok 'untracked files can be hidden' hookrun run pre-commit
is 'all but the ignored ones' "$(cat .git/seen)" './README
./a
./i.ignored
./lefthook.yml'
is 'and are back' "$(manifest)" "$before"
echo 'echo job > un/tracked/x' > "$JOB"
out=$(hookrun run pre-commit 2>&1)
is 'also where a job writes one of that name' "$(manifest)" "$before"
has 'whose file is kept' "$out" "the job's is kept"

guarded
shape other
before=$(manifest)
echo 'git status --porcelain > .git/seen; find . -name .git -prune -o ! -type d -print | sort >> .git/seen' > "$JOB"
ok 'isolate: all' hookrun run pre-commit
is 'shows all tracked files as they are staged' "$(cat .git/seen)" 'M  a
M  e
?? new/
./README
./a
./b
./c
./d
./e
./lefthook.yml
./new/f'
is 'and the work tree is back' "$(manifest)" "$before"
sed -i 's/isolate: all/untracked: hide/' lefthook.yml
git commit -qm hide --no-verify lefthook.yml
ok 'untracked: hide' hookrun run pre-commit
is 'hides new files besides' "$(cat .git/seen)" 'M  a
M  e
./README
./a
./b
./c
./d
./e
./lefthook.yml'
sed -i 's/untracked: hide/&\n  isolate: false/' lefthook.yml
git commit -qm hide --no-verify lefthook.yml
before=$(manifest)
hookrun run pre-commit > /dev/null
has 'but not with isolate: false' "$(cat .git/seen)" ' M b'
is 'the work tree is back then too' "$(manifest)" "$before"
echo "sed -i '5s/.*/by a job/' b" > "$JOB"
sed -i '/isolate: false/d' lefthook.yml
git commit -qm hide --no-verify lefthook.yml
hookrun run pre-commit > /dev/null
is 'what a job writes into such a file is merged' "$(sed -n '5p;19p' b)" 'by a job
unstaged'

# More than a journal may have could not be read again after a kill; long link
# targets fill it soonest.
guarded
printf 'pre-commit:\n  untracked: hide\n' > lefthook-local.yml
mkdir many
perl -e 'symlink "x" x 4000, "many/$_" or die for 1 .. 17000'
echo 'touch .git/ran' > "$JOB"
out=$(hookrun run pre-commit 2>&1)
is 'too many files are refused' $? 1
has 'with the reason' "$out" 'are too many at once'
is 'before any is touched' "$(find many -type l | wc -l)" 17000
ok 'or a job is run' test ! -e .git/ran
ok 'nothing is left over' nothing_left
rm -rf many

# ---- the price ---------------------------------------------------------------

guarded
for i in $(seq 20); do echo text > "file$i"; done
git add .
touch -d '2020-01-01' file* && git update-index --refresh
sed -i "s/run: .*/run: 'true'/" lefthook.yml
git add lefthook.yml && touch -d '2020-01-01' lefthook.yml && git update-index --refresh
strace -f -qq -o "$TAP_DIR/strace" -e trace=execve,%lstat,newfstatat,mkdir,openat \
	hookrun run pre-commit --no-auto-install > /dev/null
is 'nothing partly staged: no process but the job' \
	"$(grep 'execve(.*= 0$' "$TAP_DIR/strace" | grep -vc 'execve("[^"]*/ps"')" 2
asked=$(grep -c 'execve("[^"]*/ps".*= 0$' "$TAP_DIR/strace")
if [ "$(port)" = linux ]; then
	is 'ps is never asked' "$asked" 0
else # who called us, and what the job has left
	is 'ps is asked three times' "$asked" 3
fi
is 'one lstat of each staged file' "$(grep -c '[/"]file[0-9]*",.*AT_SYMLINK_NOFOLLOW' "$TAP_DIR/strace")" 20
is 'one look for a journal, nothing else of the guard' \
	"$(grep -c hookrun/guard "$TAP_DIR/strace")" 1
is 'and no folder made' "$(grep -c 'mkdir(.*guard' "$TAP_DIR/strace")" 0

# ---- recovery --------------------------------------------------------------

# Killed while its job runs.
killed() {
	guarded
	shape_text
	user=$(cat a)
	before=$(manifest)
	rm -f "$TAP_DIR/hidden"
	echo "$1; touch '$TAP_DIR/hidden'; exec sleep 1000" > "$JOB"
	hookrun run pre-commit > /dev/null 2>&1 &
	pid=$!
	await test -e "$TAP_DIR/hidden"
	kill -"$2" "$pid"
	wait "$pid" 2>/dev/null
}

for sig in INT TERM HUP QUIT; do
	killed : "$sig"
	is "$sig: the work tree is as it was" "$(manifest)" "$before"
	ok "$sig: nothing is left over" nothing_left
done

killed : KILL
is 'KILL leaves it hidden' "$(sed -n 19p a)" 'line 19'
out=$(hookrun status 2>&1)
is 'any command brings it back' "$(manifest)" "$before"
has 'and says so' "$out" "hookrun: a run of 'pre-commit' had been killed; the unstaged work of 1 file is back"
ok 'nothing is left over' nothing_left
out=$(hookrun status 2>&1)
hasnt 'the next one says nothing' "$out" 'had been killed'

killed "sed -i '10s/.*/by a job/' a" KILL
hookrun install > /dev/null 2>&1
is 'what a job had done is merged' "$(cat a)" "$(echo "$user" | sed '10s/.*/by a job/')"

killed : KILL
echo 'added after' >> a
hookrun recover 2> /dev/null
is 'what the user did after is merged' "$(cat a)" "$user
added after"

killed : KILL
sed -i '19s/.*/something else/' a
then=$(cat a)
out=$(hookrun recover 2>&1)
is 'the same lines stay as they are now' "$(cat a)" "$then"
has 'and the command is named' "$out" 'hookrun recover --restore'
id=$(echo "$out" | sed -n 's/.*--restore //p')
has 'the list has it' "$(hookrun recover --list)" "$id-kept"
out=$(hookrun recover --restore "$id" 2>&1)
is 'restored' "$(cat a)" "$user"
id=$(echo "$out" | sed -n 's/.* what was there is //p')
ok 'which can be undone' hookrun recover --restore "$id"
is 'to what was there' "$(cat a)" "$then"
ok 'dropped' hookrun recover --drop "$id"
fails 'it is gone' hookrun recover --restore "$id"

killed : KILL
echo garbage >> .git/hookrun/guard/journal
then=$(cat a)
fails 'a damaged journal is an error' hookrun status
fails 'for every hook' hookrun run pre-commit
is 'and changes nothing' "$(cat a)" "$then"

# Somebody else's guard is left alone while they live.
guarded
shape_text
rm -f "$TAP_DIR/hidden"
echo "touch '$TAP_DIR/hidden'; read -r x < '$TAP_DIR/go'" > "$JOB"
hookrun run pre-commit > /dev/null 2>&1 &
pid=$!
await test -e "$TAP_DIR/hidden"
hookrun status > /dev/null
is 'a living one is not recovered' "$(sed -n 19p a)" 'line 19'
echo 'cp a .git/seen; echo changed >> a' > "$JOB"
echo text > another.txt
git add another.txt
hookrun run pre-commit > /dev/null
is 'nor guarded over' "$(tail -n 1 a)" changed
echo > "$TAP_DIR/go"
wait "$pid"
is 'which puts everything back itself' "$(sed -n 19,99p a)" 'unstaged
line 20
changed'

# ---- backups ---------------------------------------------------------------

guarded
shape_text
mkdir -p .git/hookrun/backup/main .git/hookrun/backup/worktree-x
for i in $(seq 1 18); do
	: > ".git/hookrun/backup/main/20990101-0000$((i + 10))-1.tar"
done
: > .git/hookrun/backup/main/20010101-000000-1.tar
: > .git/hookrun/backup/main/20010101-000000-2-kept.tar
: > .git/hookrun/backup/main/20010101-000000-3.tar.new
: > .git/hookrun/backup/worktree-x/20010101-000000-1.tar
: > .git/hookrun/backup/worktree-x/20990101-000000-1.tar
hookrun run pre-commit > /dev/null
is 'old ones go, of every work tree, kept ones not' "$(backups | grep -c 2001)" 1
is 'and what was not finished' "$(find .git/hookrun/backup -name '*.new')" ''
hookrun run pre-commit > /dev/null
hookrun run pre-commit > /dev/null
is 'twenty of this one stay' "$(backups | grep -c backup/main)" 21
git gc -q --prune=now
last=$(backups | grep main/2 | grep -v '/2099\|kept' | tail -n 1)
is 'and outlive git gc' "$(tar -xOf "$last" 1.user)" "$(cat a)"

guarded
shape_text
hookrun run pre-commit > /dev/null
git init -q --bare "$TAP_DIR/mirror.git"
git push -q --mirror "$TAP_DIR/mirror.git"
is 'push --mirror takes branches' \
	"$(git -C "$TAP_DIR/mirror.git" for-each-ref --format='%(refname)')" refs/heads/main
hasnt 'and no text that was never staged' \
	"$(git -C "$TAP_DIR/mirror.git" cat-file --batch --batch-all-objects)" unstaged

# As hookrun 0.1 kept them.
id=$(hookrun recover --list | head -n 1 | cut -d' ' -f1)
tar -xf "$(backups)" -C "$TAP_DIR" journal 1.user
git update-ref "refs/hookrun/backup/main/$id" "$(
	for item in journal 1.user; do
		printf '100644 blob %s\t%s\n' \
			"$(git hash-object -w "$TAP_DIR/$item")" "$item"
	done | git mktree)"
git pack-refs --all
rm "$(backups)"
git checkout -q -f HEAD a
has 'backups that were refs are taken over' "$(hookrun recover --list)" "$id"
is 'and the refs go' "$(git for-each-ref refs/hookrun)" ''
ok 'they can be put back' hookrun recover --restore "$id"
is 'byte for byte' "$(cat a)" "$(cat "$TAP_DIR/1.user")"

# A killed run of another work tree waits to be recovered, however long; here
# it is made old.
guarded
lines 1 20 > a && base a
git worktree add -q "$TAP_DIR/waiting" 2> /dev/null
guard=.git/worktrees/waiting/hookrun/guard
(
	cd "$TAP_DIR/waiting" || exit 1
	sed -i '2s/.*/staged/' a && git add a
	sed -i '19s/.*/unstaged/' a
	echo 'kill -9 $PPID; sleep 1000' > "$JOB"
	sed -i "s/run: sh/run: exec sh/" lefthook.yml
	hookrun run pre-commit --no-auto-install > /dev/null 2>&1
)
id=$(sed -n 's/^id //p' "$guard/journal")
old=20010101-000000-1
archive=$(backups)
mv "$archive" "${archive%/*}/$old.tar"
sed -i "s/^id .*/id $old/" "$guard/journal"
mv "$guard/$id" "$guard/$old"
echo : > "$JOB"
sed -i '2s/.*/staged/' a && git add a && echo unstaged >> a
hookrun run pre-commit > /dev/null
is 'the backup of who waits is not old' "$(backups | grep -c 2001)" 1
sed -i '19s/.*/something else/' "$TAP_DIR/waiting/a"
out=$(cd "$TAP_DIR/waiting" && hookrun recover 2>&1)
has 'and can be had' "$out" "hookrun recover --restore $old"
(cd "$TAP_DIR/waiting" && hookrun recover --restore "$old" > /dev/null)
is 'byte for byte' "$(sed -n 19p "$TAP_DIR/waiting/a")" unstaged
echo more >> a
hookrun run pre-commit > /dev/null
is 'then it is' "$(backups | grep -c "/$old\.tar\$")" 0
rm -rf "$TAP_DIR/waiting"

# ---- other places ----------------------------------------------------------

# The git directory on another file system.
other=$(mktemp -d /dev/shm/hookrun-test.XXXXXX 2>/dev/null)
if [ -n "$other" ] && [ "$(stat -c %d "$other")" != "$(stat -c %d .)" ]; then
	for name in text binary deleted newdeleted link filetolink exec names; do
		guarded
		shape "$name"
		mv .git "$other/git"
		echo "gitdir: $other/git" > .git
		before=$(find . ! -type d -printf '%P %y %m %s %T@ %l\n' | sort)
		echo 'git diff --quiet' > "$JOB"
		ok "$name on another file system: hidden" hookrun run pre-commit
		is "$name on another file system: back" \
			"$(find . ! -type d -printf '%P %y %m %s %T@ %l\n' | sort)" "$before"
		rm -rf "$other/git"
	done
fi
[ -z "$other" ] || rm -rf "$other"

# ---- folders and files in each other's place ------------------------------

# A folder in the place of a staged file: $1 is what the job does.
infolder() {
	guarded
	shape_folder
	sed -i "s/      run: .*/&\n      stage_fixed: true/" lefthook.yml
	sed -i "s/run: .*/run: sh '$(echo "$JOB" | sed 's,/,\\/,g')' {staged_files}/" lefthook.yml
	git commit -qm stage_fixed --no-verify lefthook.yml
	hookrun install > /dev/null
	echo "$1" > "$JOB"
	mkdir a/deep && echo deeper > a/deep/c
	out=$(git commit -m x 2>&1)
	status=$?
}
infolder 'grep -q staged "$1" && sed -i "2s/.*/by a job/" "$1"'
is 'a file with a folder in its place is checked, and fixed' "$status" 0
is 'the fix is committed' "$(git show HEAD:a | sed -n 2p)" 'by a job'
is 'the folder is back with all that is in it' \
	"$(find a -type f | sort | tr '\n' ' ')$(cat a/b a/deep/c | tr '\n' ' ')" \
	'a/b a/deep/c unstaged deeper '
has 'and that is told' "$out" "your folder is in its place again, the job's is staged"
infolder 'rm "$1"; mkdir a; echo job > a/job'
is 'where the job has made a folder in its place' "$(cat a.hookrun-*/b)" unstaged
is 'that stays' "$(cat a/job)" job
has 'and the name of the other is told' "$out" "hookrun: the folder 'a' finds something else in its place"
infolder 'kill -9 $(cut -d" " -f4 /proc/$PPID/stat)'
echo edited >> a
out=$(hookrun recover 2>&1)
is 'killed, and the shown file edited: the folder comes back' "$(cat a/b)" unstaged
has 'and the edit is kept' "$out" 'tar -xOf'
is 'in the archive' "$(tar -xOf .git/hookrun/backup/main/*.tar 1.job | tail -n 1)" edited
is 'the way from the archive leaves folders alone' \
	"$(hookrun recover --restore "$(basename .git/hookrun/backup/main/*.tar .tar)" > /dev/null 2>&1; cat a/b)" unstaged

for name in folder folderfile folderlink; do
	guarded
	sed -i '/^pre-commit:/a\  untracked: hide' lefthook.yml
	git commit -qam hide --no-verify
	shape "$name"
	echo other > other
	hookrun install > /dev/null
	before=$(manifest)
	echo 'git status --porcelain > .git/seen' > "$JOB"
	ok "$name, and new files are hidden" git commit -qm x
	hasnt 'none is seen' "$(cat .git/seen)" '??'
	is 'all is as it was' "$(manifest)" "$before"
done

# ---- many files -------------------------------------------------------------

# One sync of the whole file system where that can be relied on, else one of
# each file.
guarded
for i in 1 2 3 4; do
	for j in 0 1 2 3 4 5 6 7 8 9; do printf '1\n2\n3\n' > "many$i$j"; done
done
git add . && git commit -qm many --no-verify
sed -i 's/1/staged/' many*
git add .
sed -i 's/3/mine/' many*
before=$(cat many*)
echo 'cat many* > .git/seen' > "$JOB"
traced() { # INJECTION
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$TAP_DIR/strace" -e trace=fsync,syncfs \
		${1:+-e "inject=$1"} hookrun run pre-commit > /dev/null 2>&1
}
ok 'forty files are shown as they are staged' traced ''
hasnt 'and no line more' "$(cat .git/seen)" mine
is 'all come back' "$(cat many*)" "$before"
each=$(grep -c 'fsync(' "$TAP_DIR/strace")
whole=$(grep -c 'syncfs(' "$TAP_DIR/strace")
case $whole in
	1) [ "$each" -lt 20 ] ;;
	*) [ "$each" -ge 80 ] ;;
esac
result $? "they are on the disk before one is touched ($whole at once, $each one by one)"
rm .git/seen
if [ "$whole" = 1 ]; then failing=syncfs; else failing=fsync; fi
traced "$failing:error=EIO"
result $((! $?)) 'where that fails the commit is refused'
ok 'before any job has run' [ ! -e .git/seen ]
is 'and nothing was touched' "$(cat many*)" "$before"

finish
