/*
 * The JSON schema of a configuration, for editors, made of the table of keys.
 */
#ifndef HOOKRUN_CONFIG_SCHEMA_H
#define HOOKRUN_CONFIG_SCHEMA_H

#include "hookrun/base/strbuf.h"

#include <stdbool.h>

/* Stands in each of them: what has it may be written anew. */
#define SCHEMA_MARK "written by 'hookrun schema'"

/* Add it to `out`, as draft 7 has it.  `part`: of a file that is laid over
 * another, in which a job need not say what it runs. */
void schema_write(struct strbuf *out, bool part);

#endif
