/*
 * Databases of an application, over real files in a temporary folder.  The
 * order of precedence is what Active Record 6.1, 7.0, 7.1 and 8.1 were seen to
 * do with the same inputs.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "hookrun/base/alloc.h"
#include "hookrun/base/fs.h"
#include "hookrun/db/target.h"

#include <string.h>
#include <unistd.h>

static struct arena arena;
static char *app;
static struct db_targets targets;
static const char *why;
static struct err err;

static const char *const variables[] = { "DATABASE_URL", "PRIMARY_DATABASE_URL",
	"ANIMALS_DATABASE_URL", "RAILS_ENV", "RACK_ENV", "PGHOST", "PGHOSTADDR",
	"PGPORT", "PGSERVICE", "HOOKRUN_T", NULL };

static void put(const char *name, const char *text)
{
	char *path = fs_join(app, name), *dir = fs_dirname(path);

	if (fs_mkdirs(dir, 0755, &err) < 0 ||
		fs_write_cache(path, text, strlen(text), &err) < 0)
		fail_msg("%s", err.msg);
	free(dir);
	free(path);
}

static int setup(void **state)
{
	(void)state;
	for (size_t i = 0; variables[i]; i++)
		unsetenv(variables[i]);
	memset(&targets, 0, sizeof(targets));
	return fs_temp_dir("hookrun-target-", &app, &err);
}

static int teardown(void **state)
{
	int result;

	(void)state;
	result = fs_remove_tree(app, &err);
	free(app);
	arena_release(&arena);
	return result;
}

static int read_all(const char *yaml)
{
	if (yaml)
		put("config/database.yml", yaml);
	err.msg[0] = '\0';
	return db_targets_read(app, NULL, &arena, &targets, &why, &err);
}

/* The one database that `yaml` gives. */
static const struct db_target *one(const char *yaml)
{
	int result = read_all(yaml);

	if (result != 1)
		fail_msg("%d: %s", result, result ? err.msg : why);
	assert_int_equal(targets.nr, 1);
	return &targets.v[0];
}

static void expect_doubt(const char *yaml, const char *reason)
{
	assert_int_equal(read_all(yaml), 0);
	assert_non_null(why);
	if (!strstr(why, reason))
		fail_msg("'%s' is not in '%s'", reason, why);
}

static void expect_error(const char *yaml, const char *message)
{
	assert_int_equal(read_all(yaml), -1);
	if (!strstr(err.msg, message))
		fail_msg("'%s' is not in '%s'", message, err.msg);
}

static bool has_ruby(void)
{
	AUTO_FREE char *ruby = fs_find_program("ruby", NULL);
	const char *ci = getenv("CI");

	if (!ruby && ci && !strcmp(ci, "true"))
		fail_msg("CI needs ruby");
	return ruby != NULL;
}

#define NEED_RUBY()                                                            \
	do {                                                                   \
		if (!has_ruby()) {                                             \
			print_message("no ruby is installed\n");               \
			skip();                                                \
		}                                                              \
	} while (0)

static const char plain[] = "development:\n"
			    "  adapter: postgresql\n"
			    "  database: app_dev\n"
			    "  host: yaml.example\n"
			    "  username: yuri\n"
			    "  pool: 5\n";

static const char tiers[] = "development:\n"
			    "  first:\n"
			    "    adapter: postgresql\n"
			    "    database: first_db\n"
			    "  animals:\n"
			    "    adapter: postgresql\n"
			    "    database: animals_db\n"
			    "    migrations_paths: db/animals_migrate\n";

static void yaml_alone(void **state)
{
	const struct db_target *t = one(plain);

	(void)state;
	assert_string_equal(targets.environment, "development");
	assert_string_equal(t->name, "primary");
	assert_string_equal(t->adapter, "postgresql");
	assert_string_equal(t->database, "app_dev");
	assert_string_equal(t->host, "yaml.example");
	assert_string_equal(t->username, "yuri");
	assert_null(t->port);
	assert_null(t->password);
	assert_null(t->search_path);
	assert_int_equal(t->nparams, 0);
	assert_string_equal(t->migrations_paths[0], "db/migrate");
	assert_null(t->migrations_paths[1]);
}

