/*
 * The deps step in real repositories.  Package managers are small scripts on
 * PATH that write down how they were called: what is tested is when they are
 * called and what is made of their answers.
 */
#include "step_fixture.h"

#include "hookrun/deps/deps.h"

#include "hookrun/proc/child.h"
#include "hookrun/steps/heads.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NULL_ID "0000000000000000000000000000000000000000"

/* `dir` has app/, bin/, calls. */
/* A script NAME that logs its arguments and its folder's name, prints
 * something, and ends with the status in the file NAME.VERB (0 without it). */
static const char fakes[] =
	"mkdir bin; for name in bundle npm yarn pnpm; do\n"
	"cat > bin/$name <<'END'\n"
	"#!/bin/sh\n"
	"name=$(basename \"$0\")\n"
	"echo \"${BUNDLE_FROZEN:+frozen }$name $* in $(basename \"$PWD\")\" >> "
	"\"$DEPS_DIR/calls\"\n"
	"echo \"this is $name $1\"\n"
	"[ -z \"$GIT_DIR$BUNDLE_GEMFILE$RUBYOPT\" ] || exit 99\n"
	"[ ! -e \"$DEPS_DIR/$name.$1.sh\" ] || . \"$DEPS_DIR/$name.$1.sh\"\n"
	"[ ! -e \"$DEPS_DIR/$name.$1\" ] || exit $(cat "
	"\"$DEPS_DIR/$name.$1\")\n"
	"END\n"
	"chmod +x bin/$name; done\n";

static const char locks[] =
	"lock() { printf 'GEM\\n  specs:\\n    rails (%s)\\n\\n"
	"DEPENDENCIES\\n  rails\\n' $1 > Gemfile.lock; }\n";

static void in_app(const char *script)
{
	AUTO_STRBUF text = STRBUF_INIT;

	strbuf_addf(&text, "cd app\n%s%s", locks, script);
	sh(text.buf);
}

/* main has rails 6.1.7, topic 7.0.8, same is main with another file. */
static int make_repo(void **unused)
{
	AUTO_STRBUF path = STRBUF_INIT;

	(void)unused;
	if (make_dir("hookrun-deps"))
		return -1;
	setenv("DEPS_DIR", dir, 1);
	strbuf_addf(&path, "%s/bin:%s", dir, getenv("DEPS_PATH"));
	setenv("PATH", path.buf, 1);
	sh("git init -q -b main app");
	sh(fakes);
	in_app("lock 6.1.7; git add .; git commit -qm one; git branch topic\n"
	       "git switch -qc same; echo x > x; git add .; git commit -qm x\n"
	       "git switch -q topic; lock 7.0.8; git commit -qam seven\n"
	       "git switch -q main");
	sh("echo 1 > bundle.check");
	return 0;
}

static int drop_repo(void **unused)
{
	(void)unused;
	setenv("PATH", getenv("DEPS_PATH"), 1);
	return drop_dir();
}

/* ---- running the step --------------------------------------------------- */

struct outcome {
	int failed; /* check: -1 */
	enum step_verdict verdict;
	char reason[256];
	struct strbuf say;
	int status;	   /* run: 0, 1, or -1 where it was not called */
	struct strbuf out; /* what run printed, with its error at the end */
	struct err err;	   /* check's */
};

struct run_data {
	struct step_ctx *ctx;
	struct step_check *check;
};

static int run_in_child(void *data)
{
	struct run_data *run = data;
	struct err err = ERR_INIT;

	if (!step_deps.run(run->ctx, run->check, &err))
		return 0;
	dprintf(STDOUT_FILENO, "error: %s\n", err.msg);
	return 1;
}

