/*
 * The staged list beside git's, on random states of one repository: names that
 * sort badly, folders and files in exchange, links, submodules, conflicts,
 * intents, flags, versions 2 to 4, cache-tree valid, stale and absent, HEAD
 * anywhere.  Every field of every entry is compared.
 *
 * HOOKRUN_TEST_STATES says how many states, HOOKRUN_TEST_SEED which.
 */
#include "git_fixture.h"

#include "hookrun/git/gitcmd.h"
#include "hookrun/git/staged.h"

#include "git/index.h"
#include "git/repo_impl.h"
#include "git/staged_impl.h"

#include <sys/stat.h>
#include <time.h>

#define STATES 60
#define COMMITS_MAX 64

struct world {
	struct repo *repo;
	uint64_t random;
	uint64_t seed;
	struct oid commits[COMMITS_MAX];
	unsigned nr_commits;
};

/* ---- chance ---- */

static unsigned below(struct world *w, unsigned limit)
{
	w->random ^= w->random << 13;
	w->random ^= w->random >> 7;
	w->random ^= w->random << 17;
	return (unsigned)((w->random * 0x2545f4914f6cdd1dULL) >> 33) % limit;
}

static bool one_in(struct world *w, unsigned limit)
{
	return !below(w, limit);
}

/* Few parts, so that names meet; and some that sort around the slash. */
static void add_name(struct world *w, struct strbuf *out)
{
	static const char *const parts[] = { "a", "b", "a.b", "a-b", "a0", "ab",
		"A", "\xff", "a b", "+", "z\n", "a.", "-", "\xc3\xa4" };
	unsigned depth = 1 + below(w, 4);

	if (one_in(w, 200)) {
		for (int i = 0; i < 50; i++)
			strbuf_addf(out, "%0100u/", below(w, 2));
		depth = 1;
	}
	for (unsigned i = 0; i < depth; i++)
		strbuf_addf(out, "%s%s", i ? "/" : "",
			parts[below(w, one_in(w, 3) ? ARRAY_SIZE(parts) : 3)]);
}

/* ---- git ---- */

static int git(struct world *w, const char *in, size_t len, struct strbuf *out,
	const char *const *args)
{
	struct err err = ERR_INIT;
	int status = 0;

	if (gitcmd_in(w->repo, args, in, len, &status, out, &err))
		fail_msg("%s", err.msg);
	return status;
}
#define GIT(w, ...) git(w, NULL, 0, NULL, GIT_ARGS(__VA_ARGS__))

static void put_head(struct world *w, const char *text)
{
	(void)w;
	fixture_file("w/.git/HEAD", text);
}

/* ---- steps from one state to the next ---- */

static const char *random_commit(struct world *w)
{
	return w->commits[below(w, w->nr_commits)].hex;
}

static const char *random_mode(struct world *w)
{
	static const char *const modes[] = { "100644", "100644", "100644",
		"100755", "120000", "160000" };

	return modes[below(w, ARRAY_SIZE(modes))];
}

/* One name with a stage or with several, or gone. */
static void add_line(struct world *w, struct strbuf *lines)
{
	AUTO_STRBUF name = STRBUF_INIT;
	unsigned kind = below(w, 12);
	unsigned from = 0, to = 0;

	add_name(w, &name);
	if (kind < 4) {
		strbuf_addf(lines, "0 %040d\t%s", 0, name.buf);
		strbuf_addch(lines, '\0');
		return;
	}
	if (kind == 4) {
		from = 1 + below(w, 3);
		to = from + below(w, 4 - from);
	}
	for (unsigned stage = from; stage <= to; stage++) {
		strbuf_addf(lines, "%s %040u %u\t%s", random_mode(w),
			1 + below(w, 3), stage, name.buf);
		strbuf_addch(lines, '\0');
	}
}

static void change_index(struct world *w)
{
	AUTO_STRBUF lines = STRBUF_INIT;
	unsigned nr = one_in(w, 20) ? 200 : 1 + below(w, 8);
	static const char *const args[] = { "update-index", "-z", "--add",
		"--replace", "--index-info", NULL };

	for (unsigned i = 0; i < nr; i++)
		add_line(w, &lines);
	git(w, lines.buf, lines.len, NULL, args);
}

static void write_tree(struct world *w, struct strbuf *out)
{
	static const char *const args[] = { "write-tree", "--missing-ok",
		NULL };

	git(w, NULL, 0, out, args); /* fails in a conflict */
	strbuf_rtrim(out);
}

static void make_tree(struct world *w)
{
	AUTO_STRBUF tree = STRBUF_INIT;

	write_tree(w, &tree);
}

