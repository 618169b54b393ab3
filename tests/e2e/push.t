#!/bin/sh
# pre-push through real pushes: which files a job gets, when nothing is run,
# and what is said where it cannot be told.
. "$(dirname "$0")/../helpers/tap.sh"

# A repository with a bare remote beside it and a pre-push that writes what it
# got to the file "got".
start() {
	repo
	git init -q --bare "$TAP_REPO.git"
	git remote add origin "$TAP_REPO.git"
	cat > lefthook.yml
	printf 'got\nran\n' > .git/info/exclude
	git add .
	git commit -qm config
	git push -q origin main
	hookrun install > /dev/null
}
got() { cat got 2>/dev/null && rm -f got; }

plain() {
	start <<'E2'
pre-push:
  jobs:
    - name: lint
      run: printf '%s\n' {push_files} > got
    - name: test
      run: echo ran > ran
E2
}

plain
git switch -qc topic
echo 1 > one
git rm -q README
commit one
ok 'a new branch is pushed' git push -q origin topic
is 'its files are those that main does not have' "$(got)" one
ok 'and jobs without a list run' rm ran
echo 2 > two
commit two
ok 'it is pushed again' git push -q origin topic
is 'only what is new is looked at' "$(got)" two

rm -f ran
out=$(HOOKRUN_VERBOSE=true git push origin topic 2>&1)
ok 'nothing to push: nothing runs' test ! -e got -a ! -e ran
has 'and it says so' "$out" 'lint  skipped: no pushed files'
has 'of every job' "$out" 'test  skipped: no pushed files'
ok 'a branch is rewound' git push -qf origin topic~1:topic
ok 'no files, but a job that asks for none runs' test ! -e got -a -e ran
rm -f ran
ok 'a branch is deleted' git push -q origin :topic
ok 'no files, but a job that asks for none runs' test ! -e got -a -e ran
rm -f ran
ok 'a tag of what is there' sh -c 'git tag -am v1 v1 main && git push -q origin v1'
ok 'the same for it' test ! -e got -a -e ran
rm -f ran
ok 'a tag of a blob' sh -c 'git tag blob $(git rev-parse main:lefthook.yml) &&
	git push -q origin blob'
ok 'the same for that' test ! -e got -a -e ran
rm -f ran
ok 'the jobs that filter files are skipped' sh -c '
	sed -i "s/      run: echo ran.*/&\n      glob: \"*\"/" lefthook.yml &&
	git push -q origin :v1 && test ! -e got -a ! -e ran'
git checkout -q lefthook.yml

ok 'a push to a ref of another kind' git push -q origin HEAD:refs/for/main
is 'has its files' "$(got)" 'one
two'
ok 'a URL for a remote' git push -q "$TAP_REPO.git" HEAD:refs/heads/by-url
is 'is compared with what is known of origin' "$(got)" 'one
two'

# ---- several refs, of which one is checked out
plain
git switch -qc side
echo s > side
commit side
git switch -q main
git switch -qc topic
echo t > topic
commit topic
rm -f ran
out=$(git push origin side topic 2>&1)
is 'the files that are in the work tree' "$(got)" topic
has 'a warning tells of the others' "$out" \
	"'refs/heads/side' is pushed, but another commit is checked out"
hasnt 'and only of them' "$out" "'refs/heads/topic' is pushed"
git push -q --no-verify origin :side
rm -f ran
out=$(git push origin side 2>&1)
has 'where none is there, that is the reason' "$out" \
	"warning: job 'lint' is skipped: the pushed files are not in the work tree"
ok 'jobs without a list run all the same' test -e ran
out=$(git push origin side~1:refs/heads/a side:refs/heads/b side:refs/heads/c 2>&1)
is 'of several refs one warning tells' "$(echo "$out" | grep -c 'another commit')" 1
has 'how many there are' "$out" \
	"'refs/heads/b' and 1 other ref are pushed, but another commit"
git push -q --no-verify origin :side :topic
ok 'HEAD does not matter' sh -c 'git switch -q side && git push -q origin topic side'
is 'the other is there now' "$(got)" side

# ---- forced, and onto what others pushed
plain
git switch -qc topic
echo 1 > one
commit one
git push -q origin topic
rm got
git commit -q --amend -m 'another one'
echo 2 > two
commit two
ok 'a forced push' git push -qf origin topic
is 'has all files since the branch left' "$(got)" 'one
two'
git clone -q "$TAP_REPO.git" "$TAP_REPO.other"
(cd "$TAP_REPO.other" && git switch -q topic && echo o > others &&
	commit others && git push -q origin topic)
