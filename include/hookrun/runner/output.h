/*
 * Which form the report has, and which of lefthook's parts are printed: the key
 * `output` and the variables HOOKRUN_OUTPUT and LEFTHOOK_OUTPUT.
 */
#ifndef HOOKRUN_RUNNER_OUTPUT_H
#define HOOKRUN_RUNNER_OUTPUT_H

#include "hookrun/base/strbuf.h"
#include "hookrun/config/node.h"

enum output_part {
	OUT_META = 1 << 0,    /* the box at the top */
	OUT_HEADING = 1 << 1, /* "summary: (done in ...)" */
	OUT_SUCCESS = 1 << 2,
	OUT_FAILURE = 1 << 3,
	OUT_EMPTY_SUMMARY = 1 << 4, /* "summary: (skip) empty" */
	OUT_SKIPS = 1 << 5,
	OUT_INFO = 1 << 6, /* the headers of jobs */
	OUT_OUT = 1 << 7,  /* the output of jobs that passed */
	OUT_SETUP = 1 << 8,
	OUT_ALL = (1 << 9) - 1,
};

/* The form that the variable, else `output` (NULL: not set) asks for. */
enum output_form {
	FORM_OWN,     /* whoever is called decides */
	FORM_COMPACT, /* ours */
	FORM_BOX,     /* lefthook's: by its name, or for one of its parts */
} output_form(const struct node *setting);

/* The parts that are wanted (bits) by the variable, else by the value of
 * `output` (NULL: not set).  Names in the variable that are unknown go to
 * `unknown`, each in quotes and split by ", "; those of the file were reported
 * when it was loaded. */
unsigned output_parts(const struct node *setting, struct strbuf *unknown);

#endif
