-- Applies commits, each for itself, in order. ARGV from 4: prefix of the channels, number of commits; of each: the life it
-- is meant for or '', number of conditions, (key, revision or '')..., 'q' if nobody is to be told of it at once or '', number of
-- operations, (key, 'p' or 'd', value)...
-- Answers life, revision, then for each commit {1, revision}, {2} for another life, or {3, key, entry or '', ...}.
local SEGMENT_CHANGES, SEGMENT_BYTES = 1000, 1048576
local SEGMENTS_KEPT, BYTES_KEPT = 50, 33554432
local CHUNK = 2000

local function inChunks(command, key, list)
    for from = 1, #list, CHUNK do
        redis.call(command, key, unpack(list, from, math.min(from + CHUNK - 1, #list)))
    end
end

local at = 5
local before = revision
local news, told = {}, {}
local changed, bytes = 0, 0
local answer = { life, '' }

local function take()
    at = at + 1
    return ARGV[at]
end

local function write(found)
    local now = revision + 1
    local at_revision = text(now)
    local put, added, removed, unlisted, record = {}, {}, {}, {}, {}
    local isQuiet = take() == 'q'
    for _ = 1, tonumber(take()) do
        local key, what, value = take(), take(), take()
        local old = found[key]
        if old == nil then
            old = redis.call('HGET', entries, key)
        end
        local packed
        if what == 'p' then
            local created = at_revision
            if old then
                created = string.match(old, '^(%d+) ')
            else
                added[#added + 1] = '0'
                added[#added + 1] = key
            end
            packed = created .. ' ' .. at_revision .. ' ' .. value
            put[#put + 1] = key
            put[#put + 1] = packed
        elseif old then
            packed = ''
            removed[#removed + 1] = key
        end
        if packed then
            record[#record + 1] = key
            record[#record + 1] = packed
            bytes = bytes + #key + #packed
            news[string.byte(key, 1)] = at_revision
            if not isQuiet then
                told[string.byte(key, 1)] = at_revision
            end
        end
    end
    if #record > 0 then
        inChunks('HDEL', entries, removed)
        inChunks('ZREM', index, removed)
        inChunks('HSET', entries, put)
        inChunks('ZADD', index, added)
        redis.call('XADD', changes, at_revision .. '-0', unpack(record))
        revision = now
        changed = changed + #record / 2
    end
    return { 1, text(revision) }
end

local function skip()
    local unused = take()
    local operations = tonumber(take())
    at = at + 3 * operations
end

for number = 1, tonumber(ARGV[5]) do
    local meant = take()
    local isMeant = meant == '' or meant == life
    local found, failed = {}, { 3 }
    for _ = 1, tonumber(take()) do
        local key, expected = take(), take()
        if isMeant then
            local entry = redis.call('HGET', entries, key)
            found[key] = entry
            local modified = entry and string.match(entry, '^%d+ (%d+) ') or ''
            if modified ~= expected then
                failed[#failed + 1] = key
                failed[#failed + 1] = entry or ''
            end
        end
    end
    if not isMeant then
        skip()
        answer[number + 2] = { 2 }
    elseif #failed > 1 then
        skip()
        answer[number + 2] = failed
    else
        answer[number + 2] = write(found)
    end
end

if revision > before then
    local segment = redis.call('HMGET', meta, 'segment_changes', 'segment_bytes', 'bytes')
    local segmentChanges = tonumber(segment[1] or '0') + changed
    local segmentBytes = tonumber(segment[2] or '0') + bytes
    local kept = tonumber(segment[3] or '0')
    if segmentChanges >= SEGMENT_CHANGES or segmentBytes >= SEGMENT_BYTES then
        redis.call('RPUSH', segments, text(revision) .. ' ' .. text(segmentBytes))
        kept = kept + segmentBytes
        segmentChanges, segmentBytes = 0, 0
        local count = redis.call('LLEN', segments)
        local upTo
        while count > 1 and (count > SEGMENTS_KEPT or kept > BYTES_KEPT) do
            local last, size = string.match(redis.call('LPOP', segments), '^(%d+) (%d+)$')
            upTo = tonumber(last)
            kept = kept - tonumber(size)
            count = count - 1
        end
        if upTo then
            redis.call('XTRIM', changes, 'MINID', text(upTo + 1) .. '-0')
        end
    end
    local fields = {
        'revision', text(revision),
        'segment_changes', text(segmentChanges),
        'segment_bytes', text(segmentBytes),
        'bytes', text(kept),
    }
    for topic, last in pairs(news) do
        fields[#fields + 1] = 'topic:' .. topic
        fields[#fields + 1] = last
    end
    redis.call('HSET', meta, unpack(fields))
    for topic, last in pairs(told) do
        redis.call('PUBLISH', ARGV[4] .. topic, last)
    end
end
answer[2] = text(revision)
return answer
