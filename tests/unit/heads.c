/*
 * What events did to HEAD, as seen from real hooks: git runs this very program
 * as its hook (`heads.test --hook NAME ARGS...`), which appends a line to a
 * log.
 */
#include "step_fixture.h"

#include "hookrun/steps/heads.h"

#include "hookrun/steps/state.h"

#include <fcntl.h>
#include <unistd.h>

#define NULL_ID "0000000000000000000000000000000000000000"

/* ---- the hook ----------------------------------------------------------- */

static void log_heads(const char *hook, const struct heads *heads)
{
	AUTO_STRBUF line = STRBUF_INIT;
	int fd = open(getenv("HEADS_LOG"),
		O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	strbuf_addf(&line, "%s ignore=%s%s%s\nprev=%s\ncur=%s\n", hook,
		heads->ignore ? heads->ignore : "no",
		heads->is_new_tree ? " new" : "", heads->same ? " same" : "",
		heads->has_prev ? heads->prev.hex : "none", heads->cur.hex);
	if (fd < 0 || fs_write_all(fd, line.buf, line.len))
		abort();
	close(fd);
}

static int be_hook(const char *hook, char **args, size_t nargs)
{
	struct arena arena = ARENA_INIT;
	struct event event = { .hook = hook, .args = args, .nargs = nargs };
	struct step_ctx ctx = { .event = &event, .arena = &arena };
	struct heads heads;
	struct err err = ERR_INIT;

	if (repo_open(NULL, &ctx.repo, &err) ||
		heads_read(&ctx, &heads, &err) ||
		heads_remember(ctx.repo, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		return 1;
	}
	log_heads(hook, &heads);
	repo_free(ctx.repo);
	arena_release(&arena);
	return 0;
}

/* ---- git and the log ---------------------------------------------------- */

static void id_of(const char *rev, struct oid *ret)
{
	AUTO_FREE char *app = fs_join(dir, "app");
	struct repo *repo;
	struct err err = ERR_INIT;

	assert_int_equal(repo_open(app, &repo, &err), 0);
	assert_int_equal(repo_resolve(repo, rev, ret, &err), 1);
	repo_free(repo);
}

static void read_log(struct strbuf *out)
{
	struct err err = ERR_INIT;

	assert_int_equal(fs_read(getenv("HEADS_LOG"), out, 1 << 20, &err), 1);
	assert_int_equal(unlink(getenv("HEADS_LOG")), 0);
}

/* The whole log is one event. */
static void assert_event(const char *first, const char *prev, const char *cur)
{
	AUTO_STRBUF got = STRBUF_INIT;
	AUTO_STRBUF want = STRBUF_INIT;
	struct oid prev_id, cur_id;

	if (prev)
		id_of(prev, &prev_id);
	id_of(cur, &cur_id);
	strbuf_addf(&want, "%s\nprev=%s\ncur=%s\n", first,
		prev ? prev_id.hex : "none", cur_id.hex);
	read_log(&got);
	assert_string_equal(got.buf, want.buf);
}

static void forget_log(void)
{
	unlink(getenv("HEADS_LOG"));
}

/* main: c1 c2, topic: c1 t1, and the hooks. */
static int make_repo(void **unused)
{
	AUTO_STRBUF path = STRBUF_INIT;

	(void)unused;
	if (make_dir("hookrun-heads"))
		return -1;
	strbuf_addf(&path, "%s/log", dir);
	setenv("HEADS_LOG", path.buf, 1);
	sh("git init -q -b main app && cd app\n"
	   "commit() { echo $1 > $1; git add $1; git commit -qm $1;"
	   " git tag $1; }\n"
	   "commit c1; git branch topic; commit c2\n"
	   "git switch -q topic; commit t1\n"
	   "for hook in post-checkout post-merge post-rewrite; do\n"
	   "printf '#!/bin/sh\\nexec \"%s\" --hook %s \"$@\"\\n'"
	   " \"$HEADS_SELF\" $hook > .git/hooks/$hook\n"
	   "chmod +x .git/hooks/$hook; done");
	return 0;
}

static int drop_repo(void **unused)
{
	(void)unused;
	return drop_dir();
}

/* ---- events ------------------------------------------------------------- */

static void test_switch(void **unused)
{
	(void)unused;
	sh("cd app; git switch -q main");
	assert_event("post-checkout ignore=no", "t1", "c2");
	sh("cd app; git checkout -q --detach t1");
	assert_event("post-checkout ignore=no", "c2", "t1");
	sh("cd app; git switch -qc new");
	assert_event("post-checkout ignore=no same", "t1", "t1");
}

static void test_file_checkout(void **unused)
{
	(void)unused;
	sh("cd app; git checkout -q c1 -- c1");
	assert_event("post-checkout ignore=file checkout same", "t1", "t1");
}

static void test_rebase_with_picks(void **unused)
{
	AUTO_STRBUF log = STRBUF_INIT;
	AUTO_STRBUF want = STRBUF_INIT;
	struct oid t1, c2, head;

	(void)unused;
	sh("cd app; git switch -qc side; git switch -q topic");
	forget_log();
	sh("cd app; git rebase -q main");
	id_of("t1", &t1);
	id_of("c2", &c2);
	id_of("topic", &head);
	strbuf_addf(&want,
		"post-checkout ignore=rebase in progress\nprev=%s\ncur=%s\n"
		"post-rewrite ignore=no\nprev=%s\ncur=%s\n",
		t1.hex, c2.hex, t1.hex, head.hex);
	read_log(&log);
	assert_string_equal(log.buf, want.buf);
	sh("cd app; \"$HEADS_SELF\" --hook post-checkout");
	assert_event("post-checkout ignore=no same", "topic", "topic");
}

static void test_amend_in_a_rebase(void **unused)
{
	(void)unused;
	sh("cd app; GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/'"
	   " git rebase -qi main || :");
	forget_log();
	sh("cd app; git commit -q --amend -m changed");
	assert_event("post-rewrite ignore=rebase in progress", NULL, "HEAD");
	sh("cd app; git rebase --continue");
	assert_event("post-rewrite ignore=no", "t1", "topic");
}

/* Git runs no hook at its end, so the next event has to see the old head. */
static void test_rebase_that_fast_forwards(void **unused)
{
	(void)unused;
	sh("cd app; git switch -qc behind c1");
	forget_log();
	sh("cd app; git rebase -q main");
	assert_event("post-checkout ignore=rebase in progress", "c1", "c2");
	sh("cd app; \"$HEADS_SELF\" --hook post-checkout");
	assert_event("post-checkout ignore=no", "c1", "c2");
}

static void test_merge(void **unused)
{
	(void)unused;
	sh("cd app; git merge -q --no-edit main");
	assert_event("post-merge ignore=no", "t1", "topic");
	sh("cd app; git switch -qc ff c1");
	forget_log();
	sh("cd app; git merge -q main");
	assert_event("post-merge ignore=no", "c1", "c2");
}

static void test_amend(void **unused)
{
	(void)unused;
	sh("cd app; git switch -qc side");
	forget_log();
	sh("cd app; git commit -q --amend -m changed");
	assert_event("post-rewrite ignore=no", "t1", "side");
}

static void test_bisect(void **unused)
{
	(void)unused;
	sh("cd app; git switch -q main");
	forget_log();
	sh("cd app; for i in 3 4 5 6; do echo $i > f$i; git add f$i;"
	   " git commit -qm f$i; git tag f$i; done");
	sh("cd app; git bisect start main c1; git tag first");
	assert_event("post-checkout ignore=bisect in progress", "f6", "first");
	sh("cd app; git bisect good; git tag second");
	assert_event(
		"post-checkout ignore=bisect in progress", "first", "second");
	sh("cd app; git bisect reset");
	assert_event("post-checkout ignore=no", "second", "f6");
}

static void test_bisect_from_detached_head(void **unused)
{
	(void)unused;
	sh("cd app; for i in 3 4; do echo $i > f$i; git add f$i;"
	   " git commit -qm f$i; git tag f$i; done\n"
	   "git checkout -q --detach");
	forget_log();
	sh("cd app; git bisect start f4 c1; git tag first");
	assert_event("post-checkout ignore=bisect in progress", "f4", "first");
	sh("cd app; git bisect reset");
	assert_event("post-checkout ignore=no", "first", "f4");
}

static void test_new_trees(void **unused)
{
	(void)unused;
	sh("cd app; git worktree add -q ../tree main");
	assert_event("post-checkout ignore=new work tree new", NULL, "c2");
	sh("cd tree; git switch -qc other t1");
	assert_event("post-checkout ignore=no", "c2", "t1");
	sh("mkdir template; cp -r app/.git/hooks template/hooks\n"
	   "git clone -q --template=template app copy");
	assert_event("post-checkout ignore=new work tree new", NULL, "t1");
}

static void test_leaving_an_orphan_branch(void **unused)
{
	(void)unused;
	sh("cd app; git switch -q main; git switch -q --orphan empty");
	forget_log();
	sh("cd app; git switch -q topic");
	assert_event("post-checkout ignore=no previous head", NULL, "t1");
}

/* ---- without a hook ----------------------------------------------------- */

static int read_here(const char *hook, char **args, bool by_hand,
	struct heads *ret, struct err *err)
{
	AUTO_FREE char *app = fs_join(dir, "app");
	struct arena arena = ARENA_INIT;
	struct event event = { .hook = hook, .args = args };
	struct step_ctx ctx = {
		.event = &event, .arena = &arena, .by_hand = by_hand
	};
	int result;

	while (args[event.nargs])
		event.nargs++;
	assert_int_equal(repo_open(app, &ctx.repo, err), 0);
	result = heads_read(&ctx, ret, err);
	repo_free(ctx.repo);
	arena_release(&arena);
	return result;
}

static void assert_prev(const char *hook, bool by_hand, const char *rev)
{
	char *none[] = { NULL };
	struct err err = ERR_INIT;
	struct heads heads;
	struct oid want;

	assert_int_equal(read_here(hook, none, by_hand, &heads, &err), 0);
	assert_null(heads.ignore);
	assert_int_equal(heads.has_prev, rev != NULL);
	if (!rev)
		return;
	id_of(rev, &want);
	assert_string_equal(heads.prev.hex, want.hex);
}

static void read_new_tree(struct step_ctx *ctx, struct heads *ret)
{
	static char null_id[] = NULL_ID, one[] = "1";
	static struct oid head;
	static char *args[] = { null_id, head.hex, one, NULL };
	static struct event event = {
		.hook = "post-checkout", .args = args, .nargs = 3
	};
	struct err err = ERR_INIT;

	id_of("main", &head);
	ctx->event = &event;
	ctx->by_hand = false;
	assert_int_equal(heads_read(ctx, ret, &err), 0);
}

static void test_a_new_tree_until_head_is_remembered(void **unused)
{
	AUTO_FREE char *path = fs_join(dir, "fresh");
	AUTO_ARENA arena = ARENA_INIT;
	struct step_ctx ctx = { .arena = &arena };
	struct err err = ERR_INIT;
	struct heads heads;

	(void)unused;
	sh("cd app; git -c core.hooksPath=/ worktree add -q --detach ../fresh "
	   "main");
	assert_int_equal(repo_open(path, &ctx.repo, &err), 0);
	read_new_tree(&ctx, &heads);
	assert_true(heads.is_first && heads.is_new_tree && !heads.is_told);
	assert_int_equal(heads_new_tree(ctx.repo, HEADS_NEW_TOLD, &err), 0);
	read_new_tree(&ctx, &heads);
	assert_true(heads.is_told && heads.is_new_tree && !ctx.by_hand);
	assert_int_equal(heads_new_tree(ctx.repo, HEADS_NEW_SET_UP, &err), 0);
	read_new_tree(&ctx, &heads);
	assert_true(ctx.by_hand && !heads.is_new_tree && !heads.ignore);
	assert_int_equal(heads_still_new(ctx.repo, &err), 0);
	read_new_tree(&ctx, &heads);
	assert_true(heads.is_first && heads.is_new_tree && !heads.is_told);
	assert_int_equal(heads_new_tree(ctx.repo, HEADS_NEW_TOLD, &err), 0);
	assert_int_equal(heads_remember(ctx.repo, &err), 0);
	read_new_tree(&ctx, &heads);
	assert_false(heads.is_first || heads.is_told || ctx.by_hand);
	repo_free(ctx.repo);
}

static void test_by_hand(void **unused)
{
	AUTO_STRBUF path = STRBUF_INIT;

	(void)unused;
	assert_prev("post-checkout", false, "c1"); /* reflog */
	sh("cd app; git switch -q main; git switch -q topic");
	sh("cd app; git reset -q --hard c1 --");
	assert_prev("post-checkout", false, "t1"); /* ledger */
	assert_prev("", true, "t1");
	strbuf_addf(&path, "%s/app/.git/hookrun", dir);
	sh("rm -r app/.git/hookrun app/.git/logs");
	assert_prev("", true, "t1"); /* ORIG_HEAD */
	sh("rm app/.git/ORIG_HEAD");
	assert_prev("", true, NULL);
}

static void test_by_hand_is_never_put_off(void **unused)
{
	char *none[] = { NULL };
	struct err err = ERR_INIT;
	struct heads heads;

	(void)unused;
	sh("cd app; GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/'"
	   " git rebase -qi main || :");
	assert_int_equal(read_here("", none, true, &heads, &err), 0);
	assert_null(heads.ignore);
	assert_int_equal(
		read_here("post-checkout", none, false, &heads, &err), 0);
	assert_string_equal(heads.ignore, "rebase in progress");
}

static void test_unborn(void **unused)
{
	char *none[] = { NULL };
	struct err err = ERR_INIT;
	struct heads heads;

	(void)unused;
	sh("cd app; git switch -q --orphan empty");
	assert_int_equal(
		read_here("post-checkout", none, false, &heads, &err), 0);
	assert_string_equal(heads.ignore, "unborn branch");
}

static void test_garbage(void **unused)
{
	static char id[] = "0123456789012345678901234567890123456789";
	static char one[] = "1", two[] = "2", word[] = "nonsense";
	char *cases[][4] = {
		{ id, NULL },
		{ id, id, NULL },
		{ word, id, one, NULL },
		{ id, word, one, NULL },
		{ id, id, two, NULL },
		{ id, id, word, NULL },
	};
	char *wrong[] = { word, NULL };
	struct err err = ERR_INIT;
	struct heads heads;

	(void)unused;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		err.msg[0] = '\0';
		assert_int_equal(read_here("post-checkout", cases[i], false,
					 &heads, &err),
			-1);
		assert_true(err.msg[0]);
	}
	assert_int_equal(
		read_here("post-merge", wrong, false, &heads, &err), -1);
	assert_int_equal(
		read_here("post-rewrite", wrong, false, &heads, &err), -1);
	assert_non_null(strstr(err.msg, "'nonsense'"));
}

static void test_damaged_ledger(void **unused)
{
	(void)unused;
	sh("cd app; git switch -q main; git switch -q topic\n"
	   "printf 'head xyz\\n' > .git/hookrun/heads");
	assert_prev("", true, "c2"); /* from the reflog */
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_repo, drop_repo)

static int run_all(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_switch),
		TEST(test_file_checkout),
		TEST(test_rebase_with_picks),
		TEST(test_amend_in_a_rebase),
		TEST(test_rebase_that_fast_forwards),
		TEST(test_merge),
		TEST(test_amend),
		TEST(test_bisect),
		TEST(test_bisect_from_detached_head),
		TEST(test_new_trees),
		TEST(test_a_new_tree_until_head_is_remembered),
		TEST(test_leaving_an_orphan_branch),
		TEST(test_by_hand),
		TEST(test_by_hand_is_never_put_off),
		TEST(test_unborn),
		TEST(test_garbage),
		TEST(test_damaged_ledger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
	AUTO_FREE char *path = NULL;

	if (argc > 2 && !strcmp(argv[1], "--hook"))
		return be_hook(argv[2], argv + 3, (size_t)argc - 3);
	path = realpath(argv[0], NULL);
	setenv("HEADS_SELF", path, 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "t", 1);
	setenv("GIT_AUTHOR_EMAIL", "t@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "t", 1);
	setenv("GIT_COMMITTER_EMAIL", "t@example.org", 1);
	setenv("GIT_EDITOR", "true", 1);
	return run_all();
}
