#!/bin/sh
# Garbage is left while Rails starts, but not without bounds, and not after.
. "$(dirname "$0")/../helpers/tap.sh"

# says CODE: what it prints, with `off?` for whether none is collected now.
says() {
	ruby -r "$HERE/hooks/rails_compat" -e 'def off?
			was = GC.disable
			GC.enable unless was
			was
		end
		include Hookrun
		eval $stdin.read' <<CODE 2>&1
$1
CODE
}

is 'while it starts' "$(says 'Garbage.later { p off? }; p off?')" 'true
false'
is 'the value of the start is passed on' "$(says 'p Garbage.later { 7 }')" 7
is 'where it fails' "$(says 'Garbage.later { raise "no" } rescue p off?')" false
is 'until there may be much' "$(says 'Garbage.later do
	kept = Array.new(300) { "x" * 1_000_000 }
	sleep 0.01 while Thread.list.size > 1
	p off?, kept.size
end')" 'false
300'
is 'a program that has it off keeps it off' \
	"$(says 'GC.disable; Garbage.later { p off? }; p off?')" 'true
true'
finish
