# The commands of the how-to, in its order. Run by JobsHowToIT.
set -eu

# tag::submit
export ROSTER_STORE=sqlite:work.db
echo '{"to": "ann@example.org"}' > payload
roster jobs submit mail --file payload
# end::submit

# tag::program
cat > send-mail <<'END'
#!/bin/sh
cat >> sent
END
chmod +x send-mail
# end::program

# tag::work
roster jobs work -g mailers --task mail=./send-mail
# end::work

# tag::more
seq 3 | roster jobs submit import --lines - --key 'customer-{}' --unique 'import-{}'
roster jobs submit import 4 --delay 1s --priority 2 --attempts 3 --timeout 10m
# end::more

# tag::long
cat > import <<'END'
#!/bin/sh
customer=$(cat)
line=${ROSTER_JOB_CHECKPOINT:-0}
while [ "$line" -lt 100 ]; do
    line=$((line + 1))
    echo "customer $customer line $line" >> imported
    echo "checkpoint $line" > "$ROSTER_JOB_OUT"
    echo "progress $line line $line of 100" > "$ROSTER_JOB_OUT"
done
[ "$customer" != 3 ] || { echo "no such customer: $customer" >&2; exit 65; }
END
chmod +x import
# end::long

# tag::tasks
roster jobs work -g mailers --parallel 4 \
    --task mail=./send-mail --attempts 20 \
    --task import=./import --at-most 2 --order block
# end::tasks

# tag::look
roster jobs stats
roster jobs list --state dead
roster jobs list --state dead --json
roster jobs retry --task import
roster jobs pause --task import
# end::look
