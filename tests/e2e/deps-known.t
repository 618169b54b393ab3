#!/bin/sh
# What uses: deps knows without starting Bundler, and when it asks: a real
# Bundler, and gems that are no more than their specifications.
. "$(dirname "$0")/../helpers/tap.sh"
export BUNDLE_SILENCE_ROOT_WARNING=1 BUNDLE_RETRY=0

repo
git config core.hooksPath /dev/null
printf '/vendor\n/.bundle\n/lefthook.yml\n' > .gitignore
printf 'post-checkout:\n  jobs:\n    - uses: deps\n' > lefthook.yml
bundle config set --local path vendor/bundle
home=$PWD/vendor/bundle/ruby/$(ruby -e 'print RbConfig::CONFIG["ruby_version"]')
# Nothing can be had from here.
source=file://$TAP_DIR/source
mkdir -p "$TAP_DIR/source/gems"
gem generate_index -q -d "$TAP_DIR/source" >/dev/null 2>&1
platform=$(ruby -e 'puts Gem::Platform.local')

cat > "$TAP_DIR/bin/bundle" <<E2
#!/bin/sh
echo "\$@" >> "$TAP_DIR/asked"
[ ! -e "$TAP_DIR/deaf" ] || exit 1
exec $(command -v bundle) "\$@"
E2
chmod +x "$TAP_DIR/bin/bundle"

# gem_spec NAME VERSION [PLATFORM]: as `gem install` leaves it.
gem_spec() {
	full=$1-$2${3:+-$3}
	mkdir -p "$home/specifications" "$home/gems/$full"
	printf 'Gem::Specification.new { |s| s.name = "%s"; s.version = "%s"
		s.summary = "t"; s.authors = ["a"]; s.files = []
		s.platform = "%s" }\n' "$1" "$2" "${3:-ruby}" \
		> "$home/specifications/$full.gemspec"
}
# lock: the lines of specs and of DEPENDENCIES come as files.
lock() {
	{
		printf 'GEM\n  remote: %s/\n  specs:\n' "$source"
		cat "$TAP_DIR/specs"
		printf '\nPLATFORMS\n  %s\n\nDEPENDENCIES\n' "$platform"
		cat "$TAP_DIR/wanted"
		printf '\nBUNDLED WITH\n   2.3.15\n'
	} > Gemfile.lock
}
go() { out=$("$@" 2>&1); }
# Forget what was installed, not what Bundler said.
unsettle() { sed -i '/^bundler:/!d' .git/hookrun/deps; }
knows() {
	unsettle
	is "$1: nothing is started" "$(programs hookrun sync)" "$TAP_DIR/bin/hookrun"
	ok "$1: Bundler agrees" bundle check --dry-run
}
# The answer does not matter, and would take a second.
asks() {
	unsettle
	: > "$TAP_DIR/asked"
	touch "$TAP_DIR/deaf"
	hookrun sync >/dev/null 2>&1
	rm "$TAP_DIR/deaf"
	has "$1: Bundler is asked" "$(cat "$TAP_DIR/asked")" 'check --dry-run'
}

# ---- 150 gems ------------------------------------------------------------------
i=100
echo "source \"$source\"" > Gemfile
while [ $i -lt 250 ]; do
	gem_spec "gem$i" "1.$i"
	echo "gem \"gem$i\"" >> Gemfile
	echo "    gem$i (1.$i)" >> "$TAP_DIR/specs"
	echo "  gem$i" >> "$TAP_DIR/wanted"
	i=$((i + 1))
done
lock
commit '150 gems'
go hookrun sync
has 'at first Bundler is asked' "$out" 'is installed already'
knows '150 gems'
unsettle
ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o "$TAP_DIR/trace" hookrun sync >/dev/null 2>&1
is 'one call a gem' "$(grep -c 'specifications/gem.* = 0' "$TAP_DIR/trace")" 150
[ "$(grep -c specifications "$TAP_DIR/trace")" -le 152 ]
result $? 'and no more'
is 'no process' "$(grep -cE '(clone3?|v?fork)\(' "$TAP_DIR/trace")" 0
for gem in gem100-1.100 gem175-1.175 gem249-1.249; do
	mv "$home/specifications/$gem.gemspec" "$TAP_DIR"
	asks "without $gem"
	mv "$TAP_DIR/$gem.gemspec" "$home/specifications"
	knows "with $gem again"
done

