/*
 * Test maps.
 *
 * Crystalball's map is a stream of YAML documents: a head with the commit and
 * its date, written when the run begins, then the data, written when it ends.
 * A run that was interrupted leaves the head alone, which looks like a fresh
 * map that predicts nothing; hence the look for a second document.  The date in
 * the head is the commit's and not the run's, so that a map of an old commit
 * would be expired from the moment it was made: the younger of that date and of
 * the file's own counts.
 */
#include "testmap/map_file.h"

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/base/lines.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_MAX_BYTES 65536 /* the head has five short lines */

/* What is known of one file, or of the youngest in a folder. */
struct facts {
	size_t files;
	int64_t made; /* seconds since the epoch */
	bool headless;
};

static bool read_head(const char *path, struct strbuf *out, struct stat *st)
{
	AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, st) || !S_ISREG(st->st_mode))
		return false;
	while (out->len < HEAD_MAX_BYTES)
		if (strbuf_read_once(out, fd, HEAD_MAX_BYTES - out->len) <= 0)
			break;
	return true;
}

/* Documents that begin in the text, at most two; the date of the first. */
static int scan_documents(const struct strbuf *text, int64_t *ret_date)
{
	static const char key[] = ":timestamp:";
	struct lines lines = { .pos = text->buf, .end = text->buf + text->len };
	struct line line;
	int documents = 0;

	while (documents < 2 && lines_next(&lines, &line)) {
		if (!line.indent && line_starts(&line, "---"))
			documents++;
		else if (documents == 1 && !line.indent &&
			 line_starts(&line, key))
			*ret_date = strtoll(
				line.text + sizeof(key) - 1, NULL, 10);
	}
	return documents;
}

static void add_file(
	const struct map_file *map, const char *path, struct facts *facts)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct stat st;
	int64_t date = 0;

	if (!read_head(path, &text, &st))
		return;
	if (map->crystalball && scan_documents(&text, &date) < 2)
		facts->headless = true;
	if (st.st_mtime > date)
		date = st.st_mtime;
	if (!facts->files || date > facts->made)
		facts->made = date;
	facts->files++;
}

/* Call `func` for the map's file, or for each file of its folder. */
static void each_file(const struct map_file *map,
	void (*func)(const struct map_file *map, const char *path,
		struct facts *facts),
	struct facts *facts)
{
	AUTO_STRVEC names = STRVEC_INIT;
	struct err ignored;

	if (!fs_is_dir(map->path) || fs_list(map->path, &names, &ignored)) {
		func(map, map->path, facts);
		return;
	}
	for (size_t i = 0; i < names.nr; i++) {
		AUTO_FREE char *path = fs_join(map->path, names.v[i]);

		func(map, path, facts);
	}
}

enum map_verdict map_judge(
	const struct map_file *map, int64_t now, int64_t *ret_age)
{
	struct facts facts = { .files = 0 };

	each_file(map, add_file, &facts);
	*ret_age = facts.files && now > facts.made ? now - facts.made : 0;
	if (!facts.files)
		return MAP_MISSING;
	if (facts.headless)
		return MAP_HEADLESS;
	if (map->max_age_ms && *ret_age * 1000 >= map->max_age_ms)
		return MAP_EXPIRED;
	return MAP_FRESH;
}

/* A file in another format is not ours to delete. */
static void drop_if_headless(
	const struct map_file *map, const char *path, struct facts *facts)
{
	AUTO_STRBUF text = STRBUF_INIT;
	struct stat st;
	int64_t date = 0;

	(void)map;
	(void)facts;
	if (!read_head(path, &text, &st))
		return;
	if (!text.len || (!strncmp(text.buf, "---", 3) &&
				 scan_documents(&text, &date) < 2))
		unlink(path);
}

void map_drop_headless(const struct map_file *map)
{
	if (map->crystalball)
		each_file(map, drop_if_headless, NULL);
}

void map_age_text(int64_t seconds, struct strbuf *out)
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i = 0;

	while (i + 1 < ARRAY_SIZE(units) && seconds < units[i].seconds)
		i++;
	strbuf_addf(out, "%lld%c", (long long)(seconds / units[i].seconds),
		units[i].unit);
}
