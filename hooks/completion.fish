# Completion for @NAME@ in fish:
#   @NAME@ completion fish > ~/.config/fish/completions/@NAME@.fish
function __@NAME@_complete
	set -l line (commandline -opc)
	set -l current (commandline -ct)
	$line[1] $line[2..-1] "$current" --generate-shell-completion 2>/dev/null
end
function __@NAME@_nothing
	set -l start ^(string escape --style=regex -- (commandline -ct))
	not __@NAME@_complete | string match -q -r -- $start
end
complete -c @NAME@ -e
complete -c @NAME@ -f -a '(__@NAME@_complete)'
complete -c @NAME@ -n __@NAME@_nothing -F
