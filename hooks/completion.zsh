#compdef @NAME@
# Completion for @NAME@ in zsh:  source <(@NAME@ completion zsh)
_@NAME@() {
	local -a found
	found=("${(@f)$("${words[1]}" "${(@)words[2,CURRENT]}" \
		--generate-shell-completion 2>/dev/null)}")
	found=("${(@)found:#}")
	if (( $#found )); then
		compadd -a found
	else
		_files
	fi
}
compdef _@NAME@ @NAME@
