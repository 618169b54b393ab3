/*
 * Running the automaton of a glob: all its active states advance together over
 * the text, so that the time is bounded by states times characters.
 *
 * Text is read by characters, as UTF-8.  A byte that is not UTF-8 counts as a
 * character of its own, so that `?` and `[!a]` take it, and the same byte in a
 * pattern matches it.  Case folding knows the alphabets whose letters come in
 * pairs of equal distance; towlower() would depend on the user's locale.
 */
#include "base/glob_impl.h"

#include "hookrun/base/alloc.h"

#include <string.h>

#define STACK_STATES 256  /* automata up to this size need no memory */
#define BAD_BYTE 0x110000 /* plus the byte: beyond every Unicode character */

/* How many bytes a character takes that begins with `byte`; 0: none does. */
static size_t lead_len(unsigned char byte)
{
	if (byte < 0x80)
		return 1;
	if (byte < 0xc2 || byte > 0xf4)
		return 0;
	if (byte < 0xe0)
		return 2;
	return byte < 0xf0 ? 3 : 4;
}

uint32_t glob_decode(const char *s, size_t left, size_t *ret_len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t len = lead_len(*u);
	uint32_t code = len > 1 ? *u & (0xffU >> (len + 1)) : *u;

	*ret_len = 1;
	if (!len || len > left)
		return BAD_BYTE + *u;
	for (size_t i = 1; i < len; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return BAD_BYTE + *u;
		code = code << 6 | (u[i] & 0x3f);
	}
	if (code < least[len] || code > 0x10ffff ||
		(code >= 0xd800 && code < 0xe000))
		return BAD_BYTE + *u;
	*ret_len = len;
	return code;
}

/* Upper case letters of the alphabets that have it, in ranges of equal
 * distance to their lower case; `step` 2 where the two alternate. */
static const struct folding {
	uint16_t first, last;
	int16_t delta;
	uint16_t step;
} foldings[] = {
	{ 'A', 'Z', 32, 1 },
	{ 0x00c0, 0x00d6, 32, 1 }, /* Latin */
	{ 0x00d8, 0x00de, 32, 1 },
	{ 0x0100, 0x012e, 1, 2 },
	{ 0x0132, 0x0136, 1, 2 },
	{ 0x0139, 0x0147, 1, 2 },
	{ 0x014a, 0x0176, 1, 2 },
	{ 0x0178, 0x0178, -121, 1 },
	{ 0x0179, 0x017d, 1, 2 },
	{ 0x0386, 0x0386, 38, 1 }, /* Greek */
	{ 0x0388, 0x038a, 37, 1 },
	{ 0x038c, 0x038c, 64, 1 },
	{ 0x038e, 0x038f, 63, 1 },
	{ 0x0391, 0x03a1, 32, 1 },
	{ 0x03a3, 0x03ab, 32, 1 },
	{ 0x0400, 0x040f, 80, 1 }, /* Cyrillic */
	{ 0x0410, 0x042f, 32, 1 },
	{ 0x0460, 0x0480, 1, 2 },
	{ 0x048a, 0x04be, 1, 2 },
};

uint32_t glob_fold(uint32_t code)
{
	if (code < 0x80)
		return code >= 'A' && code <= 'Z' ? code + 32 : code;
	if (code > foldings[ARRAY_SIZE(foldings) - 1].last)
		return code;
	for (size_t i = 0; i < ARRAY_SIZE(foldings); i++) {
		const struct folding *f = &foldings[i];

		if (code >= f->first && code <= f->last &&
			(code - f->first) % f->step == 0)
			return (uint32_t)((int32_t)code + f->delta);
	}
	return code;
}

void glob_activate(const struct glob *glob, struct active *set, size_t at)
{
	for (;;) {
		const struct state *state = &glob->states[at];

		if (set->seen[at] == set->step)
			return;
		set->seen[at] = set->step;
		switch (state->op) {
		case OP_SPLIT:
			glob_activate(glob, set, at + 1);
			at = state->u.to;
			break;
		case OP_JUMP:
			at = state->u.to;
			break;
		case OP_STAR:
		case OP_DEEP:
			set->list[set->nr++] = at++;
			break;
		default:
			set->list[set->nr++] = at;
			return;
		}
	}
}

