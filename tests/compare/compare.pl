#!/usr/bin/perl
# make compare: hookrun under the name lefthook beside lefthook 2.2.2 from npm,
# over many shapes of configuration.  Every program that a configuration calls is
# a stand-in (stand-in.sh) that records how it was called.
#
#   compare.pl --bin HOOKRUN [--lefthook LEFTHOOK] [--only PATTERN] [--show]
#
# Compared are, for every hook of a configuration and for a commit: the exit
# code, the calls in their order (of parallel ones as a set) with arguments,
# folder, environment and standard input, which jobs the summary names and which
# were skipped, and what the index and the work tree are afterwards.  What
# differs on purpose is named in Shapes.pm, with the row of doc/lefthook.md.
# Without network and without --lefthook there is nothing to compare with.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Temp qw(tempdir);
use FindBin;
use Getopt::Long;
use lib $FindBin::Bin;
use Shapes;

my ($bin, $lefthook, $only, $show) = ('', '', '.', 0);
GetOptions('bin=s' => \$bin, 'lefthook=s' => \$lefthook, 'only=s' => \$only,
	'show' => \$show) or exit 2;
my $dir = tempdir('hookrun-compare.XXXXXX', TMPDIR => 1, CLEANUP => 1);

sub must {
	system(@_) == 0 or die "compare: '@_' failed\n";
}

sub slurp {
	my ($path) = @_;
	open my $in, '<', $path or return '';
	local $/;
	return scalar <$in> // '';
}

sub spew {
	my ($path, $text) = @_;
	if ($path =~ m{^(.*)/}) { must('mkdir', '-p', $1) }
	open my $out, '>', $path or die "compare: $path: $!\n";
	print $out $text;
	close $out or die "compare: $path: $!\n";
}

sub find_lefthook {
	return abs_path($lefthook) if $lefthook;
	system("npm install --silent --no-audit --no-fund --ignore-scripts "
			. "--prefix '$dir/npm' lefthook\@2.2.2 >/dev/null 2>&1");
	my @found = glob "$dir/npm/node_modules/lefthook-*/bin/lefthook";
	@found or die "compare: no lefthook 2.2.2 from npm here (--lefthook names one)\n";
	return $found[0];
}

# A folder with the contender as `lefthook` (and hookrun, which its hook files
# call), and the stand-ins.
sub programs {
	my ($name, $path) = @_;
	my $folder = "$dir/$name";
	must('mkdir', '-p', $folder);
	symlink $path, "$folder/lefthook" or die;
	symlink abs_path($bin), "$folder/hookrun" or die if $name eq 'hookrun';
	symlink "$FindBin::Bin/stand-in.sh", "$folder/$_" for Shapes::programs();
	return $folder;
}

# The repository that each shape begins with.
sub base {
	my $path = "$dir/base";
	must('git', 'init', '-q', $path);
	spew("$path/$_", "$_\n") for Shapes::tracked();
	must('git', '-C', $path, 'add', '.');
	must('git', '-C', $path, 'commit', '-qm', 'base');
	spew("$path/.git/info/exclude", "lefthook*\n.lefthook*\n*.out\n");
	return $path;
}

