/*
 * A reader of the shell's quoting, not of its grammar: it knows what opens and
 * closes quotes, substitutions, comments and here-documents, and nothing of
 * commands.  That is enough to say how a file name must be written, and it
 * needs no look ahead, so that text may come in pieces.
 *
 * `"$(lint {files})"` is why a flag for "within double quotes" will not do: in
 * there words are split and quotes count again.  A comment is followed because
 * the apostrophe of `# don't` would turn all that comes after inside out.
 *
 * Not followed: the lone ')' of a `case` pattern within $(...).
 */
#include "files/sh_scan.h"

#include <stdint.h>
#include <string.h>

#define NOT_THIS_LINE SIZE_MAX

static const char two_readings[] = "shells differ on what $'...' means";

void sh_scan_init(struct sh_scan *scan)
{
	memset(scan, 0, sizeof(*scan));
	scan->fresh = true;
}

static struct sh_frame *top(struct sh_scan *scan)
{
	return &scan->frames[scan->depth];
}

static void push(struct sh_scan *scan, enum sh_kind kind)
{
	if (scan->depth + 1 == SH_DEPTH) {
		scan->trouble = "quotes are nested too deeply";
		return;
	}
	scan->depth++;
	*top(scan) = (struct sh_frame){ .kind = kind, .start = scan->pos };
	scan->fresh = true;
}

static void pop(struct sh_scan *scan)
{
	if (scan->depth)
		scan->depth--;
	scan->fresh = false;
}

static size_t find_backtick(const struct sh_scan *scan)
{
	size_t at = scan->depth;

	while (at && scan->frames[at].kind != SH_BACKTICK)
		at--;
	return at;
}

/* The first unescaped backtick ends the substitution, whatever is open within.
 */
static void backtick(struct sh_scan *scan)
{
	size_t at = find_backtick(scan);

	if (!at) {
		push(scan, SH_BACKTICK);
		return;
	}
	scan->depth = at;
	pop(scan);
}

/* ---- here-documents ------------------------------------------------------ */

static void begin_doc(struct sh_scan *scan)
{
	struct sh_doc doc = scan->docs[0];

	scan->ndocs--;
	memmove(scan->docs, scan->docs + 1, scan->ndocs * sizeof(doc));
	push(scan, SH_DOC);
	if (top(scan)->kind == SH_DOC)
		top(scan)->doc = doc;
}

static void announce_doc(struct sh_scan *scan)
{
	if (scan->ndocs == SH_DOCS) {
		scan->trouble = "too many here-documents begin on one line";
		return;
	}
	scan->docs[scan->ndocs++] = (struct sh_doc){ .len = 0 };
	scan->reading = DOC_BEFORE;
	scan->doc_quote = '\0';
}

static void add_to_word(struct sh_scan *scan, struct sh_doc *doc, char c)
{
	if (doc->len + 1 < SH_WORD)
		doc->word[doc->len++] = c;
	else
		scan->trouble = "the delimiter of a here-document is too long";
}

/* A character of `<< WORD`; false where it is behind the word. */
static bool read_delimiter(struct sh_scan *scan, char c)
{
	struct sh_doc *doc = &scan->docs[scan->ndocs - 1];

	if (scan->reading == DOC_BEFORE) {
		if (c == ' ' || c == '\t')
			return true;
		if (c == '-' && !doc->tabs) {
			doc->tabs = true;
			return true;
		}
		scan->reading = DOC_WORD;
	}
	if (scan->doc_quote) {
		if (scan->doc_quote == '\\' || c != scan->doc_quote)
			add_to_word(scan, doc, c);
		if (scan->doc_quote == '\\' || c == scan->doc_quote)
			scan->doc_quote = '\0';
		return true;
	}
	if (c == '\'' || c == '"' || c == '\\') {
		scan->doc_quote = c;
		doc->literal = true;
		return true;
	}
	if (strchr(" \t\n;&|<>()", c)) {
		scan->reading = DOC_NONE;
		return false;
	}
	add_to_word(scan, doc, c);
	return true;
}

/* Follow the current line of a document; true where it ended the document. */
static bool doc_line(struct sh_scan *scan, struct sh_doc *doc, char c)
{
	if (c == '\n') {
		bool ends = doc->seen == doc->len;

		doc->seen = 0;
		if (!ends)
			return false;
		pop(scan);
		scan->fresh = true;
		if (scan->ndocs)
			begin_doc(scan);
		return true;
	}
	if (c == '\t' && doc->tabs && !doc->seen)
		return false;
	if (doc->seen < doc->len && doc->word[doc->seen] == c)
		doc->seen++;
	else
		doc->seen = NOT_THIS_LINE;
	return false;
}

/* ---- characters ---------------------------------------------------------- */

/* Within double quotes and here-documents: what is expanded there. */
static void read_expanded(struct sh_scan *scan, char c, bool dollar)
{
	if (c == '\\')
		scan->escaped = true;
	else if (c == '$')
		scan->dollar = !dollar;
	else if (c == '(' && dollar)
		push(scan, SH_PAREN);
	else if (c == '`')
		backtick(scan);
}

static void read_paren(struct sh_scan *scan, char c, bool dollar)
{
	struct sh_frame *frame = top(scan);

	if (c == '(' && dollar) {
		push(scan, SH_PAREN);
	} else if (c == '(') {
		frame->arith |= scan->pos == frame->start + 1;
		frame->parens++;
	} else if (frame->kind == SH_PAREN && !frame->parens) {
		pop(scan);
	} else if (frame->parens) {
		frame->parens--;
	}
}