# ---- what else decides ---------------------------------------------------------
cp .git/hookrun/deps "$TAP_DIR/known"
again() {
	git checkout -q -- . && git clean -qfd
	cp "$TAP_DIR/known" .git/hookrun/deps
}
echo 3.9.9 > .ruby-version
asks 'another .ruby-version'
again
echo 3.9.9 > ../.ruby-version
asks 'one in a folder above'
rm ../.ruby-version
mkdir -p "$HOME/.bundle"
echo 'BUNDLE_JOBS: "2"' > "$HOME/.bundle/config"
asks "the user's settings"
rm -r "$HOME/.bundle"
again
export BUNDLE_APP_CONFIG="$TAP_DIR/settings"
mkdir "$TAP_DIR/settings"
cp .bundle/config "$TAP_DIR/settings/config"
asks 'settings elsewhere'
hookrun sync >/dev/null 2>&1
knows 'known there too'
echo 'BUNDLE_JOBS: "2"' >> "$TAP_DIR/settings/config"
asks 'other ones there'
unset BUNDLE_APP_CONFIG
again
export GEM_PATH=/nowhere
asks 'a variable'
unset GEM_PATH
again
touch -r "$TAP_DIR/bin/bundle" "$TAP_DIR/stamp"
touch -d 2001-01-01 "$TAP_DIR/bin/bundle"
asks 'another Bundler'
touch -r "$TAP_DIR/stamp" "$TAP_DIR/bin/bundle"
again
knows 'all as before'
sed -i 's/gem "gem100"/&, "1.99"/' Gemfile
asks 'a Gemfile that the lock does not fit'
again
echo 'gem "gem250"' >> Gemfile
asks 'a gem that the lock does not have'
again
sed -i /gem100/d Gemfile
asks 'a gem that the Gemfile does not have any more'
again
echo 'eval_gemfile "Gemfile.local" if File.exist?("Gemfile.local")' >> Gemfile
asks 'a Gemfile that is a program'
again

# ---- gems that are not wanted here -----------------------------------------------
printf '%s\n' 'gem "elsewhere", platforms: :jruby' \
	'group :left_out do' '  gem "outer"' 'end' >> Gemfile
bundle config set --local without left_out
printf '    elsewhere (1.0)\n      deep (>= 1)\n    outer (1.0)\n    deep (1.0)\n    native (1.0)\n    native (1.0-x86_64-darwin)\n    native (1.0-%s)\n      deeper (>= 1)\n    deeper (1.0)\n' \
	"$platform" >> "$TAP_DIR/specs"
printf '  elsewhere\n  native\n  outer\n' >> "$TAP_DIR/wanted"
echo 'gem "native"' >> Gemfile
gem_spec native 1.0 "$platform"
gem_spec deeper 1.0
lock
commit 'gems for others'
go hookrun sync
has 'gems of other platforms and groups: Bundler is asked' "$out" \
	'is installed already'
knows 'and asked once'
cp .git/hookrun/deps "$TAP_DIR/known"
mv "$home/specifications/native-1.0-$platform.gemspec" "$TAP_DIR"
gem_spec native 1.0
asks 'the variant of all platforms in place of ours'
mv "$TAP_DIR/native-1.0-$platform.gemspec" "$home/specifications"
again
mv "$home/specifications/deeper-1.0.gemspec" "$TAP_DIR"
asks 'what only our variant needs'
mv "$TAP_DIR/deeper-1.0.gemspec" "$home/specifications"
again
sed -i '/gem "outer"/d; $a gem "outer"' Gemfile
asks 'a gem that is wanted from now on'
again
sed -i 's/    gem100 (1.100)/&\n      deep/' Gemfile.lock
asks 'a gem of others that one of ours needs now'
again
knows 'all as before'

# ---- git, and folders ------------------------------------------------------------
git init -q "$TAP_DIR/mine.git"
(
	cd "$TAP_DIR/mine.git" || exit 1
	printf 'Gem::Specification.new { |s| s.name = "mine"; s.version = "1.0"
		s.summary = "t"; s.authors = ["a"]; s.files = [] }\n' > mine.gemspec
	git add . && git commit -qm mine
)
printf 'source "%s"\ngem "mine", git: "%s"\n' "$source" "$TAP_DIR/mine.git" > Gemfile
rm Gemfile.lock
bundle install --quiet
commit 'a gem from git'
rm .git/hookrun/deps
go hookrun sync
knows 'a gem from git'
mv "$home"/bundler/gems/mine-* "$TAP_DIR/checkout"
asks 'without its checkout'
mkdir -p engine
cp "$TAP_DIR/mine.git/mine.gemspec" engine
printf 'source "%s"\ngem "mine", path: "engine"\n' "$source" > Gemfile
rm Gemfile.lock
bundle lock >/dev/null 2>&1
commit 'a gem from a folder'
go hookrun sync
asks 'a gem from a folder'

finish
