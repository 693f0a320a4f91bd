-- Tells what is new, and which ties hold. ARGV from 4: position or '' for none, most commits to read, number of topics or
-- '*' for all, topics..., channels...
-- Answers life, revision, base, '1' if the changes after the position were read, commits as of XRANGE, subscribers as of
-- PUBSUB NUMSUB. If they were not read, there are none in the topics.
local position = tonumber(ARGV[4])
local at = 6
local isNews = false
if ARGV[6] == '*' then
    isNews = true
else
    local topics = {}
    for _ = 1, tonumber(ARGV[6]) do
        at = at + 1
        topics[#topics + 1] = 'topic:' .. ARGV[at]
    end
    if position and position < revision and #topics > 0 then
        for _, last in ipairs(redis.call('HMGET', meta, unpack(topics))) do
            isNews = isNews or (last and tonumber(last) > position)
        end
    end
end
local found = {}
if isNews and position and position < revision then
    found = redis.call('XRANGE', changes, text(position + 1) .. '-0', '+', 'COUNT', ARGV[5])
end
local ties = {}
if at < #ARGV then
    ties = redis.call('PUBSUB', 'NUMSUB', unpack(ARGV, at + 1, #ARGV))
end
return { life, text(revision), text(base), isNews and '1' or '0', found, ties }