static void make_commit(struct world *w)
{
	AUTO_STRBUF tree = STRBUF_INIT, commit = STRBUF_INIT;
	unsigned slot = w->nr_commits < COMMITS_MAX ? w->nr_commits
						    : below(w, COMMITS_MAX);

	write_tree(w, &tree);
	if (!tree.len)
		return;
	git(w, NULL, 0, &commit, GIT_ARGS("commit-tree", "-mx", tree.buf));
	strbuf_rtrim(&commit);
	assert_true(oid_parse(commit.buf, &w->commits[slot]));
	if (slot == w->nr_commits)
		w->nr_commits++;
	put_head(w, commit.buf);
}

static void move_head(struct world *w)
{
	if (w->nr_commits && !one_in(w, 8))
		put_head(w, random_commit(w));
	else
		put_head(w, "ref: refs/heads/none\n");
}

static void read_tree(struct world *w)
{
	AUTO_FREE char *one = NULL, *two = NULL, *three = NULL;

	if (!w->nr_commits || one_in(w, 10)) {
		GIT(w, "read-tree", "--empty");
		return;
	}
	one = xstrdup(random_commit(w));
	two = xstrdup(random_commit(w));
	three = xstrdup(random_commit(w));
	if (one_in(w, 2))
		GIT(w, "read-tree", one);
	else
		GIT(w, "read-tree", "-i", "-m", "--aggressive", one, two,
			three);
}

/* Real files, so that the stat data is something. */
static void add_file(struct world *w)
{
	AUTO_STRBUF name = STRBUF_INIT, path = STRBUF_INIT;
	AUTO_FREE char *full = NULL, *folder = NULL;
	struct err err;

	add_name(w, &name);
	strbuf_addf(&path, "w/%s", name.buf);
	full = fixture_path(path.buf);
	folder = fs_dirname(full);
	if (name.len > 1000 || fs_mkdirs(folder, 0755, &err) || fs_is_dir(full))
		return;
	if (fs_write_cache(full, name.buf, 1 + below(w, 2), &err))
		return;
	if (one_in(w, 2))
		GIT(w, "add", "-N", "--", name.buf);
	else
		GIT(w, "add", "--", name.buf);
}

static void mark_file(struct world *w)
{
	static const char *const marks[] = { "--skip-worktree",
		"--no-skip-worktree", "--assume-unchanged",
		"--no-assume-unchanged", "--force-remove" };
	AUTO_STRBUF name = STRBUF_INIT;
	AUTO_FREE char *mark = xstrdup(marks[below(w, ARRAY_SIZE(marks))]);

	add_name(w, &name);
	GIT(w, "update-index", mark, "--", name.buf);
}

static void change_format(struct world *w)
{
	AUTO_FREE char *version = xstrdup(
		(const char *const[]){ "2", "3", "4" }[below(w, 3)]);

	if (one_in(w, 10))
		GIT(w, "update-index", "--force-untracked-cache");
	GIT(w, "update-index", "--force-write-index", "--index-version",
		version);
}

static void remove_folder(struct world *w)
{
	AUTO_STRBUF name = STRBUF_INIT;

	add_name(w, &name);
	GIT(w, "rm", "-rqf", "--cached", "--ignore-unmatch", "--", name.buf);
}

static void pack(struct world *w)
{
	if (one_in(w, 10))
		GIT(w, "repack", "-adq");
}

static void step(struct world *w)
{
	static const struct {
		unsigned share;
		void (*func)(struct world *w);
	} steps[] = { { 40, change_index }, { 12, make_tree },
		{ 10, make_commit }, { 14, move_head }, { 10, read_tree },
		{ 8, add_file }, { 5, mark_file }, { 5, change_format },
		{ 3, remove_folder }, { 1, pack } };
	unsigned sum = 0, at;
	size_t i = 0;

	for (i = 0; i < ARRAY_SIZE(steps); i++)
		sum += steps[i].share;
	at = below(w, sum);
	for (i = 0; at >= steps[i].share; i++)
		at -= steps[i].share;
	steps[i].func(w);
}

/* ---- the two lists ---- */

static void describe(const struct staged_list *list, struct strbuf *out)
{
	for (size_t i = 0; i < list->nr; i++) {
		const struct staged_file *f = &list->v[i];
		const struct staged_stat *s = &f->stat;

		struct oid oid;

		staged_oid(f, &oid);
		strbuf_addf(out, "%c %o %o %s %s%s%s%s", (char)f->status,
			f->old_mode, f->new_mode, oid.hex,
			f->intent_to_add ? "i" : "",
			f->skip_worktree ? "s" : "", f->assume_valid ? "v" : "",
			f->racy ? "r" : "");
		strbuf_addf(out, " %u.%u %u.%u %u %u %u %u %s\n", s->ctime_sec,
			s->ctime_nsec, s->mtime_sec, s->mtime_nsec, s->ino,
			s->uid, s->gid, s->size_bytes, f->path);
	}
}

