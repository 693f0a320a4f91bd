-- Reads ranges of queues, or counts them. KEYS: of each range the places and the values of its shelf. ARGV: 'count' or '';
-- of each range ZRANGEBYLEX's ends and most entries.
-- Answers seconds and microseconds of the server's clock, and of each range its count, or place, value, place, value... If
-- that is much, only the first ranges, with what was read of the last one: it may go on, and '1' comes first of it; else ''.
local FIRST, CHUNK, ENOUGH_ENTRIES, ENOUGH_BYTES = 16, 500, 5000, 2097152
local time = redis.call('TIME')
local answer = { time[1], time[2] }
local entries, bytes = 0, 0
for range = 1, #KEYS / 2 do
    local places, values = KEYS[2 * range - 1], KEYS[2 * range]
    local from, to, most = ARGV[3 * range - 1], ARGV[3 * range], tonumber(ARGV[3 * range + 1])
    if ARGV[1] == 'count' then
        answer[#answer + 1] = redis.call('ZLEXCOUNT', places, from, to)
    elseif entries < ENOUGH_ENTRIES and bytes < ENOUGH_BYTES then
        local list = { '' }
        while most > 0 do
            if entries >= ENOUGH_ENTRIES or bytes >= ENOUGH_BYTES then
                list[1] = '1'
                break
            end
            -- As many as may be expected to fit, by what was read so far.
            local room = FIRST
            if entries > 0 then
                room = math.floor((ENOUGH_BYTES - bytes) / math.max(1, bytes / entries)) + 1
            end
            local count = math.min(most, CHUNK, room)
            local found = redis.call('ZRANGEBYLEX', places, from, to, 'LIMIT', '0', string.format('%.0f', count))
            if #found > 0 then
                local there = redis.call('HMGET', values, unpack(found))
                for at = 1, #found do
                    if there[at] then
                        list[#list + 1] = found[at]
                        list[#list + 1] = there[at]
                        bytes = bytes + #there[at]
                    end
                end
                entries = entries + #found
                from = '(' .. found[#found]
            end
            most = most - count
            if #found < count then
                break
            end
        end
        answer[#answer + 1] = list
    end
end
return answer
