'use strict';

// Whose hooks are to be installed: the clone that the package was installed in,
// if the project there chose hookrun.  As a dependency of a dependency it has
// not, and a clone whose lefthook.yml is another program's keeps its hooks.

const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];

function real(file) {
	try {
		return fs.realpathSync(file);
	} catch {
		return null;
	}
}

// The folder and those above it, as far as the root of its clone; none outside
// of git.
function upToClone(start) {
	const dirs = [];

	for (let dir = start; dir; dir = path.dirname(dir)) {
		dirs.push(dir);
		if (fs.existsSync(path.join(dir, '.git'))) return dirs;
		if (dir === path.dirname(dir)) break;
	}
	return [];
}

function names(file, lists) {
	try {
		const text = fs.readFileSync(file, 'utf8');
		const json = text.includes('"hookrun"') ? JSON.parse(text) : {};

		return lists.some((list) => json[list] && json[list].hookrun);
	} catch {
		return false;
	}
}

const isProject = (dir) => names(path.join(dir, 'package.json'), kinds);

// Of a workspace any package may be the one that names hookrun.
function trackedProject(clone, env) {
	try {
		return execFileSync(
			'git',
			['ls-files', '-z', '--', 'package.json', '*/package.json'],
			{ cwd: clone, env, maxBuffer: 1 << 26, stdio: 'pipe' }
		)
			.toString()
			.split('\0')
			.filter((file) => file && !file.includes('node_modules/'))
			.some((file) => isProject(path.join(clone, path.dirname(file))));
	} catch {
		return false;
	}
}

// Does a package below this node_modules depend on hookrun?
function neededBelow(folder) {
	let entries = [];

	try {
		entries = fs.readdirSync(folder, { withFileTypes: true });
	} catch {
		return false;
	}
	return entries
		.filter((entry) => entry.isDirectory())
		.some(({ name }) => {
			const dir = path.join(folder, name);

			if (name === '.pnpm')
				return fs
					.readdirSync(dir)
					.some((each) => neededBelow(path.join(dir, each, 'node_modules')));
			if (name.startsWith('@')) return neededBelow(dir);
			return (
				names(path.join(dir, 'package.json'), [
					'dependencies',
					'optionalDependencies',
					'peerDependencies',
				]) || neededBelow(path.join(dir, 'node_modules'))
			);
		});
}

// npm writes a new dependency into package.json when all scripts are done:
// it is the project's own if nobody else in the tree has brought it.
function isNew(own, dirs) {
	const top = dirs.find((dir) => !/\/(node_modules|\.yarn)(\/|$)/.test(dir));
	const tree = path.join(top || '', 'node_modules');

	return Boolean(top) && own.startsWith(`${tree}/`) && !neededBelow(tree);
}

// Under the names that the hook files look for.
function hasConfig(clone, env) {
	const bases = ['hookrun', 'lefthook', 'hookrun-local', 'lefthook-local'];
	const types = ['yml', 'yaml', 'json', 'jsonc', 'toml'];
	const exists = (file) => file && fs.existsSync(path.resolve(clone, file));

	return (
		exists(env.HOOKRUN_CONFIG) ||
		exists(env.LEFTHOOK_CONFIG) ||
		bases.some((base) =>
			types.some((type) =>
				['', '.', '.config/'].some((at) => exists(`${at}${base}.${type}`))
			)
		)
	);
}

// The root of the clone for which `own`, the folder of this package, was
// installed from the folder `cwd`; null where no hooks are to be installed.
function usedBy(own, cwd, env) {
	const from = upToClone(real(cwd || ''));
	let dirs = upToClone(own);

	// A store outside of the project that its node_modules point to.
	if (from.some((dir) => real(path.join(dir, 'node_modules/hookrun')) === own))
		dirs = from;
	const clone = dirs[dirs.length - 1];

	if (!clone || !hasConfig(clone, env)) return null;
	if (from[from.length - 1] === clone) dirs = [...from, ...dirs];
	return dirs.some(isProject) || trackedProject(clone, env) || isNew(own, dirs)
		? clone
		: null;
}

module.exports = { usedBy };