/* As the runner does it: in a child, its output captured. */
static void run_step(
	struct step_ctx *ctx, struct step_check *check, struct outcome *ret)
{
	AUTO_FREE char *path = fs_join(dir, "out");
	AUTO_FD int fd = open(
		path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	struct run_data data = { .ctx = ctx, .check = check };
	struct child_opts opts = { .func = run_in_child,
		.func_data = &data,
		.fds = { { fd, 1 }, { fd, 2 } },
		.nfds = 2,
		.new_session = true };
	int wait_status;
	pid_t pid;

	assert_int_equal(child_spawn(&opts, &pid, &ret->err), 0);
	assert_int_equal(waitpid(pid, &wait_status, 0), pid);
	ret->status = child_status(wait_status);
	assert_int_equal(fs_read(path, &ret->out, 1 << 20, &ret->err), 1);
}

static void step_in(const char *folder, const char *with, struct event *event,
	bool by_hand, struct outcome *ret)
{
	AUTO_FREE char *app = fs_join(dir, folder);
	struct arena arena = ARENA_INIT;
	struct node *options = NULL;
	struct step_check check = { .say = STRBUF_INIT };
	struct step_ctx ctx = { .event = event,
		.arena = &arena,
		.by_hand = by_hand,
		.tty_fd = -1 };

	memset(ret, 0, sizeof(*ret));
	strbuf_init(&ret->out);
	ret->status = -1;
	assert_int_equal(node_read_yaml(&arena, "with", with, strlen(with),
				 &options, &ret->err),
		0);
	ctx.with = options;
	assert_int_equal(repo_open(app, &ctx.repo, &ret->err), 0);
	ret->failed = step_deps.check(&ctx, &check, &ret->err);
	ret->verdict = check.verdict;
	if (check.verdict == STEP_ASK) { /* nobody agrees here */
		strbuf_reset(&check.say);
		strbuf_addstr(&check.say, check.refused);
	}
	ret->say = check.say;
	snprintf(ret->reason, sizeof(ret->reason), "%s",
		check.reason ? check.reason : "");
	if (!ret->failed && check.verdict == STEP_WORK)
		run_step(&ctx, &check, ret);
	if (!ret->failed && !by_hand)
		heads_remember(ctx.repo, &ret->err);
	repo_free(ctx.repo);
	arena_release(&arena);
}

static void release(struct outcome *outcome)
{
	strbuf_release(&outcome->say);
	strbuf_release(&outcome->out);
}

static void rev_id(const char *rev, struct oid *ret)
{
	AUTO_FREE char *app = fs_join(dir, "app");
	struct err err = ERR_INIT;
	struct repo *repo;

	assert_int_equal(repo_open(app, &repo, &err), 0);
	assert_int_equal(repo_resolve(repo, rev, ret, &err), 1);
	repo_free(repo);
}

/* Switch in app/ and do what the post-checkout hook would. */
static void switch_to(const char *branch, const char *with, struct outcome *ret)
{
	AUTO_STRBUF script = STRBUF_INIT;
	char one[] = "1";
	struct oid prev, cur;
	char *args[] = { prev.hex, cur.hex, one, NULL };
	struct event event = {
		.hook = "post-checkout", .args = args, .nargs = 3
	};

	rev_id("HEAD", &prev);
	strbuf_addf(&script, "cd app; git switch -q %s --", branch);
	sh(script.buf);
	rev_id("HEAD", &cur);
	step_in("app", with, &event, false, ret);
}

static void sync_app(const char *with, struct outcome *ret)
{
	char *none[] = { NULL };
	struct event event = { .hook = "", .args = none };

	step_in("app", with, &event, true, ret);
}

static void assert_calls(const char *want)
{
	AUTO_FREE char *path = fs_join(dir, "calls");
	AUTO_STRBUF got = STRBUF_INIT;
	struct err err = ERR_INIT;

	fs_read(path, &got, 1 << 20, &err);
	unlink(path);
	assert_string_equal(got.buf, want);
}

static void assert_idle(struct outcome *outcome, const char *reason)
{
	assert_int_equal(outcome->failed, 0);
	assert_int_equal(outcome->verdict, STEP_IDLE);
	assert_string_equal(outcome->reason, reason);
	assert_string_equal(outcome->say.buf, "");
	assert_calls("");
	release(outcome);
}

static void assert_says(const struct outcome *outcome, const char *line)
{
	assert_int_equal(outcome->failed, 0);
	assert_string_equal(outcome->say.buf, line);
}

#define SEVEN "Gemfile.lock: rails 6.1.7 → 7.0.8 (major)\n"
#define SIX "Gemfile.lock: rails 7.0.8 → 6.1.7 (major)\n"
#define CHECK "bundle check --dry-run in app\n"
#define TRIED CHECK "frozen bundle install --quiet in app\n"
#define INSTALL TRIED "frozen bundle show --paths in app\n"

/* ---- tests -------------------------------------------------------------- */

static void test_install_and_back(void **unused)
{
	struct outcome got;

	(void)unused;
	switch_to("topic", "", &got);
	assert_says(&got, SEVEN);
	assert_int_equal(got.status, 0);
	assert_string_equal(got.out.buf, "Gemfile.lock: bundle install "
					 "--quiet\nthis is bundle install\n");
	assert_calls(INSTALL);
	release(&got);

	sh("rm bundle.check"); /* both versions are installed by now */
	switch_to("main", "", &got);
	assert_says(&got, SIX);
	assert_int_equal(got.status, 0);
	assert_non_null(strstr(got.out.buf, "installed already"));
	assert_null(strstr(got.out.buf, "this is bundle"));
	assert_calls(CHECK);
	release(&got);
	switch_to("same", "", &got);
	assert_idle(&got, "Gemfile.lock unchanged");
}

static void test_same_lock_at_first(void **unused)
{
	struct outcome got;

	(void)unused;
	switch_to("same", "", &got);
	assert_idle(&got, "Gemfile.lock unchanged");
	/* no hook runs here; the next event must still see it */
	in_app("git reset -q --hard topic; git branch -q like");
	switch_to("like", "", &got);
	assert_says(&got, SEVEN);
	assert_calls(INSTALL);
	release(&got);
}

static void test_failure_is_tried_again(void **unused)
{
	struct outcome got;

	(void)unused;
	sh("echo 5 > bundle.install");
	switch_to("topic", "", &got);
	assert_int_equal(got.status, 1);
	assert_non_null(strstr(got.out.buf,
		"error: bundle install failed with status 5: the switch itself "
		"is done; fix it and run 'hookrun sync'"));
	assert_calls(TRIED);
	release(&got);
	in_app("git branch again");
	switch_to("again", "", &got);
	assert_int_equal(got.status, 1);
	assert_says(&got, SEVEN);
	release(&got);
	sh("rm bundle.install calls");
	sync_app("", &got);
	assert_int_equal(got.status, 0);
	assert_calls(INSTALL);
	release(&got);
	sync_app("", &got);
	assert_idle(&got, "Gemfile.lock unchanged");
}

/* What was installed last is not what is there any more. */
static void test_work_on_the_lock_file(void **unused)
{
	struct outcome got;

	(void)unused;
	sync_app("", &got); /* 6.1.7 is known */
	release(&got);
	in_app("git switch -qc work; lock 7.0.8; git commit -qam mine");
	sh("rm calls; echo 5 > bundle.install");
	switch_to("main", "", &got);
	assert_says(&got, SIX);
	assert_int_equal(got.status, 1);
	assert_calls(TRIED);
	release(&got);
	sh("rm bundle.install");
	switch_to("same", "", &got); /* the failure is not forgotten */
	assert_says(&got, SIX);
	assert_calls(INSTALL);
	release(&got);
	switch_to("main", "", &got);
	assert_idle(&got, "Gemfile.lock unchanged");
}

static void test_sync_at_first(void **unused)
{
	struct outcome got;

	(void)unused;
	sh("rm bundle.check");
	sync_app("", &got);
	assert_says(&got, "Gemfile.lock: 1 package, not checked here before\n");
	assert_calls(CHECK);
	release(&got);
	in_app("lock 7.1.0"); /* edited by hand */
	sync_app("", &got);
	assert_says(&got, "Gemfile.lock: rails 6.1.7 → 7.1.0 (major)\n");
	assert_calls(CHECK);
	release(&got);
}

static void test_modes(void **unused)
{
	struct outcome got;

	(void)unused;
	switch_to("topic", "mode: notify", &got);
	assert_int_equal(got.verdict, STEP_TOLD);
	assert_says(&got, SEVEN "run 'hookrun sync' to install\n");
	assert_calls("");
	release(&got);
	in_app("git branch twin");
	switch_to("twin", "mode: ask", &got);
	assert_int_equal(got.verdict, STEP_ASK);
	assert_says(&got, SEVEN "run 'hookrun sync' to install\n");
	assert_calls("");
	release(&got);
	sync_app("mode: notify", &got);
	assert_int_equal(got.verdict, STEP_WORK);
	assert_calls(INSTALL);
	release(&got);
}

static void test_conflict(void **unused)
{
	struct outcome got;

	(void)unused;
	in_app("lock 5.0; git commit -qam five\n"
	       "git merge -q topic && exit 1; grep -q '<<<<' Gemfile.lock");
	sync_app("", &got);
	assert_int_equal(got.failed, -1);
	assert_non_null(strstr(got.err.msg, "'Gemfile.lock' has conflict"));
	assert_calls("");
	release(&got);
}

static void test_no_program(void **unused)
{
	struct outcome got;

	(void)unused;
	setenv("PATH", "/nonexistent", 1);
	sync_app("", &got);
	assert_int_equal(got.status, 1);
	assert_non_null(strstr(got.out.buf,
		"error: 'Gemfile.lock' changed, but 'bundle' is not on PATH"));
	release(&got);
}

static void test_lock_comes_and_goes(void **unused)
{
	struct outcome got;

	(void)unused;
	in_app("git switch -qc bare; git rm -q Gemfile.lock;"
	       " echo x > x; git add x; git commit -qm gone; git switch -q "
	       "main");
	switch_to("topic", "", &got);
	release(&got);
	sh("rm calls");
	switch_to("bare", "", &got);
	assert_idle(&got, "no lock file");
	switch_to("topic", "", &got); /* forgotten: it is new */
	assert_says(&got, "Gemfile.lock: new, 1 package\n");
	assert_calls(INSTALL);
	release(&got);
}

static void test_untracked_lock(void **unused)
{
	struct outcome got;

	(void)unused;
	in_app("git rm -q --cached Gemfile.lock; echo Gemfile.lock >"
	       " .gitignore; git add .gitignore; git commit -qm gem\n"
	       "git branch other");
	switch_to("other", "", &got);
	assert_idle(&got, "Gemfile.lock unchanged");
	in_app("lock 8.0; git branch third");
	switch_to("third", "", &got);
	assert_says(&got, "Gemfile.lock: rails 6.1.7 → 8.0 (major)\n");
	assert_calls(INSTALL);
	release(&got);
	in_app("lock 8.1");
	switch_to("other", "", &got); /* 8.0 is in no object of git's */
	assert_says(&got, "Gemfile.lock: changed\n");
	assert_calls(INSTALL);
	release(&got);
	in_app("git branch last other");
	switch_to("last", "", &got);
	assert_idle(&got, "Gemfile.lock unchanged");
}

static void test_ignored_events(void **unused)
{
	char null_id[] = NULL_ID, one[] = "1", zero[] = "0";
	struct oid head;
	char *fresh[] = { null_id, head.hex, one, NULL };
	char *file[] = { head.hex, head.hex, zero, NULL };
	struct event event = {
		.hook = "post-checkout", .args = fresh, .nargs = 3
	};
	struct outcome got;

	(void)unused;
	rev_id("HEAD", &head);
	step_in("app", "", &event, false, &got);
	assert_int_equal(got.verdict, STEP_TOLD);
	assert_says(&got, "new work tree: run 'hookrun sync' to install "
			  "dependencies\n");
	assert_calls("");
	release(&got);
	event.args = file;
	step_in("app", "", &event, false, &got);
	assert_idle(&got, "file checkout");
}

static void test_new_tree_without_locks(void **unused)
{
	char null_id[] = NULL_ID, one[] = "1";
	struct oid head;
	char *fresh[] = { null_id, head.hex, one, NULL };
	struct event event = {
		.hook = "post-checkout", .args = fresh, .nargs = 3
	};
	struct outcome got;

	(void)unused;
	in_app("git rm -q Gemfile.lock; git commit -qm none");
	rev_id("HEAD", &head);
	step_in("app", "", &event, false, &got);
	assert_idle(&got, "new work tree");
}

/* A setting of the project overrules the variable. */
static void test_frozen_is_ignored(void **unused)
{
	struct outcome got;

	(void)unused;
	sh("echo 'echo PLATFORMS >> Gemfile.lock' > bundle.install.sh");
	switch_to("topic", "", &got);
	assert_int_equal(got.status, 0);
	assert_calls(INSTALL);
	assert_non_null(strstr(got.out.buf,
		"Gemfile.lock: undone what bundle install wrote into it"));
	in_app("git diff --exit-code; grep -q PLATFORMS "
	       ".git/hookrun/undone/Gemfile.lock");
	release(&got);
}

/* Bundler would have to change the lock file: it may, and that is undone. */
static void test_frozen_is_refused(void **unused)
{
	struct outcome got;

	(void)unused;
	sh("echo 'echo no >&2; [ -z \"$BUNDLE_FROZEN\" ] || exit 16\n"
	   "echo PLATFORMS >> Gemfile.lock' > bundle.install.sh");
	switch_to("topic", "", &got);
	assert_int_equal(got.status, 0);
	assert_calls(TRIED "bundle install --quiet in app\n"
			   "bundle show --paths in app\n");
	assert_null(strstr(got.out.buf, "no\nno"));
	assert_non_null(strstr(got.out.buf,
		"to keep that, run 'bundle install' and commit it"));
	in_app("git diff --exit-code");
	release(&got);
	sh("echo 'exit 16' > bundle.install.sh");
	switch_to("main", "", &got);
	assert_int_equal(got.status, 1);
	assert_non_null(strstr(got.out.buf, "failed with status 16"));
	release(&got);
}

static void test_environment(void **unused)
{
	struct outcome got;

	(void)unused;
	setenv("BUNDLE_BIN_PATH", "/x/bundle", 1);
	setenv("BUNDLE_GEMFILE", "/other/Gemfile", 1);
	setenv("RUBYOPT", "-r/x/bundler/setup", 1);
	setenv("BUNDLER_ORIG_RUBYOPT",
		"BUNDLER_ENVIRONMENT_PRESERVER_INTENTIONALLY_NIL", 1);
	switch_to("topic", "", &got);
	unsetenv("BUNDLE_BIN_PATH");
	unsetenv("BUNDLE_GEMFILE");
	unsetenv("RUBYOPT");
	unsetenv("BUNDLER_ORIG_RUBYOPT");
	assert_int_equal(got.status, 0);
	assert_calls(INSTALL);
	release(&got);
}

static void test_ruby_version(void **unused)
{
	struct outcome got;

	(void)unused;
	in_app("echo 3.1.2 > .ruby-version; git add .; git commit -qm ruby\n"
	       "git switch -qc next; echo ruby-3.3.0 > .ruby-version; lock "
	       "6.1.8"
	       "\ngit commit -qam next; git switch -q main");
	switch_to("next", "", &got);
	assert_says(&got, "Gemfile.lock: ruby 3.1.2 → 3.3.0, "
			  "rails 6.1.7 → 6.1.8\n");
	release(&got);
}

static void test_npm_marker(void **unused)
{
	struct outcome got;

	(void)unused;
	in_app("git switch -qc npm\n"
	       "echo '{\"lockfileVersion\": 3, \"packages\": {\"\": {},"
	       " \"node_modules/a\": {\"version\": \"1.0.0\"}}}'"
	       " > package-lock.json\n"
	       "git add .; git commit -qm npm; git switch -q main");
	switch_to("npm", "", &got);
	assert_says(&got, "package-lock.json: new, 1 package\n");
	assert_calls("npm ci in app\n");
	release(&got);
	switch_to("main", "", &got);
	release(&got);
	in_app("mkdir node_modules; echo '{\"packages\": {"
	       "\"node_modules/a\": {\"version\": \"1.0.0\"}}}'"
	       " > node_modules/.package-lock.json");
	switch_to("npm", "", &got);
	assert_idle(&got, "Gemfile.lock unchanged, "
			  "package-lock.json installed already");
	in_app("rm -r node_modules"); /* settled by the marker, hence known */
	sync_app("locks: package-lock.json", &got);
	assert_idle(&got, "package-lock.json unchanged");
}

static void test_pnpm_and_yarn(void **unused)
{
	struct outcome got;

	(void)unused;
	in_app("git switch -qc js\n"
	       "printf \"lockfileVersion: '9.0'\\n\" > pnpm-lock.yaml\n"
	       "printf '__metadata:\\n  version: 8\\n' > yarn.lock\n"
	       "git add .; git commit -qm js; git switch -q main");
	sh("echo 'echo 4.5.0' > yarn.--version.sh");
	switch_to("js", "", &got);
	assert_says(&got, "yarn.lock: new, 0 packages\n"
			  "pnpm-lock.yaml: new, 0 packages\n");
	assert_calls("yarn --version in app\n"
		     "yarn install --immutable in app\n"
		     "pnpm install --frozen-lockfile in app\n");
	release(&got);
	in_app("git switch -qc js1; printf '# yarn lockfile v1\\n' > "
	       "yarn.lock\n"
	       "echo '#' >> pnpm-lock.yaml; git commit -qam v1\n"
	       "mkdir -p node_modules/.pnpm;"
	       " cp pnpm-lock.yaml node_modules/.pnpm/lock.yaml");
	sh("echo 'echo warning; echo 1.22.22' > yarn.--version.sh");
	switch_to("js1", "", &got);
	assert_says(&got, "yarn.lock: no version changed\n");
	assert_calls("yarn --version in app\n"
		     "yarn install --frozen-lockfile in app\n");
	release(&got);
}

/* The format of yarn.lock, the version that `yarn` has, and the line that is
 * printed; "" where it is run. */
static void yarn_case(const char *lock, const char *version, const char *line)
{
	AUTO_STRBUF script = STRBUF_INIT;
	struct outcome got;

	strbuf_addf(&script,
		"cd app; rm -f .git/hookrun/deps; printf '%s' > yarn.lock\n"
		"echo 'echo %s' > ../yarn.--version.sh",
		lock, version);
	sh(script.buf);
	sync_app("locks: yarn.lock", &got);
	assert_int_equal(got.status, *line != '\0');
	assert_non_null(strstr(got.out.buf, *line ? line : "this is yarn in"));
	assert_true((strstr(got.out.buf, "this is yarn in") == NULL) ==
		    (*line != '\0'));
	release(&got);
}

static void test_another_yarn(void **unused)
{
	(void)unused;
	yarn_case("# yarn lockfile v1\\n", "1.22.22", "");
	yarn_case("# yarn lockfile v1\\n", "4.5.0",
		"error: 'yarn.lock' is of yarn 1, but 'yarn' here is 4.5.0, "
		"which would write it anew: it was not run; run 'npm install "
		"-g yarn@1', then 'hookrun sync'");
	yarn_case("__metadata:\\n  version: 8\\n", "1.22.22",
		"run 'npm install -g @yarnpkg/cli-dist@4', then");
	yarn_case("__metadata:\\n  version: 6\\n", "4.5.0",
		"run 'npm install -g @yarnpkg/cli-dist@3', then");
	yarn_case("__metadata:\\n  version: 6\\n", "3.8.7", "");
	yarn_case("__metadata:\\n  version: 4\\n", "2.4.1", "");
	yarn_case("__metadata:\\n  version: 9\\n", "5.0.0", "");
	yarn_case("", "4.5.0", ""); /* tells nothing: any */
	in_app("echo '{\"packageManager\": \"yarn@4.5.0\"}' > package.json");
	yarn_case("__metadata:\\n  version: 8\\n", "1.22.22",
		"run 'corepack enable', then 'hookrun sync'");
	yarn_case("__metadata:\\n  version: 8\\n", "; echo why >&2; exit 3",
		"error: 'yarn --version' does not tell its version (status 3)\n"
		"why");
	yarn_case("__metadata:\\n  version: 8\\n", "none",
		"does not tell its version (status 0)");
}

static void test_root_and_locks(void **unused)
{
	struct outcome got;

	(void)unused;
	in_app("mkdir 'my web'; cd 'my web'; git switch -qc sub\n"
	       "lock 1.0; git add .; git commit -qm sub; git switch -q main");
	switch_to("sub", "root: my web", &got);
	assert_says(&got, "my web/Gemfile.lock: new, 1 package\n");
	assert_calls("bundle check --dry-run in my web\n"
		     "frozen bundle install --quiet in my web\n"
		     "frozen bundle show --paths in my web\n");
	release(&got);
	sync_app("root: my web", &got);
	assert_idle(&got, "my web/Gemfile.lock unchanged");
	sync_app("locks: [yarn.lock]", &got);
	assert_idle(&got, "no lock file");
	sync_app("locks: [Pipfile.lock]", &got);
	assert_int_equal(got.failed, -1);
	assert_non_null(strstr(got.err.msg, "'Pipfile.lock'"));
	release(&got);
	sync_app("root: ../..", &got);
	assert_int_equal(got.failed, -1);
	assert_non_null(strstr(got.err.msg, "outside of the work tree"));
	release(&got);
}

static void test_damaged_lock_file(void **unused)
{
	struct outcome got;

	(void)unused;
	in_app("git switch -qc odd; echo nonsense > Gemfile.lock\n"
	       "git commit -qam odd; git switch -q main");
	switch_to("odd", "", &got);
	assert_says(&got, "Gemfile.lock: changed\n");
	assert_calls(INSTALL);
	release(&got);
}

static void test_status(void **unused)
{
	AUTO_FREE char *app = fs_join(dir, "app");
	struct arena arena = ARENA_INIT;
	AUTO_STRBUF out = STRBUF_INIT;
	struct step_ctx ctx = {
		.arena = &arena, .by_hand = true, .tty_fd = -1
	};
	struct outcome got;
	struct err err = ERR_INIT;

	(void)unused;
	assert_int_equal(repo_open(app, &ctx.repo, &err), 0);
	assert_int_equal(step_deps.status(&ctx, &out, &err), STEP_BEHIND);
	assert_non_null(strstr(out.buf, "Gemfile.lock: not checked yet"));
	sync_app("", &got);
	release(&got);
	strbuf_reset(&out);
	assert_int_equal(step_deps.status(&ctx, &out, &err), STEP_IN_LINE);
	assert_string_equal(out.buf, "Gemfile.lock: installed\n");
	in_app("lock 9.9");
	strbuf_reset(&out);
	assert_int_equal(step_deps.status(&ctx, &out, &err), STEP_BEHIND);
	assert_non_null(strstr(out.buf, "changed since the last"));
	repo_free(ctx.repo);
	arena_release(&arena);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_repo, drop_repo)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_install_and_back),
		TEST(test_same_lock_at_first),
		TEST(test_failure_is_tried_again),
		TEST(test_work_on_the_lock_file),
		TEST(test_sync_at_first),
		TEST(test_modes),
		TEST(test_conflict),
		TEST(test_no_program),
		TEST(test_lock_comes_and_goes),
		TEST(test_untracked_lock),
		TEST(test_ignored_events),
		TEST(test_new_tree_without_locks),
		TEST(test_frozen_is_ignored),
		TEST(test_frozen_is_refused),
		TEST(test_environment),
		TEST(test_ruby_version),
		TEST(test_npm_marker),
		TEST(test_pnpm_and_yarn),
		TEST(test_another_yarn),
		TEST(test_root_and_locks),
		TEST(test_damaged_lock_file),
		TEST(test_status),
	};

	setenv("DEPS_PATH", getenv("PATH"), 1);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_NAME", "t", 1);
	setenv("GIT_AUTHOR_EMAIL", "t@example.org", 1);
	setenv("GIT_COMMITTER_NAME", "t", 1);
	setenv("GIT_COMMITTER_EMAIL", "t@example.org", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
