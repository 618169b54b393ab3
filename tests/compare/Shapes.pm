# The shapes of configuration that are compared: every option alone, for jobs,
# commands and scripts, then whole files such as projects have them.
package Shapes;
use strict;
use warnings;

sub programs {
	return qw(eslint prettier npx npm pnpm yarn bun rubocop bundle gofmt golangci-lint cargo
		rustfmt ruff black mypy pytest tsc biome vitest commitlint php composer phpstan
		dart flutter terraform shellcheck gitleaks typos stylelint dotnet mix nx
		turbo lint-staged uv poetry tool);
}

sub tracked {
	return ('README.md', 'src/app.ts', 'src/deep/x.py', 'frontend/index.js', 'frontend/a b.js',
		'lib/task.rb', 'package.json', 'docs/guide.md', 'run.sh', 'frontendx/other.js');
}

sub staged {
	return ('src/app.ts', 'frontend/index.js', 'frontend/a b.js', 'lib/task.rb', 'README.md',
		'new.go', "it's.js");
}

# Options of one job: name, lines of YAML, the command where it is not the
# usual one.  @ stands for what differs between the kinds.
my @options = (
	['plain', ''],
	['staged', '', 'tool {staged_files}'],
	['all', '', 'tool {all_files}'],
	['push', '', 'tool {push_files}'],
	['quoted', '', 'tool "{staged_files}"'],
	['single', '', "tool '{staged_files}'"],
	['glued', '', 'tool --files={staged_files}'],
	['twice', '', 'tool {staged_files} -- {staged_files}'],
	['args', '', 'tool {0} {1} {2} {9}'],
	['name', '', 'tool {lefthook_job_name}'],
	['unknown-template', '', 'tool {nothing} {x}'],
	['pipe', '', 'tool a | tool b && tool c; tool d'],
	['false', '', 'tool a --fail && tool b'],
	['or', '', 'tool a --fail || tool b'],
	['variables', '', 'A=1 tool $HOME_X ${X:-y} $(echo z)'],
	['quotes', '', q(tool "a b" 'c d' e\\ f)],
	['star', '', 'tool src/*'],
	['fails', '', 'tool --fail'],
	['fail-text', "fail_text: look here", 'tool --fail'],
	['glob-one', "glob: '*.js'", 'tool {staged_files}'],
	['glob-list', "glob: ['*.ts', '*.rb']", 'tool {staged_files}'],
	['glob-braces', "glob: '*.{js,ts}'", 'tool {staged_files}'],
	['glob-folder', "glob: 'frontend/*.js'", 'tool {staged_files}'],
	['glob-stars', "glob: '**/*.js'", 'tool {staged_files}'],
	['glob-case', "glob: '*.MD'", 'tool {staged_files}'],
	['glob-none', "glob: '*.zig'", 'tool {staged_files}'],
	['glob-no-template', "glob: '*.rb'"],
	['glob-none-no-template', "glob: '*.zig'"],
	['glob-empty', "glob: ''", 'tool {staged_files}'],
	['glob-class', "glob: '*.[jt]s'", 'tool {staged_files}'],
	['exclude', "exclude: '*.js'", 'tool {staged_files}'],
	['exclude-list', "exclude: ['*.js', 'README.md']", 'tool {staged_files}'],
	['exclude-all', "exclude: '*'", 'tool {staged_files}'],
	['exclude-folder', "exclude: ['frontend/']", 'tool {staged_files}'],
	['root', "root: frontend/", 'tool {staged_files}'],
	['root-no-slash', "root: src", 'tool {staged_files}'],
	['root-glob', "root: src/\nglob: '*.ts'", 'tool {staged_files}'],
	['root-no-files', "root: docs/", 'tool {staged_files}'],
	['root-no-template', "root: lib/"],
	['files', "files: git diff --name-only --cached", 'tool {files}'],
	['files-glob', "files: git ls-files\nglob: '*.js'", 'tool {files}'],
	['files-none', "files: 'true'", 'tool {files}'],
	['files-unused', "files: git ls-files"],
	['files-fail', "files: 'false'", 'tool {files}'],
	['tags', "tags: [lint, js]"],
	['tags-text', "tags: lint js"],
	['skip', "skip: true"],
	['skip-merge', "skip: merge"],
	['skip-list', "skip: [merge, rebase]"],
	['skip-ref', "skip: [{ref: main}]"],
	['skip-run', "skip: [{run: 'true'}]"],
	['skip-run-not', "skip: [{run: 'test x = y'}]"],
	['only', "only: [{ref: main}]"],
	['only-glob', "only: [{ref: 'ma*'}]"],
	['only-not', "only: [{ref: other}]"],
	['only-merge', "only: merge"],
	['only-number', "only: 7"],
	['only-run', "only: [{run: 'true'}]"],
	['env', "env: {A: one, B: '2', C: 3}"],
	['env-shell', "env: {A: \$HOME_X/x, B: '\${X}y'}"],
	['text', "file_types: text", 'tool {staged_files}'],
	['executable', "file_types: [executable]", 'tool {all_files}'],
	['fixed', "stage_fixed: true", 'tool --write {staged_files}'],
	['fixed-glob', "stage_fixed: true\nglob: '*.rb'", 'tool --write lib/task.rb'],
	['writes', '', 'tool --write {staged_files}'],
	['timeout', "timeout: 10s"],
	['interactive', "interactive: true"],
	['stdin', "use_stdin: true"],
	['priority', "priority: 3"],
	['several-lines', '', "|\n    tool one\n    tool two"],
	['folded', '', ">\n    tool one\n    two"],
	['folded-strip', '', ">-\n    tool one\n    two"],
	['failing-lines', '', "|\n    tool one --fail\n    tool two"],
	['unknown-key', "colour: red"],
	['upper-case', "Tags: [a]\nGLOB: '*.js'", 'tool {staged_files}'],
	['yes', "interactive: yes"],
	['root-missing', "root: nowhere/", 'tool'],
);

