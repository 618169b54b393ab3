# Completion for @NAME@ in bash:  source <(@NAME@ completion bash)
_@NAME@() {
	local cur=${COMP_WORDS[COMP_CWORD]} line
	COMPREPLY=()
	while IFS= read -r line; do
		[[ $line == "$cur"* ]] && COMPREPLY+=("$(printf %q "$line")")
	done < <("${COMP_WORDS[0]}" "${COMP_WORDS[@]:1:COMP_CWORD}" \
		--generate-shell-completion 2>/dev/null)
}
complete -o default -F _@NAME@ @NAME@
