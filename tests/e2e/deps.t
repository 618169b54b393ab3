#!/bin/sh
# uses: deps, with the real bundler and a source of gems on the disk, and with
# the real npm and packages on the disk.
. "$(dirname "$0")/../helpers/tap.sh"
export BUNDLE_SILENCE_ROOT_WARNING=1 BUNDLE_RETRY=0 npm_config_offline=true
export npm_config_update_notifier=false npm_config_fund=false

# Two gems, one in two versions, each an empty one; `tinybad` is taken away
# and brought back.
gems="$TAP_DIR/gems"
mkdir -p "$gems/gems"
gem_file() {
	printf 'Gem::Specification.new { |s| s.name = "%s"; s.version = "%s"
		s.summary = "t"; s.authors = ["a"]; s.files = [] }' "$1" "$2" \
		> "$TAP_DIR/$1.gemspec"
	(cd "$TAP_DIR" && gem build -q "$1.gemspec" \
		-o "$gems/gems/$1-$2.gem" >/dev/null 2>&1)
}
gem_file tinyone 1.0.0
gem_file tinyone 2.0.0
gem_file tinytwo 1.1.0
gem_file tinybad 1.0.0
gem generate_index -q -d "$gems" >/dev/null 2>&1

configured() {
	cat > lefthook.yml <<E2
post-checkout: &steps
  jobs:
    - uses: deps
${1:-}
post-merge: *steps
E2
}

gemfile() {
	{
		echo "source \"file://$gems\""
		for gem in "$@"; do
			echo "gem \"${gem%=*}\", \"${gem#*=}\""
		done
	} > Gemfile
	bundle lock >/dev/null 2>&1
}

go() {
	out=$("$@" 2>&1)
	status=$?
}

installed() {
	find vendor -path '*/specifications/*.gemspec' | sed 's,.*/,,; s,\.gemspec$,,' |
		sort | tr '\n' ' '
}

# ---- bundler -----------------------------------------------------------------
repo
printf '/vendor\n/.bundle\n/lefthook.yml\n' > .gitignore
configured
bundle config set --local path vendor/bundle
gemfile tinyone=1.0.0
commit 'one gem'
git checkout -q -b next
gemfile tinyone=2.0.0 tinytwo=1.1.0
commit 'two gems'
git checkout -q -b bad main
gemfile tinyone=1.0.0 tinybad=1.0.0
commit 'a gem that cannot be had'
git checkout -q main
hookrun install >/dev/null

