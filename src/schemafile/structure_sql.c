/*
 * db/structure.sql: the client of the database has written it, and at its end
 * Rails has put which versions it contains,
 *
 *	INSERT INTO "schema_migrations" (version) VALUES
 *	('20240131120000'),
 *	('20240130120000');
 *
 * or, up to Rails 4, a statement for each.  These versions are a set, in
 * whichever order the file has them (Rails 7.1 turned it round).  The word that
 * newer versions of pg_dump draw anew each time to guard what psql may do
 * (\restrict) is no change: ours is as good as theirs.  The rest is SQL, cut
 * into sections where pg_dump has written it (sql_sections.c), else text.
 */
#include "schemafile/rules.h"

#include "hookrun/base/alloc.h"
#include "schemafile/pieces.h"
#include "schemafile/sql_sections.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define INSERT "INSERT INTO "
#define VALUES " (version) VALUES"

/* The versions of one text. */
struct versions {
	size_t at, len; /* where they stand, the first to the last */
	struct span *v; /* their digits, as they stand there */
	size_t nr, cap;
	struct span prefix;  /* before the bracket: "", or a whole INSERT */
	const char *between; /* two of a list */
};

static void add(struct versions *versions, struct span digits)
{
	xgrow(&versions->v, &versions->cap, versions->nr + 1,
		sizeof(*versions->v));
	versions->v[versions->nr++] = digits;
}

/* ('123'): its digits, taken from `rest`; NULL where it is not that. */
static struct span take_tuple(struct span *rest)
{
	size_t digits = 0, around = strlen("('");
	struct span none = { NULL, 0 }, ret;

	if (!span_starts(*rest, "('"))
		return none;
	while (around + digits < rest->len &&
		isdigit((unsigned char)rest->at[around + digits]))
		digits++;
	ret = (struct span){ rest->at + around, digits };
	rest->at += around + digits;
	rest->len -= around + digits;
	if (!digits || !span_starts(*rest, "')"))
		return none;
	rest->at += around;
	rest->len -= around;
	return ret;
}

static bool take(struct span *rest, const char *text)
{
	size_t len = strlen(text);

	if (!span_starts(*rest, text))
		return false;
	rest->at += len;
	rest->len -= len;
	return true;
}

/* What stands behind "INSERT ... VALUES", each in a line, or, in Rails 5.0, all
 * in one.  False where it is not understood. */
static bool read_list(
	const struct strbuf *text, struct span rest, struct versions *ret)
{
	ret->at = (size_t)(rest.at - text->buf);
	do {
		struct span digits = take_tuple(&rest);

		if (!digits.at)
			return false;
		add(ret, digits);
	} while (take(&rest, ret->between));
	ret->len = (size_t)(rest.at - text->buf) - ret->at;
	return take(&rest, ";\n");
}

/* "INSERT ... VALUES ('123');", each a paragraph, from the first on. */
static bool read_statements(
	const struct strbuf *text, struct span rest, struct versions *ret)
{
	ret->at = (size_t)(rest.at - text->buf);
	while (span_starts(rest, INSERT)) {
		struct span line = span_line(&rest), values_of, digits;
		const char *values = memmem(
			line.at, line.len, VALUES " (", strlen(VALUES " ("));
		struct span prefix = { line.at, 0 };

		if (!values)
			break;
		prefix.len = (size_t)(values - line.at) + strlen(VALUES " ");
		values_of = (struct span){ line.at + prefix.len,
			line.len - prefix.len };
		digits = take_tuple(&values_of);
		if (!digits.at || !span_eq(values_of, span_of(";\n")) ||
			(ret->nr && !span_eq(prefix, ret->prefix)))
			return false;
		ret->prefix = prefix;
		add(ret, digits);
		ret->len = (size_t)(rest.at - text->buf) - ret->at - 2;
		if (rest.len && *rest.at == '\n')
			span_line(&rest);
	}
	return ret->nr > 0;
}