# What the output says of jobs: their marks and the reasons of skips.
sub said {
	my ($text) = @_;
	my @lines;
	for (split /\n/, $text) {
		s/\e\[[0-9;]*m//g;
		push @lines, "$1 $2" if /^\s*(✓|✗|✔️|🥊) (.*?) \(\d+\.\d+ seconds\)/;
		push @lines, $1 if /^│\s+(.* \(skip\) .*?)\s*$/;
	}
	@lines = sort @lines;
	return map { "said $_\n" } @lines;
}

sub run {
	my ($log, $stdin, @command) = @_;
	unlink $log;
	spew("$log.in", $stdin);
	my $out = `timeout 20 @{[join ' ', map { quotemeta } @command]} < '$log.in' 2>&1`;
	my $status = $? >> 8;
	return ($status, $out);
}

my %args = ('commit-msg' => ['.git/COMMIT_EDITMSG'],
	'prepare-commit-msg' => ['.git/COMMIT_EDITMSG'],
	'pre-push' => ['origin', 'url'], 'post-checkout' => ['a', 'b', '1'],
	'post-merge' => ['0'], 'post-rewrite' => ['amend'], 'pre-rebase' => ['main']);

# All that one contender does with one shape, as text.
sub observe {
	my ($shape, $programs) = @_;
	my $repo = "$dir/work";
	must('rm', '-rf', $repo);
	must('cp', '-a', "$dir/base", $repo);
	chdir $repo or die;
	local $ENV{PATH} = "$programs:$ENV{PATH}";
	local $ENV{COMPARE_LOG} = "$dir/log";
	local $ENV{COMPARE_ROOT} = $repo;
	local @ENV{keys %{$shape->{env}}} = values %{$shape->{env}};
	for my $file (sort keys %{$shape->{files}}) {
		spew("$repo/$file", $shape->{files}{$file});
		chmod 0755, "$repo/$file" if $shape->{files}{$file} =~ /^#!/;
	}
	for my $file (Shapes::staged()) {
		spew("$repo/$file", "$file\nstaged\n");
		must('git', 'add', '--', $file);
	}
	spew(".git/COMMIT_EDITMSG", "feat: text\n");
	my @seen;
	chomp(my $head = `git rev-parse HEAD`);
	for my $hook (@{$shape->{hooks}}) {
		my $stdin = $hook eq 'pre-push'
			? "refs/heads/main $head refs/heads/main " . '0' x 40 . "\n" : '';
		my ($status, $out) = run("$dir/log", $stdin, 'lefthook', 'run', $hook,
			@{$shape->{flags} // []}, @{$args{$hook} // []});
		my @calls = split /^/, slurp("$dir/log");
		@calls = sort @calls if $shape->{parallel};
		push @seen, "== run $hook: $status\n", @calls, said($out);
		print "--- $programs\n$out" if $show;
		push @seen, `git status --porcelain`;
	}
	run("$dir/log", '', 'lefthook', 'install');
	my ($status, $out) = run("$dir/log", '', 'git', 'commit', '-qm', 'feat: text');
	my @calls = split /^/, slurp("$dir/log");
	@calls = sort @calls if $shape->{parallel};
	push @seen, "== commit: $status\n", @calls, `git status --porcelain`,
		$status ? () : `git diff --stat HEAD~1`;
	chdir $dir;
	return join '', @seen;
}

# npm is asked while its registry and its cache are still known: both are named
# by the environment or by a file in the caller's home.
my $peer = find_lefthook();
my %keep = map { $_ => $ENV{$_} } grep { defined $ENV{$_} } qw(PATH TMPDIR);
%ENV = (%keep, HOME => $dir, LC_ALL => 'C.UTF-8', TERM => 'xterm', GIT_CONFIG_NOSYSTEM => 1);
must('git', 'config', '--global', $_->[0], $_->[1]) for ['init.defaultBranch', 'main'],
	['user.name', 'a'], ['user.email', 'a@example.org'];
base();
my %folder = (lefthook => programs('lefthook', $peer),
	hookrun => programs('hookrun', abs_path($bin)));
my ($same, $expected, @differ) = (0, 0);
for my $shape (grep { $_->{name} =~ /$only/ } Shapes::all()) {
	my %seen = map { $_ => observe($shape, $folder{$_}) } sort keys %folder;
	if ($seen{lefthook} eq $seen{hookrun}) {
		$same++;
		print "no difference any more: $shape->{name}\n" if Shapes::known_row($shape->{name});
		next;
	}
	if (Shapes::known_row($shape->{name}) && !$show) {
		$expected++;
		next;
	}
	push @differ, $shape->{name};
	spew("$dir/$_.txt", $seen{$_}) for keys %seen;
	print "differs: $shape->{name}\n";
	print `diff -U1 '$dir/lefthook.txt' '$dir/hookrun.txt' | tail -n +3`;
}
printf "%d the same, %d differ on purpose, %d differ\n", $same, $expected, scalar @differ;
exit(@differ ? 1 : 0);
