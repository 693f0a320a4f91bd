-- Begins a caller's script: goes on only while a fence holds. The last of KEYS are meta and entries, the last of ARGV the
-- life, (key, revision or '')..., and how many they are with this number. The caller's script does not see them.
do
    local entries, meta = table.remove(KEYS), table.remove(KEYS)
    local count = tonumber(table.remove(ARGV))
    local fence = {}
    for at = count - 1, 1, -1 do
        fence[at] = table.remove(ARGV)
    end
    local known = redis.call('HMGET', meta, 'life', 'run')
    local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
    if known[1] ~= fence[1] or known[2] ~= run then
        return redis.error_reply('FENCED the store is another one than when this was claimed')
    end
    for at = 2, #fence, 2 do
        local entry = redis.call('HGET', entries, fence[at])
        if (entry and string.match(entry, '^%d+ (%d+) ') or '') ~= fence[at + 1] then
            return redis.error_reply('FENCED the ownership is over')
        end
    end
end