static bool read_versions(const struct strbuf *text, struct versions *ret)
{
	struct span rest = { text->buf, text->len };

	while (rest.len) {
		struct span before = rest, line = span_line(&rest);
		const char *values = memmem(
			line.at, line.len, VALUES, strlen(VALUES));

		if (!values || !span_starts(line, INSERT))
			continue;
		values += strlen(VALUES);
		ret->between = *values == '\n' ? ",\n" : ", ";
		if (*values != '\n' &&
			!memmem(line.at, line.len, "'), ('", strlen("'), ('")))
			return read_statements(text, before, ret);
		before.at = values + 1;
		before.len = (size_t)(text->buf + text->len - before.at);
		return read_list(text, before, ret);
	}
	return false;
}

/* ---- a set --------------------------------------------------------------- */

/* By value.  Rails asks for them in the order of text, which is another one
 * where there are short ones. */
static int compare(struct span a, struct span b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return memcmp(a.at, b.at, a.len);
}

static int compare_text(struct span a, struct span b)
{
	int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

	return order ? order : a.len < b.len ? -1 : a.len > b.len;
}

static int compare_up(const void *a, const void *b)
{
	return compare(*(const struct span *)a, *(const struct span *)b);
}

static int compare_down(const void *a, const void *b)
{
	return compare_up(b, a);
}

static int compare_text_up(const void *a, const void *b)
{
	return compare_text(*(const struct span *)a, *(const struct span *)b);
}

static int compare_text_down(const void *a, const void *b)
{
	return compare_text_up(b, a);
}

/* The orders that a file may have. */
static const struct order {
	int (*compare)(struct span a, struct span b);
	int (*up)(const void *a, const void *b);
	int (*down)(const void *a, const void *b);
} orders[] = {
	{ compare_text, compare_text_up, compare_text_down },
	{ compare, compare_up, compare_down },
};

static bool has(const struct versions *sorted, struct span digits)
{
	return sorted->nr && bsearch(&digits, sorted->v, sorted->nr,
				     sizeof(digits), compare_up);
}

/* 1 upwards, -1 downwards, 0 neither is seen, 2 both are. */
static int direction(const struct versions *versions, const struct order *order)
{
	int seen = 0;

	for (size_t i = 1; i < versions->nr; i++) {
		int this = order->compare(versions->v[i - 1], versions->v[i]);

		if (!this || (seen && (this < 0) != (seen > 0)))
			return 2;
		seen = this < 0 ? 1 : -1;
	}
	return seen;
}

/* Whoever has turned it round since the base; 2: the file is not in order. */
static int choose_direction(
	const struct versions all[TEXT_SIDES], const struct order *order)
{
	int base = direction(&all[TEXT_BASE], order);
	int ours = direction(&all[TEXT_OURS], order);
	int theirs = direction(&all[TEXT_THEIRS], order);

	if (base == 2 || ours == 2 || theirs == 2)
		return 2;
	if (!ours || !theirs || ours == theirs)
		return ours ? ours : theirs ? theirs : base ? base : 1;
	return base == ours ? theirs : ours;
}

/* How the result is to be sorted; NULL: the file is in no order. */
static int (*choose_order(const struct versions all[TEXT_SIDES]))(
	const void *a, const void *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		int chosen = choose_direction(all, &orders[i]);

		if (chosen != 2)
			return chosen > 0 ? orders[i].up : orders[i].down;
	}
	return NULL;
}

static void merge_sets(struct versions all[TEXT_SIDES], struct versions *ret)
{
	for (int i = 0; i < TEXT_SIDES; i++)
		if (all[i].nr)
			qsort(all[i].v, all[i].nr, sizeof(*all[i].v),
				compare_up);
	for (int i = TEXT_OURS; i < TEXT_SIDES; i++) {
		const struct versions *other =
			&all[i == TEXT_OURS ? TEXT_THEIRS : TEXT_OURS];

		for (size_t j = 0; j < all[i].nr; j++) {
			struct span digits = all[i].v[j];
			bool both = has(other, digits);

			/* What both have is added once; what one side has
			 * and the base had, the other took away. */
			if (both ? i == TEXT_OURS
				 : !has(&all[TEXT_BASE], digits))
				add(ret, digits);
		}
	}
}

