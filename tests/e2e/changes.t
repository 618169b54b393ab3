#!/bin/sh
# stage_fixed and fail_on_changes, through real git commands.
. "$(dirname "$0")/../helpers/tap.sh"

# The configuration is stdin; not tracked, so that it is in nobody's way.
setup() {
	repo
	printf '%s\n' lefthook.yml log > .git/info/exclude
	cat > lefthook.yml
	hookrun install >/dev/null
}
in_head() { git show "HEAD:$1"; }

# A formatter: puts "fixed" below the text of each file that lacks it.
cat > "$TAP_DIR/bin/fix" <<'EOT'
#!/bin/sh
for file; do
	grep -q fixed -- "$file" || echo fixed >> "$file"
done
EOT
chmod +x "$TAP_DIR/bin/fix"

# ---- a formatter that fixes -------------------------------------------------

setup <<'EOT'
pre-commit:
  jobs:
    - { name: fmt, run: 'fix {staged_files}', glob: "*.c", stage_fixed: true }
EOT
echo a > a.c; echo b > b.c; echo c > c.txt; echo no > no.c
git add a.c b.c c.txt
ok 'a commit with a formatter' git commit -qm one
is 'has what it fixed' "$(in_head a.c) $(in_head b.c)" 'a
fixed b
fixed'
is 'and nothing else' "$(git show --name-only --format= HEAD | tr '\n' ' ')" \
	'a.c b.c c.txt '
is 'the work tree is clean' "$(git status --porcelain)" '?? no.c'
echo more >> c.txt; git add c.txt
out=$(git commit -m two 2>&1)
is 'nothing to fix is nothing to say' "$?" 0
hasnt 'no warning' "$out" warning

# Without a token: the staged files that pass its filters.
setup <<'EOT'
pre-commit:
  stage_fixed: true
  jobs:
    - { name: fmt, run: fix a.c b.c c.txt, glob: "*.c" }
    - { name: own, run: fix d.d, glob: "*.d", stage_fixed: false }
    - group:
        jobs: [{ name: in, run: fix e.e, glob: "*.e" }]
EOT
for name in a.c c.txt d.d e.e; do echo x > "$name"; done
git add .
echo y > b.c
ok 'stage_fixed for a whole hook' git commit -qm one
is 'stages what jobs and groups got by their filters' \
	"$(git grep -l fixed HEAD | tr '\n' ' ')" 'HEAD:a.c HEAD:e.e '
is 'what they got not, or did not want, stays where it is' \
	"$(git status --porcelain)" ' M c.txt
 M d.d
?? b.c'

# A folder of its own.
setup <<'EOT'
pre-commit:
  jobs:
    - { run: 'fix {staged_files}', root: sub/, stage_fixed: true }
EOT
mkdir sub; echo a > sub/a; echo a > a; git add .
ok 'with a root' git commit -qm one
is 'the right file is staged' "$(git grep -l fixed HEAD)" HEAD:sub/a
is 'and clean' "$(git status --porcelain)" ''

# ---- what is not staged -----------------------------------------------------

setup <<'EOT'
pre-commit:
  jobs:
    - name: fmt
      run: 'fix {all_files}; fix {staged_files} beside; touch kept; rm gone'
      stage_fixed: true
EOT
for name in clean dirty staged beside kept gone; do echo x > $name; done
git add .; HOOKRUN=0 git commit -qm base
echo mine >> dirty; echo mine > untracked; echo y >> staged; git add staged
out=$(git commit -m one 2>&1)
is 'a job with {all_files}' "$?" 0
is 'what it changed is in the commit' \
	"$(git show --name-status --format= HEAD | tr '\n\t' '  ')" \
	'M README M beside M clean D gone M kept M staged '
is 'the unstaged edits of others are not' "$(in_head dirty)" x
is 'they are where they were' "$(cat dirty)" 'x
mine
fixed'
has 'and that is said' "$out" \
	"'dirty' was changed by job 'fmt' and not staged: it had changes before"
is 'status' "$(git status --porcelain)" ' M dirty
?? untracked'

setup <<'EOT'
pre-commit:
  files: printf 'ignored\nnew\nold\n'
  jobs:
    - { name: fmt, run: 'fix {files} other', stage_fixed: true }
