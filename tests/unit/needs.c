/* `needs`: what the configuration refuses, and the order of the plan. */
#include "runner/planner.h"

#include "hookrun/base/alloc.h"
#include "hookrun/config/config.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "config_text.h"

static void load(const char *text, const char *want)
{
	struct config config;
	struct err err = ERR_INIT;

	if (config_load_text(
		    "f.yml", text, strlen(text), false, &config, &err)) {
		if (!want || !strstr(err.msg, want))
			fail_msg("%s\nrefused: %s", text, err.msg);
		return;
	}
	if (want)
		fail_msg("%s\naccepted", text);
	config_release(&config);
}

static void test_accepted(void **unused)
{
	(void)unused;
	load("h: {jobs: [{name: a, needs: b, run: x}, {name: b, run: x}]}",
		NULL);
	load("h: {jobs: [{name: a, needs: [c, s.sh], run: x}], commands: {c: "
	     "{run: x}}, scripts: {s.sh: {needs: c}}}",
		NULL);
	load("h: {jobs: [{group: {jobs: [{name: a, run: x}, {needs: a, run: "
	     "x}]}}]}",
		NULL);
	load("h: {jobs: [{name: a, needs: [], run: x}]}", NULL);
}

static void test_refused(void **unused)
{
	(void)unused;
	load("h: {jobs: [{name: lint, run: x}, {needs: [lnt], run: x}]}",
		"f.yml:1:43: 'needs' names 'lnt', but no job of that name is "
		"in the same list (did you mean 'lint'?)");
	load("h: {jobs: [{name: a, needs: a, run: x}]}",
		"f.yml:1:22: 'needs' of job 'a' goes round in a circle");
	load("h: {commands: {a: {run: x, needs: b}, b: {run: x, needs: a}}}",
		"goes round in a circle");
	/* another list is another matter */
	load("h: {jobs: [{name: a, run: x}, {group: {jobs: [{needs: a, run: "
	     "x}]}}]}",
		"no job of that name is in the same list");
	load("h: {jobs: [{run: x}, {needs: '', run: x}]}",
		"no job of that name");
}

static struct arena arena;

#define JOBS 5

/* Names in the order that results, each with what it needs. */
static void assert_order(const char *const *needs[JOBS], const char *want)
{
	static const char *const names[JOBS] = { "a", "b", "c", "d", "e" };
	struct job_config configs[JOBS] = { 0 };
	struct plan_job jobs[JOBS] = { 0 };
	struct plan_list list = { .jobs = jobs, .nr = JOBS };
	AUTO_STRBUF got = STRBUF_INIT;

	for (size_t i = 0; i < JOBS; i++) {
		configs[i].name = names[i];
		configs[i].needs = (const char **)(uintptr_t)needs[i];
		jobs[i].config = &configs[i];
	}
	needs_resolve(&arena, &list);
	for (size_t i = 0; i < JOBS; i++) {
		strbuf_addf(
			&got, "%s%s", i ? " " : "", list.jobs[i].config->name);
		for (size_t k = 0; k < list.jobs[i].nneeds; k++)
			strbuf_addf(&got, "<%s",
				list.jobs[list.jobs[i].needs[k]].config->name);
	}
	assert_string_equal(got.buf, want);
	arena_release(&arena);
}

static void test_order(void **unused)
{
	static const char *const a[] = { "a", NULL },
				 *const e[] = { "e", NULL },
				 *const be[] = { "b", "e", NULL };
	const char *const *none[JOBS] = { NULL };
	const char *const *first_last[JOBS] = { e };
	const char *const *chain[JOBS] = { be, e, a };
	const char *const *circle[JOBS] = { e, NULL, NULL, NULL, a };

	(void)unused;
	assert_order(none, "a b c d e");
	assert_order(first_last, "b c d e a<e");
	assert_order(chain, "d e b<e a<e<b c<a");
	assert_order(circle, "b c d a e<a");
}

static void assert_shell(const char *text, const char *want)
{
	const char *const *words = shell_words(&arena, text);
	AUTO_STRBUF got = STRBUF_INIT;

	for (; words && *words; words++)
		strbuf_addf(&got, "<%s>", *words);
	assert_string_equal(got.buf, want);
	arena_release(&arena);
}

static void test_shell(void **unused)
{
	(void)unused;
	assert_shell(NULL, "");
	assert_shell(" ", "");
	assert_shell("bash", "<bash><-c>");
	assert_shell("pwsh", "<pwsh><-c>");
	assert_shell("/bin/bash -eu", "</bin/bash><-eu><-c>");
	assert_shell("bash  -o pipefail -ec", "<bash><-o><pipefail><-ec>");
	assert_shell("bash --norc", "<bash><--norc><-c>");
	assert_shell("ruby -e", "<ruby><-e>");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_shell),
	};

	return cmocka_run_group_tests_name("needs", tests, NULL, NULL);
}