static bool in_set(
	const struct glob *glob, const struct state *state, uint32_t code)
{
	const struct range *range = glob->ranges + state->u.set.first;

	for (size_t i = 0; i < state->u.set.nr; i++)
		if (code >= range[i].lo && code <= range[i].hi)
			return true;
	return false;
}

static bool takes(
	const struct glob *glob, const struct state *state, uint32_t code)
{
	bool stops = code == '/' && (glob->flags & GLOB_DOUBLESTAR);

	switch (state->op) {
	case OP_CHAR:
		return code == state->u.code;
	case OP_ANY:
	case OP_STAR:
		return !stops;
	case OP_SET: /* the class of doublestar takes a '/' */
		return in_set(glob, state, code) != state->negate;
	case OP_DEEP:
		return true;
	default:
		return false;
	}
}

void glob_step(const struct glob *glob, const size_t *list, size_t nr,
	uint32_t code, struct active *next)
{
	next->nr = 0;
	next->step++;
	for (size_t i = 0; i < nr; i++) {
		const struct state *state = &glob->states[list[i]];
		bool stays = state->op == OP_STAR || state->op == OP_DEEP;

		if (takes(glob, state, code))
			glob_activate(
				glob, next, stays ? list[i] : list[i] + 1);
	}
}

bool glob_accepts(const struct glob *glob, const size_t *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (glob->states[list[i]].op == OP_MATCH)
			return true;
	return false;
}

/* `room` is for four numbers a state, zeroed. */
static bool run(
	const struct glob *glob, const char *text, size_t len, size_t *room)
{
	struct active now = { .list = room, .seen = room + 2 * glob->nr };
	struct active next = { .list = room + glob->nr,
		.seen = room + 3 * glob->nr };
	size_t width;

	now.step = 1;
	glob_activate(glob, &now, 0);
	for (size_t pos = 0; pos < len && now.nr; pos += width) {
		uint32_t code = (unsigned char)text[pos];
		struct active swap;

		width = 1;
		if (code >= 0x80)
			code = glob_decode(text + pos, len - pos, &width);
		if (glob->flags & GLOB_ICASE)
			code = glob_fold(code);
		glob_step(glob, now.list, now.nr, code, &next);
		swap = now;
		now = next;
		next = swap;
	}
	return glob_accepts(glob, now.list, now.nr);
}

/* Whether the text ends as it must.  Most patterns are `*.rb`, and most files
 * something else. */
static bool ends_right(const struct glob *glob, const char *text, size_t len)
{
	size_t nr = glob->nr - 1 - glob->tail;

	if (len < nr)
		return false;
	for (size_t i = 0; i < nr; i++) {
		uint32_t code = (unsigned char)text[len - nr + i];

		if (glob->flags & GLOB_ICASE && code < 0x80)
			code = glob_fold(code);
		if (code != glob->states[glob->tail + i].u.code)
			return false;
	}
	return true;
}

bool glob_match(const struct glob *glob, const char *text, size_t len)
{
	size_t fixed[4 * STACK_STATES], *room = fixed;
	bool matched;

	if (glob->dfa) {
		int known = dfa_match(glob, text, len);

		if (known >= 0)
			return known;
	}
	if (!ends_right(glob, text, len))
		return false;
	if (glob->tail == 1 && glob->states[0].op == OP_STAR &&
		!(glob->flags & GLOB_DOUBLESTAR))
		return true;
	if (glob->nr > STACK_STATES)
		room = xcalloc(4 * glob->nr, sizeof(*room));
	else
		memset(fixed, 0, 4 * glob->nr * sizeof(*room));
	matched = run(glob, text, len, room);
	if (room != fixed)
		free(room);
	return matched;
}
