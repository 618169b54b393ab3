/* The files of coding agents (the key `ai`). */
#ifndef HOOKRUN_CLI_AI_H
#define HOOKRUN_CLI_AI_H

#include "cli/cli.h"

/* Bring them in line with the configuration, naming each that is written; 0,
 * or 1 after saying why not.  A hook that does not exist is an error before
 * anything is written. */
int ai_install(const struct workspace *ws);

/* Take our entries out of all of them. */
int ai_uninstall(const struct repo *repo);

#endif
