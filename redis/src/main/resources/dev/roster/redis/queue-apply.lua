-- Applies batches of queues, each for itself, in order. KEYS: meta, entries, then of each shelf the places and the values.
-- ARGV: life that the caller knows, highest revision that it has seen, number of batches; of each: number of lives that it
-- is meant for, lives..., number of its fences' conditions, (key, revision or '')..., number of conditions, ('a', 'p' or
-- 's', shelf, place, value)..., number of operations, ('p', 't' or 'r', shelf, place, value)..., channel or '', partitions.
-- A shelf is the index of its places in KEYS. Answers for each batch {1}, {2, why} if a fence does not hold, or {3, number
-- of each condition and operation that does not}.
local CHUNK = 1000
local meta, entries = KEYS[1], KEYS[2]
local known = redis.call('HMGET', meta, 'version', 'life', 'run', 'revision')
if known[1] and known[1] ~= '1' then
    return redis.error_reply('ROSTERVERSION ' .. known[1])
end

local at = 3
local function take()
    at = at + 1
    return ARGV[at]
end

local isRun
-- Whether the life goes on: in this run of the server, and not behind what the caller has seen of it.
local function isLife(life)
    if isRun == nil then
        isRun = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)') == known[3]
    end
    local isBehind = life == ARGV[1] and tonumber(known[4] or '0') < tonumber(ARGV[2])
    return isRun and life == known[2] and not isBehind
end

local revisions = {}
local function revision(key)
    if revisions[key] == nil then
        local entry = redis.call('HGET', entries, key)
        revisions[key] = entry and string.match(entry, '^%d+ (%d+) ') or ''
    end
    return revisions[key]
end

local function add(lists, shelf, item)
    local list = lists[shelf]
    if not list then
        list = {}
        lists[shelf] = list
    end
    list[#list + 1] = item
end

local function inChunks(command, key, list)
    for from = 1, #list, CHUNK do
        redis.call(command, key, unpack(list, from, math.min(from + CHUNK - 1, #list)))
    end
end

local function fenced()
    local why
    for _ = 1, tonumber(take()) do
        if not isLife(take()) then
            why = 'the store is another one than when this was claimed'
        end
    end
    for _ = 1, tonumber(take()) do
        local key, expected = take(), take()
        if not why and revision(key) ~= expected then
            why = 'the ownership is over'
        end
    end
    return why
end

local wakes = {}

local function apply()
    local why = fenced()
    local failed = { 3 }
    -- Of each shelf: the places that are asked for, whether each has to be there, and its number.
    local asked, expected, numbers = {}, {}, {}
    local values, places, gone = {}, {}, {}
    local number = 0
    local function ask(shelf, place, isThere)
        add(asked, shelf, place)
        add(expected, shelf, isThere)
        add(numbers, shelf, number)
    end
    for _ = 1, tonumber(take()) do
        number = number + 1
        local what, shelf, place, value = take(), tonumber(take()), take(), take()
        if what == 's' then
            if not why and redis.call('HGET', KEYS[shelf + 1], place) ~= value then
                failed[#failed + 1] = number
            end
        else
            ask(shelf, place, what == 'p')
        end
    end
    for _ = 1, tonumber(take()) do
        number = number + 1
        local what, shelf, place, value = take(), tonumber(take()), take(), take()
        if what == 'p' then
            add(values, shelf, place)
            add(values, shelf, value)
            add(places, shelf, '0')
            add(places, shelf, place)
        else
            add(gone, shelf, place)
            if what == 't' then
                ask(shelf, place, true)
            end
        end
    end
    local channel, partitions = take(), take()
    if why then
        return { 2, why }
    end
    for shelf, list in pairs(asked) do
        for from = 1, #list, CHUNK do
            local last = math.min(from + CHUNK - 1, #list)
            local scores = redis.call('ZMSCORE', KEYS[shelf], unpack(list, from, last))
            for offset = 1, #scores do
                local index = from + offset - 1
                if (scores[offset] ~= false) ~= expected[shelf][index] then
                    failed[#failed + 1] = numbers[shelf][index]
                end
            end
        end
    end
    if #failed > 1 then
        return failed
    end
    for shelf, list in pairs(gone) do
        inChunks('ZREM', KEYS[shelf], list)
        inChunks('HDEL', KEYS[shelf + 1], list)
    end
    for shelf, list in pairs(values) do
        inChunks('HSET', KEYS[shelf + 1], list)
        inChunks('ZADD', KEYS[shelf], places[shelf])
    end
    if channel ~= '' then
        add(wakes, channel, partitions)
    end
    return { 1 }
end

local answer = {}
for number = 1, tonumber(ARGV[3]) do
    answer[number] = apply()
end
for channel, partitions in pairs(wakes) do
    redis.call('PUBLISH', channel, table.concat(partitions, ','))
end
return answer
