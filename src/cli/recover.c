/*
 * `hookrun recover`: unstaged work that hooks have put aside, by hand.  What a
 * killed run left hidden is put back by every command before it does anything
 * else, this one included; the rest is about the backups.
 */
#include "cli/cli.h"

#include "hookrun/base/cquote.h"
#include "hookrun/base/strbuf.h"
#include "hookrun/guard/guard.h"

int recover_work(struct repo *repo)
{
	AUTO_STRBUF notes = STRBUF_INIT;
	struct err err;
	int result = guard_recover(repo, &notes, &err);

	fputs(notes.buf, stderr);
	return result < 0 ? complain(&err) : 0;
}

static int print_backup(const struct backup *backup, void *data)
{
	AUTO_STRBUF line = STRBUF_INIT;
	struct tm tm;
	char date[32];

	localtime_r(&backup->at, &tm);
	strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	strbuf_addf(&line, "%s  %s  ", backup->id, date);
	cquote_show(&line, backup->hook);
	if (backup->kept)
		strbuf_addstr(&line, "  was not put back");
	strbuf_addch(&line, '\n');
	for (size_t i = 0; i < backup->nr; i++) {
		strbuf_addstr(&line, "    ");
		cquote_show(&line, backup->files[i]);
		strbuf_addch(&line, '\n');
	}
	fputs(line.buf, stdout);
	++*(size_t *)data;
	return 0;
}

static int list(struct repo *repo)
{
	size_t nr = 0;
	struct err err;

	if (backups_each(repo, print_backup, &nr, &err))
		return complain(&err);
	if (!nr)
		puts("nothing is kept: no run has put files aside in this "
		     "work tree lately");
	return 0;
}

static int restore(struct repo *repo, const char *id)
{
	AUTO_STRBUF undo = STRBUF_INIT, notes = STRBUF_INIT;
	struct err err;
	int failed = backup_restore(repo, id, &undo, &notes, &err);

	fputs(notes.buf, stderr);
	if (failed)
		return complain(&err);
	if (undo.len)
		printf("the files of %s are back; what was there is %s\n", id,
			undo.buf);
	else
		printf("the files of %s are all there already\n", id);
	return 0;
}

static int drop(struct repo *repo, const char *id)
{
	struct err err;

	if (backup_drop(repo, id, &err))
		return complain(&err);
	printf("%s is dropped\n", id);
	return 0;
}

int cmd_recover(const struct args *args)
{
	struct repo *repo;
	struct err err;
	int status;

	if (repo_open(NULL, &repo, &err))
		return persona_no_repo(&err);
	status = recover_work(repo);
	backups_take_over(repo);
	if (!status && args_has(args, "restore"))
		status = restore(repo, args_value(args, "restore"));
	if (!status && args_has(args, "drop"))
		status = drop(repo, args_value(args, "drop"));
	if (!status && args_has(args, "list"))
		status = list(repo);
	repo_free(repo);
	return status;
}
