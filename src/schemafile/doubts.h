/* Lines that are merged without a conflict, and should not be. */
#ifndef SCHEMAFILE_DOUBTS_H
#define SCHEMAFILE_DOUBTS_H

#include "schemafile/entries.h"

/* Make conflicts of them in `after`, which was settled of `before`.  The base's
 * text gets lines there that begin with a SETTLED_MARK. */
void doubts_open(const struct form *form,
	const struct strbuf before[TEXT_SIDES], struct settled *after);

#endif
