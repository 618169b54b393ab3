# Switches with work: one migration down and one up, for the first time and once
# they are recorded, beside `bin/rails db:migrate` with nothing to do, which is
# what Rails costs anybody.  All of it in one application, so that contenders
# take turns on one database; the next case gets another.
package RailsCase;
use strict;
use warnings;
use FindBin;

my $script = "$FindBin::Bin/rails.sh";

sub new {
	my ($class, %args) = @_;
	return bless {%args}, $class;
}

# What is missing, or ''.
sub lacks {
	for my $need ('ruby -e "gem %q(rails)"', 'bundle --version', 'git --version') {
		return $need if system("$need >/dev/null 2>&1");
	}
	return '';
}

sub start {
	my ($self) = @_;
	return if $self->{started}++;
	chmod 0755, $self->{dir};
	$ENV{DISABLE_SPRING} = 1;
	open my $in, '-|', 'sh', $script, 'start', $self->{dir} or die "$script: $!";
	while (<$in>) {
		chomp;
		my ($name, $value) = split /=/, $_, 2;
		$ENV{$name} = $value;
	}
	close $in or die "the server did not start\n";
}

sub stop {
	my ($self) = @_;
	system('sh', $script, 'stop', $self->{dir}) if delete $self->{started};
}

# A recorded switch starts no Ruby, or what is measured is something else.
sub check {
	my ($where, $log) = @_;
	system('sh', '-c', 'cd "$1" && exec strace -f -qq -o "$0" -e trace=execve '
			. 'git switch -q - >/dev/null 2>&1', $log, $where) == 0
		or die "a switch failed in $where\n";
	open my $in, '<', $log or die "$log: $!";
	my @ruby = grep { /execve\("[^"]*ruby[^"]*".*= 0$/ } <$in>;
	die "a recorded switch has started Ruby:\n@ruby" if @ruby;
}

sub cases {
	my ($self) = @_;
	return map {
		my $tables = $_;
		my $where = "$self->{dir}/rails-$tables";
		my $who = sub { { name => $_[0], where => $where, command => [ @_[1 .. $#_] ] } };
		{ name => "rails-$tables", runs => 10, bases => ['bin/rails'],
			title => 'a switch with one migration down and one up'
				. ($tables ? ", beside $tables other tables" : ''),
			prepare => sub {
				$self->start;
				system('sh', $script, 'app', $where, $tables) == 0 or die "no application\n";
				check($where, "$self->{dir}/strace.log");
			},
			# Recordings are made anew by the first, and used by the second.
			who => [
				$who->('bin/rails', 'bin/rails', 'db:migrate'),
				$who->('rake', 'bundle', 'exec', 'rake', 'db:migrate'),
				$who->('first', 'sh', '-c', 'rm -rf .git/hookrun/db/replay; exec git switch -q -'),
				$who->('recorded', 'git', 'switch', '-q', '-'),
			],
			remove => [$where] };
	} (0, 300);
}

1;
