/*
 * The lines of a schema file, each with the object that it belongs to; read
 * without regard to what else is made of the text.
 */
#ifndef SCHEMAFILE_ENTRIES_H
#define SCHEMAFILE_ENTRIES_H

#include "schemafile/settled.h"

/* What the lines of a section are about. */
enum section_kind {
	SECTION_TABLE,
	SECTION_LINE, /* one of a list: a foreign key, an extension */
	SECTION_OTHER
};

struct section {
	enum section_kind kind;
	struct span text;
	const char *name; /* of the object; "": of none */
	const char *word; /* what begins it: "create_enum", "INDEX" */
};

/* What a line has the name of, which may be changed. */
enum entry_about {
	ABOUT_NOTHING,
	ABOUT_COLUMN,
	ABOUT_INDEX,
	ABOUT_CONSTRAINT /* without a name of its own it is known by what it
			    says */
};

struct entry {
	const char *key; /* what it is known by in other versions: its section
			    and itself, but for blanks; NULL: of no weight */
	struct span line;
	size_t section;
	enum entry_about about;
	const char *name; /* without quotes; NULL: about nothing */
	const char *rest; /* the line without the name, but for blanks */
	struct span type; /* a column's */
	bool heading;	  /* the line that names its section */
	bool open;	  /* in a part that is left open */
};

struct entries {
	struct section *sections; /* in the arena, as all of it */
	size_t nr_sections, cap_sections;
	struct entry *v;
	size_t nr, cap;
};

/* What happened to a column: dropped or renamed, or of another type now. */
enum form_loss { FORM_GONE, FORM_RETYPED };

/* How the lines of one kind of file are read. */
struct form {
	/* Does a section begin with this line?  Its kind, name and word. */
	bool (*opens)(
		struct span line, struct arena *arena, struct section *ret);
	/* The name in a line of this section, with its type. */
	enum entry_about (*names)(const struct section *section,
		struct span line, struct span *ret_name, struct span *ret_type);
	/* Is a line that one side has added, in this section, about what the
	 * other took away or changed?  `column`: one of the table `lost`, or
	 * NULL, and then it is all of that. */
	bool (*concerns)(const struct section *section,
		const struct entry *entry, const struct section *lost,
		const char *column, enum form_loss loss);
	const char *closing; /* what may end a line or not: "," */
};

extern const struct form ruby_form, sql_form;

void entries_read(const struct form *form, const struct strbuf *text,
	const struct ranges *open, struct arena *arena, struct entries *ret);

/* `word` in `text`, with nothing of a name on either side. */
bool span_mentions(struct span text, const char *word);

#endif
