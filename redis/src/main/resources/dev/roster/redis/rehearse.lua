-- Does once what the other scripts do, on keys that nobody needs: a script that is denied a command in the middle would
-- leave half a commit behind, so this is found out before. KEYS: a hash, a sorted set, a stream, a list. ARGV: a channel.
local hash, set, stream, list = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local commands = {
    { 'UNLINK', hash, set, stream, list },
    { 'INFO', 'server' },
    { 'HSET', hash, 'field', '1' },
    { 'HGET', hash, 'field' },
    { 'HMGET', hash, 'field', 'none' },
    { 'HDEL', hash, 'field' },
    { 'ZADD', set, '0', 'member' },
    { 'ZRANGEBYLEX', set, '-', '+', 'LIMIT', '0', '1' },
    { 'ZMSCORE', set, 'member' },
    { 'ZLEXCOUNT', set, '-', '+' },
    { 'ZREM', set, 'member' },
    { 'TIME' },
    { 'XADD', stream, '1-0', 'field', '1' },
    { 'XRANGE', stream, '1-0', '+', 'COUNT', '1' },
    { 'XTRIM', stream, 'MINID', '2-0' },
    { 'RPUSH', list, '1' },
    { 'LLEN', list },
    { 'LPOP', list },
    { 'PUBLISH', ARGV[1], '0' },
    { 'PUBSUB', 'NUMSUB', ARGV[1] },
    { 'UNLINK', hash, set, stream, list },
}
for _, command in ipairs(commands) do
    local answer = redis.pcall(unpack(command))
    if type(answer) == 'table' and answer.err then
        return redis.error_reply('NOPERM ' .. command[1] .. ': ' .. answer.err)
    end
end
return 'OK'
