# Completion for @NAME@ in bash:  source <(@NAME@ completion bash)

# The line up to the cursor into `words`, without their quotes, and `quote`, the
# one that is open at its end.  COMP_WORDS would be cut at equal signs and colons.
_@NAME@_read() {
	local text=$1 word= any= c i
	words=() quote=
	for ((i = 0; i < ${#text}; i++)); do
		c=${text:i:1}
		case $quote$c in
		"''" | '""') quote= ;;
		\'?) word+=$c ;;
		\\ | '"\') word+=${text:i+1:1} any=1 i=$((i + 1)) ;;
		'"'?) word+=$c ;;
		[\'\"]) quote=$c any=1 ;;
		[[:space:]])
			[[ -n $word$any ]] && words+=("$word")
			word= any=
			;;
		*) word+=$c ;;
		esac
	done
	words+=("$word")
}

# As it is to be typed behind what is there.
_@NAME@_quoted() {
	local text=$1 close="'\\''"
	case $quote in
	\') text=${text//\'/$close} ;;
	'"')
		text=${text//\\/\\\\} text=${text//\"/\\\"}
		text=${text//\$/\\\$} text=${text//\`/\\\`}
		;;
	*) [[ -n $text ]] && text=$(printf %q "$text") ;;
	esac
	printf %s "$text"
}

_@NAME@() {
	local words quote found files one word part
	COMPREPLY=()
	_@NAME@_read "${COMP_LINE:0:COMP_POINT}"
	words[0]=${words[0]/#\~\//$HOME/}
	word=${words[${#words[@]} - 1]}
	found=$("${words[@]}" --generate-shell-completion 2>/dev/null)
	files=$?
	part=$word
	((files == 4)) && part=${word##*[=,]}
	if ((files == 3 || files == 4)); then
		while IFS= read -r one; do
			[[ -d $one ]] && one+=/
			found+=$'\n'${word%"$part"}$one
		done < <(compgen -f -- "$part")
	fi
	while IFS= read -r one; do
		[[ -n $one && $one == "$word"* ]] &&
			COMPREPLY+=("$2$(_@NAME@_quoted "${one#"$word"}")")
	done <<< "$found"
	# What is not whole yet gets no blank; bash 3 cannot be told.
	case ${#COMPREPLY[@]}:${COMPREPLY[0]} in
	1:*[=/]) compopt -o nospace 2>/dev/null ;;
	0:*) ((files == 3)) && compopt -o default 2>/dev/null ;;
	esac
	return 0
}
complete -F _@NAME@ @NAME@
