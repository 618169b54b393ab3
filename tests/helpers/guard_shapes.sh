# Work trees in which something is partly staged, for the tests of the guard;
# sourced.  `shape NAME` fills the repository that is the current folder (it has
# one commit) and leaves it ready to be committed.  Where a job's `git diff`
# cannot be empty though all is hidden, the name is in SHAPES_OPEN.

# shellcheck disable=SC2034 # both are for who sources this
SHAPES='text twins binary deleted newdeleted exec unexec link filetolink
	linktofile crlf filter lossy names empty emptied large readonly private
	intent first merging conflict submodule many other folder folderlink folderfile attributes'
# shellcheck disable=SC2034
SHAPES_OPEN='intent conflict submodule'

lines() { # FROM TO
	seq "$1" "$2" | sed 's/^/line /'
}

base() { # FILE...
	git add -A -- "$@" && git commit -qm base
}

shape_text() {
	lines 1 20 > a && base a
	sed -i '2s/.*/staged/' a && git add a
	sed -i '19s/.*/unstaged/' a
}

shape_twins() { # two files, the same lines staged and changed again
	lines 1 9 > a
	lines 1 9 > b
	base a b
	sed -i '5s/.*/staged/' a b && git add a b
	sed -i '5s/.*/unstaged/' a b
}

shape_binary() {
	printf 'a\000b' > a && base a
	printf 'a\000staged' > a && git add a
	printf '\377\000unstaged' > a
}

shape_deleted() {
	lines 1 9 > a && base a
	echo staged >> a && git add a
	rm a
}

shape_newdeleted() {
	mkdir -p new/deep
	echo staged > new/deep/a
	echo staged > new/b
	git add new
	rm -r new
}

shape_exec() {
	lines 1 9 > a && base a
	echo staged >> a && git add a
	chmod +x a
}

shape_unexec() {
	lines 1 9 > a && base a
	echo staged >> a && chmod +x a && git add a
	chmod -x a && echo unstaged >> a
}

shape_link() {
	ln -s one a && base a
	ln -sf staged a && git add a
	ln -sf unstaged a
}

shape_filetolink() {
	lines 1 9 > a && base a
	echo staged >> a && git add a
	rm a && ln -s /nowhere a
}

shape_linktofile() {
	ln -s one a && base a
	ln -sf staged a && git add a
	rm a && lines 1 9 > a
}

shape_crlf() {
	git config core.autocrlf true
	printf 'one\r\ntwo\r\nthree\r\n' > a && base a
	printf 'staged\r\ntwo\r\nthree\r\n' > a && git add a
	printf 'staged\r\ntwo\r\nunstaged\r\n' > a
}

shape_filter() {
	git config filter.upper.clean 'tr a-z A-Z'
	git config filter.upper.smudge 'tr A-Z a-z'
	echo '* filter=upper' > .gitattributes
	lines 1 20 > a && base .
	sed -i '2s/.*/staged/' a && git add a
	sed -i '19s/.*/unstaged/' a
}

shape_lossy() { # what clean removes, nothing brings back
	git config filter.strip.clean "sed 's/ # .*//'"
	git config filter.strip.smudge cat
	echo 'a filter=strip' > .gitattributes
	lines 1 9 > a && base .
	echo 'staged # mine' >> a && git add a
	echo 'unstaged # mine too' >> a
}

shape_names() {
	set -- ' lead' '-dash' 'quote"s' "apo'strophe" 'back\slash' "$(printf 'new\nline')" \
		"$(printf 'invalid\377utf8')" "$(printf 'tab\t')" '*' 'ü' ':(top)x'
	for odd; do echo base > "./$odd"; done
	git --literal-pathspecs add -- "$@" && git commit -qm base
	for odd; do echo staged > "./$odd"; done
	git --literal-pathspecs add -- "$@"
	for odd; do echo "unstaged $odd" > "./$odd"; done
}

shape_empty() {
	echo base > a && base a
	: > a && git add a
	echo unstaged > a
}

shape_emptied() {
	echo base > a && base a
	echo staged > a && git add a
	: > a
}

shape_large() {
	lines 1 200000 > a && base a
	sed -i '2s/.*/staged/' a && git add a
	sed -i '190000s/.*/unstaged/' a
}

shape_readonly() {
	lines 1 9 > a && base a
	echo staged >> a && git add a
	echo unstaged >> a && chmod 444 a
}

shape_private() {
	lines 1 9 > a && base a
	echo staged >> a && git add a
	echo unstaged >> a && chmod 600 a
}

shape_intent() {
	shape_text
	echo 'not staged' > new && git add -N new
}

shape_first() {
	git update-ref -d HEAD
	echo staged > a && git add a
	echo unstaged >> a
}

shape_merging() {
	lines 1 20 > a && base a
	git switch -qc other && echo other > b && base b
	git switch -q - && echo mine > c && base c
	git merge -q --no-commit other >/dev/null
	sed -i '2s/.*/staged/' a && git add a
	sed -i '19s/.*/unstaged/' a
}

shape_conflict() {
	lines 1 20 > a
	echo base > both
	base a both
	git switch -qc other && echo theirs > both && base both
	git switch -q - && echo ours > both && base both
	git merge -q other >/dev/null 2>&1
	echo 'half resolved' >> both
	sed -i '2s/.*/staged/' a && git add a
	sed -i '19s/.*/unstaged/' a
}

shape_submodule() {
	git init -q ../sub.$$ && (
		cd ../sub.$$ && echo s > s && git add s && git commit -qm s
	)
	git submodule --quiet add ../sub.$$ sub && base .
	(cd sub && echo more >> s && git commit -qam more)
	git add sub
	(cd sub && echo 'not committed' >> s)
	shape_text
}

shape_many() {
	mkdir -p x/y z
	for i in 1 2 3 4 5; do
		lines 1 9 > "x/y/$i"
		lines 1 9 > "z/$i"
	done
	base x z
	sed -i '2s/.*/staged/' x/y/* z/* && git add x z
	sed -i '8s/.*/unstaged/' x/y/* z/*
}

# With `isolate: all`: a is staged, b has an edit, c is gone, d is executable,
# e is partly staged, new/f is not tracked.
shape_other() {
	for file in a b c d e; do lines 1 20 > "$file"; done
	base a b c d e
	sed -i '2s/.*/staged/' a e && git add a e
	sed -i '19s/.*/unstaged/' b e
	rm c
	chmod +x d
	mkdir new && echo new > new/f
	sed -i '/^pre-commit:/a\  isolate: all' lefthook.yml
	git add lefthook.yml && HOOKRUN=0 git commit -qm config lefthook.yml
}

shape_folder() { # a folder in the place of a staged file
	lines 1 9 > a && base a
	echo staged >> a && git add a
	rm a && mkdir a && echo unstaged > a/b
}

shape_folderlink() { # a link in the place of a staged folder
	mkdir d e && lines 1 9 > d/a && base d
	echo staged >> d/a && git add d
	rm -r d && echo elsewhere > e/a && ln -s e d
}

shape_folderfile() { # a file in the place of a staged folder
	mkdir -p d/e && lines 1 9 > d/a && lines 1 9 > d/e/b && base d
	echo staged >> d/a && echo staged >> d/e/b && git add d
	rm -r d && echo unstaged > d
}

shape_attributes() { # the attributes themselves are partly staged
	lines 1 9 > a && echo '# none' > .gitattributes && base .
	echo 'a text' > .gitattributes
	echo staged >> a && git add a .gitattributes
	echo 'a -text' > .gitattributes
	echo unstaged >> a
}

shape() { "shape_$1"; }
