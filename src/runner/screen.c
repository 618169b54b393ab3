/*
 * Each line is written over the one that was there, and only then is its rest
 * erased: nothing is blank for a moment, so nothing flickers; and a frame is
 * one write.  The cursor stays behind the last line, where whatever else
 * writes to the terminal can be seen.
 *
 * Terminals break the lines anew when they get narrower, so the way up is
 * counted in the width of now, not in that of the time of drawing.
 */
#include "runner/screen.h"

#include "hookrun/base/columns.h"

#include <sys/ioctl.h>

#define COLUMNS_WITHOUT 80
#define ROWS_WITHOUT 24

void screen_size(int fd, size_t *ret_columns, size_t *ret_rows)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size))
		size.ws_col = size.ws_row = 0;
	*ret_columns = size.ws_col ? size.ws_col : COLUMNS_WITHOUT;
	*ret_rows = size.ws_row ? size.ws_row : ROWS_WITHOUT;
}

static void go_up(const struct screen *screen, size_t columns, size_t rows,
	struct strbuf *out)
{
	size_t up = 0;

	for (size_t i = 0; i < screen->nr; i++) {
		size_t width = screen->width[i];

		up += width > columns ? (width + columns - 1) / columns : 1;
	}
	up -= up > 0;
	if (up > rows - 1)
		up = rows - 1;
	strbuf_addch(out, '\r');
	if (up)
		strbuf_addf(out, "\033[%zuA", up);
}

void screen_draw(struct screen *screen, int fd, const struct strvec *lines,
	struct strbuf *out)
{
	size_t columns, rows, nr = lines->nr;

	screen_size(fd, &columns, &rows);
	if (screen->nr)
		go_up(screen, columns, rows, out);
	if (nr > SCREEN_LINES_MAX)
		nr = SCREEN_LINES_MAX;
	for (size_t i = 0; i < nr; i++) {
		AUTO_STRBUF line = STRBUF_INIT;

		columns_clip(&line, lines->v[i], columns - 1);
		screen->width[i] = columns_of(line.buf);
		strbuf_addf(out, "%s%s\033[K", i ? "\n" : "", line.buf);
	}
	strbuf_addstr(out, "\033[J");
	screen->nr = nr;
}

void screen_wipe(struct screen *screen, int fd, struct strbuf *out)
{
	size_t columns, rows;

	screen_size(fd, &columns, &rows);
	go_up(screen, columns, rows, out);
	strbuf_addstr(out, "\033[J");
	screen->nr = 0;
}