static void url_wins_part_by_part(void **state)
{
	const struct db_target *t;

	(void)state;
	setenv("DATABASE_URL",
		"postgres://ann:p%40ss%2Fw+d@h.example:6000/"
		"url_db?sslmode=require&pool=9",
		1);
	t = one(plain);
	assert_string_equal(t->adapter, "postgresql");
	assert_string_equal(t->database, "url_db");
	assert_string_equal(t->host, "h.example");
	assert_string_equal(t->port, "6000");
	assert_string_equal(t->username, "ann");
	assert_string_equal(t->password, "p@ss/w+d");
	assert_int_equal(t->nparams, 1);
	assert_string_equal(t->params[0].name, "sslmode");
	assert_string_equal(t->params[0].value, "require");
	setenv("DATABASE_URL", "postgresql:///only_name", 1);
	t = one(plain);
	assert_string_equal(t->database, "only_name");
	assert_string_equal(t->host, "yaml.example");
	assert_string_equal(t->username, "yuri");
}

static void url_key_beats_the_variables(void **state)
{
	const struct db_target *t;

	(void)state;
	setenv("DATABASE_URL", "postgresql://env/env_db", 1);
	setenv("PRIMARY_DATABASE_URL", "postgresql://env/env_db", 1);
	t = one("development:\n"
		"  adapter: mysql2\n"
		"  host: sibling\n"
		"  username: yuri\n"
		"  url: postgresql://key/key_db\n");
	assert_string_equal(t->adapter, "postgresql");
	assert_string_equal(t->host, "key");
	assert_string_equal(t->database, "key_db");
	assert_string_equal(t->username, "yuri");
	/* Even where it is nil, as an unset variable makes it. */
	t = one("development:\n  adapter: postgresql\n  database: own\n"
		"  url: <%= ENV['HOOKRUN_T'] %>\n");
	assert_string_equal(t->database, "own");
	expect_doubt("development:\n  adapter: postgresql\n  url: ''\n", "URL");
}

static void variable_of_the_name_wins(void **state)
{
	(void)state;
	setenv("DATABASE_URL", "postgresql://env/general", 1);
	setenv("PRIMARY_DATABASE_URL", "postgresql://env/special", 1);
	assert_string_equal(one(plain)->database, "special");
}

static void three_tier(void **state)
{
	(void)state;
	setenv("DATABASE_URL", "postgresql://env/env_db", 1);
	setenv("ANIMALS_DATABASE_URL", "postgresql://zoo:99/zoo_db", 1);
	assert_int_equal(read_all(tiers), 1);
	assert_int_equal(targets.nr, 2);
	assert_string_equal(targets.v[0].name, "first");
	/* Not called primary: DATABASE_URL is nothing to it. */
	assert_string_equal(targets.v[0].database, "first_db");
	assert_string_equal(targets.v[0].migrations_paths[0], "db/migrate");
	assert_string_equal(targets.v[1].name, "animals");
	assert_string_equal(targets.v[1].database, "zoo_db");
	assert_string_equal(targets.v[1].port, "99");
	assert_string_equal(
		targets.v[1].migrations_paths[0], "db/animals_migrate");
	assert_string_not_equal(targets.v[0].key, targets.v[1].key);
}

static void three_tier_primary_takes_the_url(void **state)
{
	(void)state;
	setenv("DATABASE_URL", "postgresql://env/env_db", 1);
	assert_string_equal(one("development:\n  primary:\n"
				"    adapter: postgresql\n"
				"    database: own\n")
				    ->database,
		"env_db");
}

static void environment_that_is_absent(void **state)
{
	const struct db_target *t;

	(void)state;
	setenv("RAILS_ENV", "staging", 1);
	expect_error(plain, "has no database for the environment 'staging'");
	setenv("DATABASE_URL", "postgresql://u@h/d?schema_search_path=a%2Cb",
		1);
	t = one(plain);
	assert_string_equal(targets.environment, "staging");
	assert_string_equal(t->name, "primary");
	assert_string_equal(t->database, "d");
	assert_string_equal(t->search_path, "a,b");
	assert_string_equal(one("")->database, "d");
}

