/*
 * The file that is written is for people: keys in the order in which one reads
 * a job, no quotes where none are needed, and what the other tool did in
 * silence said in a comment.
 */
#include "import/recipe.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/utf8.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void words_add(struct recipe *recipe, struct words *words, const char *fmt, ...)
{
	AUTO_STRBUF text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	xgrow(&words->v, &words->cap, words->nr + 1, sizeof(*words->v));
	words->v[words->nr++] = arena_strdup(recipe->arena, text.buf);
}

void words_split(struct recipe *recipe, struct words *words, const char *list)
{
	while (list && *list) {
		int len = (int)strcspn(list, " ");

		words_add(recipe, words, "%.*s", len, list);
		list += len + (list[len] == ' ');
	}
}

void recipe_init(struct recipe *recipe, struct arena *arena)
{
	*recipe = (struct recipe){ .arena = arena };
	recipe->tail = &recipe->hooks;
}

void recipe_release(struct recipe *recipe)
{
	for (struct recipe_hook *hook = recipe->hooks; hook; hook = hook->next)
		for (struct recipe_job *job = hook->jobs; job;
			job = job->next) {
			free(job->glob.v);
			free(job->exclude.v);
			free(job->types.v);
			free(job->comments.v);
		}
	free(recipe->notes.v);
}

struct recipe_hook *recipe_hook(struct recipe *recipe, const char *name)
{
	struct recipe_hook *hook = recipe->hooks;

	while (hook && strcmp(hook->name, name))
		hook = hook->next;
	if (hook)
		return hook;
	hook = arena_alloc(recipe->arena, sizeof(*hook));
	hook->name = arena_strdup(recipe->arena, name);
	hook->tail = &hook->jobs;
	*recipe->tail = hook;
	recipe->tail = &hook->next;
	return hook;
}

static bool has_job(const struct recipe_hook *hook, const char *name)
{
	for (const struct recipe_job *job = hook->jobs; job; job = job->next)
		if (!strcmp(job->name, name))
			return true;
	return false;
}

struct recipe_job *recipe_add(
	struct recipe *recipe, struct recipe_hook *hook, const char *name)
{
	struct recipe_job *job = arena_alloc(recipe->arena, sizeof(*job));

	job->name = arena_strdup(recipe->arena, name);
	for (int i = 2; has_job(hook, job->name); i++)
		job->name = arena_printf(recipe->arena, "%s %d", name, i);
	*hook->tail = job;
	hook->tail = &job->next;
	recipe->njobs++;
	return job;
}

void recipe_note(
	struct recipe *recipe, const struct node *node, const char *fmt, ...)
{
	AUTO_STRBUF text = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&text, fmt, ap);
	va_end(ap);
	words_add(recipe, &recipe->notes, "%s:%d: %s",
		node && node->source ? node->source->path : "?",
		node ? node->line : 0, text.buf);
}

void recipe_quote(struct strbuf *out, const char *text)
{
	static const char safe[] = "_-./:=@%+,^~";
	const char *c = text;

	while (isalnum((unsigned char)*c) || (*c && strchr(safe, *c)))
		c++;
	if (*text && !*c && *text != '~') {
		strbuf_addstr(out, text);
		return;
	}
	strbuf_addch(out, '\'');
	for (c = text; *c; c++)
		if (*c == '\'')
			strbuf_addstr(out, "'\\''");
		else
			strbuf_addch(out, *c);
	strbuf_addch(out, '\'');
}

/* ---- YAML ------------------------------------------------------------------
 */

/* A character that YAML takes as it is. */
static bool is_allowed(uint32_t code)
{
	return code == '\t' || (code >= ' ' && code < 0x7f) ||
	       (code >= 0xa0 && code != 0xfeff && code < 0xfffe &&
		       code != 0x2028 && code != 0x2029) ||
	       code >= 0x10000;
}

/* Single quotes hold all of a line but these. */
static bool is_one_line(const char *text)
{
	size_t len = strlen(text), each;
	uint32_t code;

	for (; len; text += each, len -= each) {
		each = utf8_decode(text, len, &code);
		if (!each || !is_allowed(code))
			return false;
	}
	return true;
}

/* A text that YAML reads as itself: begins with a letter and has nothing that
 * could end it, nor is a word or number of YAML's own. */
static bool is_plain(const char *text)
{
	static const char *const words[] = { "true", "false", "null", "yes",
		"no", "on", "off", "y", "n" };
	size_t len = strlen(text);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strcasecmp(text, words[i]))
			return false;
	if (!isalpha((unsigned char)*text) && *text != '.' && *text != '/')
		return false;
	return is_one_line(text) && !strchr(text, '\t') &&
	       !strstr(text, ": ") && !strstr(text, " #") &&
	       text[len - 1] != ' ' && text[len - 1] != ':' &&
	       strcmp(text, ".") != 0 && strspn(text, ".0123456789") != len;
}

