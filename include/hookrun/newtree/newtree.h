/* The built-in step `worktree`: a new linked work tree is made ready. */
#ifndef HOOKRUN_NEWTREE_NEWTREE_H
#define HOOKRUN_NEWTREE_NEWTREE_H

#include "hookrun/runner/step.h"

extern const struct step_ops step_worktree;

#endif
