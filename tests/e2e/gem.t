#!/bin/sh
# hookrun as a gem with the binary, in a project with a Gemfile; and the recipes of
# Homebrew, Alpine and Nix, as far as they can be read here.
. "$(dirname "$0")/../helpers/tap.sh"
PATH=${PATH#*:} # no hookrun but that of the bundle
export GEM_HOME="$TAP_DIR/gems" BUNDLE_SILENCE_ROOT_WARNING=1
export BUNDLE_APP_CONFIG="$TAP_DIR/bundle"
unset GEM_PATH RUBYOPT BUNDLE_GEMFILE SOURCE_DATE_EPOCH

out_dir=$TAP_DIR/out
target=$(uname -m)-linux-gnu
build() { # VERSION
	sh "$HERE/packaging/gem/pack.sh" --version "$1" --out "$out_dir" \
		"$target=$HOOKRUN_TEST_BIN"
}
ok 'the gem is built' build 1.0.0
build 1.0.1 >/dev/null
cp "$out_dir/hookrun-1.0.0-$(uname -m)-linux.gem" "$TAP_DIR/first.gem"
build 1.0.0 >/dev/null
ok 'twice the same bytes' cmp "$TAP_DIR/first.gem" "$out_dir"/hookrun-1.0.0-*.gem
fails 'not for a system without gems' sh "$HERE/packaging/gem/pack.sh" \
	--version 1 --out "$out_dir" "riscv64-linux-musl=$HOOKRUN_TEST_BIN"
add() { gem install --silent --local --no-document "$out_dir/hookrun-$1"-*.gem; }
ok 'and installed' add 1.0.0

repo
printf "gem 'hookrun'\n" > Gemfile
printf 'pre-commit:\n  jobs: [{ name: it, run: echo ran >> log }]\n' > lefthook.yml
ok 'bundle install takes it' bundle install --local
ok 'bundle exec hookrun install' bundle exec hookrun install
commits() { # NAME
	rm -f log
	echo more >> README
	git add README
	out=$(git commit -m more 2>&1)
	[ -e log ] || note "$out"
	is "$1" "$(cat log 2>/dev/null)" ran
}
commits 'git commit runs the hook'
is 'without Ruby' "$(programs sh .git/hooks/pre-commit | grep -c ruby)" 0
has 'self-update says who brings a new one' "$(bundle exec hookrun self-update)" \
	'bundle update hookrun'
bundle exec hookrun --no-such-option >/dev/null 2>&1
is "the exit status is hookrun's" $? "$("$HOOKRUN_TEST_BIN" --no-such-option >/dev/null 2>&1; echo $?)"

add 1.0.1
gem uninstall --silent --executables --version 1.0.0 hookrun
bundle update --local hookrun >/dev/null 2>&1
commits 'the old gem is gone: the hook file goes through bundler'
gem uninstall --silent --executables --all hookrun
echo more >> README
git add README
fails 'no gem: the commit fails' git commit -m x

# ---- recipes --------------------------------------------------------------
echo source > "$TAP_DIR/hookrun-1.2.3.tar.gz"
url=https://example.org/files/hookrun-1.2.3.tar.gz
ok 'recipes for a release' sh "$HERE/packaging/recipes.sh" 1.2.3 \
	"$TAP_DIR/hookrun-1.2.3.tar.gz" "$TAP_DIR/recipes" "$url"
cd "$TAP_DIR/recipes" || exit 1
is 'nothing is left to fill in' "$(grep -l '@[A-Z0-9]*@' ./*)" ''
for file in APKBUILD default.nix hookrun.rb; do
	has "$file: where from" "$(cat "$file")" "$url"
done
sum=$(sha256sum < "$TAP_DIR/hookrun-1.2.3.tar.gz" | cut -d ' ' -f 1)
has 'Homebrew: the checksum' "$(cat hookrun.rb)" "sha256 \"$sum\""
has 'Nix: the checksum' "$(cat default.nix)" "sha256 = \"$sum\""
# shellcheck disable=SC1091,SC2154
is 'Alpine: the checksum is that of the file that will be fetched' \
	"$(. ./APKBUILD && cd "$TAP_DIR" && echo "$sha512sums" | sha512sum -c)" \
	'hookrun-1.2.3.tar.gz: OK'
ok 'Alpine: shellcheck' shellcheck -s sh -e SC2034,SC2154 APKBUILD
ok 'Homebrew: Ruby reads it' ruby -c hookrun.rb
ok 'Nix reads it' nix-instantiate --parse default.nix
finish