static void no_file(void **state)
{
	(void)state;
	expect_error(NULL, "has no 'config/database.yml' and DATABASE_URL is "
			   "not set");
	setenv("DATABASE_URL", "postgresql://h/d", 1);
	assert_string_equal(one(NULL)->database, "d");
}

static void environment_of_rails_and_rack(void **state)
{
	static const char yaml[] =
		"development: {adapter: postgresql, database: dev}\n"
		"test: {adapter: postgresql, database: tst}\n"
		"staging: {adapter: postgresql, database: stg}\n";

	(void)state;
	assert_string_equal(one(yaml)->database, "dev");
	setenv("RACK_ENV", "test", 1);
	assert_string_equal(one(yaml)->database, "tst");
	setenv("RAILS_ENV", "staging", 1);
	assert_string_equal(one(yaml)->database, "stg");
	setenv("RAILS_ENV", "", 1);
	assert_string_equal(one(yaml)->database, "tst");
}

static void url_as_the_environment(void **state)
{
	(void)state;
	setenv("DATABASE_URL", "postgresql://env/env_db", 1);
	assert_string_equal(
		one("development: postgres://h/string_db\n")->database,
		"string_db");
}

static void replicas_are_left_out(void **state)
{
	static const char yaml[] = "development:\n"
				   "  primary: &p\n"
				   "    adapter: postgresql\n"
				   "    database: main\n"
				   "  replica:\n"
				   "    <<: *p\n"
				   "    replica: true\n"
				   "  outside:\n"
				   "    <<: *p\n"
				   "    database_tasks: false\n";

	(void)state;
	assert_string_equal(one(yaml)->name, "primary");
	put("Gemfile.lock", "GEM\n  specs:\n    activerecord (7.1.3)\n");
	assert_int_equal(one(yaml)->name[0], 'p');
	/* 6.1 does not know database_tasks. */
	put("Gemfile.lock", "GEM\n  specs:\n    activerecord (6.1.7.10)\n");
	assert_int_equal(read_all(yaml), 1);
	assert_int_equal(targets.nr, 2);
	assert_string_equal(targets.v[1].name, "outside");
}

static void host_in_the_query(void **state)
{
	(void)state;
	setenv("DATABASE_URL", "postgresql:///d?host=/run/pg&port=77", 1);
	assert_string_equal(one(plain)->host, "/run/pg");
	assert_string_equal(targets.v[0].port, "77");
	put("Gemfile.lock", "GEM\n  specs:\n    activerecord (6.1.7.10)\n");
	assert_string_equal(one(plain)->host, "yaml.example");
	assert_null(targets.v[0].port);
}

static void urls_of_every_kind(void **state)
{
	const struct db_target *t;

	(void)state;
	setenv("DATABASE_URL", "postgis://[::1]:55/g", 1);
	t = one(NULL);
	assert_string_equal(t->adapter, "postgis");
	assert_string_equal(t->host, "::1");
	assert_string_equal(t->port, "55");
	setenv("DATABASE_URL", "sqlite3:db/dev.sqlite3?timeout=5", 1);
	t = one(NULL);
	assert_string_equal(t->adapter, "sqlite3");
	assert_string_equal(t->database, "db/dev.sqlite3");
	setenv("DATABASE_URL", "sqlite3:/abs/dev.sqlite3", 1);
	assert_string_equal(one(NULL)->database, "/abs/dev.sqlite3");
	setenv("DATABASE_URL", "my-sql://h/d", 1);
	assert_string_equal(one(NULL)->adapter, "my_sql");
	setenv("DATABASE_URL", "POSTGRES://:pw@h:/d%20b?a=", 1);
	t = one(NULL);
	assert_string_equal(t->adapter, "postgresql");
	assert_string_equal(t->database, "d b");
	assert_string_equal(t->password, "pw");
	assert_null(t->username);
	assert_null(t->port);
}

