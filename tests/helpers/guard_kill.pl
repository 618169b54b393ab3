# Ends hookrun and its git children at every call that changes the disk, or
# makes each such call fail, runs the next command, and looks for every byte.
#
#   perl guard_kill.pl HOOKRUN FAULT.so STATE-FILE FOLDER STEP NAME JOB KIND...
#
# Each STEP-th call is taken, 1 for all.
# FOLDER is a repository with something partly staged (and is used up), JOB what
# the hook's job does (none, merge, conflict).  A KIND is one of fault.c, or
# "recover": the run is killed in its job, and then the recovery is killed at
# each of its own calls.  Prints a TAP line for each KIND.
use strict;
use warnings;
use File::Find;
use Digest::SHA;

my ($hookrun, $fault, $state, $dir, $step, $name, $job, @kinds) = @ARGV;
chdir $dir or die "$dir: $!";

# ---- what there is ---------------------------------------------------------

sub slurp {
	my ($path) = @_;
	open my $in, '<', $path or return "unreadable: $!";
	binmode $in;
	local $/;
	my $text = <$in>;
	return defined $text ? $text : '';
}

# Each file and link of the work tree: kind, mode, time in nanoseconds, bytes.
sub manifest {
	my %seen;
	open my $in, '-|', 'find', '.', '-path', './.git', '-prune', '-o',
		'!', '-type', 'd', '-printf', '%P\0%y %m %T@ %l\0' or die;
	local $/ = "\0";
	while (defined(my $path = <$in>)) {
		my $facts = <$in>;
		chomp($path, $facts);
		$facts .= ' ' . Digest::SHA::sha1_hex(slurp($path))
			if $facts =~ /^f/;
		$seen{$path} = $facts;
	}
	close $in;
	return \%seen;
}

sub git_files {
	my @files;
	find({ no_chdir => 1, wanted => sub { push @files, $_ unless -d $_ && !-l $_ } },
		'.git');
	return @files;
}

my %original_git = map { $_ => 1 } git_files();
my $original = manifest();
my $index = slurp('.git/index');
my %bytes = map { $_ => slurp($_) } grep { $original->{$_} =~ /^f/ } keys %$original;

# ---- one run ---------------------------------------------------------------

sub run {
	my ($at, $kind, @args) = @_;
	open my $out, '>', "$state.out" or die;
	my $pid = fork;
	if (!$pid) {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>&', $out;
		open STDERR, '>&', $out;
		if ($kind) {
			$ENV{LD_PRELOAD} = $fault;
			$ENV{FAULT_STATE} = $state;
			$ENV{FAULT_AT} = $at;
			$ENV{FAULT_KIND} = $kind;
		}
		exec $hookrun, @args or exit 127;
	}
	waitpid $pid, 0;
	my $status = $?;
	close $out;
	return $status;
}

sub clear_state {
	open my $file, '>', $state or die;
	print $file "\0" x 8192;
	close $file;
}

sub fired { return unpack('x8 L', slurp($state)) }
sub letter { my ($at) = @_; return substr slurp($state), 12 + $at - 1, 1 }

# A git child that died or outlived hookrun may still be at work.
sub settle {
	for (1 .. 1000) {
		my @live = grep { !/ Z/ } map { slurp($_) =~ /\((?:git|hookrun)\) (.*)/ ? " $1" : () }
			grep { (readlink((m,(.*)/stat$,)[0] . '/cwd') || '') eq $dir } glob '/proc/[0-9]*/stat';
		return unless @live;
		select undef, undef, undef, 0.01;
	}
}

# As it was before the run, but for what was found to be right.
sub reset_git {
	for my $file (git_files()) {
		unlink $file unless $original_git{$file} || $file =~ m,/guard/lock$,;
	}
	return if slurp('.git/index') eq $index;
	open my $out, '>', '.git/index' or die;
	print $out $index;
	close $out;
}

# ---- is all of it there ----------------------------------------------------

sub kept_somewhere {
	my ($text) = @_;
	for my $archive (glob '.git/hookrun/backup/*/*.tar') {
		for my $item (split /\n/, `tar -tf $archive 2>&1`) {
			return 1 if `tar -xOf $archive $item` eq $text;
		}
	}
	return 0;
}

my %tolerated; # merged texts, per path

sub wrong {
	my $now = manifest();
	my @wrong;
	for my $path (sort keys %$original) {
		my $have = defined $now->{$path} ? $now->{$path} : 'nothing';
		next if $have eq $original->{$path};
		if ($job ne 'none' && $have =~ /^f/) {
			my $text = slurp($path);
			next if $text eq $bytes{$path};
			next if $text =~ /unstaged/ && $text =~ /by a job/;
			next if kept_somewhere($bytes{$path})
				&& slurp("$state.out") =~ /recover --restore/;
		}
		push @wrong, "'$path' was $original->{$path}, is $have";
	}
	push @wrong, map { "'$_' is left over" }
		grep { !defined $original->{$_} } sort keys %$now;
	push @wrong, 'the index is not the same' if slurp('.git/index') ne $index;
	push @wrong, 'the journal is still there' if -e '.git/hookrun/guard/journal';
	return @wrong;
}

sub restore_tree {
	return if $job eq 'none';
	for my $path (keys %bytes) {
		my ($mode, $time) = $original->{$path} =~ /^f (\d+) ([\d.]+)/;
		open my $out, '>', $path or die;
		print $out $bytes{$path};
		close $out;
		chmod oct $mode, $path;
		system 'touch', '-d', "\@$time", '--', $path;
	}
}

my $bad = 0;

sub examine {
	my ($what) = @_;
	settle();
	my $printed = slurp("$state.out");
	my $status = run(0, undef, 'recover');
	my @wrong = wrong();
	push @wrong, "recover ended with $status" if $status;
	print "# $name, $what: $_\n" for @wrong;
	if (@wrong) {
		print map { "#   $_\n" } split /\n/, $printed . slurp("$state.out");
		$bad = 1;
		exit 1;
	}
	reset_git();
	restore_tree();
}

# ---- all points ------------------------------------------------------------

sub all_points {
	my ($kind) = @_;
	my $points = 0;
	for (my $at = 1; ; $at += $step) {
		clear_state();
		if ($kind eq 'recover') {
			run(0, undef, 'run', 'pre-commit', '--no-auto-install', '--job', 'suicide');
			run($at, 'killall', 'recover');
		} else {
			run($at, $kind, 'run', 'pre-commit', '--no-auto-install', '--job', $job);
		}
		my $fired = fired();
		# Only git's own calls end differently without hookrun.
		examine("$kind at call $at");
		last unless $fired;
		$points++;
	}
	return $points;
}

$| = 1;
for my $kind (@kinds) {
	my $points = all_points($kind);
	print $points ? 'ok' : 'not ok', " - $name, $job, $kind: $points points\n";
}