go hookrun sync
is 'sync installs' "$status" 0
is 'the gem is there' "$(installed)" 'tinyone-1.0.0 '
go git switch next
is 'a switch to another Gemfile.lock' "$status" 0
has 'one line of what changed' "$out" 'tinyone 1.0.0 → 2.0.0 (major)'
has 'and of what came' "$out" '+1'
is 'installed' "$(installed)" 'tinyone-1.0.0 tinyone-2.0.0 tinytwo-1.1.0 '
ok 'bundler agrees' bundle check
is 'git status is clean' "$(git status --porcelain)" ''
has 'which gems went in' "$out" 'Gemfile.lock: installed tinyone 2.0.0, tinytwo 1.1.0'
hasnt 'and not which were there' "$out" 'Using'
rm -rf vendor/bundle/ruby/*/cache
only_hookrun() {
	started=$(programs "$@" | grep -v -e '/git$' -e git-core | but_ps)
	is "$TAP_WHAT: nothing else was started" "$started" ".git/hooks/post-checkout
$TAP_DIR/bin/hookrun"
}
TAP_WHAT='all there'
only_hookrun git switch main
go git switch next
is 'all there: not a word' "$out" "Switched to branch 'next'"
rm .git/hookrun/deps
go hookrun sync
has 'nothing known: Bundler is asked, and not told' "$out" 'is installed already'
TAP_WHAT='asked once'
only_hookrun git switch main

started=$(programs git switch -q -c same | grep -v -e '/git$' -e git-core | but_ps)
is 'an unchanged lock file starts nothing' "$started" ".git/hooks/post-checkout
$TAP_DIR/bin/hookrun"
go git switch main
is 'and says nothing' "$out" "Switched to branch 'main'"
echo note > note
commit 'something else'
go git switch same
is 'whatever else changed' "$out" "Switched to branch 'same'"

mv "$gems/gems/tinybad-1.0.0.gem" "$TAP_DIR"
go git switch bad
is 'a gem that cannot be had fails the hook' "$status" 1
has 'says that' "$out" 'bundle install failed with status'
has 'and what holds' "$out" "the switch itself is done; fix it and run 'hookrun sync'"
is 'the switch is done' "$(git branch --show-current)" bad
go git switch -c bad-too
is 'the next event tries again' "$status" 1
has 'and fails again' "$out" 'bundle install failed'
go hookrun sync
is 'so does sync' "$status" 1
hasnt 'which speaks of no switch' "$out" 'the switch itself'
has 'status knows' "$(hookrun status)" 'changed since the last installation'
mv "$TAP_DIR/tinybad-1.0.0.gem" "$gems/gems"
go git switch bad
is 'when it can be had the next event installs it' "$status" 0
has 'it is there' "$(installed)" 'tinybad-1.0.0'
go git switch -c good
is 'and that is that' "$out" "Switched to a new branch 'good'"
has 'status agrees' "$(hookrun status)" 'Gemfile.lock: installed'

git merge -q next >/dev/null 2>&1
ok 'a conflict in the lock file' grep -q '^<<<<<<<' Gemfile.lock
go hookrun sync
is 'is not given to bundler' "$status" 1
has 'but told' "$out" "'Gemfile.lock' has conflict markers"
has 'and nothing is installed' "$out" 'nothing was installed'
sed -i '/^<<<<<<< /d; /^=======$/,/^>>>>>>> /d' Gemfile.lock
git checkout -q --ours Gemfile
go hookrun sync
is 'resolved, sync goes on' "$status" 0
git reset -q --hard

configured '      with: { mode: notify }'
rm -rf vendor
go git switch next
is 'mode notify: no failure' "$status" 0
has 'told' "$out" 'tinyone 1.0.0 → 2.0.0'
has 'and how to go on' "$out" 'hookrun sync'
hasnt 'bundler is not asked' "$out" 'is installed already'
configured '      with: { mode: ask }'
go setsid git switch good
go setsid git switch next
hasnt 'mode ask without a terminal: the same' "$out" 'is installed already'
rm -rf vendor
on_terminal() {
	out=$(printf '%s\n' "$1" | script -qec "$2" /dev/null 2>&1)
}
on_terminal n 'git checkout next --'
has 'with one it asks' "$out" 'Install now?'
[ ! -e vendor ]
result $? 'no is no'
on_terminal y 'git checkout next --'
has 'yes is yes' "$(installed)" tinytwo-1.1.0

# ---- lock files that Bundler would change --------------------------------------
elsewhere() { sed -i "s/^  $platform$/  x86_64-darwin-20/" Gemfile.lock; }
as_it_was() {
	is "$1: the hook succeeds" "$status" 0
	is "$1: git status is clean" "$(git status --porcelain)" ''
}
gem_file tinymac 1.0.0
gem_file tinylinux 1.0.0
gem generate_index -q -d "$gems" >/dev/null 2>&1
platform=$(ruby -e 'puts Gem::Platform.local')
configured
git switch -q main 2>/dev/null
git switch -q -c mac
elsewhere
commit 'from a Mac'
rm Gemfile.lock
gemfile tinymac=1.0.0
elsewhere
commit 'from a Mac, with another gem'
git switch -q -c unfit main 2>/dev/null
sed -i 's/tinyone.*/tinylinux", "1.0.0"/' Gemfile
commit 'a Gemfile that the lock does not fit'
git switch -q main 2>/dev/null
go git switch --detach mac~1
as_it_was 'from a Mac, installed'
go git switch mac
as_it_was 'from a Mac'
has 'from a Mac: installed all the same' "$(installed)" tinymac-1.0.0
has 'what Bundler wrote is undone, and said' "$out" \
	'Gemfile.lock: undone what bundle install wrote into it'
