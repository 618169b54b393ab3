/*
 * Reading glob patterns into a small automaton (glob_match.c runs it).  A
 * backtracking matcher is shorter, but on a pattern such as `*{a,b}*{a,b}*x` it
 * takes exponential time, and patterns come from a file that a cloned
 * repository brings along.
 *
 * Where lefthook panics on a malformed pattern or silently matches nothing,
 * the place is named here.
 */
#include "base/glob_impl.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/base/strvec.h"

#include <string.h>

#define PATTERN_MAX 16384 /* bytes */
#define BRACE_MAX 64	  /* levels of {} */
#define EXPANDED_MAX 256  /* patterns that one with braces is made into */

struct compiler {
	struct glob *glob;
	const char *start, *pos, *end;
	int depth; /* open braces */
	struct err *err;
};

/* The place is counted in characters, as an editor shows it. */
static int fail(struct compiler *c, const char *at, const char *what)
{
	size_t nr = 1;

	for (const char *p = c->start; p < at; p++)
		nr += (*p & 0xc0) != 0x80;
	return err_set(c->err, "invalid glob '%.200s': %s at character %zu",
		c->start, what, nr);
}

static bool doublestar(const struct compiler *c)
{
	return c->glob->flags & GLOB_DOUBLESTAR;
}

static struct state *emit(struct compiler *c, enum op op)
{
	struct state *state = &c->glob->states[c->glob->nr++];

	state->op = op;
	return state;
}

/* Read one character, folded where case does not count. */
static uint32_t take(struct compiler *c)
{
	size_t len;
	uint32_t code = glob_decode(c->pos, (size_t)(c->end - c->pos), &len);

	c->pos += len;
	return c->glob->flags & GLOB_ICASE ? glob_fold(code) : code;
}

static void emit_char(struct compiler *c, uint32_t code)
{
	emit(c, OP_CHAR)->u.code = code;
}

/* The character after a backslash; `c->pos` is on the backslash. */
static int take_escaped(struct compiler *c, uint32_t *ret)
{
	if (c->pos + 1 == c->end)
		return fail(c, c->pos, "nothing follows '\\'");
	c->pos++;
	*ret = take(c);
	return 0;
}

static int add_range(
	struct compiler *c, const char *at, uint32_t lo, uint32_t hi)
{
	if (hi < lo)
		return fail(c, at, "range runs backwards");
	c->glob->ranges[c->glob->nranges++] =
		(struct range){ .lo = lo, .hi = hi };
	return 0;
}

/* One member of a class: a character or, where `dash` counts, a range. */
static int parse_member(struct compiler *c, bool dash)
{
	const char *at = c->pos;
	uint32_t lo = 0, hi;

	if (*at != '\\' || (dash && !doublestar(c) && at[1] == '-'))
		lo = take(c);
	else if (take_escaped(c, &lo))
		return -1;
	hi = lo;
	if (dash && c->end - c->pos > 1 && c->pos[0] == '-' &&
		c->pos[1] != ']') {
		c->pos++;
		if (*c->pos != '\\' || !doublestar(c))
			hi = take(c);
		else if (take_escaped(c, &hi))
			return -1;
	}
	return add_range(c, at, lo, hi);
}

/*
 * A class; `c->pos` is behind its '['.  gobwas knows '!' only and two forms:
 * one range, and a list in which '-' is a character like others.  What begins
 * as a range and goes on is an error there; here it is read as everywhere else.
 */
static int parse_class(struct compiler *c)
{
	const char *open = c->pos - 1;
	struct state *set = emit(c, OP_SET);
	bool dash;

	set->u.set.first = c->glob->nranges;
	set->negate = c->pos < c->end &&
		      (*c->pos == '!' || (*c->pos == '^' && doublestar(c)));
	c->pos += set->negate;
	if (c->pos < c->end && *c->pos == ']')
		return fail(c, open, "empty class");
	dash = doublestar(c);
	if (!dash && c->pos < c->end) {
		size_t len;

		glob_decode(c->pos, (size_t)(c->end - c->pos), &len);
		dash = c->pos[len] == '-';
	}
	while (c->pos < c->end && *c->pos != ']')
		if (parse_member(c, dash))
			return -1;
	if (c->pos == c->end)
		return fail(c, open, "'[' is never closed");
	c->pos++;
	set->u.set.nr = c->glob->nranges - set->u.set.first;
	return 0;
}

