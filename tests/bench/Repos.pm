# The repositories of the benchmark, one for each contender and case, and the
# cases themselves.  Large ones are made once, with git's fast-import, and
# copied.
package Repos;
use strict;
use warnings;
use Cwd qw(abs_path);

sub new {
	my ($class, %args) = @_;
	my $self = bless {%args}, $class;
	$ENV{HOME} = $self->{dir};
	$ENV{GIT_CONFIG_GLOBAL} = "$self->{dir}/gitconfig";
	$ENV{GIT_CONFIG_NOSYSTEM} = 1;
	$ENV{"GIT_$_"} = 'bench@example.org' for qw(AUTHOR_EMAIL COMMITTER_EMAIL);
	$ENV{"GIT_$_"} = 'bench' for qw(AUTHOR_NAME COMMITTER_NAME);
	delete @ENV{ grep { /^(?:HOOKRUN|LEFTHOOK)/ } keys %ENV };
	mkdir "$self->{dir}/bin";
	symlink abs_path($self->{bin}), "$self->{dir}/bin/hookrun";
	$ENV{PATH} = "$self->{dir}/bin:$ENV{PATH}";
	$self->{lefthook} = $self->find_lefthook;
	$self->{simple} = $self->find_simple;
	return $self;
}

sub must {
	my (@command) = @_;
	system(@command) == 0 or die "'@command' failed\n";
}

sub write_file {
	my ($path, $text, $mode) = @_;
	open my $out, '>', $path or die "$path: $!";
	print $out $text;
	close $out or die "$path: $!";
	chmod $mode, $path if $mode;
}

sub has_program {
	my ($self, $name) = @_;
	return scalar grep { -x "$_/$name" } split /:/, $ENV{PATH};
}

sub npm {
	my ($self, $package) = @_;
	return unless $self->has_program('npm');
	return system("npm install --silent --no-audit --no-fund --ignore-scripts "
			. "--prefix '$self->{dir}/npm' $package >/dev/null 2>&1") == 0;
}

sub find_lefthook {
	my ($self) = @_;
	$self->npm('lefthook@2.2.2') or return;
	my @found = glob "$self->{dir}/npm/node_modules/lefthook-*/bin/lefthook";
	return unless @found;
	symlink $found[0], "$self->{dir}/bin/lefthook";
	return $found[0];
}

sub find_simple {
	my ($self) = @_;
	$self->npm('simple-git-hooks') or return;
	my $cli = "$self->{dir}/npm/node_modules/simple-git-hooks/cli.js";
	return -f $cli ? $cli : undef;
}

sub contenders {
	my ($self) = @_;
	return ('shell', $self->{simple} ? 'simple-git-hooks' : (), 'hookrun',
		$self->{lefthook} ? 'lefthook' : ());
}

