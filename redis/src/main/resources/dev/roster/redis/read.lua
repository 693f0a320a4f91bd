-- Reads a part of a range. ARGV from 4: ZRANGEBYLEX's ends, most entries, bytes after which to stop.
-- Answers life, revision, '1' if there may be more, and then key, entry, key, entry...
local CHUNK = 100
local from, to, most, enough = ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local answer = { life, text(revision), '0' }
local keys = most > 0 and redis.call('ZRANGEBYLEX', index, from, to, 'LIMIT', '0', ARGV[6]) or {}
local bytes = 0
local at = 1
while at <= #keys and bytes < enough do
    local last = math.min(at + CHUNK - 1, #keys)
    local found = redis.call('HMGET', entries, unpack(keys, at, last))
    for offset = 1, #found do
        local entry = found[offset]
        if entry then
            answer[#answer + 1] = keys[at + offset - 1]
            answer[#answer + 1] = entry
            bytes = bytes + #entry
        end
    end
    at = last + 1
end
if at <= #keys or #keys == most then
    answer[3] = '1'
end
return answer
