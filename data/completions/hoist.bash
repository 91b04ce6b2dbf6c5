# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of hoist for bash.

_hoist() {
  local word=${COMP_WORDS[COMP_CWORD]} line
  local IFS=$'\n'

  case ${COMP_WORDS[COMP_CWORD - 1]} in
    -t | --to)
      COMPREPLY=()
      while read -r line; do
        [[ $line != "$word"* ]] || COMPREPLY+=("$(printf '%q' "$line")")
      done < <(hoistctl destination list --json 2>/dev/null |
        sed -n 's/.*"name":"\([^"\\]*\)".*/\1/p')
      return
      ;;
  esac
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" --help 2>/dev/null |
      grep -oE -- '--[a-z][a-z0-9-]+=?')" -- "$word")
    [[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace
  else
    compopt -o default
  fi
}

complete -F _hoist hoist
