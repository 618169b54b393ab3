#include "git_fixture.h"

#include "guard/guard_impl.h"

static struct repo *repo;

static int setup(void **state)
{
	(void)state;
	fixture_setup(state);
	fixture_run("git init -q r");
	repo = fixture_open("r");
	return 0;
}

static int teardown(void **state)
{
	repo_free(repo);
	return fixture_teardown(state);
}

static enum guard_merge merge(const char *user, const char *base,
	const char *jobs, struct strbuf *out)
{
	AUTO_FREE char *a = fixture_path("user"), *b = fixture_path("base");
	AUTO_FREE char *c = fixture_path("jobs");
	struct err err = ERR_INIT;

	fixture_file("user", user);
	fixture_file("base", base);
	fixture_file("jobs", jobs);
	return guard_merge_text(repo, a, b, c, out, &err);
}

static void test_merge(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	assert_int_equal(merge("1\n2\n3\n4\nU\n", "1\n2\n3\n4\n5\n",
				 "J\n2\n3\n4\n5\n", &out),
		MERGE_CLEAN);
	assert_string_equal(out.buf, "J\n2\n3\n4\nU\n");
	/* both did the same */
	assert_int_equal(merge("x\n", "1\n", "x\n", &out), MERGE_CLEAN);
	assert_string_equal(out.buf, "x\n");
	/* no line break at the end, and CRLF */
	assert_int_equal(merge("1\r\n2\r\n3\r\n4\r\nU", "1\r\n2\r\n3\r\n4\r\n5",
				 "J\r\n2\r\n3\r\n4\r\n5", &out),
		MERGE_CLEAN);
	assert_string_equal(out.buf, "J\r\n2\r\n3\r\n4\r\nU");
}

static void test_neighbours(void **state)
{
	static const char base[] = "1\n2\n3\n";
	static const struct {
		const char *user, *jobs, *want;
	} rows[] = {
		{ "1\nU\n3\n", "1\n2\nJ\n", "1\nU\nJ\n" },
		{ "1\nU\n3\n", "1\n2\nJ\n3\n", "1\nU\nJ\n3\n" },
		{ "1\nU\n3\n", "1\nJ\n2\n3\n", "1\nJ\nU\n3\n" },
		{ "1\n2\nU\n3\n", "1\n2\nJ\n", "1\n2\nU\nJ\n" },
		{ "1\n3\n", "1\n2\nJ\n", "1\nJ\n" },
		{ "1\n2\nU\n", "1\n2\n3\nJ\n", "1\n2\nU\nJ\n" },
		{ "1\n2\nU\n", "J\n1\n2\n3\nK", "J\n1\n2\nU\nK" },
		/* one change apart from them that both made */
		{ "X\n2\nU\n", "X\n2\n3\nJ\n", "X\n2\nU\nJ\n" },
	};
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(merge(rows[i].user, base, rows[i].jobs, &out),
			MERGE_CLEAN);
		assert_string_equal(out.buf, rows[i].want);
		assert_int_equal(merge(rows[i].jobs, base, rows[i].user, &out),
			MERGE_CLEAN);
		assert_string_equal(out.buf, rows[i].want);
	}
}

/* No two lines become one where one of them has no end. */
static void test_no_line_end(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	assert_int_equal(
		merge("1\nU", "1\n2\n", "1\n2\nJ\n", &out), MERGE_PART);
	assert_int_equal(
		merge("1\n2\nJ\n", "1\n2\n", "1\nU", &out), MERGE_PART);
	assert_int_equal(merge("1\nU", "1\n2", "J\n2", &out), MERGE_CLEAN);
	assert_string_equal(out.buf, "J\nU");
}

/* ---- against what was done to each line and each gap --------------------- */

enum { LINES = 7, ROUNDS = 150 };

/* What one side did: which lines it replaced or removed, and what it put in
 * before each line and at the end. */
struct edit {
	bool put_in[LINES + 1], replaced[LINES], removed[LINES];
};

static unsigned next_random(void)
{
	static unsigned seed = 1;

	seed = seed * 1103515245 + 12345;
	return seed >> 16 & 0x7fff;
}

static void make_edit(struct edit *edit)
{
	*edit = (struct edit){ 0 };
	for (int i = 0; i <= LINES; i++) {
		edit->put_in[i] = next_random() % 6 == 0;
		if (i == LINES)
			break;
		edit->replaced[i] = next_random() % 6 == 0;
		edit->removed[i] = !edit->replaced[i] && next_random() % 8 == 0;
	}
}

static bool touches(const struct edit *edit, int line)
{
	return edit->replaced[line] || edit->removed[line];
}

/* A gap that a side has changed on its own, and not with a line beside it. */
static bool only_puts_in(const struct edit *edit, int gap)
{
	return edit->put_in[gap] && !(gap > 0 && touches(edit, gap - 1)) &&
	       !(gap < LINES && touches(edit, gap));
}

static void add_gap(
	struct strbuf *out, const struct edit *edit, char who, int gap)
{
	if (edit->put_in[gap])
		strbuf_addf(out, "%c put in %d\n", who, gap);
}

