/*
 * What switches took away and kept, the files of hooks/rails_kept.rb.
 */
#ifndef MIGRATE_KEPT_H
#define MIGRATE_KEPT_H

#include "hookrun/git/repo.h"

/* The folder of these files, shared by all work trees; the caller frees it. */
char *kept_dir(struct repo *repo);
/* The file of one of them; the caller frees it. */
char *kept_file(const char *dir, const char *id);

#endif
