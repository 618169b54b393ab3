/*
 * Input: "sql" or "rb", and three versions of a schema file, each up to a NUL.
 * Whatever they are: what only one side has changed is that side's text, and
 * what both have changed alike is theirs.  And each can be listed, as often as
 * one likes.
 */
#include "fuzz_input.h"

#include "hookrun/schemafile/listing.h"
#include "hookrun/schemafile/schemafile.h"

static const char *path;

/* Do the rules and git's merge together make `wanted` of the three? */
static void expect(const char *base, const char *ours, const char *theirs,
	const char *wanted)
{
	const char *const texts[] = { base, ours, theirs };
	const struct text_marks marks = { .labels = { "a", "b", "c" },
		.size = 7 };
	struct strbuf sides[TEXT_SIDES];
	AUTO_STRBUF out = STRBUF_INIT;
	struct err err;
	int conflicts;

	for (int i = 0; i < TEXT_SIDES; i++) {
		strbuf_init(&sides[i]);
		strbuf_addstr(&sides[i], texts[i]);
	}
	schemafile_settle(path, sides);
	conflicts = schemafile_merge(sides, &marks, &out, &err);
	if (wanted && (conflicts || strcmp(out.buf, wanted) != 0))
		abort();
	for (int i = 0; i < TEXT_SIDES; i++)
		strbuf_release(&sides[i]);
}

static void list(const char *text)
{
	AUTO_LISTING once = LISTING_INIT, again = LISTING_INIT;
	AUTO_STRBUF whole = STRBUF_INIT;

	strbuf_addstr(&whole, text);
	if (listing_read(path, &whole, &once) !=
			listing_read(path, &whole, &again) ||
		once.nr != again.nr)
		abort();
	for (size_t i = 0; i < once.nr; i++)
		if (listing_table(&once, once.v[i].schema, once.v[i].name) !=
			&once.v[i])
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	char *kind = fuzz_text(&input), *texts[TEXT_SIDES];

	path = strcmp(kind, "sql") != 0 ? "schema.rb" : "structure.sql";
	for (int i = 0; i < TEXT_SIDES; i++)
		list(texts[i] = fuzz_text(&input));
	expect(texts[0], texts[1], texts[2], NULL);
	expect(texts[0], texts[1], texts[0], texts[1]);
	expect(texts[0], texts[0], texts[1], texts[1]);
	expect(texts[0], texts[1], texts[1], texts[1]);
	for (int i = 0; i < TEXT_SIDES; i++)
		free(texts[i]);
	free(kind);
	return 0;
}
