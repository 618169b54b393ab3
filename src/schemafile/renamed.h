/* What one side has renamed, and the other renamed too or took away. */
#ifndef SCHEMAFILE_RENAMED_H
#define SCHEMAFILE_RENAMED_H

#include "schemafile/compared.h"

/* Doubt the lines that have the new names. */
void renamed_doubt(struct compared *all);

#endif
