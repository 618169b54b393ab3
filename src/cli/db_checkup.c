/*
 * `hookrun db checkup`: what a database will trip over one day, on one screen.
 * Nothing is changed, and Rails is not started.
 */
#include "cli/db.h"
#include "cli/doctor.h"

#include "hookrun/base/json.h"
#include "hookrun/db/checkup.h"
#include "hookrun/migrate/targets.h"
#include "hookrun/steps/folder.h"

#include <stdlib.h>

#define CONNECT_MS 5000
#define LONG_S 300 /* a transaction of five minutes */

struct checkup {
	struct step_ctx *ctx;
	struct step_folder folder;
	struct db_demand demand;
	int age_s;
	struct doctor *doctor; /* counts faults */
	struct json *json;     /* NULL: for people */
};

static void put_json(const struct checkup *checkup,
	const struct db_target *target, const struct db_findings *found,
	const struct err *err)
{
	struct json *json = checkup->json;

	json_open(json, '{');
	json_kstr(json, "database", target->database);
	json_kstr(json, "adapter", target->adapter);
	if (err)
		json_kstr(json, "error", err->msg);
	json_key(json, "findings");
	json_open(json, '[');
	for (size_t i = 0; i < found->nr; i++) {
		const struct db_finding *one = &found->v[i];

		json_open(json, '{');
		json_kstr(json, "kind", one->kind);
		json_kstr(json, "subject", one->subject);
		json_kstr(json, "text", one->text);
		json_kstr(json, "mend", one->mend);
		json_kbool(json, "fault", one->fault);
		json_close(json, '}');
		checkup->doctor->faults += one->fault;
	}
	json_close(json, ']');
	json_close(json, '}');
	checkup->doctor->faults += err != NULL;
}

static void put_lines(const struct checkup *checkup,
	const struct db_target *target, const struct db_findings *found,
	const struct err *err)
{
	printf("%s\n", target->database);
	for (size_t i = 0; i < found->nr; i++)
		if (found->v[i].fault)
			finding_fault(checkup->doctor, found->v[i].mend, "%s",
				found->v[i].text);
		else
			finding_note("%s", found->v[i].text);
	if (err)
		finding_fault(checkup->doctor, NULL, "%s", err->msg);
}

static int look(const struct checkup *checkup, const struct db_target *target,
	struct db_findings *found, struct err *err)
{
	struct arena *arena = checkup->ctx->arena;
	struct db *db;
	int done;

	if (!target->driver)
		return err_set(err, "hookrun cannot ask a database of '%s'",
			target->adapter ? target->adapter : "");
	if (db_open(target, CONNECT_MS, &db, err))
		return -1;
	done = db_checkup(db, target, checkup->age_s, &checkup->demand, arena,
		       found, err) ||
	       db_drift(db, target, checkup->folder.path, arena, found, err);
	db_close(db);
	return done ? -1 : 0;
}

static void look_at(
	const struct checkup *checkup, const struct db_target *target)
{
	struct db_findings found = { 0 };
	struct err err;
	bool failed = look(checkup, target, &found, &err) != 0;

	(checkup->json ? put_json : put_lines)(
		checkup, target, &found, failed ? &err : NULL);
}

/* False where it is no number of seconds. */
static bool read_age(const struct args *args, int *ret)
{
	const char *text = args_value(args, "age");
	char *end;
	long age;

	*ret = LONG_S;
	if (!text)
		return true;
	age = strtol(text, &end, 10);
	*ret = (int)age;
	return *text && !*end && age >= 0 && age <= 1000000000;
}

int db_check(struct step_ctx *ctx, const struct args *args)
{
	AUTO_STRBUF out = STRBUF_INIT;
	struct doctor doctor = { .faults = 0 };
	struct checkup checkup = { .ctx = ctx, .doctor = &doctor };
	struct db_targets targets;
	struct json json;
	struct err err;

	if (!read_age(args, &checkup.age_s))
		return complain_text("'%s' is no number of seconds",
			args_value(args, "age"));
	if (migrate_targets(ctx, &targets, &err) ||
		step_folder(ctx, &checkup.folder, &err))
		return complain(&err);
	db_demand_read(checkup.folder.path, ctx->arena, &checkup.demand);
	json_init(&json, &out, 2);
	if (args_has(args, "json"))
		checkup.json = &json;
	json_open(&json, '[');
	for (size_t i = 0; i < targets.nr; i++)
		look_at(&checkup, &targets.v[i]);
	json_close(&json, ']');
	if (checkup.json)
		puts(out.buf);
	else if (doctor.faults)
		printf("%zu thing%s a hand\n", doctor.faults,
			doctor.faults == 1 ? " needs" : "s need");
	else
		puts("nothing needs a hand");
	return doctor.faults > 0;
}
