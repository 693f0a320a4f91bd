-- Removes the first entries of a range. KEYS: the places and the values of its shelf. ARGV: ZRANGEBYLEX's ends, most
-- entries. Answers how many.
local found = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', '0', ARGV[3])
if #found > 0 then
    redis.call('ZREM', KEYS[1], unpack(found))
    redis.call('HDEL', KEYS[2], unpack(found))
end
return { #found }