sub machine {
	my ($self) = @_;
	my ($cpu) = map { /^model name\s*:\s*(.*)/ ? $1 : () } lines('/proc/cpuinfo');
	chomp(my $kernel = `uname -sr`);
	chomp(my $git = `git --version`);
	chomp(my $ours = `hookrun version`);
	chomp(my $cores = `nproc`);
	return { cpu => $cpu // 'unknown', cores => $cores + 0, kernel => $kernel,
		git => $git =~ s/^git version //r, hookrun => $ours };
}

sub lines {
	my ($path) = @_;
	open my $in, '<', $path or return;
	return <$in>;
}

# ---- repositories ---------------------------------------------------------

# A new repository with `files` tracked files, 20 in a folder, ten folders in
# each, on branch main; `other` is a second branch at the same commit.
sub base {
	my ($self, $files) = @_;
	my $path = "$self->{dir}/base-$files";
	return $path if -d $path;
	must('git', '-c', 'init.defaultBranch=main', 'init', '-q', $path);
	open my $import, '|-', 'git', '-C', $path, 'fast-import', '--quiet' or die;
	print $import "blob\nmark :1\ndata 2\nx\n\ncommit refs/heads/main\n",
		"committer bench <bench\@example.org> 1700000000 +0000\ndata 5\nstart\n";
	for my $i (0 .. $files - 1) {
		printf $import "M 100644 :1 d%d/d%d/d%d/f%d.txt\n", $i / 4000, $i / 200, $i / 20, $i;
	}
	close $import or die "fast-import failed\n";
	must('git', '-C', $path, 'reset', '-q', '--hard', 'main');
	must('git', '-C', $path, 'branch', 'other');
	return $path;
}

# A copy for one contender, its hooks installed, and `staged` files staged.
sub repo {
	my ($self, $case, $name, %spec) = @_;
	my $path = "$self->{dir}/$case-$name";
	my $base = $self->base($spec{files} // 1);
	must('cp', '-a', $base, $path);
	must('git', '-C', $path, 'update-index', '-q', '--refresh');
	my $install = "install_$name" =~ tr/-/_/r;
	$self->$install($path, \%spec);
	$self->stage($path, $spec{staged} // 0, $spec{files} // 1);
	$self->edit_again($path, $spec{staged}) if $spec{partly};
	return $path;
}

# Files are changed where there are enough of them, and added where not.
sub stage {
	my ($self, $path, $count, $files) = @_;
	return unless $count;
	open my $add, '|-', 'git', '-C', $path, 'add', '--pathspec-from-file=-' or die;
	for my $i (0 .. $count - 1) {
		my $file = sprintf 'd%d/d%d/d%d/f%d.txt', $i / 4000, $i / 200, $i / 20, $i;
		($file = "new/$i.txt") && mkdir "$path/new" if $i >= $files;
		write_file("$path/$file", "changed $i\n");
		print $add "$file\n";
	}
	close $add or die "git add failed\n";
}

# What is staged gets edits that are not: a hook that hides them has work.
sub edit_again {
	my ($self, $path, $count) = @_;
	for my $i (0 .. $count - 1) {
		my $file = sprintf '%s/d%d/d%d/d%d/f%d.txt', $path, $i / 4000, $i / 200, $i / 20, $i;
		write_file($file, "changed $i\nnot staged\n");
	}
}

sub install_shell {
	my ($self, $path, $spec) = @_;
	for my $hook (sort keys %{ $spec->{shell} }) {
		write_file("$path/.git/hooks/$hook", "#!/bin/sh\n$spec->{shell}{$hook}\n", 0755);
	}
}

sub install_simple_git_hooks {
	my ($self, $path, $spec) = @_;
	write_file("$path/package.json", '{"name":"bench","version":"1.0.0"}');
	write_file("$path/.simple-git-hooks.json", '{"pre-commit": "true"}');
	must('sh', '-c', 'cd "$0" && node "$1" >/dev/null 2>&1', $path, $self->{simple});
}

sub install_hookrun {
	my ($self, $path, $spec) = @_;
	write_file("$path/lefthook.yml", $spec->{hookrun} // $spec->{yml});
	must('sh', '-c', 'cd "$0" && hookrun install >/dev/null 2>&1', $path);
}

sub install_hookrun_direct {
	my ($self, $path, $spec) = @_;
	write_file("$path/lefthook.yml", $spec->{yml});
	must('sh', '-c', 'cd "$0" && hookrun install --direct >/dev/null 2>&1', $path);
}

sub install_lefthook {
	my ($self, $path, $spec) = @_;
	write_file("$path/lefthook.yml", $spec->{yml});
	must('sh', '-c', 'cd "$0" && lefthook install >/dev/null 2>&1', $path);
}

# ---- cases ----------------------------------------------------------------

my @HOOK = ('git', 'hook', 'run', 'pre-commit');

# One contender of a case: where it runs, what, and what its memory is taken of.
sub who {
	my ($self, $name, $where, $command, $hook) = @_;
	my $alone = sub {
		my ($head) = lines("$where/.git/refs/heads/main");
		chomp $head;
		return ($name, 'run', $hook, $hook eq 'post-checkout' ? ($head, $head, '1') : ());
	};
	return { name => $name, where => $where, command => $command,
		alone => $name =~ /^(?:hookrun|lefthook)$/ ? $alone : undef };
}

# A case in which every contender has a repository of its own.
sub hook_case {
	my ($self, $name, $title, %spec) = @_;
	my @names = grep { $_ ne 'simple-git-hooks' || $spec{simple} } $self->contenders;
	@names = map { $_, $_ eq 'hookrun' && $spec{direct} ? 'hookrun-direct' : () } @names;
	my %where = map { $_ => "$self->{dir}/$name-$_" } @names;
	my $command = $spec{command} // \@HOOK;
	my @who = map { $self->who($_, $where{$_}, $command, $spec{hook} // 'pre-commit') } @names;
	push @who, $self->who('git diff', $where{shell},
		[ 'git', 'diff', '--cached', '--name-only' ], '') if $spec{git_diff};
	return { name => $name, title => $title, runs => $spec{runs}, files => $spec{chart},
		who => \@who, remove => [ values %where ],
		prepare => sub { $self->repo($name, $_, %spec) for @names } };
}

my $STAGED = 'git diff --cached --name-only --diff-filter=ACMR -z | xargs -0 -r true';

sub size_cases {
	my ($self) = @_;
	return map {
		my $files = $_;
		$self->hook_case("files-$files", "$files files, one staged, handed to \`true\`",
			files => $files, staged => 1, git_diff => 1, chart => $files,
			runs => $files > 50000 ? 10 : undef,
			yml => "pre-commit:\n  jobs:\n    - run: 'true {staged_files}'\n",
			shell => { 'pre-commit' => $STAGED })
	} (1000, 10000, 100000, 300000);
}

sub staged_cases {
	my ($self) = @_;
	return map {
		my $staged = $_;
		$self->hook_case("staged-$staged", "$staged staged files, handed to \`true\`",
			files => $staged, staged => $staged, runs => 10,
			yml => "pre-commit:\n  jobs:\n    - run: 'true {staged_files}'\n",
			shell => { 'pre-commit' => $STAGED })
	} (5000, 20000);
}

sub job_cases {
	my ($self) = @_;
	return map {
		my $jobs = $_;
		my $list = join '', map { "    - name: j$_\n      run: 'true'\n" } 1 .. $jobs;
		$self->hook_case("jobs-$jobs", "$jobs parallel jobs that run \`true\`",
			staged => 1, runs => $jobs > 100 ? 5 : undef,
			yml => "pre-commit:\n  parallel: true\n  jobs:\n$list",
			shell => { 'pre-commit' => ("/bin/true &\n" x $jobs) . 'wait' })
	} (10, 100, 1000);
}

sub cases {
	my ($self) = @_;
	my $true = "pre-commit:\n  jobs:\n    - run: 'true'\n";
	my $many = "pre-commit:\n  jobs:\n    - run: 'true'\npre-push:\n  jobs:\n"
		. join '', map { "    - name: j$_\n      run: 'echo $_'\n      glob: '*.$_'\n" } 1 .. 2000;
	my $loud = q(head -c 100000000 /dev/zero | tr '\0' x | fold -w 79);
	return (
		$self->hook_case('one', 'one job that runs `true`', simple => 1, staged => 1,
			yml => $true, shell => { 'pre-commit' => 'true' }),
		# What sh costs that looks for hookrun; the shell starts a program too.
		$self->hook_case('hook-file', 'the program `true`, by the form of the hook file',
			direct => 1, staged => 1, yml => $true, shell => { 'pre-commit' => '/bin/true' }),
		$self->hook_case('switch', 'two switches with nothing to do',
			hook => 'post-checkout',
			command => [ 'sh', '-c', 'git switch -q other && git switch -q main' ],
			yml => "post-checkout:\n  piped: true\n  jobs:\n    - run: '[ {1} = {2} ]'\n",
			hookrun => "post-checkout:\n  piped: true\n  jobs:\n"
				. "    - uses: deps\n    - uses: migrate\n    - uses: test-map\n",
			shell => { 'post-checkout' => "[ \"\$1\" = \"\$2\" ] && exit 0\nexit 0" }),
		$self->job_cases,
		$self->hook_case('config', 'one job, in a configuration of 2,000 jobs',
			staged => 1, yml => $many, shell => { 'pre-commit' => 'true' }),
		$self->hook_case('output', 'a job that prints 100 MB', staged => 1, runs => 3,
			yml => "pre-commit:\n  jobs:\n    - run: \"$loud\"\n" =~ s/\\0/\\\\0/r,
			shell => { 'pre-commit' => $loud }),
		$self->staged_cases,
		# The shell hides nothing: it is here for what git itself costs.
		$self->hook_case('partly-200', '200 partly staged files, handed to `true`',
			files => 1000, staged => 200, partly => 1,
			yml => "pre-commit:\n  jobs:\n    - run: 'true {staged_files}'\n",
			shell => { 'pre-commit' => $STAGED }),
		$self->size_cases,
	);
}

1;
