# Ends the commands that roster started when roster itself is gone, or frozen for longer than its lease.
# roster writes lines: "+ T" guard T, "- T" no longer, "TERM T", "KILL T" signal it, "? T" say whether it lives,
# "left N" roster may act for N more ticks. T is what kill takes: -GROUP, or a process where there are no groups.
# At the end of the lines roster is gone, whatever ended it. $1 is the length of a tick in seconds.
trap '' INT TERM HUP
{
    {
        cat <&3
        echo end
    } &
    exec 3<&-
    while sleep "$1"; do echo tick; done
} 3<&0 </dev/null | {
    targets=' '
    left=1000000
    kill_all() {
        for target in $targets; do kill -s KILL -- "$target"; done
    }
    while read -r what target; do
        case $what in
            +) targets="$targets$target " ;;
            -) case $targets in
                *" $target "*) targets="${targets%%" $target "*} ${targets#*" $target "}" ;;
            esac ;;
            TERM | KILL) kill -s "$what" -- "$target" ;;
            '?') if kill -s 0 -- "$target"; then echo "$target alive"; else echo "$target gone"; fi ;;
            left) left=$target ;;
            tick)
                left=$((left - 1))
                if [ "$left" -lt 0 ]; then kill_all; fi
                ;;
            end) break ;;
        esac
    done
    kill_all
}
