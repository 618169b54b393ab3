# What the benchmark found: as a table on the terminal, as JSON, as a page and
# as a plot of cost against the size of the repository.
package Report;
use strict;
use warnings;
use JSON::PP;

# The ratio of the least times to those of `bases`, the shell and lefthook mostly.
sub ratios {
	my ($case) = @_;
	my $results = $case->{results};
	for my $name (keys %$results) {
		for my $base (@{ $case->{bases} }) {
			next unless $results->{$base} && $results->{$base}{min_ms};
			$results->{$name}{"of_$base"} =
				$results->{$name}{min_ms} / $results->{$base}{min_ms};
		}
	}
}

sub cell {
	my ($format, $value) = @_;
	return defined $value ? sprintf $format, $value : '-';
}

sub rows {
	my ($case) = @_;
	return map {
		my $r = $case->{results}{$_};
		[ $_, cell('%.1f', $r->{min_ms}), cell('%.1f', $r->{median_ms}),
			cell('%.1f', $r->{cpu_ms}),
			cell('%.1f', defined $r->{peak_kib} ? $r->{peak_kib} / 1024 : undef),
			cell('%d', $r->{processes}),
			map { cell($_ eq 'lefthook' ? '%.3f' : '%.2f', $r->{"of_$_"}) } @{ $case->{bases} } ]
	} @{ $case->{order} };
}

sub head {
	my ($case) = @_;
	return [ '', 'min ms', 'median ms', 'cpu ms', 'peak MiB', 'processes',
		map { "of $_" } @{ $case->{bases} } ];
}

sub table {
	my ($case) = @_;
	my $text = "$case->{title} (least of $case->{runs})\n";
	my $form = '  %-17s%9s%11s%9s%10s%11s' . '%13s' x @{ $case->{bases} } . "\n";
	$text .= sprintf $form, @$_ for head($case), rows($case);
	return $text;
}

sub markdown {
	my ($case) = @_;
	my $head = head($case);
	my $text = "### \u$case->{title}\n\n| " . join(' | ', @$head) . " |\n";
	$text .= '| --- |' . ' ---: |' x (@$head - 1) . "\n";
	$text .= '| ' . join(' | ', @$_) . " |\n" for rows($case);
	return "$text\n";
}

sub page {
	my ($data) = @_;
	my $m = $data->{machine};
	my $text = "# What hookrun costs\n\n"
		. "Written by `make bench`, which builds the repositories, installs lefthook 2.2.2 and\n"
		. "simple-git-hooks from npm, and runs the contenders in turn through `git hook run`.\n"
		. "The times are of the whole command, git's own share included; ratios are of the\n"
		. "least times. Peak memory is that of `hookrun run` (or `lefthook run`) started alone.\n"
		. "Switches with work go to and fro between two branches of the application of\n"
		. "`make demo`: `first` is without recordings, and `bin/rails` is `bin/rails db:migrate`\n"
		. "with nothing to do.\n\n"
		. "Machine: $m->{cpu}, $m->{cores} cores, $m->{kernel}, git $m->{git}; hookrun $m->{hookrun}.\n\n"
		. "![Cost against the size of the repository](performance.svg)\n\n";
	$text .= markdown($_) for @{ $data->{cases} };
	$text =~ s/\n+\z/\n/;
	return $text;
}

# ---- the plot: both axes logarithmic --------------------------------------

my %COLOUR = (shell => '#777777', hookrun => '#0a7d33', lefthook => '#b3261e',
	'git diff' => '#2457a6');
my ($LEFT, $TOP, $WIDTH, $HEIGHT) = (60, 20, 520, 300);

sub log10 { return log($_[0]) / log(10) }

sub scale {
	my ($value, $low, $high, $from, $to) = @_;
	return $from + (log10($value) - log10($low)) / (log10($high) - log10($low)) * ($to - $from);
}

sub svg_text {
	my ($x, $y, $anchor, $text, $fill) = @_;
	return sprintf qq(<text x="%.0f" y="%.0f" text-anchor="%s" fill="%s">%s</text>\n),
		$x, $y, $anchor, $fill // '#333333', $text;
}

sub svg {
	my ($data) = @_;
	my @cases = grep { $_->{files} } @{ $data->{cases} };
	return undef unless @cases > 1;
	my ($few, $many) = ($cases[0]{files}, $cases[-1]{files});
	my @all = map { map { $_->{min_ms} } values %{ $_->{results} } } @cases;
	my ($most) = sort { $b <=> $a } @all;
	my $high = 10**int(log10($most) + 1);
	my $x = sub { scale($_[0], $few, $many, $LEFT, $LEFT + $WIDTH) };
	my $y = sub { scale($_[0], 1, $high, $TOP + $HEIGHT, $TOP) };
	my $text = qq(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 380" )
		. qq(font-family="sans-serif" font-size="12">\n)
		. qq(<rect width="700" height="380" fill="#ffffff"/>\n);
	for (my $ms = 1; $ms <= $high; $ms *= 10) {
		$text .= sprintf qq(<path d="M%d %.1fh%d" stroke="#dddddd"/>\n), $LEFT, $y->($ms), $WIDTH;
		$text .= svg_text($LEFT - 8, $y->($ms) + 4, 'end', "$ms ms");
	}
	$text .= svg_text($x->($_->{files}), $TOP + $HEIGHT + 20, 'middle', $_->{files}) for @cases;
	$text .= svg_text($LEFT + $WIDTH / 2, $TOP + $HEIGHT + 44, 'middle',
		'tracked files; one of them staged, one job');
	for my $name (@{ $cases[0]{order} }) {
		my @points = map { [ $x->($_->{files}), $y->($_->{results}{$name}{min_ms}) ] } @cases;
		my $colour = $COLOUR{$name} // '#000000';
		$text .= sprintf qq(<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>\n),
			join(' ', map { sprintf '%.1f,%.1f', @$_ } @points), $colour;
		$text .= svg_text($points[-1][0] + 8, $points[-1][1] + 4, 'start', $name, $colour);
	}
	return "$text</svg>\n";
}

sub write_all {
	my ($folder, $data) = @_;
	my %files = ('bench.json' => JSON::PP->new->pretty->canonical->encode($data),
		'performance.md' => page($data), 'performance.svg' => svg($data));
	for my $name (grep { defined $files{$_} } sort keys %files) {
		open my $out, '>:utf8', "$folder/$name" or die "$folder/$name: $!";
		print $out $files{$name};
		close $out or die "$folder/$name: $!";
	}
}

1;
