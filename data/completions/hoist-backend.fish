# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of hoist-backend for fish.

function __hoist_backend_options
    set -l asked
    if contains -- token (commandline -opc)
        set asked token
    end
    hoist-backend $asked --help 2>/dev/null |
        string replace -rf '^  (?:-[a-z], )?(--[a-z0-9-]+=?)(?:[A-Z:]+)? +(.*)' '$1\t$2'
end

complete -c hoist-backend -n 'string match -q -- "-*" (commandline -ct)' -f -a '(__hoist_backend_options)'
complete -c hoist-backend -n 'test (count (commandline -opc)) -eq 1' -f -a token
complete -c hoist-backend -n '__fish_seen_subcommand_from token' -f -a 'add list remove'
