/*
 * The environment of jobs and of the commands that decide about them.
 */
#ifndef HOOKRUN_GIT_JOB_ENV_H
#define HOOKRUN_GIT_JOB_ENV_H

#include "hookrun/base/strvec.h"
#include "hookrun/git/repo.h"

/* Fill the empty `env` as env_clean() does, with what a job's git needs to see
 * what this hook is about:
 *
 * - GIT_INDEX_FILE while a commit uses an index of its own (`git commit -a`,
 *   `git commit FILE`, or one that the user has named);
 * - GIT_DIR, GIT_WORK_TREE and GIT_COMMON_DIR where git, standing in the work
 *   tree, would not come to this repository by itself;
 * - GIT_OBJECT_DIRECTORY and GIT_ALTERNATE_OBJECT_DIRECTORIES in the hooks of a
 *   server that has put a push into quarantine (git-receive-pack(1)).
 *
 * The strings are borrowed from our environment and from `repo`. */
void job_env_fill(struct repo *repo, struct strvec *env);

#endif
