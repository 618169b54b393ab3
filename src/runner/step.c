/*
 * The registry of built-in steps.  The steps live in a layer above this one,
 * which hands its table down at start; until then there are none, so that the
 * runner can be tested with steps of the test's own.
 */
#include "hookrun/runner/step.h"

static const struct step_ops *const no_steps[] = { NULL };
static const struct step_ops *const *registered = no_steps;

static bool option_table(size_t n, struct uses *ret)
{
	const struct step_ops *step = registered[n];

	if (step)
		*ret = (struct uses){ step->name, step->options };
	return step != NULL;
}

void step_register(const struct step_ops *const *table)
{
	registered = table ? table : no_steps;
	keys_set_uses(option_table);
}

const struct step_ops *step_find(const char *name)
{
	for (size_t i = 0; registered[i]; i++)
		if (!strcmp(registered[i]->name, name))
			return registered[i];
	return NULL;
}

const struct step_ops *const *step_all(void)
{
	return registered;
}

bool step_signs(const struct step_ops *step, const char *job)
{
	return step && step->signs && !strcmp(step->name, job);
}