/* Behind the alternative of a brace that begins at `p`, or with `all` behind
 * the whole brace; NULL where it is never closed. */
static const char *skip_brace(const char *p, const char *end, bool all)
{
	int depth = 1;

	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end) {
			p++;
		} else if (*p == '[') {
			const char *q = p + 1;

			while (q < end && *q != ']')
				q += *q == '\\' && q + 1 < end ? 2 : 1;
			p = q < end ? q : p;
		} else if (*p == '{') {
			depth++;
		} else if (*p == '}' && !--depth) {
			return p + 1;
		} else if (*p == ',' && depth == 1 && !all) {
			return p + 1;
		}
	}
	return NULL;
}

/* The first brace of a pattern without errors, NULL where it has none. */
static const char *first_brace(const char *p)
{
	for (; *p && *p != '{'; p++) {
		if (*p == '\\')
			p++;
		else if (*p == '[')
			while (*++p != ']')
				p += *p == '\\';
	}
	return *p ? p : NULL;
}

/* Every text that the braces of a pattern without errors stand for; false
 * where there are more than a few. */
static bool expand(const char *pattern, struct strvec *ret)
{
	const char *open = first_brace(pattern), *end, *from, *to;
	const char *stop = pattern + strlen(pattern);
	bool few = true;

	if (!open) {
		strvec_push(ret, pattern);
		return ret->nr <= EXPANDED_MAX;
	}
	end = skip_brace(open + 1, stop, true);
	for (from = open + 1; few && from < end; from = to) {
		AUTO_STRBUF one = STRBUF_INIT;

		to = skip_brace(from, stop, false);
		strbuf_add(&one, pattern, (size_t)(open - pattern));
		strbuf_add(&one, from, (size_t)(to - 1 - from));
		strbuf_addstr(&one, end);
		few = expand(one.buf, ret);
	}
	return few;
}

/* What surrounds a sequence: it begins a path component, and what comes after
 * it in the whole pattern (a character of it, '\0' for nothing). */
struct place {
	bool starts;
	char after;
};

static int parse_sequence(struct compiler *c, struct place place);

/* Alternatives; `c->pos` is behind their '{'. */
static int parse_braces(struct compiler *c, struct place place)
{
	const char *open = c->pos - 1;
	const char *end = skip_brace(c->pos, c->end, true);
	size_t out = 0; /* a chain of jumps to the end, to be set */
	struct place inner = { .starts = place.starts };

	if (!end)
		return fail(c, open, "'{' is never closed");
	if (c->depth == BRACE_MAX)
		return fail(c, open, "too many nested '{'");
	inner.after = c->depth && (*end == ',' || *end == '}') ? place.after
							       : *end;
	c->depth++;
	for (;;) {
		size_t split = c->glob->nr;

		emit(c, OP_SPLIT);
		if (parse_sequence(c, inner))
			return -1;
		emit(c, OP_JUMP)->u.to = out;
		out = c->glob->nr - 1;
		c->glob->states[split].u.to = c->glob->nr;
		if (c->pos == c->end)
			return fail(c, open, "'{' is never closed");
		if (*c->pos++ == '}') {
			/* The last alternative has no other beside it. */
			c->glob->states[split].op = OP_JUMP;
			c->glob->states[split].u.to = split + 1;
			break;
		}
	}
	c->depth--;
	for (size_t at = out; at;) {
		size_t next = c->glob->states[at].u.to;

		c->glob->states[at].u.to = c->glob->nr;
		at = next;
	}
	return 0;
}

