# Reads names of variables, one a line, and tells of the first that is nearly one
# of `names`: other capitals, another underscore, one letter more, less or
# changed, or two that stand in each other's place; or what other houses call it.

function plain(text) {
	text = tolower(text)
	gsub(/[^a-z0-9]/, "", text)
	return text
}

function least(a, b) { return a < b ? a : b }

# How many letters have to be changed for `a` to become `b`.
function distance(a, b,    i, j, d, cost) {
	for (i = 0; i <= length(a); i++)
		d[i, 0] = i
	for (j = 0; j <= length(b); j++)
		d[0, j] = j
	for (i = 1; i <= length(a); i++)
		for (j = 1; j <= length(b); j++) {
			cost = substr(a, i, 1) != substr(b, j, 1)
			d[i, j] = least(d[i - 1, j - 1] + cost,
				least(d[i - 1, j], d[i, j - 1]) + 1)
			if (i > 1 && j > 1 &&
				substr(a, i, 1) == substr(b, j - 1, 1) &&
				substr(a, i - 1, 1) == substr(b, j, 1))
				d[i, j] = least(d[i, j], d[i - 2, j - 2] + 1)
		}
	return d[length(a), length(b)]
}

function tell(name) {
	printf "no variable '%s' here: is '%s' meant?\n", $0, name
	exit
}

BEGIN {
	count = split(names, known, " ")
	split("installprefix prefix installroot DESTDIR buildroot DESTDIR " \
		"root DESTDIR dest DESTDIR", pairs, " ")
	for (i = 1; i in pairs; i += 2)
		elsewhere[pairs[i]] = pairs[i + 1]
}
plain($0) in elsewhere { tell(elsewhere[plain($0)]) }
{
	for (i = 1; i <= count; i++)
		if (distance(plain($0), plain(known[i])) <= (length($0) > 4))
			tell(known[i])
}
