#!/usr/bin/perl
# The blocks of a page as steps, for guide.sh:
#
#   guide.pl steps PAGE FOLDER [HEADING]   # FOLDER/001.sh, .cmd with .out, .file
#                                          # with .name, .yml, in the page's order
#   guide.pl same GOT WANTED               # the same but for times and ids?
#   guide.pl write PAGE FOLDER [HEADING]   # the page with what is in 001.got, ...
use strict;
use warnings;

sub text { local $/; open my $in, '<', $_[0] or die "$_[0]: $!\n"; return <$in> // '' }

sub put {
	my ($path, $text) = @_;
	open my $out, '>', $path or die "$path: $!\n";
	print $out $text;
	close $out or die "$path: $!\n";
}

# The page in pieces: text, or a block with its kind and the file it is for.
sub pieces {
	my ($page, $heading) = @_;
	my ($on, $said, @pieces) = (!defined $heading, '');
	my @lines = split /\n/, text($page), -1;

	while (defined(my $line = shift @lines)) {
		$on = $line eq "## $heading" if defined $heading && $line =~ /^## /;
		if ($line !~ /^```(\w*)$/) {
			$said = $line if $line =~ /\S/;
			push @pieces, { text => @lines ? "$line\n" : $line };
			next;
		}
		my ($kind, $body) = ($1, '');
		while (@lines && (my $in = shift @lines) ne '```') { $body .= "$in\n" }
		my $file = $kind ne 'sh' && $kind ne 'console' &&
			$said =~ /`([^`\s]+)`:$/ ? $1 : undef;
		$said = '';
		push @pieces, { kind => $kind, text => $body, file => $file, on => $on };
	}
	return @pieces;
}

# A console: each line with a prompt, and what it prints below it.
sub commands {
	my @commands;
	for my $line (split /\n/, $_[0]) {
		if ($line =~ /^\$ (.*)/) { push @commands, [$1, ''] }
		elsif ($line =~ /^> ?(.*)/ && @commands && $commands[-1][1] eq '') {
			$commands[-1][0] .= "\n$1";
		}
		elsif (@commands) { $commands[-1][1] .= "$line\n" }
		else { die "a console that begins with no prompt: $line\n" }
	}
	return @commands;
}

sub steps {
	my ($page, $folder, $heading) = @_;
	my $number = 0;
	my $step = sub { sprintf '%s/%03d', $folder, ++$number };

	for my $piece (pieces($page, $heading)) {
		my $kind = $piece->{kind};
		next unless defined $kind && $piece->{on};
		next if $kind eq 'text' && !defined $piece->{file};
		if ($kind eq 'console') {
			for (commands($piece->{text})) {
				my $name = $step->();
				put("$name.cmd", "$_->[0]\n");
				put("$name.out", $_->[1]);
			}
		} elsif ($kind eq 'sh') {
			put($step->() . '.sh', $piece->{text});
		} elsif (defined $piece->{file}) {
			my $name = $step->();
			put("$name.name", $piece->{file});
			put("$name.file", $piece->{text});
		} elsif ($kind eq 'yaml') {
			put($step->() . '.yml', $piece->{text});
		} else {
			die "a block '$kind' that nobody runs\n";
		}
	}
	print "$number\n";
}

sub places {
	my $text = shift;
	my %place = ($ENV{GUIDE_REPO} // '' => '/home/you/app',
		$ENV{GUIDE_BIN} // '' => '/usr/local/bin', $ENV{HOME} => '/home/you');

	for (sort { length $b <=> length $a } keys %place) {
		$text =~ s/\Q$_\E(?=[\/\s':,;)]|$)/$place{$_}/gm if length;
	}
	# Said where nothing is drawn; else it is in a line that goes.
	$text =~ s/^migrate: starting Rails \.\.\.\n//gm;
	$text =~ s/[ \t]+$//gm;
	return $text;
}

sub plain {
	my $text = places(shift);

	# A job is called the slowest from half a second on.
	$text =~ s/ \(slowest: [^()\n]*\)//g;
	$text =~ s/\b(\d+m\d\ds|\d+\.\d+s|\d+ms|0s)(?![a-z])/TIME/g;
	$text =~ s/\b\d{4}-\d\d-\d\d(T[\d:]+Z)?\b/DATE/g;
	$text =~ s/\b\d\d:\d\d(:\d\d)?\b/CLOCK/g;
	$text =~ s/\b\d{8}-\d{6}(-\d+)?\b/KEPT/g;
	# Ids of commits, but not the numbers of migrations.
	$text =~ s/\b(?!\d{14}\b)[0-9a-f]{7,40}\b/ID/g;
	# Columns are as wide as what is in them.
	$text =~ s/(\S)[ \t]+/$1 /g;
	$text =~ s/\n+\z/\n/;
	return $text;
}

# A line of three dots stands for any lines, also none.
sub same {
	my ($got, $wanted) = map { plain(text($_)) } @_;
	my $pattern = join '', map { $_ eq '...' ? '(?:.*\n)*?' : quotemeta("$_\n") }
		split /\n/, $wanted;
	return 1 if $got =~ /\A\n*$pattern\z/;
	print "printed:\n${got}the page has:\n$wanted";
	return 0;
}

sub rewrite {
	my ($page, $folder, $heading) = @_;
	my ($number, $all) = (0, '');

	for my $piece (pieces($page, $heading)) {
		my $kind = $piece->{kind};
		if (!defined $kind) { $all .= $piece->{text}; next }
		my $body = $piece->{text};
		if ($kind eq 'console' && $piece->{on}) {
			$body = '';
			for (commands($piece->{text})) {
				my $got = sprintf '%s/%03d.got', $folder, ++$number;
				$body .= '$ ' . $_->[0] =~ s/\n/\n> /gr . "\n";
				$body .= -e $got ? places(text($got)) : $_->[1];
			}
		} elsif ($piece->{on} && ($kind ne 'text' || defined $piece->{file})) {
			$number++;
		}
		$all .= "```$kind\n$body```\n";
	}
	put($page, $all);
}

my $what = shift // '';
if ($what eq 'steps') { steps(@ARGV) }
elsif ($what eq 'same') { exit !same(@ARGV) }
elsif ($what eq 'write') { rewrite(@ARGV) }
else { die "guide.pl: steps, same or write\n" }
