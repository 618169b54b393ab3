/*
 * JUnit's XML has no specification but what its readers take
 * (github.com/testmoapp/junitxml collects it).  A job is a test case, a hook
 * the suite; a group is nothing but its jobs.  A job that failed and may is
 * told as skipped, with the reason: the format knows no warning, and a failure
 * would make red what was green.
 *
 * XML has no way to write a control character, so they are left out, with the
 * escape codes that they belong to.
 */
#include "runner/junit.h"

#include "hookrun/base/columns.h"
#include "hookrun/base/utf8.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

static void add_char(struct strbuf *out, const char *text, size_t len,
	uint32_t code, bool in_attribute)
{
	switch (code) {
	case '<':
		strbuf_addstr(out, "&lt;");
		break;
	case '>':
		strbuf_addstr(out, "&gt;");
		break;
	case '&':
		strbuf_addstr(out, "&amp;");
		break;
	case '"':
		strbuf_addstr(out, "&quot;");
		break;
	case '\t':
	case '\n':
		/* there it would be read as a blank */
		if (in_attribute)
			strbuf_addf(out, "&#%u;", (unsigned)code);
		else
			strbuf_addch(out, (char)code);
		break;
	default:
		if (code >= 0x20 && code != 0xfffe && code != 0xffff)
			strbuf_add(out, text, len);
	}
}

static void add_escaped(struct strbuf *out, const char *text, bool in_attribute)
{
	AUTO_STRBUF plain = STRBUF_INIT;
	size_t left, len;

	strbuf_addstr(&plain, text);
	columns_strip(plain.buf);
	text = plain.buf;
	for (left = strlen(text); left; left -= len, text += len) {
		uint32_t code;

		len = utf8_decode(text, left, &code);
		if (len) {
			add_char(out, text, len, code, in_attribute);
		} else {
			utf8_add(out, 0xfffd);
			len = 1;
		}
	}
}

static void add_text(struct strbuf *out, const char *text)
{
	add_escaped(out, text, false);
}

static void add_attribute(
	struct strbuf *out, const char *name, const char *value)
{
	strbuf_addf(out, " %s=\"", name);
	add_escaped(out, value, true);
	strbuf_addch(out, '"');
}

static void add_time(struct strbuf *out, int64_t ms)
{
	strbuf_addf(
		out, " time=\"%" PRId64 ".%03d\"", ms / 1000, (int)(ms % 1000));
}

static bool is_case(const struct recorded_job *job)
{
	return strcmp(job->kind, "group") != 0;
}

static bool has_failed(const struct recorded_job *job)
{
	return !strcmp(job->outcome, "failed") && !job->allowed;
}

static bool has_passed(const struct recorded_job *job)
{
	return !strcmp(job->outcome, "passed");
}

static const char *reason_of(const struct recorded_job *job)
{
	if (job->why)
		return job->why;
	return job->ending ? job->ending : job->outcome;
}

static void add_output(
	struct strbuf *out, const char *element, const struct recorded_job *job)
{
	if (!job->output)
		return;
	strbuf_addf(out, "      <%s>", element);
	add_text(out, job->output);
	strbuf_addf(out, "</%s>\n", element);
}

static void add_failure(struct strbuf *out, const struct recorded_job *job)
{
	strbuf_addstr(out, "      <failure");
	add_attribute(out, "message", reason_of(job));
	strbuf_addch(out, '>');
	if (job->command) {
		add_text(out, "$ ");
		add_text(out, job->command);
		add_text(out, "\n");
	}
	if (job->output)
		add_text(out, job->output);
	strbuf_addstr(out, "</failure>\n");
}

static void add_skipped(struct strbuf *out, const struct recorded_job *job)
{
	AUTO_STRBUF text = STRBUF_INIT;

	if (job->allowed)
		strbuf_addstr(&text, "failed, and may: ");
	strbuf_addstr(&text, reason_of(job));
	strbuf_addstr(out, "      <skipped");
	add_attribute(out, "message", text.buf);
	strbuf_addstr(out, "/>\n");
}

static void add_case(struct strbuf *out, const struct recording *run,
	const struct recorded_job *job)
{
	strbuf_addstr(out, "    <testcase");
	add_attribute(out, "name", job->path);
	add_attribute(out, "classname", run->hook);
	if (job->file) {
		add_attribute(out, "file", job->file);
		strbuf_addf(out, " line=\"%" PRId64 "\"", job->line);
	}
	add_time(out, job->ms);
	strbuf_addstr(out, ">\n");
	if (has_failed(job))
		add_failure(out, job);
	else if (!has_passed(job))
		add_skipped(out, job);
	if (!has_failed(job))
		add_output(out, "system-out", job);
	strbuf_addstr(out, "    </testcase>\n");
}

/* What kept the hook from running at all is told as a test case too: services
 * take a suite without one for green. */
static void add_error(struct strbuf *out, const struct recording *run)
{
	bool skipped = !strcmp(run->outcome, "skipped");

	strbuf_addstr(out, "    <testcase");
	add_attribute(out, "name", run->hook);
	add_attribute(out, "classname", run->hook);
	strbuf_addf(out, ">\n      <%s", skipped ? "skipped" : "error");
	add_attribute(out, "message", run->error ? run->error : run->outcome);
	strbuf_addstr(out, "/>\n    </testcase>\n");
}

/* The hook itself is at fault, and no job. */
static bool is_error(const struct recording *run, size_t failures)
{
	return run->error || (strcmp(run->outcome, "passed") != 0 && !failures);
}

static void add_suite(struct strbuf *out, const struct recording *run)
{
	size_t tests = 0, failures = 0, passed = 0;
	bool error, skipped = !strcmp(run->outcome, "skipped");
	time_t seconds = (time_t)(run->date_ms / 1000);
	char date[32] = "";
	struct tm tm;

	for (size_t i = 0; i < run->nr; i++) {
		tests += is_case(&run->jobs[i]);
		failures += is_case(&run->jobs[i]) && has_failed(&run->jobs[i]);
		passed += is_case(&run->jobs[i]) && has_passed(&run->jobs[i]);
	}
	error = is_error(run, failures);
	if (gmtime_r(&seconds, &tm))
		strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &tm);
	strbuf_addstr(out, "  <testsuite");
	add_attribute(out, "name", run->hook);
	strbuf_addf(out,
		" tests=\"%zu\" failures=\"%zu\" errors=\"%d\" skipped=\"%zu\"",
		tests + error, failures, error && !skipped,
		tests - failures - passed + (error && skipped));
	add_time(out, run->ms);
	add_attribute(out, "timestamp", date);
	strbuf_addstr(out, ">\n");
	if (error)
		add_error(out, run);
	for (size_t i = 0; i < run->nr; i++)
		if (is_case(&run->jobs[i]))
			add_case(out, run, &run->jobs[i]);
	strbuf_addstr(out, "  </testsuite>\n");
}

void junit_add(struct strbuf *out, const struct recording *run)
{
	strbuf_addstr(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			   "<testsuites name=\"hookrun\">\n");
	add_suite(out, run);
	strbuf_addstr(out, "</testsuites>\n");
}
