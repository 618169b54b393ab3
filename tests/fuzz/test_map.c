/*
 * Input: a test-selection map as a crashed or foreign program may leave it.
 * It is judged the same twice, and no map is older than time.
 */
#include "fuzz_input.h"
#include "hookrun/base/strbuf.h"
#include "testmap/map_file.h"

#include <stdio.h>

#define NOW INT64_C(4000000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct map_file map = { .path = fuzz_file(data, size),
		.crystalball = true,
		.max_age_ms = 3600000 };
	AUTO_STRBUF text = STRBUF_INIT;
	int64_t age, again;
	enum map_verdict verdict = map_judge(&map, NOW, &age);

	if (verdict == MAP_MISSING || age < 0 || age > NOW)
		abort();
	if (map_judge(&map, NOW, &again) != verdict || again != age)
		abort();
	map_age_text(age, &text);
	map.crystalball = false;
	if (map_judge(&map, NOW, &age) == MAP_HEADLESS)
		abort();
	return 0;
}
