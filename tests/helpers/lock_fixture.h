/*
 * What the tests of lock file parsers share: the packages that the last parse()
 * found.  PARSE names the parser; included after cmocka.h.
 */
static struct arena arena = ARENA_INIT;
static struct packages packages;

static int reset(void **unused)
{
	(void)unused;
	packages_init(&packages, &arena);
	return 0;
}

static int release(void **unused)
{
	(void)unused;
	packages_release(&packages);
	arena_release(&arena);
	return 0;
}

static const struct package *find(const char *name)
{
	for (size_t i = 0; i < packages.nr; i++)
		if (!strcmp(packages.v[i].name, name))
			return &packages.v[i];
	return NULL;
}

static void assert_package(const char *name, const char *version, bool direct)
{
	const struct package *package = find(name);

	assert_non_null(package);
	assert_string_equal(package->version, version);
	assert_int_equal(package->direct, direct);
}

static int parse(const char *text)
{
	struct err err = ERR_INIT;

	return PARSE(text, strlen(text), &packages, &err);
}
