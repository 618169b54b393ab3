/* The built-in step `test-map`: keep the map that test selection works from. */
#ifndef HOOKRUN_TESTMAP_TESTMAP_H
#define HOOKRUN_TESTMAP_TESTMAP_H

#include "hookrun/runner/step.h"

extern const struct step_ops step_test_map;

#endif
