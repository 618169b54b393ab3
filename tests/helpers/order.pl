# Which functions a short run executes, as a linker script that puts them side
# by side: the kernel maps sixteen pages of text at a fault, and a run that hops
# over two megabytes takes three times the faults.
#
#   perl order.pl HOOKRUN MAP > src/order.ld
#
# HOOKRUN is linked without the script, MAP is what its linker said of it.
# Callgrind tells what is executed in a commit, a switch with nothing to do and
# a commit message.  What it cannot see is named below.  A name that no longer
# exists does no harm; a function that is not named is only farther away.
use strict;
use warnings;
use File::Temp qw(tempdir);

my ($hookrun, $map) = @ARGV;
my $dir = tempdir(CLEANUP => 1);

# Callgrind's processor is an old one without a vdso: glibc takes other string
# functions on a real one, and reads the vdso's symbols.
my @unseen = qw(dl-object dl-lookup dl-misc dl-minimal dl-hash dl-error
	libc_early_init elision-conf getrandom sigpending
	memmove-evex-unaligned-erms memset-evex-unaligned-erms
	memmove-avx512-unaligned-erms memset-avx512-unaligned-erms);

sub slurp {
	my ($path) = @_;
	open my $in, '<', $path or die "$path: $!\n";
	local $/;
	return scalar <$in>;
}

# [ address, size, section, file ] of each piece of text, ascending.
sub pieces {
	my ($text) = slurp($map) =~ /Linker script and memory map(.*)/s;
	my @found;
	while ($text =~ /^ (\.text\S*)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+) (\S+)$/mg) {
		push @found, [ hex $2, hex $3, $1, $4 ] if hex $2 && hex $3;
	}
	return sort { $a->[0] <=> $b->[0] } @found;
}

sub run_once {
	my ($script) = @_;
	system('sh', '-ec', $script, $hookrun, $dir) == 0 or die "the run failed\n";
}

sub executed {
	run_once('cd "$1"; git init -q -b main repo; cd repo
		printf "%s:\n  jobs:\n    - run: \"true\"\n" pre-commit commit-msg \
			> lefthook.yml
		printf "post-checkout:\n  jobs:\n    - uses: deps\n    - uses: migrate\n" \
			>> lefthook.yml
		git add .; git -c user.name=a -c user.email=a@b commit -qm a
		echo b > b; git add b; echo m > .git/COMMIT_EDITMSG
		"$0" install > /dev/null
		h=$(git rev-parse HEAD)
		grind() { valgrind -q --tool=callgrind --dump-instr=yes \
			--callgrind-out-file="$1" "$0" hook ".git/hooks/$2" $3 \
			> /dev/null; }
		grind ../1 pre-commit
		grind ../2 commit-msg .git/COMMIT_EDITMSG
		grind ../3 post-checkout "$h $h 1"');
	my %at;
	for my $name (1 .. 3) {
		my $text = slurp("$dir/$name");
		$at{ hex $1 } = 1 while $text =~ /^0x([0-9a-f]+)/mg;
	}
	return sort { $a <=> $b } keys %at;
}

# As the linker names it: archive, member and section.
sub name_of {
	my ($piece) = @_;
	my ($section, $file) = @$piece[ 2, 3 ];
	return "*$1:$2($section)" if $file =~ m,([^/]+)\(([^)]+)\)$,;
	$file =~ s,.*/,,;
	return "*$file($section)";
}

my @pieces = pieces();
my $unseen = join '|', map { quotemeta } @unseen;
my %hot;
my $i = 0;
for my $address (executed()) {
	$i++ while $i < $#pieces && $pieces[ $i + 1 ][0] <= $address;
	my ($start, $size) = @{ $pieces[$i] };
	$hot{$i} = 1 if $address >= $start && $address < $start + $size;
}
for my $n (0 .. $#pieces) {
	my ($file) = $pieces[$n][3] =~ /libc\.a\((.*)\.o\)$/ or next;
	$hot{$n} = 1 if $file =~ /^(?:$unseen)$/;
	# avx2 is what Callgrind has, evex what most have.
	next unless $file =~ /^(.*)-evex$/;
	my $twin = "libc.a($1-avx2.o)";
	$hot{$n} = 1 if grep { $hot{$_} && $pieces[$_][3] =~ /\Q$twin\E$/ } 0 .. $#pieces;
}
print "/* What a short run executes, side by side.  `make order` writes it anew. */\n",
	"SECTIONS {\n\t.text.first : {\n";
my %seen;
for my $name (map { name_of($pieces[$_]) } sort { $a <=> $b } keys %hot) {
	print "\t\t$name\n" unless $seen{$name}++;
}
print "\t}\n}\nINSERT BEFORE .text;\n";
