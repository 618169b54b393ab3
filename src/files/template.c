/*
 * Expansion in two steps: the text is read once into fixed text and places for
 * file names, then the names are dealt out to as many commands as are needed.
 * Since the fixed text is the same in every command, the quoting of each place
 * is known before the first name is written, and what was put in is never
 * looked at again.
 *
 * A token directly within quotes ("{files}") stands for words each in those
 * quotes, as in lefthook.  Within a longer quoted text the words keep the
 * quotes they would have outside, written so that they survive the outer ones:
 * such a text is nearly always a command for another shell.
 *
 * Left as they are: `${name}`, which belongs to the shell; a token behind a
 * backslash or in a comment.
 */
#include "hookrun/files/template.h"

#include "hookrun/base/alloc.h"

#include "files/quote.h"
#include "files/sh_scan.h"

#include <string.h>

struct token {
	size_t at; /* in the fixed text */
	enum file_set set;
	enum quote_style style;
	struct sh_place place;
	const char *trouble; /* no name can be written here, and why */
};

struct template
{
	const char *taken; /* end of the last token, with its quotes */
	const struct template_values *values; /* NULL: only find the tokens */
	struct strbuf fixed;
	struct token *tokens;
	size_t nr, cap;
	struct sh_scan scan;
	const char *trouble; /* of the job's name, as in struct token */
};

static const char *const set_names[SET_COUNT] = {
	[SET_STAGED] = "staged_files",
	[SET_PUSH] = "push_files",
	[SET_ALL] = "all_files",
	[SET_FILES] = "files",
	[SET_DELETED] = "deleted_files",
};

/* ---- reading ------------------------------------------------------------- */

static void add_fixed(struct template *t, const char *text, size_t len)
{
	strbuf_add(&t->fixed, text, len);
	sh_scan_feed(&t->scan, text, len);
}

static void add_fixed_str(struct template *t, const char *text)
{
	add_fixed(t, text, strlen(text));
}

static bool name_is(const char *name, size_t len, const char *want)
{
	return strlen(want) == len && !memcmp(name, want, len);
}

/* {0}, {1}, ...: false where `name` is no such number or has no argument. */
static bool add_argument(struct template *t, const char *name, size_t len)
{
	const struct template_values *values = t->values;
	size_t number = 0;

	if (!len || len > 6 || strspn(name, "0123456789") < len ||
		(len > 1 && *name == '0'))
		return false;
	for (size_t i = 0; i < len; i++)
		number = number * 10 + (size_t)(name[i] - '0');
	if (number > values->nargs)
		return false;
	if (number) {
		add_fixed_str(t, values->args[number - 1]);
		return true;
	}
	for (size_t i = 0; i < values->nargs; i++) {
		if (i)
			add_fixed(t, " ", 1);
		add_fixed_str(t, values->args[i]);
	}
	return true;
}

static bool add_own(struct template *t, const char *name, size_t len)
{
	const struct template_values *values = t->values;

	for (size_t i = 0; i < values->nown; i++) {
		if (!name_is(name, len, values->own[i].name))
			continue;
		add_fixed_str(t, values->own[i].value);
		return true;
	}
	return false;
}

/* The quotes that stand directly around a token. */
struct wrap {
	enum quote_style style;
	size_t len;  /* of the quote before, and of the one behind */
	bool opened; /* the shell is within it */
};

/* Their kind, for a token from `begin` up to `end`.  They are looked for in
 * the text as it was written, never in what was put in, and one that the token
 * before stood in is not there any more. */
static struct wrap find_wrap(
	const struct template *t, const char *begin, const char *end)
{
	enum sh_kind kind = t->scan.frames[t->scan.depth].kind;
	bool opened = t->scan.frames[t->scan.depth].start == t->scan.pos;
	char quote = begin > t->taken ? begin[-1] : '\0';
	bool escaped = begin > t->taken + 1 && begin[-2] == '\\';
	struct wrap wrap = { .style = QUOTE_NEEDED };

	if (quote != '"' && quote != '\'')
		return wrap;
	if (kind == SH_DOUBLE && quote == '"' && !opened) {
		if (escaped && end[0] == '\\' && end[1] == '"')
			wrap = (struct wrap){ QUOTE_DOUBLE, 2, false };
		return wrap;
	}
	if (*end != quote || kind == SH_BARE || kind == SH_PAREN ||
		kind == SH_BACKTICK ||
		(kind == SH_SINGLE && quote == '\'' && !opened))
		return wrap;
	wrap.style = quote == '"' ? QUOTE_DOUBLE : QUOTE_SINGLE;
	wrap.len = 1;
	wrap.opened = opened;
	return wrap;
}

/* Drop the quotes around a token; returns what follows them. */
static const char *unwrap(struct template *t, const char *begin,
	const char *end, enum quote_style *ret_style)
{
	struct wrap wrap = find_wrap(t, begin, end);

	strbuf_setlen(&t->fixed, t->fixed.len - wrap.len);
	if (wrap.opened)
		sh_scan_take_back(&t->scan);
	*ret_style = wrap.style;
	return end + wrap.len;
}

