/* The texts of applied migrations outlive their branch, and are not pushed. */
#include "git_fixture.h"

#include "migrate/keep.h"

#define FIRST "1_one.rb"
#define SECOND "2_two.rb"

struct scene {
	struct arena arena;
	struct repo *repo;
};

/* In order, "VERSION:NAME=TEXT " of what is kept. */
static void kept_is(struct scene *s, const char *key, const char *want)
{
	struct migrations list = { .arena = &s->arena };
	AUTO_STRBUF got = STRBUF_INIT;
	struct err err = ERR_INIT;

	keep_read(s->repo, key, &list);
	for (size_t i = 0; i < list.nr; i++) {
		strbuf_addf(
			&got, "%d:%s=", (int)list.v[i].version, list.v[i].name);
		if (keep_text(s->repo, key, &list.v[i].blob, &got, &err))
			strbuf_addstr(&got, "?");
		strbuf_addch(&got, ' ');
	}
	assert_string_equal(got.buf ? got.buf : "", want);
}

static struct oid add(struct scene *s, const char *text)
{
	AUTO_STRBUF bytes = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct oid blob;

	strbuf_addstr(&bytes, text);
	assert_int_equal(keep_add(s->repo, "db", &bytes, &blob, &err), 0);
	return blob;
}

/* One text that git has, and one that nobody but us has. */
static void keep_two(struct scene *s)
{
	struct migrations list = { .arena = &s->arena };
	struct err err = ERR_INIT;

	migrations_add(&list, &(struct migration){ .version = 1,
				      .name = FIRST,
				      .blob = fixture_rev("r", "gone:a") });
	migrations_add(&list,
		&(struct migration){
			.version = 2, .name = SECOND, .blob = add(s, "ours") });
	assert_int_equal(keep_write(s->repo, "db", &list, &err), 0);
	fixture_run("cd r && git branch -qD gone && git reflog expire "
		    "--expire=now --all && git gc -q --prune=now");
}

static void texts_outlive_their_branch(void **state)
{
	struct scene *s = *state;
	const struct oid first = fixture_rev("r", "gone:a");
	const struct oid nobody = { .hex = "1234567812345678123456781234567812"
					   "345678" };

	keep_two(s);
	assert_false(repo_has_object(s->repo, &first));
	assert_true(keep_has(s->repo, "db", &first));
	assert_false(keep_has(s->repo, "db", &nobody));
	kept_is(s, "db", "1:" FIRST "=text 2:" SECOND "=ours ");
	kept_is(s, "other", "");
}

static void a_mirror_has_none_of_it(void **state)
{
	keep_two(*state);
	fixture_run("git init -q --bare m && git -C r push -q --mirror ../m\n"
		    "id=$(printf ours | git -C r hash-object --stdin)\n"
		    "! git -C m cat-file -e $id 2>/dev/null\n"
		    "test -z \"$(git -C m for-each-ref refs/hookrun)\"");
}

static void what_is_no_longer_named_goes(void **state)
{
	struct migrations list = { .arena = &((struct scene *)*state)->arena };
	struct err err = ERR_INIT;
	struct scene *s = *state;

	keep_two(s);
	migrations_add(&list,
		&(struct migration){
			.version = 2, .name = SECOND, .blob = add(s, "ours") });
	assert_int_equal(keep_write(s->repo, "db", &list, &err), 0);
	kept_is(s, "db", "2:" SECOND "=ours ");
	fixture_run("test $(ls r/.git/hookrun/migrations/db | wc -l) = 2");
}

static void what_is_kept_already_is_not_written(void **state)
{
	struct migrations list = { .arena = &((struct scene *)*state)->arena };
	struct err err = ERR_INIT;
	struct scene *s = *state;

	keep_two(s);
	fixture_run("ls -i r/.git/hookrun/migrations/db/list > before");
	keep_read(s->repo, "db", &list);
	assert_int_equal(keep_write(s->repo, "db", &list, &err), 0);
	fixture_run("ls -i r/.git/hookrun/migrations/db/list | cmp - before");
}

static void a_damaged_text_is_none(void **state)
{
	struct scene *s = *state;

	keep_two(s);
	fixture_run("cd r/.git/hookrun/migrations/db && for f in [0-9a-f]*; "
		    "do : > $f; done");
	kept_is(s, "db", "1:" FIRST "=? 2:" SECOND "=? ");
	fixture_run("cd r/.git/hookrun/migrations/db && printf 'x\\0"
		    "12 1_x.rb\\0\\377' > list");
	kept_is(s, "db", "");
}

/* As version 0.1 kept them. */
static void refs_are_taken_over(void **state)
{
	struct migrations list = { .arena = &((struct scene *)*state)->arena };
	struct err err = ERR_INIT;
	struct scene *s = *state;

	fixture_run("cd r && id=$(git rev-parse gone:a) && git update-ref "
		    "refs/hookrun/migrations/old $(printf '100644 blob "
		    "%s\\t" FIRST "\\n' $id | git mktree)");
	kept_is(s, "old", "1:" FIRST "=text ");
	keep_adopt(s->repo, "old", "db");
	kept_is(s, "db", "1:" FIRST "=text ");
	fixture_run("test -z \"$(git -C r for-each-ref refs/hookrun)\"");
	keep_adopt(s->repo, "db", "new");
	kept_is(s, "new", "1:" FIRST "=text ");
	kept_is(s, "db", "");
	keep_read(s->repo, "new", &list);
	fixture_run("cd r && git update-ref refs/hookrun/migrations/db "
		    "HEAD^{tree}");
	assert_int_equal(keep_write(s->repo, "db", &list, &err), 0);
	fixture_run("test -z \"$(git -C r for-each-ref refs/hookrun)\"");
}

static int set_up(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	fixture_setup(state);
	fixture_run("git init -q -b main r && cd r && git commit -q "
		    "--allow-empty -m start && git switch -qc gone && printf "
		    "text > a && git add a && git commit -qm gone && git "
		    "switch -q main");
	s->repo = fixture_open("r");
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	repo_free(s->repo);
	arena_release(&s->arena);
	free(s);
	return fixture_teardown(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(texts_outlive_their_branch),
		TEST(a_mirror_has_none_of_it),
		TEST(what_is_no_longer_named_goes),
		TEST(what_is_kept_already_is_not_written),
		TEST(a_damaged_text_is_none),
		TEST(refs_are_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
