'use strict';

// The binary is in a package of its own for each system, of which package
// managers install the one that fits: 'os' and 'cpu' in their package.json.

const packages = require('../package.json').optionalDependencies;
const system = `${process.platform}-${process.arch}`;
const name = `hookrun-${system}`;

// The path of this machine's binary; null where there is none.
function find() {
	try {
		return require.resolve(`${name}/bin/hookrun`);
	} catch {
		return null;
	}
}

// Why find() found none, and what to do.
function whyNot() {
	if (!Object.keys(packages).includes(name)) {
		const systems = Object.keys(packages)
			.map((known) => known.replace('hookrun-', ''))
			.join(', ');

		return (
			`hookrun: there is no binary for ${system}, only for ${systems}\n` +
			'  build it from source; HOOKRUN_BIN tells hook files where it is'
		);
	}
	return (
		`hookrun: package '${name}' is not installed, which has the binary\n` +
		'  install without --omit=optional or --no-optional; where node_modules\n' +
		'  or the lock file came from another system, delete them first'
	);
}

module.exports = { find, whyNot };
