# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of hoistctl for bash. The options are asked of the program itself.

_hoistctl_commands() {
  "$1" --help 2>/dev/null | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p'
}

_hoistctl_destinations() {
  "$1" destination list --json 2>/dev/null | sed -n 's/.*"name":"\([^"\\]*\)".*/\1/p'
}

# Names may have blanks, and parentheses.
_hoistctl_offer_lines() {
  local IFS=$'\n' line
  COMPREPLY=()
  while read -r line; do
    [[ $line != "$1"* ]] || COMPREPLY+=("$(printf '%q' "$line")")
  done
}

_hoistctl() {
  local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local command=${COMP_WORDS[1]:-} second=${COMP_WORDS[2]:-}
  local -a words=()

  case $before in
    -t | --to)
      _hoistctl_offer_lines "$word" < <(_hoistctl_destinations "$program")
      return
      ;;
    --token-file | --ca-file | --client-certificate | --client-key)
      compopt -o default
      return
      ;;
  esac
  if ((COMP_CWORD == 1)); then
    mapfile -t COMPREPLY < <(compgen -W "$(_hoistctl_commands "$program") --help --version" -- "$word")
    return
  fi
  case $command in
    destination) words=(add edit move import-aws list test buckets remove export import) ;;
    unfinished) words=(list clear continue) ;;
    integrate) words=(nautilus thunar caja nemo dolphin pcmanfm) ;;
  esac
  if [[ $word == -* ]]; then
    local -a asked=("$command")
    [[ $command != destination && $command != unfinished ]] || asked+=("$second")
    mapfile -t COMPREPLY < <(compgen -W "$("$program" "${asked[@]}" --help 2>/dev/null |
      grep -oE -- '--[a-z][a-z0-9-]+=?')" -- "$word")
    [[ ${COMPREPLY[0]:-} != *= ]] || compopt -o nospace
  elif ((COMP_CWORD == 2)) && ((${#words[@]} > 0)) || [[ $command == integrate ]]; then
    mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$word")
  elif [[ $command == destination && $second == @(edit|move|test|remove|export) ]]; then
    _hoistctl_offer_lines "$word" < <(_hoistctl_destinations "$program")
  else
    case $command in
      upload | locate | unfinished | destination) compopt -o default ;;
    esac
  fi
}

complete -F _hoistctl hoistctl
