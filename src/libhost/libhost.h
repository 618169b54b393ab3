/*
 * The questions that the library host answers.  An answer takes the texts of
 * the question and adds its own to `reply`; -1 with a message for the user.
 */
#ifndef HOOKRUN_LIBHOST_LIBHOST_H
#define HOOKRUN_LIBHOST_LIBHOST_H

#include "hookrun/base/frame.h"

typedef int answer_fn(
	const struct frame *question, struct strbuf *reply, struct err *err);

/* A database through its driver; one connection at a time. */
answer_fn database_open, database_facts, database_lock_holder,
	database_blockers, database_print, database_rows, database_transact;
void database_close(void);
answer_fn database_sessions, database_end;
answer_fn database_copies_alone, database_copies_list, database_copies_make,
	database_copies_rename, database_copies_drop;

/* Types of files through libmagic. */
answer_fn magic_load_library, magic_type_of;

#endif
