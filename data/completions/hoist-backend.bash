# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of hoist-backend for bash.

_hoist_backend() {
  local word=${COMP_WORDS[COMP_CWORD]}
  local -a asked=()

  [[ ${COMP_WORDS[1]:-} != token ]] || asked=(token)
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$("${COMP_WORDS[0]}" "${asked[@]}" --help 2>/dev/null |
      grep -oE -- '--[a-z][a-z0-9-]+=?')" -- "$word")
    [[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace
  elif ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W token -- "$word")
  elif ((COMP_CWORD == 2)) && [[ ${COMP_WORDS[1]} == token ]]; then
    mapfile -t COMPREPLY < <(compgen -W "add list remove" -- "$word")
  else
    compopt -o default
  fi
}

complete -F _hoist_backend hoist-backend