EOT
for name in ignored new old other; do echo x > $name; done
echo ignored >> .git/info/exclude
git add old other; HOOKRUN=0 git commit -qm base
echo y > y; git add y
out=$(git commit -m one 2>&1)
is 'a job with {files}' "$?" 0
is 'stages what git has' "$(git show --name-only --format= HEAD | tr '\n' ' ')" \
	'old y '
has 'untracked files stay so' "$out" \
	"'new' was changed by job 'fmt' and not staged: it is not tracked"
has 'ignored ones too' "$out" "'ignored' was changed by job 'fmt'"
is 'what it was not given is not staged' "$(git status --porcelain)" ' M other
?? new'

setup <<'EOT'
pre-commit:
  jobs:
    - { name: fmt, run: 'fix {staged_files}', stage_fixed: true }
    - { name: bad, run: 'echo bad >> {staged_files}; exit 3', stage_fixed: true }
EOT
echo a > a; git add a
fails 'another job fails' git commit -qm one
is 'what was fixed is staged for the next attempt' "$(git show :a)" 'a
fixed
bad'
cat > lefthook.yml <<'EOT'
pre-commit:
  jobs:
    - { name: bad, run: 'fix {staged_files}; exit 3', stage_fixed: true }
EOT
echo a > a; git add a
fails 'a job that fails itself' git commit -qm one
is 'stages nothing' "$(git show :a)" a
ok '--no-stage-fixed' sh -c \
	'sed -i s/exit.3/true/ lefthook.yml; git checkout a;
	hookrun run pre-commit --no-stage-fixed'
is 'stages nothing either' "$(git show :a) $(tail -n 1 a)" 'a fixed'

# ---- partly staged, and what it costs ---------------------------------------

setup <<'EOT'
pre-commit:
  jobs:
    - { name: fmt, run: 'fix {staged_files}', stage_fixed: true }
    - { name: look, run: 'cat {staged_files}' }
EOT
printf '%s\n' 1 2 3 4 5 6 7 8 9 > a; git add a; HOOKRUN=0 git commit -qm base
sed -i 's/^1$/staged/' a; git add a; sed -i 's/^5$/mine/' a
ok 'a commit of a part of a file' git commit -qm one
has 'has that part' "$(in_head a)" staged
hasnt 'the unstaged part is not in the commit' "$(in_head a)" mine
has 'and still in the work tree' "$(cat a)" mine
git checkout -q a
echo fixed >> a; git add a
hookrun run pre-commit > /dev/null
touch -d '2020-01-01' a && git update-index -q --refresh # nothing to doubt
is 'where nothing is fixed, stage_fixed starts no process' \
	"$(programs hookrun run pre-commit)" \
	"$(programs hookrun run pre-commit --no-stage-fixed)"

# ---- names, links, modes ----------------------------------------------------

setup <<'EOT'
pre-commit:
  jobs:
    - { name: fmt, run: 'fix {staged_files}', stage_fixed: true }
