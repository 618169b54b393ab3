# shellcheck disable=SC2034 # out, status and log are for the tests
# For the tests of doc/lefthook.md, sourced after tap.sh: repositories of a
# team that had lefthook.  The program is called by lefthook's name, through a
# link, and everything happens through real git commands.  A test's name begins
# with the row of the table that it is for, in brackets.

ln -s "$HOOKRUN_TEST_BIN" "$TAP_DIR/bin/lefthook"

# A repository whose lefthook.yml is stdin, hooks installed.  What the tests
# write beside the files that matter is ignored.
project() {
	repo
	printf '%s\n' log 'lefthook*' '.lefthook*' extra > .git/info/exclude
	cat > lefthook.yml
	lefthook install > install.out 2>&1 || note "install: $(cat install.out)"
	rm -f install.out
}

# Stage files (each with its own name in it) and commit; what was said is in
# $out, the status in $status, what the jobs wrote in $log.
change() {
	for change_file; do
		case $change_file in */*) mkdir -p "${change_file%/*}" ;; esac
		echo "$change_file" >> "$change_file"
		git add -- "$change_file"
	done
	rm -f log
	out=$(git commit -m change 2>&1)
	status=$?
	log=$(cat log 2>/dev/null)
}

# The three ways to write one job of pre-commit (or of $HOOK): KIND is job,
# command or script, TEXT what it runs; stdin has its other options.
one() { # KIND TEXT
	one_hook=${HOOK:-pre-commit}
	one_options=$(sed 's/^/      /')
	case $1 in
	job)
		printf '%s:\n  jobs:\n    - name: it\n      run: |\n        %s\n%s\n' \
			"$one_hook" "$2" "$one_options"
		;;
	command)
		printf '%s:\n  commands:\n    it:\n      run: |\n        %s\n%s\n' \
			"$one_hook" "$2" "$one_options"
		;;
	script)
		mkdir -p ".lefthook/$one_hook"
		printf '#!/bin/sh\n%s\n' "$2" > ".lefthook/$one_hook/it"
		chmod +x ".lefthook/$one_hook/it"
		printf '%s:\n  scripts:\n    it:\n      runner: sh\n%s\n' "$one_hook" "$one_options"
		;;
	esac > lefthook.yml
	lefthook install >/dev/null 2>&1
}

# A bare repository that the project pushes to, named origin.
remote() {
	git init -q --bare "$TAP_REPO.git"
	git remote add origin "$TAP_REPO.git"
}

# Run a command on a terminal of its own; what it shows is in $out.
on_terminal() {
	out=$(script -qec "$*" /dev/null < /dev/null 2>&1 | tr -d '\r')
}