static void urls_that_rails_would_refuse(void **state)
{
	static const char *const urls[] = { "", "nonsense", "//h/d",
		"postgres://u:p@ss@h/d", "postgres://u:p#x@h/d",
		"postgres://u:p w@h/d", "postgres://h:port/d",
		"postgres://h/d?flag", "postgres://h/d?=1", "postgres://[::1/d",
		"postgres://[::1]x/d", "postgres://h/%zz", "postgres://h/a%0",
		"postgres://h/a%", "postgres://h/a%00b",
		"jdbc:postgresql://h/d", "http://h/d", "postgres://h",
		"postgres:", "1pg://h/d" };

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		setenv("DATABASE_URL", urls[i], 1);
		if (read_all(NULL) != 0)
			fail_msg("'%s' was taken", urls[i]);
		assert_non_null(why);
	}
}

static void parameters_for_libpq(void **state)
{
	const struct db_target *t = one("development:\n"
					"  adapter: postgresql\n"
					"  database: d\n"
					"  encoding: unicode\n"
					"  sslmode: verify-full\n"
					"  connect_timeout: 3\n"
					"  port: 5433\n"
					"  host: ''\n"
					"  password: '012'\n"
					"  schema_search_path: a, b\n"
					"  prepared_statements: false\n"
					"  variables: {lock_timeout: 1}\n");

	(void)state;
	assert_int_equal(t->nparams, 2);
	assert_string_equal(t->params[0].name, "connect_timeout");
	assert_string_equal(t->params[0].value, "3");
	assert_string_equal(t->params[1].value, "verify-full");
	assert_string_equal(t->port, "5433");
	assert_null(t->host);
	assert_string_equal(t->password, "012");
	assert_string_equal(t->search_path, "a, b");
}

static void paths_of_migrations(void **state)
{
	char yaml[4096];
	const struct db_target *t;

	(void)state;
	t = one("development:\n  adapter: postgresql\n  database: d\n"
		"  migrations_paths:\n  - db/a\n  - ./db//b/\n");
	assert_string_equal(t->migrations_paths[0], "db/a");
	assert_string_equal(t->migrations_paths[1], "db/b");
	assert_null(t->migrations_paths[2]);
	snprintf(yaml, sizeof(yaml),
		"development:\n  adapter: postgresql\n  database: d\n"
		"  migrations_paths: '%s/packs/x/migrate'\n",
		app);
	assert_string_equal(one(yaml)->migrations_paths[0], "packs/x/migrate");
	t = one("development:\n  adapter: postgresql\n  database: d\n"
		"  migrations_paths:\n");
	assert_string_equal(t->migrations_paths[0], "db/migrate");
	expect_doubt("development:\n  adapter: postgresql\n  database: d\n"
		     "  migrations_paths: ../other/db\n",
		"leads out of");
	expect_doubt("development:\n  adapter: postgresql\n  database: d\n"
		     "  migrations_paths: []\n",
		"no list of paths");
}

static void erb_and_anchors(void **state)
{
	static const char yaml[] =
		"default: &default\n"
		"  adapter: postgresql\n"
		"  # url: <%= Rails.application.credentials.url %>\n"
		"  pool: <%= ENV.fetch(\"RAILS_MAX_THREADS\") { 5 } %>\n"
		"  host: <%= ENV['HOOKRUN_T'].presence || 'fallback' %>\n"
		"development:\n"
		"  <<: *default\n"
		"  database: d\n";

	(void)state;
	assert_string_equal(one(yaml)->host, "fallback");
	setenv("HOOKRUN_T", "given", 1);
	assert_string_equal(one(yaml)->host, "given");
}

