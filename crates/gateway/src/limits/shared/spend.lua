-- Counts tokens that requests have come to, in the minute in which that is known.
--
-- KEYS: the counters. ARGV: the tokens of each.
local minute = math.floor(tonumber(redis.call('TIME')[1]) / 60)
for i, key in ipairs(KEYS) do
  local begun = redis.call('HGET', key, 'minute')
  if begun and tonumber(begun) >= minute then
    redis.call('HINCRBY', key, 'tokens', ARGV[i])
  else
    redis.call('HSET', key, 'minute', minute, 'requests', 0, 'tokens', ARGV[i])
    redis.call('EXPIRE', key, 120)
  end
end
return 0
