-- Does once what the other scripts do, on keys that nobody needs: a script that is denied a command in the middle would
-- leave half a commit behind, so this is found out before. KEYS: a hash, a sorted set, a stream, a list. ARGV: a channel.
local hash, set, stream, list = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
redis.call('UNLINK', hash, set, stream, list)
redis.call('INFO', 'server')
redis.call('HSET', hash, 'field', '1')
redis.call('HGET', hash, 'field')
redis.call('HMGET', hash, 'field', 'none')
redis.call('HDEL', hash, 'field')
redis.call('ZADD', set, '0', 'member')
redis.call('ZRANGEBYLEX', set, '-', '+', 'LIMIT', '0', '1')
redis.call('ZREM', set, 'member')
redis.call('XADD', stream, '1-0', 'field', '1')
redis.call('XRANGE', stream, '1-0', '+', 'COUNT', '1')
redis.call('XTRIM', stream, 'MINID', '2-0')
redis.call('RPUSH', list, '1')
redis.call('LLEN', list)
redis.call('LPOP', list)
redis.call('PUBLISH', ARGV[1], '0')
redis.call('PUBSUB', 'NUMSUB', ARGV[1])
redis.call('UNLINK', hash, set, stream, list)
return 'OK'