static void add_line(
	struct strbuf *out, const struct edit *edit, char who, int line)
{
	if (edit->replaced[line])
		strbuf_addf(out, "%c line %d\n", who, line);
	else if (!edit->removed[line])
		strbuf_addf(out, "line %d\n", line);
}

static void apply(struct strbuf *out, const struct edit *edit, char who)
{
	for (int i = 0; i < LINES; i++) {
		add_gap(out, edit, who, i);
		add_line(out, edit, who, i);
	}
	add_gap(out, edit, who, LINES);
}

/* The lines of neither side are lost and none is there twice. */
static void assert_has_all(
	const struct strbuf *merged, const struct edit *edit, char who)
{
	for (int i = 0; i <= LINES; i++) {
		AUTO_STRBUF text = STRBUF_INIT;
		const char *found;

		add_gap(&text, edit, who, i);
		if (text.len) {
			found = strstr(merged->buf, text.buf);
			assert_non_null(found);
			assert_null(strstr(found + 1, text.buf));
		}
		if (i == LINES || !touches(edit, i))
			continue;
		strbuf_reset(&text);
		add_line(&text, edit, who, i);
		if (text.len)
			assert_non_null(strstr(merged->buf, text.buf));
		strbuf_reset(&text);
		strbuf_addf(&text, "\nline %d\n", i);
		assert_null(strstr(merged->buf, text.buf));
	}
}

/* Two have one place: a line, or a gap of which nobody knows whose text comes
 * first.  A gap beside changed lines of the other belongs to these only where
 * it is between two of them. */
static bool collide(const struct edit *a, const struct edit *b)
{
	for (int i = 0; i <= LINES; i++) {
		if (i < LINES && touches(a, i) && touches(b, i))
			return true;
		if (only_puts_in(a, i) && only_puts_in(b, i))
			return true;
		if (i && i < LINES &&
			((a->put_in[i] && touches(b, i - 1) && touches(b, i)) ||
				(b->put_in[i] && touches(a, i - 1) &&
					touches(a, i))))
			return true;
	}
	return false;
}

static void test_random(void **state)
{
	int merged = 0, conflicts = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		static const struct edit none;
		AUTO_STRBUF user = STRBUF_INIT, jobs = STRBUF_INIT;
		AUTO_STRBUF base = STRBUF_INIT, out = STRBUF_INIT;
		struct edit a, b;
		bool clean;

		make_edit(&a);
		make_edit(&b);
		apply(&base, &none, '-');
		apply(&user, &a, 'u');
		apply(&jobs, &b, 'j');
		clean = merge(user.buf, base.buf, jobs.buf, &out) ==
			MERGE_CLEAN;
		conflicts += !clean;
		merged += clean;
		if (!collide(&a, &b))
			assert_true(clean);
		strbuf_splice(&out, 0, 0, "\n", 1);
		assert_has_all(&out, &a, 'u');
		if (clean)
			assert_has_all(&out, &b, 'j');
	}
	assert_true(merged > ROUNDS / 8);
	assert_true(conflicts > ROUNDS / 8);
}

static void test_conflict(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;

	(void)state;
	assert_int_equal(
		merge("1\nU\n2\n", "1\n2\n", "1\nJ\n2\n", &out), MERGE_PART);
	assert_string_equal(out.buf, "1\nU\n2\n");
	assert_int_equal(merge("U\n2\n", "1\n2\n", "J\nK\n", &out), MERGE_PART);
	assert_string_equal(out.buf, "U\n2\n");
	assert_int_equal(merge("U\n", "1\n", "J\n", &out), MERGE_PART);
	assert_string_equal(out.buf, "U\n");
	assert_int_equal(merge("", "1\n", "J\n", &out), MERGE_PART);
	assert_string_equal(out.buf, "");
	/* one line is in conflict, another is not */
	assert_int_equal(merge("1\n2\n3\n4\nU\n", "1\n2\n3\n4\n5\n",
				 "J\n2\n3\n4\nJ\n", &out),
		MERGE_PART);
	assert_string_equal(out.buf, "J\n2\n3\n4\nU\n");
}

static void test_not_text(void **state)
{
	AUTO_STRBUF out = STRBUF_INIT;
	AUTO_STRBUF script = STRBUF_INIT;
	AUTO_FREE char *a = fixture_path("user"), *b = fixture_path("base");
	AUTO_FREE char *c = fixture_path("jobs");
	struct err err = ERR_INIT;

	(void)state;
	fixture_file("user", "1\n2\n3\n4\n5\nU\n");
	fixture_file("base", "1\n2\n3\n4\n5\n6\n");
	fixture_run("printf 'J\\n2\\n3\\n4\\n5\\n6\\n\\000' > jobs");
	assert_int_equal(
		guard_merge_text(repo, a, b, c, &out, &err), MERGE_NOT_TEXT);
	fixture_run("rm jobs");
	assert_int_equal(
		guard_merge_text(repo, a, b, c, &out, &err), MERGE_NOT_TEXT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_neighbours),
		cmocka_unit_test(test_no_line_end),
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_conflict),
		cmocka_unit_test(test_not_text),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
