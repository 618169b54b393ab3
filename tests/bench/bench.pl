#!/usr/bin/perl
# make bench: what a hook costs, beside a plain shell hook, simple-git-hooks and
# lefthook 2.2.2 (the last two from npm, where they can be had).
#
#   bench.pl --bin HOOKRUN --measure MEASURE --out FOLDER [--only PATTERN]
#
# Contenders run in turn, so that a noisy machine is noisy for all of them, and
# each case is warmed up once.  The report is a table on stdout; FOLDER gets
# bench.json, performance.md and performance.svg.  RUNS sets how often.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use FindBin;
use Getopt::Long;
use JSON::PP;
use lib $FindBin::Bin;
use RailsCase;
use Repos;
use Report;

my ($bin, $measure, $out, $only) = ('', '', '', '.');
GetOptions('bin=s' => \$bin, 'measure=s' => \$measure, 'out=s' => \$out, 'only=s' => \$only)
	or exit 2;
my $runs = $ENV{RUNS} // 20;
my $dir = tempdir('hookrun-bench.XXXXXX', TMPDIR => 1);
my $parent = $$;
$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);
my $rails = RailsCase->new(dir => $dir);
END {
	if ($dir && $$ == $parent) {
		local $?;
		$rails->stop;
		remove_tree($dir);
	}
}

my $repos = Repos->new(dir => $dir, bin => $bin);
my %there = map { $_ => 1 } $repos->contenders;
for my $name ('lefthook', 'simple-git-hooks') {
	print STDERR "bench: no $name from npm here; without it\n" unless $there{$name};
}

my $missing = RailsCase::lacks();
print STDERR "bench: no Rails here ($missing); without switches with work\n" if $missing;

# Wall time (ms), CPU time (ms), peak memory (KiB) of one run.
sub once {
	my ($where, @command) = @_;
	open my $pipe, '-|', $measure, $where, @command or die "$measure: $!";
	my ($wall, $cpu, $peak, $status) = split ' ', scalar <$pipe> // '';
	close $pipe;
	die "'@command' failed in $where: " . ($status // 'no answer') . "\n"
		if !defined $status || $status;
	return { wall => $wall / 1e6, cpu => $cpu / 1e3, peak => $peak + 0 };
}

sub median {
	my @sorted = sort { $a <=> $b } @_;
	return $sorted[@sorted / 2];
}

# Processes that are started by one run, the command itself included.
sub processes {
	my ($where, @command) = @_;
	return undef unless $repos->has_program('strace');
	my $log = "$dir/strace.log";
	system('sh', '-c', 'cd "$1" || exit; shift; exec strace -f -qq -o "$0" '
			. '-e trace=clone,clone3,fork,vfork "$@" >/dev/null 2>&1 </dev/null',
		$log, $where, @command);
	open my $in, '<', $log or return undef;
	my $count = 1;
	while (<$in>) {
		$count++ if /(?:clone3?|v?fork)(?:\(.*| resumed.*)= [0-9]+$/ && !/CLONE_THREAD/;
	}
	return $count;
}

sub summary {
	my ($results) = @_;
	my @wall = map { $_->{wall} } @$results;
	return {
		min_ms => (sort { $a <=> $b } @wall)[0],
		median_ms => median(@wall),
		cpu_ms => median(map { $_->{cpu} } @$results),
	};
}

# A case is a hash: name, title, runs, who => [ [ contender, folder, command... ] ]
# where a contender's `alone`, if there, gives the command its memory is measured with.
sub run_case {
	my ($case) = @_;
	my (%results, %row);
	my $times = $case->{runs} ? ($case->{runs} < $runs ? $case->{runs} : $runs) : $runs;
	for my $run (0 .. $times) {
		for my $who (@{ $case->{who} }) {
			my $result = once($who->{where}, @{ $who->{command} });
			push @{ $results{ $who->{name} } }, $result if $run;
		}
	}
	for my $who (@{ $case->{who} }) {
		my $row = summary($results{ $who->{name} });
		$row->{peak_kib} = once($who->{where}, $who->{alone}->())->{peak} if $who->{alone};
		$row->{processes} = processes($who->{where}, @{ $who->{command} });
		$row{ $who->{name} } = $row;
	}
	my $done = { name => $case->{name}, title => $case->{title}, runs => $times,
		files => $case->{files}, bases => $case->{bases} // [ 'shell', 'lefthook' ], order => [ map { $_->{name} } @{ $case->{who} } ],
		results => \%row };
	Report::ratios($done);
	print Report::table($done), "\n";
	return $done;
}

my @done;
for my $case ($repos->cases, $missing ? () : $rails->cases) {
	next unless $case->{name} =~ /$only/;
	$case->{prepare}->() if $case->{prepare};
	push @done, run_case($case);
	remove_tree($_) for @{ $case->{remove} // [] };
}
if ($out) {
	make_path($out);
	Report::write_all($out, { machine => $repos->machine, cases => \@done });
	print "bench: wrote $out/bench.json, performance.md, performance.svg\n";
}
