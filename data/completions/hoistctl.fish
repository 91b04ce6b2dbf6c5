# SPDX-License-Identifier: GPL-3.0-or-later
# Completion of hoistctl for fish. The options are asked of the program itself.

function __hoistctl_destinations
    hoistctl destination list --json 2>/dev/null | string replace -rf '.*"name":"([^"\\\\]*)".*' '$1'
end

function __hoistctl_commands
    hoistctl --help 2>/dev/null | string replace -rf '^  ([a-z]+)  +(.*)' '$1\t$2'
end

# After the words that are there.
function __hoistctl_options
    set -l tokens (commandline -opc)
    set -l asked $tokens[2]
    if contains -- $tokens[2] destination unfinished
        set asked $tokens[2..3]
    end
    hoistctl $asked --help 2>/dev/null |
        string replace -rf '^  (?:-[a-z], )?(--[a-z0-9-]+=?)(?:[A-Z]+)? +(.*)' '$1\t$2'
end

function __hoistctl_is_at
    test (count (commandline -opc)) -eq $argv[1]
end

complete -c hoistctl -f
complete -c hoistctl -n '__hoistctl_is_at 1' -a '(__hoistctl_commands)'
complete -c hoistctl -n 'not __hoistctl_is_at 1; and string match -q -- "-*" (commandline -ct)' -a '(__hoistctl_options)'
complete -c hoistctl -n '__fish_seen_subcommand_from upload locate continue import' -F
complete -c hoistctl -n '__fish_seen_subcommand_from destination; and __hoistctl_is_at 2' -a 'add edit move import-aws list test buckets remove export import'
complete -c hoistctl -n '__fish_seen_subcommand_from destination; and __fish_seen_subcommand_from edit move test remove export' -a '(__hoistctl_destinations)'
complete -c hoistctl -n '__fish_seen_subcommand_from unfinished; and __hoistctl_is_at 2' -a 'list clear continue'
complete -c hoistctl -n '__fish_seen_subcommand_from integrate' -a 'nautilus thunar caja nemo dolphin pcmanfm'
complete -c hoistctl -n 'not __hoistctl_is_at 1' -s t -l to -x -a '(__hoistctl_destinations)'
complete -c hoistctl -n 'not __hoistctl_is_at 1' -l token-file -r -F