static void write_set(const struct versions *set, const struct versions *form,
	struct strbuf *out)
{
	struct span prefix = form->prefix;

	for (size_t i = 0; i < set->nr; i++) {
		if (i)
			strbuf_addstr(
				out, prefix.len ? ";\n\n" : form->between);
		strbuf_addf(out, "%.*s('%.*s')", (int)prefix.len,
			prefix.len ? prefix.at : "", (int)set->v[i].len,
			set->v[i].at);
	}
}

static bool are_alike(const struct versions *a, const struct versions *b)
{
	return span_eq(a->prefix, b->prefix) && !strcmp(a->between, b->between);
}

static void merge_versions(
	struct versions all[TEXT_SIDES], struct strbuf sides[TEXT_SIDES])
{
	int (*order)(const void *a, const void *b) = choose_order(all);
	struct versions merged = { 0 };
	AUTO_STRBUF text = STRBUF_INIT;

	if (!order || !are_alike(&all[TEXT_OURS], &all[TEXT_THEIRS]) ||
		(all[TEXT_BASE].nr &&
			!are_alike(&all[TEXT_BASE], &all[TEXT_OURS])))
		return;
	merge_sets(all, &merged);
	if (merged.nr)
		qsort(merged.v, merged.nr, sizeof(*merged.v), order);
	write_set(&merged, &all[TEXT_OURS], &text);
	for (int i = 0; i < TEXT_SIDES && merged.nr; i++)
		if (all[i].nr)
			strbuf_splice(&sides[i], all[i].at, all[i].len,
				text.buf, text.len);
	free(merged.v);
}

static void settle_versions(struct strbuf sides[TEXT_SIDES])
{
	struct versions all[TEXT_SIDES] = { 0 };
	bool known = true;

	for (int i = 0; i < TEXT_SIDES && known; i++)
		known = read_versions(&sides[i], &all[i]) ||
			(i == TEXT_BASE && !sides[i].len);
	if (known)
		merge_versions(all, sides);
	for (int i = 0; i < TEXT_SIDES; i++)
		free(all[i].v);
}

/* ---- the word of pg_dump ------------------------------------------------- */

static struct span find_word(const struct strbuf *text, const char *command)
{
	struct span rest = { text->buf, text->len }, word = { NULL, 0 };

	while (rest.len) {
		struct span line = span_line(&rest);

		if (!span_starts(line, command))
			continue;
		word.at = line.at + strlen(command);
		word.len = line.len - strlen(command);
		break;
	}
	return word;
}

static void settle_word(struct strbuf sides[TEXT_SIDES], const char *command)
{
	struct span base = find_word(&sides[TEXT_BASE], command);
	struct span ours = find_word(&sides[TEXT_OURS], command);
	struct span theirs = find_word(&sides[TEXT_THEIRS], command);
	AUTO_STRBUF word = STRBUF_INIT;

	if (!ours.at || !theirs.at)
		return;
	if (base.at && span_eq(base, ours))
		ours = theirs;
	strbuf_add(&word, ours.at, ours.len);
	for (int i = 0; i < TEXT_SIDES; i++) {
		struct span there = find_word(&sides[i], command);

		if (there.at)
			strbuf_splice(&sides[i],
				(size_t)(there.at - sides[i].buf), there.len,
				word.buf, word.len);
	}
}

bool structure_sql_prepare(struct strbuf sides[TEXT_SIDES])
{
	settle_word(sides, "\\restrict ");
	settle_word(sides, "\\unrestrict ");
	settle_versions(sides);
	return true;
}

bool structure_sql_lay(
	const struct strbuf sides[TEXT_SIDES], struct settled *out)
{
	return sql_sections_lay(sides, out);
}
