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

# ---- two at a time ----------------------------------------------------------

setup <<'EOT'
pre-commit:
  parallel: true
  jobs:
    - { name: one, run: 'fix {staged_files}; touch ../one; until [ -e ../two ]; do :; done', stage_fixed: true }
    - { name: two, run: 'until [ -e ../one ]; do :; done; echo two >> a; touch ../two; : {staged_files}', stage_fixed: true }
    - { name: lint, run: 'cat {staged_files}' }
EOT
echo a > a; echo other > other; git add a other
out=$(git commit -m one 2>&1)
is 'two parallel jobs that write one file' "$?" 0
has 'are named' "$out" "'a' was changed while jobs 'one' and 'two' ran at the same time"
is 'the result is staged' "$(in_head a)" 'a
fixed
two'
hasnt 'a reader is not named' "$out" "'lint'"

# Each waits until the other runs, and none ends before both have written.
setup <<'EOT'
pre-commit:
  parallel: true
  stage_fixed: true
  jobs:
    - { name: one, run: 'touch ../one; until [ -e ../two ]; do :; done; fix a; touch ../one-done; until [ -e ../two-done ]; do :; done; : {staged_files}' }
    - { name: two, run: 'touch ../two; until [ -e ../one ]; do :; done; fix b; touch ../two-done; until [ -e ../one-done ]; do :; done; : {staged_files}' }
EOT
rm -f ../one ../two ../one-done ../two-done
echo a > a; echo b > b; git add a b
out=$(git commit -m one 2>&1)
is 'two parallel jobs that each write their own file' "$?" 0
hasnt 'are no rivals' "$out" 'at the same time'
is 'and what both did is staged' "$(in_head a) $(in_head b)" 'a
fixed b
fixed'

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
