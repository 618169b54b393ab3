// What ajv makes of configurations, by a JSON schema; for schema.t.
//
//   node schema_judge.js MODULES SCHEMA FILE...   "valid FILE" or "invalid FILE"
//   node schema_judge.js MODULES SCHEMA --keys HOOKRUN
//       each key at each place with many values: where `hookrun validate` and
//       the schema differ, a line; at the end the number of files
//
// In strict mode ajv also refuses a schema with words that it does not know.
'use strict';
const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');
const [modules, schemaFile, ...rest] = process.argv.slice(2);
const load = name => require(path.join(modules, name));
const Ajv = load('ajv').default || load('ajv');
const YAML = load('yaml');

const complaints = [];
const complain = text => complaints.push(text);
const ajv = new Ajv({
	strict: true,
	strictRequired: false,
	strictTypes: false,
	allowUnionTypes: true,
	logger: { log: complain, warn: complain, error: complain },
});
const judge = ajv.compile(JSON.parse(fs.readFileSync(schemaFile, 'utf8')));

function verdict(text) {
	const value = YAML.parse(text, { merge: true, maxAliasCount: 1000 });
	return judge(value === undefined ? null : value);
}

// A file with KEY: VALUE at a place, valid otherwise; by the titles of
// `hookrun help keys`.
const kinds = ['run', 'script', 'group', 'uses'];
const places = {
	'top level': entry => `{${entry}}`,
	'a hook': entry => `{pre-push: {${entry}}}`,
	'a job (jobs)': (entry, key) => `{pre-push: {jobs: [{${kinds.includes(key) ? '' : 'run: x, '}${entry}}]}}`,
	'a group': (entry, key) =>
		`{pre-push: {jobs: [{group: {${key === 'jobs' ? '' : 'jobs: [{run: x}], '}${entry}}}]}}`,
	'a command (commands)': (entry, key) => `{pre-push: {commands: {c: {${key === 'run' ? '' : 'run: x, '}${entry}}}}}`,
	'a script (scripts)': entry => `{pre-push: {scripts: {c: {${entry}}}}}`,
	'an entry of skip, only': entry => `{pre-push: {skip: [{${entry}}]}}`,
	'a remote': (entry, key) => `{remotes: [{${key === 'git_url' ? '' : 'git_url: x, '}${entry}}]}`,
	'setup': entry => `{pre-push: {setup: [{${entry}}]}}`,
};
const values = ['{zz: x}', '{}', '[[x]]', '[x]', '[true]', '[~]', '[]', '[{a: {run: x}}]', '{a: {run: x}}', '{run: x}',
	'[{run: x}]', 'true', "'T'", 'zz', '""', '" "', '7', '300', '-1', '0', "'1_0'", '1.5', '~', '1m30s', '"5"', '.5h',
	'1.2.3-rc.1+b', "'1.02'", '"[a"', '"{a,[b]}"', 'always', "'#fff'", '[merge, {ref: x}]', '{ref: 5}', '"meta, skips"',
	'text/x-sh', 'text/zz', '[text, ruby]', '[pre-commit]', '{jobs: [{run: x}]}', '{jobs: []}', '[{git_url: x}]',
	'{red: 7, cyan: "#abc"}', '{red: 777}'];

function keysAndPlaces(program) {
	const found = [];
	let place, steps;
	for (const line of spawnSync(program, ['help', 'keys'], { encoding: 'utf8' }).stdout.split('\n')) {
		const title = /^(\S.*):$/.exec(line);
		const key = /^  ([$a-z_]+) +(.*)/.exec(line);
		if (title) {
			const step = /^with, of uses: (.*)$/.exec(title[1]);
			place = step ? entry => `{pre-push: {jobs: [{uses: ${step[1]}, with: {${entry}}}]}}` : places[title[1]];
			if (!place)
				throw new Error(`no such place: ${title[1]}`);
		} else if (key) {
			const words = /\(([^ ()]*\|[^()]*)\)/.exec(key[2]);
			found.push({ key: key[1], place, words: words ? words[1].split('|') : [] });
		}
	}
	return found;
}

// What lies outside of a file, or needs more than its form: `validate` alone.
const beyond = /is not a directory|does not exist|no file matches|no job of that name|is higher than current/;

function compareKeys(program) {
	let files = 0;
	const one = text => {
		fs.writeFileSync('lefthook.yml', text);
		const ran = spawnSync(program, ['validate'], { encoding: 'utf8' });
		if (ran.status !== 0 && ran.status !== 1)
			throw new Error(`validate: ${ran.status} ${ran.stderr}`);
		const said = ran.stderr.split('\n').filter(line => /^lefthook\.yml:/.test(line));
		const known = said.length && said.every(line => beyond.test(line));
		if (!known && (ran.status === 0) !== verdict(text))
			console.log(`${ran.status ? 'only the schema accepts' : 'the schema refuses'}: ${text} ${ran.stderr} ${JSON.stringify(judge.errors)}`);
		files++;
	};
	for (const { key, place, words } of keysAndPlaces(program)) {
		one(place(`${key}x: y`, key));
		for (const value of values.concat(words.map(word => `'${word}'`)))
			one(place(`${key}: ${value}`, key));
	}
	console.log(files);
}

if (rest[0] === '--keys')
	compareKeys(rest[1]);
else
	for (const file of rest)
		console.log(`${verdict(fs.readFileSync(file, 'utf8')) ? 'valid' : 'invalid'} ${file}`);
for (const text of complaints)
	console.log(`ajv: ${text}`);