static const char *add_files(struct template *t, enum file_set set,
	const char *begin, const char *end)
{
	struct token *token;

	xgrow(&t->tokens, &t->cap, t->nr + 1, sizeof(*t->tokens));
	token = &t->tokens[t->nr++];
	token->trouble = sh_scan_trouble(&t->scan);
	end = unwrap(t, begin, end, &token->style);
	token->at = t->fixed.len;
	token->set = set;
	token->place = sh_scan_place(&t->scan);
	sh_scan_skip(&t->scan);
	return end;
}

/* `word` in its quotes, as it is written at `place`.  Nearly every name is of
 * bytes that mean nothing to sh, whatever quotes it stands in. */
static void add_word(struct strbuf *out, const struct sh_place *place,
	enum quote_style style, const char *word)
{
	AUTO_STRBUF quoted = STRBUF_INIT;
	size_t len = style == QUOTE_NEEDED ? quote_plain_len(word) : 0;

	if (len) {
		strbuf_add(out, word, len);
		return;
	}
	quote_add(&quoted, style, word);
	sh_place_add(place, quoted.buf, quoted.len, out);
}

static const char *add_job_name(
	struct template *t, const char *begin, const char *end)
{
	const char *name = t->values->job_name ? t->values->job_name : "";
	enum quote_style style;
	struct sh_place place;

	if (!t->trouble)
		t->trouble = sh_scan_trouble(&t->scan);
	end = unwrap(t, begin, end, &style);
	place = sh_scan_place(&t->scan);
	add_word(&t->fixed, &place, style, name);
	sh_scan_skip(&t->scan);
	return end;
}

/* Text that begins with '{', `len` bytes and '}': where that is a token, put
 * in what it stands for and return what follows it, else NULL. */
static const char *add_token(struct template *t, const char *begin, size_t len)
{
	const char *name = begin + 1, *end = name + len + 1;

	for (size_t set = 0; set < SET_COUNT; set++)
		if (name_is(name, len, set_names[set]))
			return add_files(t, (enum file_set)set, begin, end);
	if (!t->values)
		return NULL;
	if (name_is(name, len, "lefthook_job_name"))
		return add_job_name(t, begin, end);
	return add_argument(t, name, len) || add_own(t, name, len) ? end : NULL;
}

static void template_read(struct template *t, const char *text,
	const struct template_values *values)
{
	const char *pos = text;

	*t = (struct template){
		.taken = text,
		.values = values,
		.fixed = STRBUF_INIT,
	};
	sh_scan_init(&t->scan);
	while (*pos) {
		size_t len = strcspn(pos, "{"), name_len;
		const char *end = NULL;

		add_fixed(t, pos, len);
		pos += len;
		if (!*pos)
			break;
		name_len = strcspn(pos + 1, "{}");
		if (pos[1 + name_len] == '}' && !t->scan.escaped &&
			!t->scan.comment && !(pos > text && pos[-1] == '$'))
			end = add_token(t, pos, name_len);
		if (!end)
			add_fixed(t, pos++, 1);
		else
			t->taken = pos = end;
	}
}

static void template_release(struct template *t)
{
	strbuf_release(&t->fixed);
	free(t->tokens);
}

unsigned template_sets(const char *text)
{
	struct template t;
	unsigned sets = 0;

	template_read(&t, text, NULL);
	for (size_t i = 0; i < t.nr; i++)
		sets |= 1U << t.tokens[i].set;
	template_release(&t);
	return sets;
}

/* ---- dealing out --------------------------------------------------------- */

/* One of the lists that the text uses. */
struct deal {
	const struct strvec *files; /* NULL: not used */
	size_t *lens; /* bytes each file takes, in all its places */
	size_t places;
	size_t from, to; /* files of the current command */
};

static int check_token(
	const struct template *t, const struct token *token, struct err *err)
{
	const char *name = set_names[token->set];
	const struct strvec *files = t->values->files[token->set];

	if (!files)
		return err_set(err, "'{%s}' is not available here", name);
	if (token->trouble)
		return err_set(err, "'{%s}' cannot be filled in: %s", name,
			token->trouble);
	for (size_t i = 0; token->place.doc && i < files->nr; i++)
		if (strchr(files->v[i], '\n'))
			return err_set(err,
				"'{%s}' cannot be filled in: a name with a "
				"line break, '%s', in a here-document",
				name, files->v[i]);
	return 0;
}

/* A file as a program gets it: a name that begins with a dash would be read as
 * an option. */
static void add_name(const struct template *t, struct strbuf *out,
	const struct token *token, const char *name)
{
	AUTO_STRBUF path = STRBUF_INIT;

	if (*name == '-' && t->values->prefix_dashes) {
		strbuf_addf(&path, "./%s", name);
		name = path.buf;
	}
	add_word(out, &token->place, token->style, name);
}

