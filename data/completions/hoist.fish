# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of hoist for fish.

complete -c hoist -s t -l to -x -d 'Upload to this destination' -a '(hoistctl destination list --json 2>/dev/null | string replace -rf \'.*"name":"([^"\\\\\\\\]*)".*\' \'$1\')'
complete -c hoist -l url -x -d 'Use only the backend at this URL'
complete -c hoist -l token-file -r -F -d 'Read its token from a file'
complete -c hoist -l version -d 'Show the version and end'
complete -c hoist -s h -l help -d 'Show the options'