static void add_escaped(struct strbuf *out, const char *text)
{
	size_t len = strlen(text), each;
	uint32_t code;

	strbuf_addch(out, '"');
	for (; len; text += each, len -= each) {
		each = utf8_decode(text, len, &code);
		if (!each) {
			each = 1;
			code = 0xfffd; /* readers let no such text in */
		}
		if (code == '"' || code == '\\')
			strbuf_addf(out, "\\%c", (int)code);
		else if (is_allowed(code))
			strbuf_add(out, text, each);
		else
			strbuf_addf(out, "\\U%08" PRIx32, code);
	}
	strbuf_addch(out, '"');
}

static void add_quoted(struct strbuf *out, const char *text)
{
	if (!is_one_line(text)) {
		add_escaped(out, text);
		return;
	}
	strbuf_addch(out, '\'');
	for (const char *c = text; *c; c++) {
		if (*c == '\'')
			strbuf_addch(out, '\'');
		strbuf_addch(out, *c);
	}
	strbuf_addch(out, '\'');
}

static void add_scalar(struct strbuf *out, const char *text)
{
	if (is_plain(text))
		strbuf_addstr(out, text);
	else
		add_quoted(out, text);
}

/* Lines as a block, where the first one begins with no blank, which a block
 * would take for its own indent. */
static bool is_block(const char *text)
{
	if (!strchr(text, '\n') || isspace((unsigned char)*text))
		return false;
	while (*text) {
		size_t len = strcspn(text, "\n");
		AUTO_FREE char *line = xstrndup(text, len);

		if (!is_one_line(line))
			return false;
		text += len + (text[len] == '\n');
	}
	return true;
}

static void add_key(struct strbuf *out, const char *indent, const char *key,
	const char *text)
{
	strbuf_addf(out, "%s%s: ", indent, key);
	if (!is_block(text)) {
		add_scalar(out, text);
		strbuf_addch(out, '\n');
		return;
	}
	strbuf_addstr(out, "|\n");
	while (*text) {
		size_t len = strcspn(text, "\n");

		if (len)
			strbuf_addf(out, "%s  %.*s", indent, (int)len, text);
		strbuf_addch(out, '\n');
		text += len + (text[len] == '\n');
	}
}

static void add_list(struct strbuf *out, const char *indent, const char *key,
	const struct words *words)
{
	if (!words->nr)
		return;
	if (words->nr == 1) {
		add_key(out, indent, key, words->v[0]);
		return;
	}
	strbuf_addf(out, "%s%s:\n", indent, key);
	for (size_t i = 0; i < words->nr; i++) {
		strbuf_addf(out, "%s  - ", indent);
		add_scalar(out, words->v[i]);
		strbuf_addch(out, '\n');
	}
}

/* Each line of `text` behind '#'. */
static void add_comment(
	struct strbuf *out, const char *indent, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		AUTO_FREE char *line = xstrndup(text, len);

		strbuf_addf(out, "%s#%s", indent, len ? " " : "");
		strbuf_add_printable(out, line, false);
		strbuf_addch(out, '\n');
		text += len + (text[len] == '\n');
	}
}

static void add_job(struct strbuf *out, const struct recipe_job *job)
{
	static const char indent[] = "      ";

	for (size_t i = 0; i < job->comments.nr; i++)
		add_comment(out, "    ", job->comments.v[i]);
	strbuf_addstr(out, "    - name: ");
	add_scalar(out, job->name);
	strbuf_addch(out, '\n');
	if (job->off) {
		strbuf_addf(out, "%sskip: true # ", indent);
		strbuf_add_printable(out, job->off, false);
		strbuf_addch(out, '\n');
	}
	if (job->root)
		add_key(out, indent, "root", job->root);
	add_list(out, indent, "glob", &job->glob);
	add_list(out, indent, "exclude", &job->exclude);
	add_list(out, indent, "file_types", &job->types);
	if (job->files)
		add_key(out, indent, "files", job->files);
	if (job->path)
		strbuf_addf(out, "%senv: { PATH: \"%s:$PATH\" }\n", indent,
			job->path);
	if (job->uses)
		add_key(out, indent, "uses", job->uses);
	else
		add_key(out, indent, "run", job->run);
	if (job->stage_fixed)
		strbuf_addf(out, "%sstage_fixed: true\n", indent);
	if (job->show)
		strbuf_addf(out, "%sshow: always\n", indent);
}

void recipe_write(
	const struct recipe *recipe, const char *head, struct strbuf *out)
{
	add_comment(out, "", head);
	if (recipe->doublestar)
		strbuf_addstr(out, "\nglob_matcher: doublestar\n");
	for (const struct recipe_hook *hook = recipe->hooks; hook;
		hook = hook->next) {
		strbuf_addch(out, '\n');
		add_scalar(out, hook->name);
		strbuf_addstr(out, ":\n");
		if (hook->piped)
			strbuf_addstr(out, "  piped: true\n");
		if (hook->fail_on_changes)
			strbuf_addstr(out, "  fail_on_changes: true\n");
		strbuf_addstr(out, "  jobs:\n");
		for (const struct recipe_job *job = hook->jobs; job;
			job = job->next)
			add_job(out, job);
	}
}