static size_t measure_name(const struct template *t, const struct token *token,
	const char *name, struct strbuf *scratch)
{
	size_t len = token->style == QUOTE_NEEDED ? quote_plain_len(name) : 0;

	if (len && *name != '-')
		return len;
	strbuf_reset(scratch);
	add_name(t, scratch, token, name);
	return scratch->len;
}

/* Measure every name in every place it will stand in. */
static void measure(const struct template *t, struct deal deals[])
{
	AUTO_STRBUF scratch = STRBUF_INIT;

	for (size_t i = 0; i < t->nr; i++) {
		const struct token *token = &t->tokens[i];
		struct deal *deal = &deals[token->set];

		deal->files = t->values->files[token->set];
		deal->places++;
		if (!deal->lens)
			deal->lens = xcalloc(
				deal->files->nr, sizeof(*deal->lens));
		for (size_t k = 0; k < deal->files->nr; k++)
			deal->lens[k] += measure_name(
				t, token, deal->files->v[k], &scratch);
	}
}

static bool deal_left(const struct deal *deal)
{
	return deal->files && deal->to < deal->files->nr;
}

/* Take the next file if it fits. */
static bool take_one(struct deal *deal, size_t *room)
{
	size_t want;

	if (!deal_left(deal))
		return false;
	want = deal->lens[deal->to];
	if (deal->to > deal->from)
		want += deal->places; /* a blank in each */
	if (want > *room)
		return false;
	*room -= want;
	deal->to++;
	return true;
}

/* Choose the files of the next command; false where none are left.  A file
 * from each list in turn, so that the lists advance in step; one file at
 * least, however long. */
static bool next_hand(struct deal deals[], size_t room)
{
	bool open[SET_COUNT], more = true;
	size_t none = SET_COUNT;

	for (size_t set = 0; set < SET_COUNT; set++) {
		deals[set].from = deals[set].to;
		open[set] = true;
		if (deal_left(&deals[set]) && none == SET_COUNT)
			none = set;
	}
	if (none == SET_COUNT)
		return false;
	while (more) {
		more = false;
		for (size_t set = 0; set < SET_COUNT; set++) {
			open[set] = open[set] && take_one(&deals[set], &room);
			more |= open[set];
		}
	}
	for (size_t set = 0; set < SET_COUNT; set++)
		if (deals[set].to > deals[set].from)
			return true;
	deals[none].to++;
	return true;
}

/* The length of a command, at most. */
static size_t command_len(const struct template *t, const struct deal deals[])
{
	size_t len = t->fixed.len;

	for (size_t set = 0; set < SET_COUNT; set++) {
		const struct deal *deal = &deals[set];

		for (size_t k = deal->from; k < deal->to; k++)
			len += deal->lens[k] + deal->places;
	}
	return len;
}

static char *write_command(const struct template *t, const struct deal deals[])
{
	struct strbuf out = STRBUF_INIT;
	size_t len = command_len(t, deals), pos = 0;

	strbuf_grow(&out, len);
	for (size_t i = 0; i < t->nr; i++) {
		const struct token *token = &t->tokens[i];
		const struct deal *deal = &deals[token->set];

		strbuf_add(&out, t->fixed.buf + pos, token->at - pos);
		pos = token->at;
		for (size_t k = deal->from; k < deal->to; k++) {
			if (k > deal->from)
				strbuf_addch(&out, ' ');
			add_name(t, &out, token, deal->files->v[k]);
		}
	}
	strbuf_add(&out, t->fixed.buf + pos, t->fixed.len - pos);
	return strbuf_detach(&out, NULL);
}

static int fill_in(const struct template *t, size_t max,
	struct strvec *ret_commands, struct err *err)
{
	struct deal deals[SET_COUNT] = { { .files = NULL } };
	size_t room = max > t->fixed.len ? max - t->fixed.len : 0;

	if (t->trouble)
		return err_set(err,
			"'{lefthook_job_name}' cannot be filled in: %s",
			t->trouble);
	for (size_t i = 0; i < t->nr; i++)
		if (check_token(t, &t->tokens[i], err))
			return -1;
	measure(t, deals);
	if (!next_hand(deals, room))
		strvec_take(ret_commands, write_command(t, deals));
	else
		do
			strvec_take(ret_commands, write_command(t, deals));
		while (next_hand(deals, room));
	for (size_t set = 0; set < SET_COUNT; set++)
		free(deals[set].lens);
	return 0;
}

int template_expand(const char *text, const struct template_values *values,
	size_t max, struct strvec *ret_commands, struct err *err)
{
	struct template t;
	int failed;

	template_read(&t, text, values);
	failed = fill_in(&t, max, ret_commands, err);
	template_release(&t);
	return failed;
}
