/* What is to be done, from plain lists. */
#include "migrate/reconcile.h"

#include "hookrun/base/alloc.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

struct scene {
	struct arena arena;
	struct migrations present, kept, prev;
	struct items items;
	struct reconcile in;
};

static int setup(void **state)
{
	struct scene *s = xcalloc(1, sizeof(*s));

	s->present.arena = s->kept.arena = s->prev.arena = &s->arena;
	s->in = (struct reconcile){
		.present = &s->present, .kept = &s->kept, .prev = &s->prev
	};
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	arena_release(&s->arena);
	free(s);
	return 0;
}

/* The text of a blob is its id here: one character, doubled. */
static void add(struct migrations *list, int64_t version, char text)
{
	char name[32];
	struct migration item = {
		.version = version, .name = name, .on_disk = true
	};

	snprintf(name, sizeof(name), "%d_x.rb", (int)version);
	item.blob.hex[0] = item.blob.hex[1] = text;
	migrations_add(list, &item);
	migrations_sort(list);
}

static void plan(struct scene *s, const int64_t *applied, size_t nr)
{
	s->in.applied = applied;
	s->in.napplied = nr;
	reconcile(&s->in, &s->arena, &s->items);
}

static void is(const struct scene *s, size_t index, enum item_kind kind,
	int64_t version)
{
	assert_true(index < s->items.nr);
	assert_int_equal(s->items.v[index].version, version);
	assert_int_equal(s->items.v[index].kind, kind);
}

static void nothing_to_do(void **state)
{
	struct scene *s = *state;

	plan(s, NULL, 0);
	assert_int_equal(s->items.nr, 0);
	assert_false(items_work(&s->items));
	add(&s->present, 1, 'a');
	add(&s->present, 2, 'b');
	plan(s, (int64_t[]){ 1, 2 }, 2);
	assert_int_equal(s->items.nr, 0);
}

static void down_newest_first_then_up_oldest_first(void **state)
{
	struct scene *s = *state;

	add(&s->present, 2, 'a');
	add(&s->present, 6, 'a');
	add(&s->present, 4, 'a');
	plan(s, (int64_t[]){ 1, 2, 3, 5 }, 4);
	assert_int_equal(s->items.nr, 5);
	is(s, 0, ITEM_DOWN, 5);
	is(s, 1, ITEM_DOWN, 3);
	is(s, 2, ITEM_DOWN, 1);
	is(s, 3, ITEM_UP, 4);
	is(s, 4, ITEM_UP, 6);
	assert_true(items_work(&s->items));
	assert_int_equal(items_count(&s->items, ITEM_DOWN), 3);
}

static void what_only_head_has_is_neither_gone_nor_pending(void **state)
{
	struct scene *s = *state;

	add(&s->present, 1, 'a');
	add(&s->present, 2, 'a');
	s->present.v[0].on_disk = s->present.v[1].on_disk = false;
	plan(s, (int64_t[]){ 1 }, 1);
	assert_int_equal(s->items.nr, 0);
}

static void a_changed_text_is_told(void **state)
{
	struct scene *s = *state;

	add(&s->present, 1, 'b');
	add(&s->kept, 1, 'a');
	plan(s, (int64_t[]){ 1 }, 1);
	assert_int_equal(s->items.nr, 1);
	is(s, 0, ITEM_CHANGED, 1);
	assert_false(items_work(&s->items));
}

static void a_changed_text_is_done_again_if_wished(void **state)
{
	struct scene *s = *state;

	s->in.redo = true;
	add(&s->present, 1, 'b');
	add(&s->kept, 1, 'a');
	plan(s, (int64_t[]){ 1, 3 }, 2);
	is(s, 0, ITEM_DOWN, 3);
	is(s, 1, ITEM_REDO, 1);
	assert_string_equal(s->items.v[1].blob.hex, "aa");
	assert_true(items_work(&s->items));
}

static void what_is_kept_knows_better_than_the_previous_head(void **state)
{
	struct scene *s = *state;

	add(&s->present, 1, 'a');
	add(&s->kept, 1, 'a');
	add(&s->prev, 1, 'b');
	add(&s->present, 2, 'd');
	add(&s->prev, 2, 'c');
	plan(s, (int64_t[]){ 1, 2 }, 2);
	assert_int_equal(s->items.nr, 1);
	is(s, 0, ITEM_CHANGED, 2);
}

static bool always_same(const struct oid *a, const struct oid *b, void *data)
{
	++*(int *)data;
	return *a->hex && *b->hex;
}

static void texts_that_mean_the_same_are_not_changed(void **state)
{
	struct scene *s = *state;
	int asked = 0;

	s->in.same = always_same;
	s->in.same_data = &asked;
	add(&s->present, 1, 'b');
	add(&s->kept, 1, 'a');
	add(&s->present, 2, 'c');
	add(&s->kept, 2, 'c');
	plan(s, (int64_t[]){ 1, 2 }, 2);
	assert_int_equal(s->items.nr, 0);
	assert_int_equal(asked, 1);
}

