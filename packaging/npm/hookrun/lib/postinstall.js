'use strict';

// Runs after every installation of the package.  First the binary takes the
// launcher's place, so that no node is started for hookrun any more.  Then the
// hooks are installed, if this is a developer's clone of a project that uses
// hookrun: one that names it itself and has a configuration.
//
// Nothing here fails the installation of a project's packages: what goes wrong
// is printed (npm shows it with --foreground-scripts), and `hookrun doctor`
// finds it later.

const { execFileSync, spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');
const { find, whyNot } = require('./binary.js');
const { usedBy } = require('./project.js');

const own = fs.realpathSync(path.join(__dirname, '..'));
const env = process.env;

function say(text) {
	console.error(`hookrun: ${text}`);
}

// Both names of the binary are one file where the file system can.
function replaceLauncher(program) {
	const launcher = path.join(own, 'bin', 'hookrun');
	const fresh = `${launcher}.new`;

	try {
		fs.rmSync(fresh, { force: true });
		try {
			fs.linkSync(program, fresh);
		} catch {
			fs.copyFileSync(program, fresh);
			fs.chmodSync(fresh, 0o755);
		}
		fs.renameSync(fresh, launcher);
		fs.rmSync(fresh, { force: true });
		return launcher;
	} catch (error) {
		say(`the launcher stays in JavaScript: ${error.message}`);
		return program;
	}
}

// A continuous integration runs no hooks, and whoever has switched hooks off
// wants none installed.
function unwanted() {
	const off = (value) => value === '0' || value === 'false';

	return (
		off(env.HOOKRUN) ||
		off(env.LEFTHOOK) ||
		(env.CI && !off(env.CI)) ||
		env.npm_config_global === 'true'
	);
}

// What a hook in which packages are installed has said to git is not for us.
function withoutGit() {
	const clean = { ...env };

	for (const name of Object.keys(clean))
		if (/^GIT_(DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|PREFIX)$/.test(name))
			delete clean[name];
	return clean;
}

function main() {
	const program = find();

	if (!program) return console.error(whyNot());
	try {
		execFileSync(program, ['version'], { stdio: 'ignore' });
	} catch (error) {
		return say(`'${program}' does not run here: ${error.message}`);
	}
	const launcher = replaceLauncher(program);
	if (unwanted()) return undefined;
	const clean = withoutGit();
	const clone = usedBy(own, env.INIT_CWD, clean);
	if (!clone) return undefined;
	const { status, error } = spawnSync(launcher, ['install'], {
		cwd: clone,
		env: clean,
		stdio: 'inherit',
	});
	if (status !== 0)
		say(
			`no hooks were installed in '${clone}'` +
				(error ? `: ${error.message}` : '')
		);
	return undefined;
}

main();
