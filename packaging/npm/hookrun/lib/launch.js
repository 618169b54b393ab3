'use strict';

// Becomes hookrun as far as node can: same descriptors, same arguments, same
// end.  What a terminal sends (Ctrl-C, hang-up) hookrun gets itself, being in
// the same group; node only has to outlive it, since git must not go on while
// hookrun puts the work tree in order.  Only TERM is passed on: it comes to one
// process, and twice would mean to hurry.

const { spawn } = require('child_process');
const { find, whyNot } = require('./binary.js');

function fail(text, status) {
	console.error(text);
	process.exit(status);
}

const program = find();
if (!program) fail(whyNot(), 1);

const child = spawn(program, process.argv.slice(2), { stdio: 'inherit' });
const signals = ['SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGTERM'];

for (const signal of signals)
	process.on(signal, () => {
		if (signal === 'SIGTERM') child.kill(signal);
	});
child.on('error', (error) =>
	fail(`hookrun: cannot start '${program}': ${error.message}`, 126)
);
child.on('exit', (status, signal) => {
	if (!signal) process.exit(status);
	for (const each of signals) process.removeAllListeners(each);
	process.kill(process.pid, signal);
});