static void ruby_helps(void **state)
{
	static const char yaml[] =
		"default: &default\n"
		"  adapter: postgresql\n"
		"  # <%= Rails.application.credentials.url %>\n"
		"  pool: 012\n"
		"<% if Rails.env.development? && Rails.root.directory? %>\n"
		"  host: <%= ENV['HOOKRUN_T'].presence || 'ruby' %>\n"
		"<% end %>\n"
		"development:\n"
		"  <<: *default\n"
		"  database: app_<%= \"#{Rails.env[0, 3]}\" + 1.to_s %>\n"
		"  migrations_paths: [<%= Rails.root.join('db/x') %>]\n";
	const struct db_target *t;

	(void)state;
	NEED_RUBY();
	t = one(yaml);
	assert_string_equal(t->database, "app_dev1");
	assert_string_equal(t->host, "ruby");
	assert_string_equal(t->migrations_paths[0], "db/x");
	/* URLs are still ours to merge. */
	setenv("DATABASE_URL", "postgresql://env/env_db", 1);
	assert_string_equal(one(yaml)->database, "env_db");
	setenv("RUBYOPT", "-rno_such_library", 1);
	assert_string_equal(one(yaml)->database, "env_db");
	unsetenv("RUBYOPT");
}

static void ruby_knows_its_own_yaml(void **state)
{
	(void)state;
	NEED_RUBY();
	/* To Ruby these are 10, 202401 and a symbol. */
	assert_string_equal(one("development: {adapter: postgresql, "
				"database: 2024_01, port: 012}")
				    ->database,
		"202401");
	assert_string_equal(targets.v[0].port, "10");
	assert_string_equal(one("development:\n  adapter: :postgresql\n"
				"  database: d\n")
				    ->adapter,
		"postgresql");
	/* A key that is there twice is fine with Ruby. */
	assert_string_equal(one("development:\n  adapter: postgresql\n"
				"  database: a\n  database: b\n")
				    ->database,
		"b");
}

static void what_only_rails_knows(void **state)
{
	(void)state;
	expect_doubt("development:\n  adapter: postgresql\n  database: "
		     "<%= Rails.application.credentials.db %>\n",
		"line 3: '<%= Rails.application.credentials.db %>'");
	expect_doubt("development:\n  adapter: postgresql\n  database: "
		     "<%= ENV.fetch('HOOKRUN_T') %>\n",
		"'HOOKRUN_T' is not set");
	expect_doubt("development:\n  adapter: postgresql\n  database: "
		     "<%= puts 'x'; exit %>\n",
		"Ruby");
	expect_doubt("shared: {pool: 5}\ndevelopment: {adapter: postgresql, "
		     "database: d}\n",
		"'shared'");
	expect_doubt("development: {adapter: postgresql, database: d, "
		     "variables: {search_path: x}}\n",
		"search path");
	expect_doubt("development: {adapter: postgresql}\n", "no database");
	expect_doubt("development: {database: d}\n", "no adapter");
	expect_doubt("development: [1]\n", "no map");
	expect_doubt("- development\n", "no map");
	expect_doubt(
		"development: {first: {adapter: a, database: b}, two: 2}\n",
		"no adapter");
}

static void broken_yaml(void **state)
{
	(void)state;
	expect_error("development:\n  adapter: [\n", "config/database.yml:");
	expect_error("development:\n\tadapter: x\n", "config/database.yml:2");
}

static void variables_of_dotenv(void **state)
{
	static const char yaml[] =
		"development:\n"
		"  adapter: postgresql\n"
		"  database: <%= ENV['HOOKRUN_T'] || 'd' %>\n";

	(void)state;
	put(".env", "# x\nexport HOOKRUN_T=other\n");
	/* Somebody else's file, without the gem. */
	assert_string_equal(one(yaml)->database, "d");
	put("Gemfile.lock", "GEM\n  specs:\n    dotenv (2.8.1)\n");
	expect_doubt(yaml, "uses what dotenv sets");
	setenv("HOOKRUN_T", "shell", 1);
	assert_string_equal(one(yaml)->database, "shell");
	put(".env", "UNRELATED=1\n");
	unsetenv("HOOKRUN_T");
	assert_string_equal(one(yaml)->database, "d");
	put(".env.development.local", "DATABASE_URL: 'x'\n");
	expect_doubt(yaml, "dotenv sets a DATABASE_URL");
	put(".env.development.local", " PGPORT = 1\n");
	expect_doubt(yaml, "dotenv sets libpq's variables");
	put(".env.development.local", "");
	put(".env.test", "DATABASE_URL=x\n");
	assert_string_equal(one(yaml)->database, "d");
}

