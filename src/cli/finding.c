/*
 * How `hookrun doctor` prints: a title, below it what is well, and what is not
 * with a mark and the command that mends it.  The text may hold names of files
 * and words of the configuration, so that control characters are taken out.
 */
#include "cli/doctor.h"

#include "hookrun/base/strbuf.h"

#include <stdarg.h>
#include <string.h>

void finding_section(const char *title)
{
	printf("%s\n", title);
}

__attribute__((format(printf, 2, 0))) static void print_lines(
	const char *mark, const char *fmt, va_list ap)
{
	AUTO_STRBUF text = STRBUF_INIT;
	char *line;

	strbuf_vaddf(&text, fmt, ap);
	for (char *rest = text.buf; (line = strsep(&rest, "\n"));) {
		printf("  %s", mark);
		put_printable(stdout, line);
		putchar('\n');
		mark = "    ";
	}
}

void finding_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_lines("", fmt, ap);
	va_end(ap);
}

void finding_fault(
	struct doctor *doctor, const char *mend, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_lines("✗ ", fmt, ap);
	va_end(ap);
	if (mend) {
		fputs("      mend: ", stdout);
		put_printable(stdout, mend);
		putchar('\n');
	}
	doctor->faults++;
}

void finding_each(struct doctor *doctor, const char *mend, struct strbuf *text)
{
	char *line;

	for (char *rest = text->buf; (line = strsep(&rest, "\n"));)
		if (*line)
			finding_fault(doctor, mend, "%s", line);
}
