/* Whether every line of three versions went where a merge has to put it. */
#ifndef SCHEMAFILE_BALANCE_H
#define SCHEMAFILE_BALANCE_H

#include "schemafile/entries.h"

/* `before` and what was settled of it: is no line lost or made up? */
bool balance_holds(const struct form *form,
	const struct strbuf before[TEXT_SIDES], const struct settled *after);

#endif
