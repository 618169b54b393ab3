#compdef @NAME@
# Completion for @NAME@ in zsh:  source <(@NAME@ completion zsh)
_@NAME@() {
	local -a found parts
	local text word=$PREFIX files
	[[ $compstate[quote] == \' ]] || word=${(Q)word}
	text=$("${${(Q)words[1]}/#\~\//$HOME/}" "${(@Q)words[2,CURRENT-1]}" "$word" \
		--generate-shell-completion 2>/dev/null)
	files=$?
	found=("${(@f)text}")
	found=("${(@)found:#}")
	parts=("${(@M)found:#*=}")
	found=("${(@)found:#*=}")
	(( $#parts )) && compadd -S '' -a parts
	(( $#found )) && compadd -a found
	if (( files == 4 )); then
		compset -P '*[=,]'
	elif (( files != 3 )); then
		return
	fi
	_files
}
# In a folder of fpath this file is the function itself, at its first call.
if [[ $funcstack[1] == _@NAME@ ]]; then
	_@NAME@ "$@"
else
	compdef _@NAME@ @NAME@
fi
