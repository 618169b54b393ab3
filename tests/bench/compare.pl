#!/usr/bin/perl
# Times commands in turn: compare.pl RUNS DIR [lefthook | --alone] < CASES
# A case is "title: command".  Each runs in DIR/shell, DIR/hookrun and, if
# named, DIR/lefthook (with --alone once, in DIR).  Prints the least and the
# median wall time in milliseconds, the median CPU time of the children, and
# the ratio of the least times to the shell's.
use strict;
use warnings;
use Time::HiRes qw(time);

my ($runs, $dir, $extra) = @ARGV;
my @names = ('shell', 'hookrun');
push @names, 'lefthook' if defined $extra && $extra eq 'lefthook';
@names = ('') if defined $extra && $extra eq '--alone';

sub once {
	my ($where, $command) = @_;
	my @before = times;
	my $start = time;
	my $pid = fork // die "fork: $!";
	if (!$pid) {
		chdir $where or die "$where: $!";
		open STDOUT, '>', '/dev/null' or die;
		open STDERR, '>', '/dev/null' or die;
		exec 'sh', '-c', $command or die "sh: $!";
	}
	waitpid $pid, 0;
	die "'$command' failed in $where\n" if $?;
	my $wall = time - $start;
	my @after = times;
	return ($wall * 1000, ($after[2] + $after[3] - $before[2] - $before[3]) * 1000);
}

sub median {
	my @sorted = sort { $a <=> $b } @_;
	return $sorted[@sorted / 2];
}

while (my $line = <STDIN>) {
	chomp $line;
	my ($title, $command) = $line =~ /^(.*?): (.*)$/ or next;
	my (%wall, %cpu);
	for my $run (0 .. $runs) {
		for my $name (@names) {
			my ($wall, $cpu) = once("$dir/$name", $command);
			next unless $run;    # the first one warms up
			push @{ $wall{$name} }, $wall;
			push @{ $cpu{$name} }, $cpu;
		}
	}
	print "$title ($runs runs)\n";
	my $base = (sort { $a <=> $b } @{ $wall{ $names[0] } })[0];
	for my $name (@names) {
		my $least = (sort { $a <=> $b } @{ $wall{$name} })[0];
		printf "  %-9s least %7.1f ms   median %7.1f ms   cpu %6.1f ms%s\n",
			$name, $least, median(@{ $wall{$name} }), median(@{ $cpu{$name} }),
			$name eq '' ? '' : sprintf '   %.2f of shell', $least / $base;
	}
}
