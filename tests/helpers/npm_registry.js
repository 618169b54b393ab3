'use strict';

// As much of npm's registry as package managers need to install from it:
//
//   node npm_registry.js FOLDER PORT_FILE LOG
//
// FOLDER has the tarballs; it is read anew for each request, so that a test can
// publish another version.  The port is written into PORT_FILE when the server
// listens; LOG gets the name of each tarball that was downloaded.

const { execFileSync } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');
const path = require('path');

const [folder, portFile, log] = process.argv.slice(2);

function tarballs() {
	return fs.readdirSync(folder).filter((file) => file.endsWith('.tgz'));
}

const known = new Map();

function manifest(file, origin) {
	if (!known.has(file)) known.set(file, read(file));
	const json = known.get(file);

	return {
		...json,
		dist: { ...json.dist, tarball: `${origin}/-/${file}` },
	};
}

function read(file) {
	const full = path.join(folder, file);
	const bytes = fs.readFileSync(full);
	const json = JSON.parse(
		execFileSync('tar', ['-xzOf', full, 'package/package.json'])
	);
	const digest = (name, form) =>
		crypto.createHash(name).update(bytes).digest(form);

	json.dist = {
		shasum: digest('sha1', 'hex'),
		integrity: `sha512-${digest('sha512', 'base64')}`,
	};
	return json;
}

function packument(name, origin) {
	const all = tarballs()
		.map((file) => manifest(file, origin))
		.filter((json) => json.name === name);

	if (!all.length) return null;
	return {
		name,
		'dist-tags': { latest: all[all.length - 1].version },
		versions: Object.fromEntries(all.map((json) => [json.version, json])),
		time: Object.fromEntries(
			all.map((json) => [json.version, '2020-01-01T00:00:00.000Z'])
		),
	};
}

function answer(url, origin) {
	const name = decodeURIComponent(url.split('?')[0]).slice(1);

	if (!name.startsWith('-/')) {
		const found = packument(name, origin);

		return found && JSON.stringify(found);
	}
	const file = path.basename(name);

	if (!tarballs().includes(file)) return null;
	fs.appendFileSync(log, `${file}\n`);
	return fs.readFileSync(path.join(folder, file));
}

const server = http.createServer((request, response) => {
	const body = answer(request.url, `http://${request.headers.host}`);

	response.writeHead(body ? 200 : 404, {
		'content-type': Buffer.isBuffer(body)
			? 'application/octet-stream'
			: 'application/json',
	});
	response.end(body || '{"error":"not found"}');
});

server.listen(0, '127.0.0.1', () => {
	fs.writeFileSync(`${portFile}.new`, String(server.address().port));
	fs.renameSync(`${portFile}.new`, portFile);
});
