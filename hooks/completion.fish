# Completion for @NAME@ in fish:
#   @NAME@ completion fish > ~/.config/fish/completions/@NAME@.fish
function __@NAME@_complete
	set -l line (commandline -opc)
	set -l raw (commandline -ct)
	# A quote may still be open.
	set -l current (string unescape -- "$raw"; or string unescape -- "$raw'"
		or string unescape -- "$raw\"")
	set -l program (string replace -r '^~/' "$HOME/" -- $line[1])
	$program $line[2..-1] "$current" --generate-shell-completion 2>/dev/null
	set -l files $status
	set -l before ''
	switch $files
		case 3
		case 4
			set before (string match -r '.*[=,]' -- $current)
		case '*'
			return
	end
	set -l part (string sub -s (math (string length -- "$before") + 1) -- "$current")
	for file in (__fish_complete_path "$part")
		printf "%s\n" "$before$file"
	end
end
complete -c @NAME@ -e
complete -c @NAME@ -f -a '(__@NAME@_complete)'
