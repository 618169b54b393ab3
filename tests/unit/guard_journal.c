#include "git_fixture.h"

#include "guard/guard_impl.h"

#define OID1 "1234567890123456789012345678901234567890"
#define HEAD                                                                   \
	"hookrun-guard 1\nid 20261122-095400-1\nhook \"pre-commit\"\n"         \
	"worktree \"/w\"\n"
#define FILE1 "file 0644 " OID1 " 1.000000002\n"

static void fill(struct guard_journal *journal)
{
	struct guard_entry *entry;

	journal->id = "20261122-095400-1";
	journal->hook = "pre-commit";
	journal->worktree = "/a\nb";
	guard_journal_add_dir(journal, "new dir");
	entry = guard_journal_add(journal, "new dir/\"\n\377");
	entry->user.kind = GUARD_LINK;
	entry->user.target = "to\033";
	entry->user.mtime = (struct timespec){ -5, 999999999 };
	entry->shown.kind = GUARD_FILE;
	entry->shown.mode = 04755;
	assert_true(oid_parse(OID1, &entry->shown.oid));
	entry->index = entry->shown.oid;
	entry = guard_journal_add(journal, "b");
	entry->user.kind = GUARD_NONE;
}

static void test_round_trip(void **state)
{
	struct guard_journal journal = { .arena = ARENA_INIT }, back;
	AUTO_STRBUF text = STRBUF_INIT, again = STRBUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	fill(&journal);
	guard_journal_write(&journal, &text);
	assert_int_equal(guard_journal_parse(text.buf, &back, &err), 0);
	assert_int_equal(back.nr, 2);
	assert_string_equal(back.v[0].path, "new dir/\"\n\377");
	assert_int_equal(back.v[0].user.mtime.tv_sec, -5);
	assert_int_equal(back.v[0].shown.mode, 04755);
	assert_int_equal(back.v[1].shown.kind, GUARD_NONE);
	assert_string_equal(back.dirs[0], "new dir");
	guard_journal_write(&back, &again);
	assert_string_equal(again.buf, text.buf);
	guard_journal_release(&back);
	guard_journal_release(&journal);
}

/* Cut off anywhere, it is no journal. */
static void test_torn(void **state)
{
	struct guard_journal journal = { .arena = ARENA_INIT }, back;
	AUTO_STRBUF text = STRBUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	fill(&journal);
	guard_journal_write(&journal, &text);
	while (text.len) {
		strbuf_setlen(&text, text.len - 1);
		assert_int_equal(
			guard_journal_parse(text.buf, &back, &err), -1);
	}
	guard_journal_release(&journal);
}

static void test_refuse(void **state)
{
	static const char *const bad[] = {
		"hookrun-guard 2\nend\n",
		"hookrun-guard 1\nid ../x\nhook \"h\"\nworktree \"/w\"\nend\n",
		HEAD "end\nmore",
		HEAD "dir \"../up\"\nend\n",
		HEAD "dir \"a/\"\nend\n",
		HEAD "entry \"/etc/passwd\"\nuser none\nshown none\nend\n",
		HEAD "entry \"a/../b\"\nuser none\nshown none\nend\n",
		HEAD "entry \".git/config\"\nuser none\nshown none\nend\n",
		HEAD "entry \"a/.GIT/x\"\nuser none\nshown none\nend\n",
		HEAD "entry \"a//b\"\nuser none\nshown none\nend\n",
		HEAD "entry \"\"\nuser none\nshown none\nend\n",
		HEAD "entry \"a\"\nuser none\nend\n",
		HEAD "entry \"a\"\nuser file 0644 xyz 1.000000000\nshown "
		     "none\nend\n",
		HEAD "entry \"a\"\nuser file 0948 " OID1
		     " 1.000000000\nshown none\nend\n",
		HEAD "entry \"a\"\nuser file 0644 " OID1
		     " 1.0\nshown none\nend\n",
		HEAD "entry \"a\"\nuser " FILE1 "shown other\nend\n",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct guard_journal journal;
		struct err err = ERR_INIT;

		assert_int_equal(
			guard_journal_parse(bad[i], &journal, &err), -1);
		assert_true(*err.msg);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_torn),
		cmocka_unit_test(test_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
