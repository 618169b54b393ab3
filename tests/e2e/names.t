#!/bin/sh
# File names that a shell would trip over arrive exactly once and unexecuted,
# whatever list they are in and wherever it stands in a command.
. "$(dirname "$0")/../helpers/tap.sh"

repo
cat > "$TAP_DIR/bin/args" <<'E2'
#!/usr/bin/perl
# Append the arguments to a file, each behind a NUL; "--x=" in front is cut.
open my $out, '>>', shift or die;
print $out map { s/^--x=//; "$_\0" } @ARGV;
E2
chmod +x "$TAP_DIR/bin/args"

# All names, sorted, and what a job was given, sorted.
long=$(printf '%0250d' 0)
perl - "$long" <<'E2'
my @names = ("plain", "a b", " lead", "trail ", "line\nbreak", "\nfirst",
	"tab\there", "'single'", "\"double\"", "mixed'\"'\"", "-n", "--help",
	"\$(touch EXECUTED)", "`touch EXECUTED`", "\$HOME", "\${HOME}", "a;b",
	"a&b", "a|b", "a>b", "a*b", "a?b", "[ab]", "{files}", "{1}", "{a,b}",
	"a\\b", "back\\", "#hash", "~", "!bang", "%s", "=", "\xff\xfe",
	"caf\xc3\xa9", "\x01\x7f", "a\rb", "$ARGV[0].rb");
for (@names) {
	open my $file, '>', "./$_" or die "$_: $!";
	print $file "x\n";
}
open my $list, '>', '.git/names' or die;
# A name is never an option.
print $list map { "$_\0" } sort map { s/^-/.\/-/r } @names;
E2
names=.git/names

sorted() {
	perl -0 -e 'my @all = <>; chomp @all; print map { "$_\0" } sort @all' "$1"
}

# check WHAT HOOK JOB: the job was given every name exactly once.
check() {
	rm -f .git/got
	hookrun run --no-auto-install --job "$3" "$2" > .git/log 2>&1 || note "$(cat .git/log)"
	touch .git/got
	sorted .git/got > .git/got.sorted
	if cmp -s .git/got.sorted "$names" && [ ! -e EXECUTED ]; then
		result 0 "$1"
	else
		result 1 "$1"
		note "$(tr '\0' '|' < .git/got.sorted | cat -v)"
	fi
	rm -f EXECUTED
}

cat > lefthook.yml <<'E2'
templates:
  mine: args .git/got
  dq: '"'
list: &jobs
  jobs:
    - { name: bare, run: "args .git/got {SET}" }
    - { name: end, args: "{SET}", run: args .git/got }
    - { name: double, run: 'args .git/got "{SET}"' }
    - { name: single, run: "args .git/got '{SET}'" }
    - { name: prefix, run: "args .git/got --x={SET}" }
    - { name: template, run: "{mine} {SET}" }
    - { name: other, run: "{mine} {SET} # {lefthook_job_name} {1} {0}" }
    - { name: shell, run: "sh -c 'args .git/got {SET}'" }
    - { name: quoted-shell, run: "sh -c 'args .git/got \"{SET}\"'" }
    - { name: double-shell, run: 'sh -c "args .git/got {SET}"' }
    - { name: escaped-shell, run: 'sh -c "args .git/got \"{SET}\""' }
    - { name: opened, run: "sh -c {dq}args .git/got {SET}{dq}" }
    - { name: substitution, run: "x=$(args .git/got {SET}); echo $x" }
    - { name: in-double, run: 'x="$(args .git/got {SET})"; echo "$x"' }
    - { name: ticks, run: "x=`args .git/got {SET}`; echo $x" }
    - { name: loop, run: "for f in {SET}; do args .git/got \"$f\"; done" }
    - { name: function, run: "f() { args .git/got \"$@\"; }; f {SET}" }
    - { name: block, run: "if true # don't\nthen\n  args .git/got {SET}\nfi\n" }
E2
forms='bare end double single prefix template other shell quoted-shell
	double-shell escaped-shell opened substitution in-double ticks loop
	function block'
mv lefthook.yml .git/form

# One hook a list, with all jobs.
make_config() {
	sed -n '/^list:/q;p' .git/form
	for set in staged_files all_files files deleted_files push_files; do
		echo "on-$set:"
		[ "$set" != files ] || echo '  files: cat .git/listed'
		sed '1,/^list:/d' .git/form | sed "s/{SET}/{$set}/g"
	done
}
make_config > .git/lefthook.yml
export HOOKRUN_CONFIG="$TAP_REPO/.git/lefthook.yml"
git rm -q README
git commit -qm 'nothing left'
git add -A

# What git prints is quoted: names with line breaks survive a `files` command.
git ls-files > .git/listed
for form in $forms; do
	for set in staged_files all_files files; do
		check "{$set}, $form" "on-$set" "$form"
	done
done

git commit -qm all
git init -q --bare "$TAP_REPO.git"
git remote add origin "$TAP_REPO.git"
for form in $forms; do
	check "{push_files}, $form" on-push_files "$form"
done
git rm -rq .
for form in $forms; do
	check "{deleted_files}, $form" on-deleted_files "$form"
done

# A name that begins with a dash.
cat > .git/lefthook.yml <<'E2'
by-hand:
  files: printf '%s\n' -n sub/-n
  jobs:
    - run: args .git/got {files} "{files}"
    - run: args .git/got {files}
      root: sub
E2
git reset -q --hard
rm -f EXECUTED
mkdir -p sub
echo > sub/-n
dashes() {
	rm -f .git/got sub/.git/got
	mkdir -p sub/.git
	"$@" run --no-auto-install by-hand > .git/log 2>&1
	cat .git/got sub/.git/got | tr '\0' '|'
}
is 'a name is no option, also in a folder' "$(dashes hookrun)" \
	'./-n|sub/-n|./-n|sub/-n|./-n|'
ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"
is 'under the name lefthook it is as there' "$(dashes lefthook)" \
	'-n|sub/-n|-n|sub/-n|./-n|'
sed -i '1i dash_names: raw' .git/lefthook.yml
is 'dash_names: raw' "$(dashes hookrun)" '-n|sub/-n|-n|sub/-n|./-n|'
sed -i '1s/raw/prefix/' .git/lefthook.yml
is 'dash_names: prefix' "$(dashes lefthook)" './-n|sub/-n|./-n|sub/-n|./-n|'
sed -i '1s/prefix/odd/' .git/lefthook.yml
has 'dash_names: odd' "$(hookrun validate 2>&1)" \
	":1:13: unknown value 'odd' for 'dash_names' (expected prefix or raw)"
rm -rf sub
make_config > .git/lefthook.yml

# Split over many commands, each name is given once all the same.
git reset -q --hard
rm -f EXECUTED
perl -e 'for my $i (1 .. 1500) { open my $f, ">", sprintf("%s\x27 %d", "n" x 200, $i) or die }'
git add -A
git ls-files -z | perl -0 -pe 's/^-/.\/-/' > .git/many
sorted .git/many > "$names"
check 'a list that is split' on-all_files escaped-shell
check 'and beside other templates' on-all_files other
ok 'it was split' test "$(grep -c . .git/many)" -gt 0

# git's arguments and the job's name.
cat > .git/lefthook.yml <<'E2'
by-hand:
  jobs:
    - name: "it's \"my\" $(job)"
      run: args .git/got {lefthook_job_name} "{lefthook_job_name}" {1} {2} {3}
    - { name: all, run: "args .git/got {0}" }
E2
rm -f .git/got
hookrun run by-hand one 'two words' > .git/log 2>&1
is 'numbers are raw text, the name of the job is quoted' \
	"$(tr '\0' '|' < .git/got)" \
	"it's \"my\" \$(job)|it's \"my\" \$(job)|one|two|words|{3}|one|two|words|"

finish