git fetch -q
git merge -q -m merge origin/topic
echo 3 > three
commit three
ok 'a push after a merge' git push -q origin topic
is 'the files of others are not ours' "$(got)" three

# ---- a clone without history
git clone -q --depth 1 "file://$TAP_REPO.git" "$TAP_REPO.shallow"
cd "$TAP_REPO.shallow" || exit 1
hookrun install > /dev/null
printf 'got\nran\n' > .git/info/exclude
echo s > shallow
commit shallow
ok 'a push from a shallow clone' git push -q origin HEAD:main
is 'has the new file alone' "$(got)" shallow

# ---- what cannot be told fails the push
plain
git switch -qc topic
mkdir dir
echo 1 > dir/one
commit one
tree=$(git rev-parse HEAD:dir)
rm -f ".git/objects/$(echo "$tree" | cut -c1-2)"/*
out=$(hookrun run pre-push origin url 2>&1 <<E2
refs/heads/topic $(git rev-parse HEAD) refs/heads/topic $(git rev-parse main)
E2
)
is 'a missing object is no empty list' "$?" 1
has 'the ref is named' "$out" "which files the push of 'refs/heads/topic' sends"
out=$(echo 'not git' | hookrun run pre-push origin url 2>&1)
is 'nor is a line that git did not write' "$?" 1
has 'which is shown' "$out" "does not write to pre-push: 'not git'"

# ---- base
start <<'E2'
pre-push:
  base: develop
  jobs:
    - { name: lint, run: "echo {push_files} > got" }
E2
git switch -qc develop
echo d > dev
commit dev
git push -q --no-verify origin develop
git switch -qc topic
echo 1 > one
commit one
ok 'a branch of a branch' git push -q origin topic
is 'is compared with base' "$(got)" one
sed -i s/develop/nowhere/ lefthook.yml
commit base
git push -q --no-verify origin topic
out=$(git push origin topic:new 2>&1)
is 'a base that is not there stops the push' "$?" 1
has 'and is named' "$out" "base 'nowhere' is neither"

# ---- conditions
start <<'E2'
pre-push:
  jobs:
    - { name: one, run: echo one >> got, only: { push_ref: release/* } }
    - { name: two, run: echo two >> got, skip: { push_ref: "{wip,wip/*}" } }
    - { name: tag, run: echo tag >> got, only: { push_ref: refs/tags/* } }
    - { name: ref, run: echo ref >> got, only: { ref: topic } }
E2
git switch -qc topic
echo 1 > one
commit one
ok 'push_ref is the name on the remote' git push -q origin topic:release/1
is 'ref is the branch that is checked out' "$(got)" 'one
two
ref'
git switch -q --detach
ok 'skip' git push -q origin HEAD:refs/heads/wip/1
is 'leaves it out' "$(got)" ''
git tag -am v1 v1
ok 'a skipped ref beside another' git push -q origin \
	HEAD:refs/heads/wip/2 v1
is 'does not hide it' "$(got)" 'two
tag'

# ---- deletions
start <<'E2'
pre-push:
  jobs:
    - { name: ruby, glob: "*.rb", run: echo ruby >> got }
    - { name: js, glob: "*.js", run: echo js >> got }
    - { name: gone, run: "echo gone {deleted_files} >> got" }
E2
echo 1 > a.rb
echo 1 > b.js
commit files
git push -q --no-verify origin main
git rm -q a.rb
git commit -qm gone
ok 'a push that deletes' git push -q origin main
is 'runs the jobs of the deleted file' "$(got)" 'ruby
gone a.rb'

# ---- by hand
plain
git switch -qc topic
echo 1 > one
commit one
ok 'by hand' hookrun run pre-push < /dev/null
is 'without a HEAD of the remote every file counts, as in lefthook' \
	"$(got | sort)" 'README
lefthook.yml
one'
git remote set-head origin main
hookrun run pre-push > /dev/null < /dev/null
is 'else what HEAD has more' "$(got)" one
git push -q --no-verify -u origin topic
echo 2 > two
commit two
echo stray | hookrun run pre-push > /dev/null
is 'else what the upstream lacks' "$(got)" two
hookrun run pre-push origin url > /dev/null < /dev/null
is 'so it is with arguments' "$(got)" two
: | hookrun run pre-push origin url > /dev/null
is 'but git pushes nothing through an empty pipe' "$(got)" ''

finish
