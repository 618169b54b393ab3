/* A test-selection map on the disk: is it there, whole, and young enough? */
#ifndef TESTMAP_MAP_FILE_H
#define TESTMAP_MAP_FILE_H

#include "hookrun/base/strbuf.h"

#include <stdbool.h>
#include <stdint.h>

struct map_file {
	const char *path;   /* a file, or a folder of such files */
	bool crystalball;   /* its format is Crystalball's; else only its
			       modification time says something */
	int64_t max_age_ms; /* 0: it never expires */
};

enum map_verdict { MAP_FRESH, MAP_MISSING, MAP_EXPIRED, MAP_HEADLESS };

/* `now` in seconds since the epoch; the map's age in seconds in `ret_age`
 * (0 where there is none). */
enum map_verdict map_judge(
	const struct map_file *map, int64_t now, int64_t *ret_age);

/* Delete what an interrupted run left: maps of Crystalball's that end after
 * their head. */
void map_drop_headless(const struct map_file *map);

/* "5s", "3m", "2h", "8d", appended. */
void map_age_text(int64_t seconds, struct strbuf *out);

#endif
