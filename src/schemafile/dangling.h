/* What one side has added about something that the other has taken away. */
#ifndef SCHEMAFILE_DANGLING_H
#define SCHEMAFILE_DANGLING_H

#include "schemafile/entries.h"

/* Make a conflict of each such line of `after`, and of what both sides seem to
 * have renamed, each to another name.  The base's text gets lines there that
 * begin with a SETTLED_MARK. */
void dangling_open(const struct form *form,
	const struct strbuf before[TEXT_SIDES], struct settled *after);

#endif