/* Whether the sequence is over at `p`, and so is the pattern behind it. */
static bool at_end(const struct compiler *c, const char *p, struct place place)
{
	if (p == c->end)
		return true;
	return c->depth && (*p == ',' || *p == '}') && !place.after;
}

static bool at_slash(
	const struct compiler *c, const char *p, struct place place)
{
	if (p == c->end)
		return false;
	return *p == '/' ||
	       (c->depth && (*p == ',' || *p == '}') && place.after == '/');
}

static bool has_two_stars(const struct compiler *c, const char *p)
{
	return c->end - p >= 2 && p[0] == '*' && p[1] == '*';
}

/* Stars; `c->pos` is on the first. */
static void parse_stars(struct compiler *c, struct place place, bool starts)
{
	const char *p = c->pos + strspn(c->pos, "*");
	bool whole = doublestar(c) && starts && p - c->pos == 2;

	c->pos = p;
	if (whole && at_end(c, p, place)) {
		emit(c, OP_DEEP);
	} else if (whole && *p == '/') {
		struct state *split = emit(c, OP_SPLIT);

		emit(c, OP_DEEP);
		emit_char(c, '/');
		split->u.to = c->glob->nr;
		c->pos++;
	} else if (whole && at_slash(c, p, place)) {
		/* The slash stands behind the brace: `{**,a}/x`. */
		emit(c, OP_DEEP);
	} else {
		emit(c, OP_STAR);
	}
}

/* A '/' of doublestar; `c->pos` is behind it.  At the end of a pattern, slash
 * and two stars match nothing as well, so that `a` passes, and so they do
 * before a slash that stands behind the brace. */
static void parse_slash(struct compiler *c, struct place place)
{
	const char *behind = c->pos + 2;
	struct state *split;

	if (!has_two_stars(c, c->pos) || (behind < c->end && *behind == '/') ||
		!(at_end(c, behind, place) || at_slash(c, behind, place))) {
		emit_char(c, '/');
		return;
	}
	c->pos += 2;
	split = emit(c, OP_SPLIT);
	emit_char(c, '/');
	emit(c, OP_DEEP);
	split->u.to = c->glob->nr;
}

/* One element that is no text; `starts` as in struct place. */
static int parse_element(struct compiler *c, struct place place, bool starts)
{
	uint32_t code = 0;

	switch (*c->pos) {
	case '*':
		parse_stars(c, place, starts);
		return 0;
	case '?':
		emit(c, OP_ANY);
		c->pos++;
		return 0;
	case '[':
		c->pos++;
		return parse_class(c);
	case '{':
		c->pos++;
		place.starts = starts;
		return parse_braces(c, place);
	case '\\':
		if (take_escaped(c, &code))
			return -1;
		emit_char(c, code);
		return 0;
	default:
		emit_char(c, take(c));
		return 0;
	}
}

/* Up to the end, within braces to the ',' or '}'. */
static int parse_sequence(struct compiler *c, struct place place)
{
	const char *start = c->pos;

	while (c->pos < c->end) {
		bool starts = c->pos == start ? place.starts
					      : c->pos[-1] == '/';

		if (c->depth && (*c->pos == ',' || *c->pos == '}'))
			return 0;
		if (*c->pos == '/' && doublestar(c)) {
			c->pos++;
			parse_slash(c, place);
		} else if (parse_element(c, place, starts)) {
			return -1;
		}
	}
	return 0;
}

/* Where the text that every match ends with begins: behind the last place that
 * something jumps to. */
static size_t find_tail(const struct glob *glob)
{
	size_t tail = glob->nr - 1, target = 0;

	for (size_t i = 0; i < glob->nr; i++) {
		const struct state *state = &glob->states[i];

		if ((state->op == OP_SPLIT || state->op == OP_JUMP) &&
			state->u.to > target)
			target = state->u.to;
	}
	while (tail > target && glob->states[tail - 1].op == OP_CHAR &&
		glob->states[tail - 1].u.code < 0x80)
		tail--;
	return tail;
}

