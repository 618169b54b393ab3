/*
 * Colours of one's own are numbers of the terminal's palette (0 to 255) or
 * #rrggbb.  Only terminals that say so in COLORTERM know the latter; elsewhere
 * the nearest of the 6x6x6 cube is taken, which every terminal with 256
 * colours has.
 */
#include "runner/palette.h"

#include <stdlib.h>
#include <string.h>

static const char *const keys[COLOURS] = { "cyan", "gray", "green", "red",
	"yellow", NULL };
static const char *const defaults[COLOURS] = { "\033[36m", "\033[90m",
	"\033[32m", "\033[31m", "\033[33m", "\033[1m" };

static void set_number(char *code, unsigned number)
{
	if (number < 8)
		snprintf(code, PALETTE_CODE_MAX, "\033[3%um", number);
	else if (number < 16)
		snprintf(code, PALETTE_CODE_MAX, "\033[9%um", number - 8);
	else
		snprintf(
			code, PALETTE_CODE_MAX, "\033[38;5;%um", number & 0xff);
}

static bool has_true_colour(void)
{
	const char *value = getenv("COLORTERM");

	return value &&
	       (!strcmp(value, "truecolor") || !strcmp(value, "24bit"));
}

/* The cube's steps are 0, 95, 135, 175, 215, 255. */
static unsigned cube_step(unsigned value)
{
	if (value < 48)
		return 0;
	return value < 115 ? 1 : (value - 35) / 40;
}

static void set_rgb(char *code, unsigned red, unsigned green, unsigned blue)
{
	if (has_true_colour())
		snprintf(code, PALETTE_CODE_MAX, "\033[38;2;%u;%u;%um",
			red & 0xff, green & 0xff, blue & 0xff);
	else
		set_number(code, 16 + 36 * cube_step(red) +
					 6 * cube_step(green) +
					 cube_step(blue));
}

static void set_own(char *code, const char *text)
{
	char *end;
	unsigned long value = strtoul(text + (*text == '#'), &end, 16);

	if (*text == '#' && !*end && end - text == 7)
		set_rgb(code, (value >> 16) & 0xff, (value >> 8) & 0xff,
			value & 0xff);
	else if (*text == '#' && !*end && end - text == 4)
		set_rgb(code, ((value >> 8) & 0xf) * 17,
			((value >> 4) & 0xf) * 17, (value & 0xf) * 17);
	else if (*text != '#')
		set_number(code, (unsigned)strtoul(text, NULL, 10));
}

void palette_init(struct palette *palette, bool on, const struct node *own)
{
	*palette = (struct palette){ .on = on };
	for (int i = 0; i < COLOURS; i++) {
		const char *text = keys[i] ? node_str(own, keys[i]) : NULL;

		snprintf(palette->code[i], PALETTE_CODE_MAX, "%s", defaults[i]);
		if (text)
			set_own(palette->code[i], text);
	}
}

void palette_paint(const struct palette *palette, struct strbuf *out,
	enum colour colour, const char *text)
{
	if (palette->on && *text)
		strbuf_addf(out, "%s%s\033[m", palette->code[colour], text);
	else
		strbuf_addstr(out, text);
}
