-- Begins every script of Roster. Says which life of the store this is, and begins another one if the server is not the
-- run of Redis in which the last was begun, or if the caller has seen more of this life than there is.
-- KEYS: meta, entries, index, changes, segments. ARGV: life that the caller knows, highest revision that it has seen, a
-- name for another life.
local meta, entries, index, changes, segments = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]

local function text(number)
    return string.format('%.0f', number)
end

local run = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if not run then
    return redis.error_reply('ROSTERINFO the server does not tell its run_id')
end
local known = redis.call('HMGET', meta, 'version', 'life', 'run', 'revision', 'base')
if known[1] and known[1] ~= '1' then
    return redis.error_reply('ROSTERVERSION ' .. known[1])
end
local life = known[2]
local revision = tonumber(known[4] or '0')
local base = tonumber(known[5] or '0')
local highest = tonumber(ARGV[2])
local isAnother = not life or known[3] ~= run or (ARGV[1] == life and revision < highest)
if isAnother or revision < highest then
    -- Above all that was seen, so that no position and no condition of another life fits by chance.
    if life or highest > 0 then
        revision = math.max(revision, highest) + 1
    end
    base = revision
    if not life then
        redis.call('UNLINK', entries, index)
    end
    if isAnother then
        life = ARGV[3]
    end
    redis.call('UNLINK', meta, changes, segments)
    redis.call('HSET', meta, 'version', '1', 'life', life, 'run', run, 'revision', text(revision), 'base', text(base))
end