/* Compile one pattern into the room that glob->states and glob->ranges have. */
static int add_pattern(struct glob *glob, const char *pattern, struct err *err)
{
	struct compiler c = {
		.glob = glob,
		.start = pattern,
		.pos = pattern,
		.end = pattern + strlen(pattern),
		.err = err,
	};

	if (c.end - c.pos > PATTERN_MAX)
		return err_set(err, "glob '%.40s...' is longer than %d bytes",
			pattern, PATTERN_MAX);
	if (parse_sequence(&c, (struct place){ .starts = true }))
		return -1;
	emit(&c, OP_MATCH);
	return 0;
}

static struct glob *new_glob(
	struct arena *arena, unsigned flags, size_t bytes, size_t patterns)
{
	struct glob *glob = arena_alloc(arena, sizeof(*glob));

	glob->flags = flags;
	/* Two states a byte is what the densest pattern, `{,,,}`, needs. */
	glob->states = arena_alloc(
		arena, (2 * bytes + 4 * (patterns + 1)) * sizeof(struct state));
	glob->ranges = arena_alloc(
		arena, (bytes + patterns) * sizeof(struct range));
	return glob;
}

static int compile_one(struct arena *arena, const char *pattern, unsigned flags,
	struct glob **ret, struct err *err)
{
	struct glob *glob = new_glob(arena, flags, strlen(pattern), 1);

	if (add_pattern(glob, pattern, err))
		return -1;
	glob->tail = find_tail(glob);
	*ret = glob;
	return 0;
}

/* In doublestar, whether two stars are a whole component may depend on what
 * stands in a brace beside them (`{src/,}**`, `{**,a}/x`), so braces are
 * expanded first, as that library does it.  The pattern is read as it is
 * before, so that an error names a place in it; and where the expanded ones
 * would be too many it is used like that. */
static int add_expanded(struct arena *arena, const char *pattern,
	unsigned flags, struct strvec *ret, struct err *err)
{
	AUTO_STRVEC some = STRVEC_INIT;
	struct glob *ignored;

	if (!(flags & GLOB_DOUBLESTAR) || !strchr(pattern, '{')) {
		strvec_push(ret, pattern);
		return 0;
	}
	if (compile_one(arena, pattern, flags, &ignored, err))
		return -1;
	if (expand(pattern, &some))
		strvec_push_all(ret, some.v);
	else
		strvec_push(ret, pattern);
	return 0;
}

/* One automaton for all: before each pattern a fork to the next one. */
static int compile_all(struct arena *arena, const struct strvec *patterns,
	unsigned flags, struct glob **ret, struct err *err)
{
	struct glob *glob;
	size_t bytes = 0;

	for (size_t i = 0; i < patterns->nr; i++)
		bytes += strlen(patterns->v[i]);
	glob = new_glob(arena, flags, bytes, patterns->nr + 1);
	for (size_t i = 0; i < patterns->nr; i++) {
		struct state *fork = &glob->states[glob->nr++];

		fork->op = OP_SPLIT;
		if (add_pattern(glob, patterns->v[i], err))
			return -1;
		fork->u.to = glob->nr;
	}
	glob->states[glob->nr++].op = OP_NONE;
	glob->tail = glob->nr - 1;
	glob->dfa = dfa_new(arena, glob->nr);
	*ret = glob;
	return 0;
}

int glob_compile_any(struct arena *arena, const char *const *patterns,
	unsigned flags, struct glob **ret, struct err *err)
{
	AUTO_STRVEC all = STRVEC_INIT;

	for (; patterns && *patterns; patterns++)
		if (add_expanded(arena, *patterns, flags, &all, err))
			return -1;
	return compile_all(arena, &all, flags, ret, err);
}

int glob_compile(struct arena *arena, const char *pattern, unsigned flags,
	struct glob **ret, struct err *err)
{
	const char *const one[] = { pattern, NULL };

	if (flags & GLOB_DOUBLESTAR)
		return glob_compile_any(arena, one, flags, ret, err);
	return compile_one(arena, pattern, flags, ret, err);
}
