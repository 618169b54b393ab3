/*
 * Parts of the report.  The variable replaces what the file says, so that one
 * run can be made louder or quieter than the team's setting.  An empty variable
 * is as good as none, because that is how scripts unset things.
 */
#include "hookrun/runner/output.h"

#include "hookrun/base/alloc.h"
#include "hookrun/proc/env.h"

#include <string.h>

/* The names of key `output` in src/config/keys.c. */
static const struct {
	const char *name;
	unsigned parts;
} names[] = { { "meta", OUT_META },
	{ "summary", OUT_HEADING | OUT_SUCCESS | OUT_FAILURE },
	{ "success", OUT_SUCCESS }, { "failure", OUT_FAILURE },
	{ "empty_summary", OUT_EMPTY_SUMMARY }, { "skips", OUT_SKIPS },
	{ "execution", OUT_INFO | OUT_OUT }, { "execution_out", OUT_OUT },
	{ "execution_info", OUT_INFO }, { "jobs", OUT_INFO | OUT_OUT },
	{ "jobs_out", OUT_OUT }, { "jobs_info", OUT_INFO },
	{ "setup", OUT_SETUP }, { "compact", OUT_ALL },
	{ "lefthook", OUT_ALL } };

static unsigned part_of(const char *text, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i].name) == len &&
			!strncmp(names[i].name, text, len))
			return names[i].parts;
	return 0;
}

static bool is_word(const char *text, const char *a, const char *b)
{
	return !strcmp(text, a) || !strcmp(text, b);
}

/* A list as it stands in a variable; "true" and "false" stand alone. */
static unsigned parts_of_text(const char *text, struct strbuf *unknown)
{
	unsigned parts = 0;

	if (is_word(text, "false", "0"))
		return 0;
	if (is_word(text, "true", "1"))
		return OUT_ALL;
	while (*text) {
		size_t len = strcspn(text, ", ");
		unsigned part = part_of(text, len);

		if (len && !part)
			strbuf_addf(unknown, "%s\"%.*s\"",
				unknown->len ? ", " : "", (int)len, text);
		parts |= part;
		text += len + (text[len] != '\0');
	}
	return parts;
}

static enum output_form form_of_text(const char *text)
{
	if (is_word(text, "true", "1"))
		return FORM_OWN;
	return !strcmp(text, "compact") ? FORM_COMPACT : FORM_BOX;
}

enum output_form output_form(const struct node *setting)
{
	const char *text = env_ours("OUTPUT");

	if (text && *text)
		return form_of_text(text);
	if (!setting || setting->kind == NODE_NULL)
		return FORM_OWN;
	if (setting->kind == NODE_LIST && setting->count == 1 &&
		setting->first->str)
		return form_of_text(setting->first->str);
	return setting->str ? form_of_text(setting->str) : FORM_BOX;
}

static unsigned parts_of_node(const struct node *setting)
{
	AUTO_STRBUF ignored = STRBUF_INIT;
	unsigned parts = 0;

	if (!setting || setting->kind == NODE_NULL)
		return OUT_ALL;
	if (setting->kind == NODE_BOOL)
		return setting->boolean ? OUT_ALL : 0;
	if (setting->kind == NODE_STR)
		return parts_of_text(setting->str, &ignored);
	if (setting->kind != NODE_LIST)
		return OUT_ALL;
	node_each (item, setting) {
		if (item->str)
			parts |= parts_of_text(item->str, &ignored);
	}
	return parts;
}

unsigned output_parts(const struct node *setting, struct strbuf *unknown)
{
	const char *text = env_ours("OUTPUT");

	if (text && *text)
		return parts_of_text(text, unknown);
	return parts_of_node(setting);
}