static void variables_of_figaro(void **state)
{
	(void)state;
	put("Gemfile.lock", "GEM\n  specs:\n    figaro (1.2.0)\n");
	put("config/application.yml", "development:\n  DATABASE_URL: x\n");
	expect_doubt(plain, "figaro sets a DATABASE_URL");
}

static void settings_that_move_things(void **state)
{
	(void)state;
	put("config/application.rb",
		"# config.paths['db/migrate'] << 'x'\nclass A\nend\n");
	assert_string_equal(one(plain)->database, "app_dev");
	put("config/application.rb", "config.paths['db/migrate'] << 'x'\n");
	expect_doubt(plain, "'config/application.rb' sets 'db/migrate'");
	put("config/application.rb", "");
	put("config/environments/development.rb",
		"config.active_record.schema_migrations_table_name = 'x'\n");
	expect_doubt(plain, "sets 'schema_migrations_table_name'");
}

static const char *key_of(const char *settings)
{
	char yaml[512];

	snprintf(yaml, sizeof(yaml), "development: {adapter: postgresql, %s}\n",
		settings);
	return one(yaml)->key;
}

static void keys_tell_databases_apart(void **state)
{
	const char *key = key_of("database: app_dev");

	(void)state;
	assert_int_equal(strlen(key), strlen("app_dev-00000000"));
	assert_int_equal(strncmp(key, "app_dev-", 8), 0);
	assert_string_equal(
		key_of("database: app_dev, username: x, pool: 2"), key);
	assert_string_equal(key_of("database: app_dev, port: 5432"), key);
	assert_string_not_equal(key_of("database: app_dev, port: 5433"), key);
	assert_string_not_equal(key_of("database: app_dev, host: h"), key);
	setenv("PGHOST", "h", 1);
	assert_string_not_equal(key_of("database: app_dev"), key);
	assert_string_equal(key_of("database: app_dev"),
		key_of("database: app_dev, host: h"));
	unsetenv("PGHOST");
	setenv("PGPORT", "5433", 1);
	assert_string_equal(key_of("database: app_dev"),
		key_of("database: app_dev, port: 5433"));
	assert_string_not_equal(
		key_of("database: a/b"), key_of("database: a_b"));
}

static const char *file_key(const char *path)
{
	char yaml[512];

	snprintf(yaml, sizeof(yaml),
		"development: {adapter: sqlite3, database: '%s'}\n", path);
	return one(yaml)->key;
}

static void a_file_is_the_same_by_all_its_names(void **state)
{
	const char *key = file_key("db/dev.sqlite3");
	char *absolute, *link;

	(void)state;
	put("storage/dev.sqlite3", "");
	absolute = fs_join(app, "storage/dev.sqlite3");
	assert_string_not_equal(file_key("storage/dev.sqlite3"), key);
	key = file_key("storage/dev.sqlite3");
	assert_string_equal(file_key("storage/../storage/dev.sqlite3"), key);
	assert_string_equal(file_key(absolute), key);
	assert_string_equal(targets.v[0].path, absolute);
	link = fs_join(app, "db");
	assert_int_equal(symlink("storage", link), 0);
	assert_string_equal(file_key("db/dev.sqlite3"), key);
	/* A file that is not there yet, below the link. */
	assert_string_equal(
		file_key("db/new.sqlite3"), file_key("storage/new.sqlite3"));
	file_key(":memory:");
	assert_null(targets.v[0].path);
	free(absolute);
	free(link);
}

static void keys_are_file_names(void **state)
{
	(void)state;
	assert_int_equal(
		strncmp(key_of("database: '../x y'"), "_._x_y-", 7), 0);
	assert_true(strlen(key_of("database: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")) < 80);
	one("development: {adapter: sqlite3, database: db/dev.sqlite3}\n");
	assert_int_equal(strncmp(targets.v[0].key, "dev.sqlite3-", 12), 0);
}