/* '<' in a row: two announce a document, three are bash's here-string. */
static void read_less(struct sh_scan *scan, char c)
{
	size_t less = scan->less;

	scan->less = c == '<' ? less + 1 : 0;
	if (less == 2 && c != '<' && !top(scan)->arith)
		announce_doc(scan);
}

/* Where words are split: top level and substitutions. */
static void read_bare(struct sh_scan *scan, char c, bool dollar)
{
	bool fresh = scan->fresh;

	scan->fresh = strchr(" \t\n;&|()<>", c) != NULL;
	switch (c) {
	case '"':
		push(scan, SH_DOUBLE);
		break;
	case '\'':
		push(scan, SH_SINGLE);
		top(scan)->ansi = dollar && top(scan)->kind == SH_SINGLE;
		break;
	case '(':
	case ')':
		read_paren(scan, c, dollar);
		break;
	case '#':
		scan->comment = fresh && !top(scan)->arith;
		break;
	case '\n':
		if (scan->ndocs)
			begin_doc(scan);
		break;
	default:
		read_expanded(scan, c, false);
		if (c == '$')
			scan->dollar = !dollar;
	}
}

/* In bash, $'it\'s' goes on behind its second quote; in POSIX's sh it ends
 * there. */
static void read_single(struct sh_scan *scan, char c)
{
	struct sh_frame *frame = top(scan);

	if (c == '\'' && frame->ansi && frame->slash)
		scan->trouble = two_readings;
	if (c == '\'')
		pop(scan);
	else
		frame->slash = c == '\\' && !frame->slash;
}

/* A character that stands behind a backslash. */
static void read_escaped(struct sh_scan *scan, char c)
{
	struct sh_frame *frame = top(scan);

	scan->escaped = false;
	if (frame->kind == SH_DOC)
		doc_line(scan, &frame->doc, c);
	if (c == '`' && find_backtick(scan))
		scan->trouble = "backquotes are nested (use $(...))";
	if (c != '\n')
		scan->fresh = false;
}

static void read_char(struct sh_scan *scan, char c)
{
	struct sh_frame *frame = top(scan);
	bool dollar = scan->dollar;

	scan->dollar = false;
	if (scan->escaped) {
		read_escaped(scan, c);
		return;
	}
	if (scan->comment) {
		if (c != '\n' && !(c == '`' && find_backtick(scan)))
			return;
		scan->comment = false;
	}
	switch (frame->kind) {
	case SH_SINGLE:
		read_single(scan, c);
		break;
	case SH_DOUBLE:
		if (c == '"')
			pop(scan);
		else
			read_expanded(scan, c, dollar);
		break;
	case SH_DOC:
		if (!doc_line(scan, &frame->doc, c) && !frame->doc.literal)
			read_expanded(scan, c, dollar);
		break;
	default:
		read_less(scan, c);
		if (scan->reading == DOC_NONE || !read_delimiter(scan, c))
			read_bare(scan, c, dollar);
	}
}

void sh_scan_feed(struct sh_scan *scan, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		scan->pos++;
		read_char(scan, text[i]);
	}
}

void sh_scan_take_back(struct sh_scan *scan)
{
	if (scan->depth && top(scan)->start == scan->pos)
		pop(scan);
}

void sh_scan_skip(struct sh_scan *scan)
{
	scan->pos++;
	scan->fresh = scan->dollar = false;
	if (top(scan)->kind == SH_DOC)
		top(scan)->doc.seen = NOT_THIS_LINE;
}

/* ---- writing ------------------------------------------------------------- */

const char *sh_scan_trouble(const struct sh_scan *scan)
{
	const struct sh_frame *frame = &scan->frames[scan->depth];

	if (scan->trouble)
		return scan->trouble;
	return scan->dollar || frame->ansi ? two_readings : NULL;
}

struct sh_place sh_scan_place(const struct sh_scan *scan)
{
	const struct sh_frame *frame = &scan->frames[scan->depth];
	struct sh_place place = {
		.kind = frame->kind,
		.literal = frame->doc.literal,
		.backtick = find_backtick(scan) != 0,
	};

	for (size_t i = 0; i <= scan->depth; i++)
		place.doc |= scan->frames[i].kind == SH_DOC;
	return place;
}

/* What has to be kept from the shell in the quoting of the innermost frame. */
static const char *special_at(const struct sh_place *place)
{
	switch (place->kind) {
	case SH_SINGLE:
		return "'";
	case SH_DOUBLE:
		return "\\$`\"";
	case SH_DOC:
		return place->literal ? "" : "\\$`";
	default:
		return "";
	}
}

void sh_place_add(const struct sh_place *place, const char *text, size_t len,
	struct strbuf *out)
{
	const char *special = special_at(place);
	size_t start = out->len, from = 0;

	for (size_t i = 0; *special && i < len; i++) {
		if (!text[i] || !strchr(special, text[i]))
			continue;
		strbuf_add(out, text + from, i - from);
		strbuf_addstr(out, place->kind == SH_SINGLE ? "'\\'" : "\\");
		from = i;
	}
	strbuf_add(out, text + from, len - from);
	/* Within backquotes the shell cuts one level of backslashes first. */
	for (size_t i = start; place->backtick && i < out->len; i++) {
		if (!strchr("\\$`", out->buf[i]))
			continue;
		strbuf_splice(out, i, 0, "\\", 1);
		i++;
	}
}
