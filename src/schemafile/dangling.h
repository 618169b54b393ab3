/* What one side has added about something that the other has taken away. */
#ifndef SCHEMAFILE_DANGLING_H
#define SCHEMAFILE_DANGLING_H

#include "schemafile/compared.h"

/* Doubt such lines. */
void dangling_doubt(struct compared *all);

#endif
