/* A question to the library host about copies; db.c has the connection. */
#ifndef DB_ASK_H
#define DB_ASK_H

#include "hookrun/base/frame.h"
#include "hookrun/db/db.h"

/* `word` with the texts `a` and `b` (NULL: none); the answer may take as long
 * as copying a database does. */
int db_ask(struct db *db, const char *word, const char *a, const char *b,
	struct frame *reply, struct err *err);

#endif