hasnt 'its refusal is not shown' "$out" 'Your bundle only supports'
advice=$(printf '%s\n' "$out" | sed -n "s/.*, run '\(bundle lock [^']*\)'.*/\1/p")
has 'with the command' "$advice" "bundle lock --add-platform $platform"
ok 'which can be followed' sh -c "$advice"
commit 'for this platform too'
rm -rf vendor .git/hookrun/deps
go git switch main
go git switch mac
as_it_was 'the advice was followed'
hasnt 'it leads out' "$out" 'undone'
go git switch unfit
as_it_was 'an unfit Gemfile'
has 'an unfit Gemfile: its gems are there' "$(installed)" tinylinux-1.0.0
has 'and what to do is said' "$out" "to keep that, run 'bundle install' and commit it"
ok 'which can be followed' bundle install --quiet
commit 'a lock that fits'
git switch -q main 2>/dev/null
go git switch unfit
as_it_was 'a Gemfile that fits again'
hasnt 'it leads out' "$out" undone

# What a shell script wraps around Bundler may end it at any time.
cat > "$TAP_DIR/bin/bundle" <<'E2'
#!/bin/sh
[ "$1" = install ] || exit 1
echo broken off >> Gemfile.lock
kill -TERM "$PPID"
E2
chmod +x "$TAP_DIR/bin/bundle"
rm -rf .git/hookrun/deps
go hookrun sync
is 'a signal in the middle: sync fails' "$status" 1
is 'and leaves nothing behind' "$(git status --porcelain)" ''
rm "$TAP_DIR/bin/bundle"

# ---- npm ---------------------------------------------------------------------
package() { # NAME VERSION
	mkdir -p "$TAP_DIR/pack/package" lib
	printf '{"name":"%s","version":"%s"}\n' "$1" "$2" \
		> "$TAP_DIR/pack/package/package.json"
	tar -czf "lib/$1-$2.tgz" -C "$TAP_DIR/pack" package
}
lock() {
	printf '{"name":"app","version":"1.0.0","dependencies":{%s}}\n' "$1" > package.json
	npm install --package-lock-only --no-audit >/dev/null 2>&1
}

repo
printf '/node_modules\n/lefthook.yml\n' > .gitignore
configured
package one 1.0.0
lock '"one":"file:lib/one-1.0.0.tgz"'
commit 'one package'
git checkout -q -b next
package one 2.0.0
package two 1.0.0
lock '"one":"file:lib/one-2.0.0.tgz","two":"file:lib/two-1.0.0.tgz"'
commit 'two packages'
git checkout -q -b broken main
sed -i 's,"sha512-[^"]*","sha512-AAAA",' package-lock.json
commit 'a checksum that does not fit'
git checkout -q main
hookrun install >/dev/null

go hookrun sync
is 'npm: sync installs' "$status" 0
ok 'the package is there' test -e node_modules/one/package.json
go git switch next
is 'npm: a switch to another lock file' "$status" 0
has 'npm: what changed' "$out" 'one 1.0.0 → 2.0.0 (major)'
has 'npm: what came' "$out" '+1'
ok 'npm: installed' test -e node_modules/two/package.json
is 'npm: git status is clean' "$(git status --porcelain)" ''
rm .git/hookrun/deps
started=$(programs hookrun sync)
is "npm: its own record is believed without starting it" "$started" \
	"$TAP_DIR/bin/hookrun"
go git switch broken
is 'npm: a failure fails the hook' "$status" 1
has 'npm: says so' "$out" 'npm ci failed with status'
go git switch main
is 'npm: and back' "$status" 0
ok 'npm: installed again' test -e node_modules/one/package.json
git switch -q -c also
mkdir "$TAP_DIR/few"
ln -s /usr/bin/* "$TAP_DIR/few"
rm "$TAP_DIR/few/npm"
hookrun install --no-path >/dev/null # nor on the one of the install
go env PATH="$TAP_DIR/bin:$TAP_DIR/few" git switch next
is 'no npm on PATH: the hook fails' "$status" 1
has 'and says so' "$out" "'npm' is not on PATH"

finish