#define BY_VARIABLE                                                            \
	"development:\n  adapter: postgresql\n"                                \
	"  database: <%= ENV.fetch('APP_DB', 'd') %>\n"

static void code_that_sets_variables_is_a_doubt(void **state)
{
	static const char *const codes[] = {
		"File.foreach('.env.local') { |l| k, v = l.split('=')\n"
		"ENV[k] ||= v }",
		"YAML.load_file('x').each { |k, v| ENV[k.to_s] = v.to_s }",
		"ENV.update(YAML.load_file('config/local_env.yml'))",
		"ENV.merge! Secrets.all", "  ENV['APP_DB'] = 'x'",
		"ENV.store 'APP_DB', 'x'", "ENV[\"DATABASE_URL\"] ||= url",
		"ENV['PGHOST'] = '/tmp'", "ENV['A#{1}'] = ''",
		"Dotenv.load('.env.other')"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		put("config/application.rb", codes[i]);
		expect_doubt(BY_VARIABLE, "'config/application.rb' sets");
	}
}

static void code_that_reads_variables_is_none(void **state)
{
	static const char *const codes[] = { "ENV['BUNDLE_GEMFILE'] ||= 'x'",
		"if ENV['APP_DB'] == 'x'", "x = ENV['APP_DB'] =~ /x/",
		"ENV.fetch('APP_DB')", "MY_ENV['APP_DB'] = 1",
		"# ENV['APP_DB'] = 1", "ENVIRONMENT['APP_DB'] = 1",
		"ENV['APP_DB'] => x", "ENV.store 'PORT', 3", "ENV.to_h",
		"Dotenv::Railtie.load" };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		put("config/application.rb", codes[i]);
		assert_string_equal(one(BY_VARIABLE)->database, "d");
	}
}

static void code_that_is_loaded_counts(void **state)
{
	static const char *const loads[][2] = {
		{ "require_relative '../lib/my_env'", "lib/my_env.rb" },
		{ "require_relative 'my_env'", "config/my_env.rb" },
		{ "load File.expand_path('../lib/my_env.rb', __dir__)",
			"lib/my_env.rb" },
		{ "require './lib/my_env'", "lib/my_env.rb" },
		{ "require 'my_env'", "lib/my_env.rb" },
		{ "", "config/boot.rb" }, { "", "config/environment.rb" },
		{ "", "config/environments/development.rb" },
		{ "", "config/initializers/00_env.rb" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(loads) / sizeof(*loads); i++) {
		put("config/application.rb", loads[i][0]);
		put(loads[i][1], "ENV['APP_DB'] = 'other'\n");
		expect_doubt(BY_VARIABLE, "sets variables");
		put(loads[i][1], "");
	}
	put("config/environments/test.rb", "ENV['APP_DB'] = 'other'\n");
	assert_string_equal(one(BY_VARIABLE)->database, "d");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(code_that_sets_variables_is_a_doubt),
		TEST(code_that_reads_variables_is_none),
		TEST(code_that_is_loaded_counts),
		TEST(yaml_alone),
		TEST(url_wins_part_by_part),
		TEST(url_key_beats_the_variables),
		TEST(variable_of_the_name_wins),
		TEST(three_tier),
		TEST(three_tier_primary_takes_the_url),
		TEST(environment_that_is_absent),
		TEST(no_file),
		TEST(environment_of_rails_and_rack),
		TEST(url_as_the_environment),
		TEST(replicas_are_left_out),
		TEST(host_in_the_query),
		TEST(urls_of_every_kind),
		TEST(urls_that_rails_would_refuse),
		TEST(parameters_for_libpq),
		TEST(paths_of_migrations),
		TEST(erb_and_anchors),
		TEST(ruby_helps),
		TEST(ruby_knows_its_own_yaml),
		TEST(what_only_rails_knows),
		TEST(broken_yaml),
		TEST(variables_of_dotenv),
		TEST(variables_of_figaro),
		TEST(settings_that_move_things),
		TEST(keys_tell_databases_apart),
		TEST(a_file_is_the_same_by_all_its_names),
		TEST(keys_are_file_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
