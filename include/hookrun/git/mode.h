/*
 * The modes in trees and in the index.
 */
#ifndef HOOKRUN_GIT_MODE_H
#define HOOKRUN_GIT_MODE_H

/* What it is; of permissions git keeps only whether a file is executable, as
 * 0100755 beside 0100644. */
#define MODE_KIND 0170000U
#define MODE_FOLDER 0040000U
#define MODE_FILE 0100000U
#define MODE_LINK 0120000U
#define MODE_SUBMODULE 0160000U

#endif