static void settle_leaves_what_must_not_go(void **state)
{
	struct scene *s = *state;

	plan(s, (int64_t[]){ 1, 2, 3, 4 }, 4);
	assert_int_equal(s->items.nr, 4);
	for (size_t i = 0; i < 3; i++)
		s->items.v[i].blob.hex[0] = 'a';
	s->items.v[0].removed_here = true; /* 4 */
	s->items.v[1].used_by = "../b";	   /* 3; 2 stays; 1 has no source */
	reconcile_settle(&s->items, &s->arena);
	is(s, 0, ITEM_DOWN, 2);
	is(s, 1, ITEM_LEFT, 1);
	is(s, 2, ITEM_LEFT, 3);
	is(s, 3, ITEM_LEFT, 4);
	assert_non_null(strstr(s->items.v[1].why, "nowhere"));
	assert_non_null(strstr(s->items.v[2].why, "'../b'"));
	assert_non_null(strstr(s->items.v[3].why, "own history"));
}

static void what_was_left_before_is_left_again(void **state)
{
	struct scene *s = *state;

	plan(s, (int64_t[]){ 1, 2 }, 2);
	s->items.v[0].blob.hex[0] = s->items.v[1].blob.hex[0] = 'a';
	s->items.v[0].left = "it was left";
	reconcile_settle(&s->items, &s->arena);
	is(s, 0, ITEM_DOWN, 1);
	is(s, 1, ITEM_LEFT, 2);
	assert_string_equal(s->items.v[1].why, "it was left");
}

/* A blob is its text here, and so its print; that of 'n' cannot be read. */
static bool print(
	const struct oid *blob, int64_t version, uint64_t *ret, void *data)
{
	(void)version;
	(void)data;
	*ret = (uint64_t)*blob->hex;
	return *blob->hex != 'n';
}

/* Applied but gone, with this text. */
static void gone(struct scene *s, size_t index, int64_t version, char text)
{
	is(s, index, ITEM_DOWN, version);
	s->items.v[index].blob.hex[0] = text;
	s->items.v[index].name = arena_printf(
		&s->arena, "%d_x.rb", (int)version);
}

static void one_text_under_another_number_is_renumbered(void **state)
{
	struct scene *s = *state;

	add(&s->present, 5, 'a');
	add(&s->present, 6, 'b');
	plan(s, (int64_t[]){ 3, 4 }, 2);
	gone(s, 0, 4, 'a');
	gone(s, 1, 3, 'c');
	s->items.v[0].removed_here = true;
	s->items.v[0].used_by = "../b";
	reconcile_renumber(&s->items, &s->arena, print, NULL);
	reconcile_settle(&s->items, &s->arena);
	assert_int_equal(s->items.nr, 3);
	is(s, 0, ITEM_RENUMBER, 5);
	assert_int_equal(s->items.v[0].from, 4);
	assert_string_equal(s->items.v[0].was, "4_x.rb");
	assert_string_equal(s->items.v[0].used_by, "../b");
	is(s, 1, ITEM_DOWN, 3);
	is(s, 2, ITEM_UP, 6);
	assert_int_equal(items_count(&s->items, ITEM_RENUMBER), 1);
}

static void a_new_number_alone_is_work(void **state)
{
	struct scene *s = *state;

	add(&s->present, 5, 'a');
	plan(s, (int64_t[]){ 4 }, 1);
	gone(s, 0, 4, 'a');
	reconcile_renumber(&s->items, &s->arena, print, NULL);
	assert_int_equal(s->items.nr, 1);
	assert_true(items_work(&s->items));
}

static void of_several_with_one_text_the_name_decides_then_the_age(void **state)
{
	struct scene *s = *state;

	add(&s->present, 11, 'a');
	add(&s->present, 12, 'a');
	add(&s->present, 13, 'a');
	plan(s, (int64_t[]){ 1, 2, 3 }, 3);
	gone(s, 0, 3, 'a');
	gone(s, 1, 2, 'a');
	gone(s, 2, 1, 'a');
	s->items.v[1].name = "2_y.rb";
	s->items.v[4].name = "12_y.rb";
	reconcile_renumber(&s->items, &s->arena, print, NULL);
	assert_int_equal(s->items.nr, 3);
	assert_int_equal(s->items.v[0].from, 1);
	assert_int_equal(s->items.v[1].from, 2);
	assert_int_equal(s->items.v[2].from, 3);
	is(s, 2, ITEM_RENUMBER, 13);
}

static void what_cannot_be_read_is_not_renumbered(void **state)
{
	struct scene *s = *state;

	add(&s->present, 5, 'n');
	add(&s->present, 6, 'm');
	plan(s, (int64_t[]){ 3, 4 }, 2);
	gone(s, 0, 4, 'n');
	reconcile_renumber(&s->items, &s->arena, print, NULL);
	assert_int_equal(items_count(&s->items, ITEM_RENUMBER), 0);
	assert_int_equal(s->items.nr, 4);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(nothing_to_do),
		TEST(down_newest_first_then_up_oldest_first),
		TEST(what_only_head_has_is_neither_gone_nor_pending),
		TEST(a_changed_text_is_told),
		TEST(a_changed_text_is_done_again_if_wished),
		TEST(what_is_kept_knows_better_than_the_previous_head),
		TEST(texts_that_mean_the_same_are_not_changed),
		TEST(settle_leaves_what_must_not_go),
		TEST(what_was_left_before_is_left_again),
		TEST(one_text_under_another_number_is_renumbered),
		TEST(a_new_number_alone_is_work),
		TEST(of_several_with_one_text_the_name_decides_then_the_age),
		TEST(what_cannot_be_read_is_not_renumbered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
