#!/bin/sh
# The guides of doc/: every block of them is typed, and prints what stands there.
# GUIDE="jobs gui" runs some.  What needs Rails is in rails-guide.t.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/guide.sh"

given() { case " ${GUIDE:-$1} " in *" $1 "*) ;; *) return 1 ;; esac; }
# A program that passes: program FILE [LINE]
program() {
	mkdir -p "$(dirname "$1")"
	printf '#!/bin/sh\n%s\n' "${2:-exit 0}" > "$1"
	chmod +x "$1"
}

if given five-minutes; then
	repo
	guide doc/five-minutes.md
fi

if given coming-from; then
	repo
	cp "$HERE/tests/fuzz/corpus/shim/lefthook" .git/hooks/pre-commit
	sed -i '1s/.*/#!\/bin\/sh/' .git/hooks/pre-commit
	echo 'no mistakes' > README.md
	mkdir "$HOME/bin"
	PATH="$HOME/bin:$PATH"
	guide doc/coming-from.md lefthook

	repo
	mkdir -p .husky/_
	git config core.hooksPath .husky/_
	program node_modules/.bin/eslint
	program node_modules/.bin/prettier
	echo node_modules > .gitignore
	commit base
	printf 'var x;\n' > index.js
	export npm_config_offline=true npm_config_audit=false \
		npm_config_fund=false npm_config_update_notifier=false
	guide doc/coming-from.md 'husky and lint-staged'

	repo
	export PRE_COMMIT_HOME="$TAP_DIR/pre-commit"
	program bin/spelling
	program "$HOME/bin/check-merge-conflict"
	printf 'repos: []\n' > .pre-commit-config.yaml
	commit base
	pre-commit install > /dev/null
	echo text > README.md
	guide doc/coming-from.md pre-commit

	repo
	program bin/todo
	program .git/hooks/pre-commit
	echo 'x = 1' > a.rb
	guide doc/coming-from.md overcommit
fi

if given editors; then
	repo
	printf 'pre-commit:\n  jobs:\n    - run: make lint\n' > lefthook.yml
	guide doc/editors.md
fi

if given monorepos; then
	repo
	mkdir -p packages/web/vendor packages/api
	echo 1 > packages/web/app.js
	echo 1 > packages/web/vendor/lib.js
	echo 1 > packages/api/app.py
	guide doc/monorepos.md
fi

if given gui; then
	repo
	git config user.name you
	git config user.email you@example.org
	program "$HOME/.local/bin/mylint"
	(
		PATH="$HOME/.local/bin:$PATH"
		guide doc/gui.md
		echo "$TAP_N $TAP_BAD" > "$TAP_DIR/counts"
	)
	read -r TAP_N TAP_BAD < "$TAP_DIR/counts"
fi

if given jobs; then
	repo
	guide doc/jobs.md
fi

if given security; then
	origin=$TAP_DIR/origin.git
	git init -q --bare "$origin"
	repo
	program bin/lint
	printf 'pre-commit:\n  jobs:\n    - name: lint\n      run: ./bin/lint {staged_files}\n' > lefthook.yml
	commit hooks
	git remote add origin "$origin"
	git push -q origin main main:unknown
	git clone -q "$origin" "$TAP_DIR/clone"
	echo '      timeout: 1m' >> lefthook.yml
	commit timeout
	git push -q origin main
	cd "$TAP_DIR/clone" || exit 1
	echo new > new.txt
	guide doc/security.md
	git config --global --unset hookrun.trust
fi

if given troubleshooting; then
	repo
	guide doc/troubleshooting.md
fi

# install.md is about packages and machines, which tests of their own try.
untyped=
for page in "$HERE"/doc/*.md; do
	name=${page##*/}
	! grep -q -e '^```sh' -e '^```console' "$page" || [ "$name" = install.md ] ||
		grep -q "doc/$name" "$HERE"/tests/e2e/*.t || untyped="$untyped $name"
done
is 'every page with commands is typed by a test' "$untyped" ''

finish
