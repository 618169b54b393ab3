#!/bin/sh
# Run one unit test under valgrind, as prove's interpreter.
exec env CMOCKA_MESSAGE_OUTPUT=TAP HOOKRUN_TEST_VARIANT=valgrind \
	valgrind --quiet --error-exitcode=99 \
	--leak-check=full --errors-for-leak-kinds=definite,indirect \
	--trace-children=no --log-fd=2 "$@"
