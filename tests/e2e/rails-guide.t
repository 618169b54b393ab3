#!/bin/sh
# README's tour and doc/rails.md, typed in a real Rails application.
. "$(dirname "$0")/../helpers/tap.sh"
. "$HERE/tests/helpers/rails_test.sh"
. "$HERE/tests/helpers/guide.sh"
rails_lab
home_is_here
# The pages begin before hookrun was there.
begin() {
	hookrun uninstall > /dev/null
	rm -rf lefthook.yml .git/hookrun
}

begin
guide README.md "A minute's tour"
in_sync 'the tour'
is 'the tour: Rails was started once' "$(boots)" 1

home
begin
guide doc/rails.md
in_sync 'rails.md'

finish
