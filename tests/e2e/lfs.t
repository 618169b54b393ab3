#!/bin/sh
# git-lfs: its hooks are called from ours.  With the real program against a bare
# repository in a folder where it is installed, and with one that only writes
# down its calls, to see when it is called.
. "$(dirname "$0")/../helpers/tap.sh"

hooks='post-checkout: { jobs: [{run: "true"}] }
post-commit: { jobs: [{run: "true"}] }
post-merge: { jobs: [{run: "true"}] }
pre-push: { jobs: [{run: echo the job}] }'

if command -v git-lfs >/dev/null 2>&1; then
	repo
	git lfs install --skip-repo >/dev/null
	git init -q --bare ../real.$$
	git remote add origin "file://$TAP_DIR/real.$$"
	echo '*.bin filter=lfs diff=lfs merge=lfs -text' > .gitattributes
	echo "$hooks" > lefthook.yml
	hookrun install >/dev/null
	echo big > a.bin
	commit x >/dev/null 2>&1
	has 'real: the file is in git-lfs' "$(git show HEAD:a.bin)" git-lfs
	out=$(git push origin main 2>&1)
	is 'real: the push is done' $? 0
	oid=$(printf 'big\n' | sha256sum | cut -c 1-64)
	[ -n "$(find "../real.$$/lfs" -name "$oid")" ]
	result $? 'real: and the object is there'
	git config --global --remove-section filter.lfs
else
	note 'git-lfs is not installed: only the stub is tested'
fi

calls=$TAP_DIR/calls
cat > "$TAP_DIR/bin/git-lfs" <<E2
#!/bin/sh
echo "\$* off=\$HOOKRUN,\$LEFTHOOK" >> "$calls"
case \$1 in pre-push) cat >> "$calls" ;; esac
exit \$(cat "$TAP_DIR/status")
E2
chmod +x "$TAP_DIR/bin/git-lfs"
echo 0 > "$TAP_DIR/status"
called() { cat "$calls" 2>/dev/null; rm -f "$calls"; }

repo
echo "$hooks" > lefthook.yml
hookrun install >/dev/null
git init -q --bare ../stub.$$
git remote add origin ../stub.$$
commit x >/dev/null 2>&1
git switch -qc topic >/dev/null 2>&1
is 'a repository without git-lfs is left alone' "$(called)" ''
git push -q origin topic >/dev/null 2>&1
out=$(called)
has 'but for a push' "$out" "pre-push origin ../stub.$$"
has 'which it reads' "$out" 'refs/heads/topic'
has 'its own hooks are switched off' "$out" 'off=0,0'

echo '*.bin filter=lfs' > .gitattributes
commit y >/dev/null 2>&1
is 'where it is used, a commit' "$(called)" 'post-commit off=0,0'
git switch -q main >/dev/null 2>&1
git switch -q topic >/dev/null 2>&1
has 'a switch' "$(called)" 'post-checkout '
git switch -q main >/dev/null 2>&1
git merge -q --no-ff -m m topic >/dev/null 2>&1
has 'and a merge call it' "$(called)" 'post-merge 0'
hookrun run pre-push >/dev/null 2>&1
is 'a push by hand does not' "$(called)" ''
hookrun run post-commit --skip-lfs >/dev/null 2>&1
is 'nor with --skip-lfs' "$(called)" ''
echo 'skip_lfs: true' >> lefthook.yml
hookrun run post-commit >/dev/null 2>&1
is 'nor with skip_lfs' "$(called)" ''
git checkout -q lefthook.yml >/dev/null 2>&1
printf 'pre-push:\n  skip: true\n' > lefthook-local.yml
git push -q origin main >/dev/null 2>&1
has 'a hook that skips its jobs still uploads' "$(called)" 'pre-push origin'
rm lefthook-local.yml

echo 7 > "$TAP_DIR/status"
git commit -q --allow-empty -m z >/dev/null 2>&1
out=$(git push origin main 2>&1)
is 'when it fails, the push fails' $? 1
has 'and says so' "$out" 'git lfs pre-push failed'
hasnt 'before the jobs' "$out" 'the job'

rm "$TAP_DIR/bin/git-lfs"
if ! command -v git-lfs >/dev/null 2>&1; then
	ok 'git-lfs that is not there is not missed' hookrun run post-commit
	touch .lfsconfig
	out=$(hookrun run post-commit 2>&1)
	is 'but where the repository needs it' $? 1
	has 'that is said' "$out" 'git-lfs is not on PATH'
fi
finish