sub indent {
	my ($text, $by) = @_;
	return join '', map { ' ' x $by . "$_\n" } grep { length } split /\n/, $text;
}

# `text` in quotes, unless it is a block.
sub scalar_text {
	my ($text) = @_;
	return $text if $text =~ /^[|>]/;
	return "'" . $text =~ s/'/''/gr . "'";
}

sub of_options {
	my @shapes;
	for my $hook ('pre-commit', 'pre-push') {
		for my $option (@options) {
			my ($name, $lines, $run) = @$option;
			my $text = scalar_text($run // 'tool');
			my $job = $text =~ s/\n {4}/\n        /gr;
			push @shapes, yaml("job-$name-$hook", "$hook:\n  jobs:\n    - name: it\n      run: $job\n"
					. indent($lines, 6), $hook) unless $name eq 'priority';
			push @shapes, yaml("command-$name-$hook",
				"$hook:\n  commands:\n    it:\n      run: $job\n" . indent($lines, 6), $hook)
				if $hook eq 'pre-commit';
		}
	}
	return @shapes;
}

sub yaml {
	my ($name, $text, @hooks) = @_;
	return {name => $name, files => {'lefthook.yml' => $text}, hooks => \@hooks,
		parallel => $text =~ /parallel: true/ ? 1 : 0};
}

# Whole files, from whole.txt: "### NAME HOOK...", then "--- FILE" before each
# file but lefthook.yml.
sub whole {
	my (@shapes, $shape, $file);
	(my $path = $INC{'Shapes.pm'}) =~ s/Shapes\.pm$/whole.txt/;
	open my $in, '<', $path or die "compare: $path: $!\n";
	while (<$in>) {
		if (/^### (\S+) ?(.*)/) {
			$shape = {name => $1, hooks => [split ' ', $2], files => {}};
			$file = 'lefthook.yml';
			push @shapes, $shape;
		} elsif (/^--- (\S+)/) {
			$file = $1;
		} elsif (/^\+\+\+ (.*)/) {
			$shape->{flags} = [split ' ', $1];
		} elsif (/^=== (\w+)=(.*)/) {
			$shape->{env}{$1} = $2;
		} else {
			$shape->{files}{$file} .= $_;
			$shape->{parallel} = 1 if /parallel\s*[:=] true/;
		}
	}
	return @shapes;
}

sub all {
	return (of_options(), whole());
}

# Differences on purpose: the name of a shape (for jobs and commands without
# kind and hook), and the row of doc/lefthook.md.
my %known = ('colors-map' => 'top.colors', 'no-color-0' => 'env.NO_COLOR',
	'force-color' => 'env.FORCE_COLOR', 'quoted' => 'template.staged_files',
	'glob-list' => 'job.glob', 'files-fail' => 'job.files', 'only-number' => 'job.only',
	'writes' => 'job.stage_fixed', 'fail-on-changes-never' => 'job.stage_fixed',
	'not-ci' => 'job.stage_fixed', 'ci' => 'hook.fail_on_changes',
	'fail-on-changes' => 'hook.fail_on_changes', 'groups-fail' => 'group.piped',
	'hook-only-number' => 'hook.only', 'hook-only-map' => 'hook.only',
	'hook-number' => 'how a file is read', 'hook-list' => 'how a file is read',
	'no-run' => 'cli.run', 'run-and-script' => 'cli.run',
	'tabs-in-block' => 'job.name', 'heredoc' => 'job.name');

sub known_row {
	my ($name) = @_;
	$name =~ s/^(?:job|command)-(.*)-pre-(?:commit|push)$/$1/;
	return $known{$name};
}

1;
