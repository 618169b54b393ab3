# Completion for @NAME@ in fish:
#   @NAME@ completion fish > ~/.config/fish/completions/@NAME@.fish
function __@NAME@_complete
	set -l line (commandline -opc)
	set -l current (commandline -ct)
	$line[1] $line[2..-1] "$current" --generate-shell-completion 2>/dev/null
end
complete -c @NAME@ -e
complete -c @NAME@ -a '(__@NAME@_complete)'