EOT
odd=$(printf 'a\nb')
bytes=$(printf 'b\303\050\377')
mkdir ':(glob)'
set -- "$odd" -n "$bytes" ' blank ' '*' "q'\"\$(x)" ':(glob)/x' ':!no'
for name; do echo x > "./$name"; done
git --literal-pathspecs add -- "$@"
cat > "$TAP_DIR/bin/fix-each" <<'EOT'
#!/bin/sh
for file; do fix "./$file"; done
EOT
chmod +x "$TAP_DIR/bin/fix-each"
sed -i 's/fix {/fix-each {/' lefthook.yml
ok 'names of any bytes' git commit -qm one
bad=
for name; do
	[ "$(git show "HEAD:$name")" = 'x
fixed' ] || bad="$bad $name"
done
is 'are staged' "$bad" ''
is 'all of them' "$(git status --porcelain)" ''

setup <<'EOT'
pre-commit:
  jobs:
    - name: fmt
      run: 'chmod +x script; ln -sf there link; rm gone; : {staged_files}'
      stage_fixed: true
EOT
echo x > script; ln -s here link; echo x > gone; echo x > here; echo x > there
git add .
ok 'a job that changes a mode, a link, and deletes' git commit -qm one
is 'the executable bit' "$(git ls-tree HEAD script | cut -c1-6)" 100755
is 'the link' "$(in_head link)" there
is 'the deletion' "$(git ls-tree HEAD gone)" ''
is 'and clean' "$(git status --porcelain)" ''
echo x > new; git add new
git rm -q there
ok 'a deletion by the user stays one' git commit -qm two
is 'clean again' "$(git status --porcelain)" ''

# ---- what is nobody's fix ---------------------------------------------------

# A link in whose place a job puts a file.
setup <<'EOT'
pre-commit:
  jobs:
    - name: fmt
      glob: "*.txt"
      run: sed -i 's/ *$//' {staged_files}
      stage_fixed: true
EOT
printf 'text  \n' > real.txt; printf 'far  \n' > far
ln -s real.txt link.txt; ln -s far other.txt; git add .
out=$(git commit -m links 2>&1)
is 'where a job has put files in the place of links' "$?" 0
is 'links are committed' \
	"$(git ls-tree HEAD link.txt other.txt | cut -c1-6 | tr '\n' ' ')" \
	'120000 120000 '
is 'and are in the work tree' "$(git status --porcelain)" ''
is 'what they lead to is fixed where it is staged' "$(in_head real.txt)" text
has 'that is said' "$out" "hookrun: 'link.txt' is a link, in whose place job 'fmt' put a file"
hasnt 'a copy of what the link leads to needs no keeping' \
	"$(echo "$out" | grep link.txt)" cat-file
is 'any other is kept' \
	"$(git cat-file -p "$(echo "$out" | sed -n "s/.*'other.txt'.*cat-file -p //p")")" far
is 'nothing lies beside it' "$(echo *) " \
	'README far lefthook.yml link.txt other.txt real.txt '

# An editor saves a partly staged file while a job runs: $1 edits its buffer.
saved() {
	setup <<'EOT'
pre-commit:
  jobs:
    - name: fmt
      run: cp ../buffer a; sed -i 's/ *$//' {staged_files}
      stage_fixed: true
EOT
	seq 9 > a; git add a; HOOKRUN=0 git commit -qm base
	sed -i '1s/$/ staged  /' a; git add a
	sed -i '9s/$/ mine/' a
	sed "$1" a > ../buffer
	out=$(git commit -m x 2>&1)
	status=$?
}
saved '5s/$/ typed/'
is 'an editor that saves stops the commit' "$status" 1
has 'which is told' "$out" "hookrun: 'a' has lines now that you did not stage"
is 'what was staged stays so' "$(git show :a | tr '\n' '|')" \
	'1 staged  |2|3|4|5|6|7|8|9|'
is 'the work tree has all of it' "$(tr '\n' '|' < a)" \
	'1 staged|2|3|4|5 typed|6|7|8|9 mine|'
saved '8s/$/ typed/; 9s/$/ and more/'
is 'also where it is in the same lines' "$status" 1
is 'what was saved last is in the work tree' "$(tr '\n' '|' < a)" \
	'1 staged|2|3|4|5|6|7|8 typed|9 mine and more|'
has 'and what was hidden is kept' "$out" 'hookrun recover --restore'
saved '9s/ mine//'
is 'a job that has none of the hidden lines fixes' "$status" 0
is 'which is committed' "$(in_head a | head -n 1)" '1 staged'
is 'and the hidden lines are back' "$(tail -n 1 a)" '9 mine'

# ---- two that fix the same -------------------------------------------------

# Each says when it begins and ends; one that fixes nothing runs beside them.
cat > "$TAP_DIR/bin/said" <<'EOT'
#!/bin/sh
echo "$1 begins" >> ../said
sleep 0.2
echo "$1" >> "$2"
echo "$1 ends" >> ../said
EOT
chmod +x "$TAP_DIR/bin/said"
setup <<'EOT'
pre-commit:
  parallel: true
  jobs:
    - { name: one, run: 'until [ -e ../lint ]; do :; done; said one a; : {staged_files}', stage_fixed: true, glob: a }
    - group:
        parallel: true
        jobs:
          - { name: two, run: 'said two a; : {staged_files}', stage_fixed: true, glob: a }
          - { name: apart, run: 'touch ../apart; until [ -e ../lint ]; do :; done; : {staged_files}', stage_fixed: true, glob: other }
          - { name: lint, run: 'until [ -e ../apart ]; do :; done; touch ../lint' }
EOT
rm -f ../said ../lint ../apart
echo a > a; echo other > other; git add a other
out=$(HOOKRUN_OUTPUT=lefthook git commit -m one 2>&1)
is 'two parallel jobs that fix one file' "$?" 0
is 'run one after the other' "$(tr '\n' ' ' < ../said)" \
	'one begins one ends two begins two ends '
is 'and both are in the commit' "$(in_head a)" 'a
one
two'
has 'the summary says why it took longer' "$out" 'two: waited for one'
hasnt 'others do not wait' "$out" 'apart: waited'
sed -i 's/^  parallel/  follow: true\n  parallel/' lefthook.yml
echo b > a; git add a
has 'under follow it is told when it happens' "$(git commit -m two 2>&1)" \
	'two waits for one: both fix the same files'

# ---- the index is locked ----------------------------------------------------

setup <<'EOT'
pre-commit:
  jobs:
    - { name: fmt, run: 'fix {staged_files}; touch .git/index.lock', stage_fixed: true }
EOT
echo a > a; git add a
out=$(git commit -m one 2>&1)
is 'where the index is locked the hook fails' "$?" 1
has 'and says so' "$out" 'hookrun: cannot stage what the jobs fixed'
has 'in the words of git' "$out" 'index.lock'
rm .git/index.lock
is 'nothing was committed' "$(git log --format=%s)" start
cat > lefthook.yml <<'EOT'
pre-commit:
  jobs:
    - name: fmt
      run: 'fix {staged_files}; touch .git/index.lock; setsid sh -c "sleep 0.3; rm .git/index.lock" > /dev/null 2>&1 &'
      stage_fixed: true
EOT
echo a > a; git add a
ok 'a lock that another git soon gives up is waited for' git commit -qm one
is 'and what was fixed is in the commit' "$(in_head a)" 'a
fixed'
sed -i 's/; setsid .*/'"'"'/' lefthook.yml
git config core.filesRefLockTimeout 0
echo b > a; git add a
out=$(strace -f -e trace=clock_nanosleep -o "$TAP_DIR/naps" git commit -qm two 2>&1)
rm .git/index.lock
has 'as long as core.filesRefLockTimeout says' "$out" 'cannot stage'
is 'which may be not at all' "$(grep -c nanosleep "$TAP_DIR/naps")" 0

# ---- private indexes --------------------------------------------------------

setup <<'EOT'
pre-commit:
  jobs:
    - { name: fmt, run: 'fix {staged_files}', stage_fixed: true }
EOT
for name in a b c; do echo $name > $name; done
git add .; HOOKRUN=0 git commit -qm base
again() { for name in a b c; do echo "$1" > $name; done; }
again 1; git add b
ok 'git commit FILE' git commit -qm file a
is 'commits what was fixed' "$(in_head a)" '1
fixed'
is 'that file is clean, another staged one stays staged' \
	"$(git status --porcelain)" 'M  b
 M c'
is 'and untouched' "$(git show :b) $(cat b)" '1 1'
again 2
ok 'git commit -a' git commit -qam all
is 'has it all' "$(git grep -c fixed HEAD | tr '\n' ' ')" \
	'HEAD:a:1 HEAD:b:1 HEAD:c:1 '
is 'and is clean' "$(git status --porcelain)" ''
again 3; git add b
ok 'git commit -i FILE' git commit -qm include -i a
is 'has both' "$(git grep -c fixed HEAD -- a b | tr '\n' ' ')" \
	'HEAD:a:1 HEAD:b:1 '
is 'and leaves the rest' "$(git status --porcelain)" ' M c'
git checkout -q c
mkdir sub; echo s > sub/s; git add sub
again 4
ok 'git commit FILE in a folder' sh -c 'cd sub && git commit -qm sub s ../a'
is 'is clean too' "$(git status --porcelain)" ' M b
 M c'
sed -i 's/{staged_files}/{staged_files}; exit 1/' lefthook.yml
git add b
fails 'a failing job and git commit FILE' git commit -qm no c
is 'leave the index as it was' "$(git diff --cached --name-only)" b

finish