static void from_index(struct world *w, bool cached, struct strbuf *out)
{
	struct arena arena = ARENA_INIT;
	struct staged_list list = { .arena = &arena };
	AUTO_FREE char *path = index_path(w->repo);
	struct index_file index;
	struct err err;

	assert_true(index_open(&index, path));
	assert_true(repo_head(w->repo, &list.head, &err) >= 0);
	list.index_mtime = index.mtime;
	if (!cached)
		index.tree_len = 0;
	if (!staged_from_index(w->repo, &index, &list))
		fail_msg("seed %llu: not understood",
			(unsigned long long)w->seed);
	staged_sort(&list);
	describe(&list, out);
	index_close(&index);
	free(list.v);
	arena_release(&arena);
}

static void from_command(struct world *w, struct strbuf *out)
{
	struct arena arena = ARENA_INIT;
	struct staged_list list = { .arena = &arena };
	AUTO_FREE char *path = index_path(w->repo);
	struct stat st;
	struct err err;

	if (!stat(path, &st))
		list.index_mtime = st.st_mtim;
	if (staged_from_command(w->repo, &list, &err))
		fail_msg("%s", err.msg);
	staged_sort(&list);
	describe(&list, out);
	free(list.v);
	arena_release(&arena);
}

/* `text` from the line on in which it is not like `other`. */
static const char *from_difference(const char *text, const char *other)
{
	const char *line = text;

	for (size_t i = 0; text[i] && text[i] == other[i]; i++)
		if (text[i] == '\n')
			line = text + i + 1;
	return line;
}

static void compare(struct world *w, const char *what, const struct strbuf *got,
	const struct strbuf *want, unsigned state)
{
	if (got->len == want->len && !memcmp(got->buf, want->buf, got->len))
		return;
	print_message("git:  %.300s\n", from_difference(want->buf, got->buf));
	print_message("ours: %.300s\n", from_difference(got->buf, want->buf));
	fail_msg("seed %llu, state %u: %s differs", (unsigned long long)w->seed,
		state, what);
}

static int add_path(const char *path, void *data)
{
	strbuf_add(data, path, strlen(path) + 1);
	return 0;
}

static void check_paths(struct world *w, unsigned state)
{
	AUTO_STRBUF got = STRBUF_INIT, want = STRBUF_INIT;
	static const char *const args[] = { "ls-files", "-z", "--deduplicate",
		NULL };
	struct err err;

	assert_int_equal(repo_index_each(w->repo, add_path, &got, &err), 0);
	git(w, NULL, 0, &want, args);
	compare(w, "the list of all paths", &got, &want, state);
}

static void check_state(struct world *w, unsigned state)
{
	AUTO_STRBUF want = STRBUF_INIT, got = STRBUF_INIT,
		    uncached = STRBUF_INIT;

	from_command(w, &want);
	from_index(w, true, &got);
	compare(w, "the list", &got, &want, state);
	from_index(w, false, &uncached);
	compare(w, "the list without the cache", &uncached, &want, state);
	if (one_in(w, 10))
		check_paths(w, state);
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

/* Where the merged entry is as HEAD has it, all that is listed is the conflict;
 * an intent to add is listed beside one. */
static void test_merged_and_in_conflict(void **state)
{
	struct world w = { .seed = 0 };
	AUTO_FREE char *path = fixture_path("both");
	struct err err;

	(void)state;
	fixture_run("git init -q both; cd both; echo a >a; git add a;"
		    "git -c user.name=a -c user.email=a@b commit -qm a;"
		    "git update-index --skip-worktree a;"
		    "echo b >b; git add -N b;"
		    "git ls-files -s | sed 's/ 0\t/ 1\t/' |"
		    "git update-index --index-info;"
		    "[ $(git ls-files -s | wc -l) = 4 ]");
	if (repo_open(path, &w.repo, &err))
		fail_msg("%s", err.msg);
	check_state(&w, 0);
	repo_free(w.repo);
}

static void test_random_states(void **state)
{
	struct world w = { .seed = number_from(
				   "HOOKRUN_TEST_SEED", (uint64_t)time(NULL)) };
	unsigned states = (unsigned)number_from("HOOKRUN_TEST_STATES", STATES);
	AUTO_FREE char *path = fixture_path("w");
	struct err err;

	(void)state;
	w.random = (w.seed + 1) * 0x9e3779b97f4a7c15ULL;
	print_message("# seed %llu\n", (unsigned long long)w.seed);
	fixture_run("git init -q w; cd w; git config index.threads 2;"
		    "git config core.protectNTFS false");
	if (one_in(&w, 2))
		fixture_run("cd w; git config "
			    "index.recordEndOfIndexEntries true");
	if (repo_open(path, &w.repo, &err))
		fail_msg("%s", err.msg);
	for (unsigned i = 0; i < states; i++) {
		step(&w);
		check_state(&w, i);
	}
	repo_free(w.repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_merged_and_in_conflict,
			fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_random_states, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
