-- Counts one request in all of its limits, or in none. The minute is that of Redis' clock: gateways
-- whose clocks differ share it. A clock that goes backwards begins none.
--
-- KEYS: the counters. ARGV: of each the requests and the tokens per minute, or -1 where any number.
-- Answers which limit refuses (0: none; else its place in ARGV), the seconds until the next minute,
-- and of each counter its requests and tokens.
local time = redis.call('TIME')
local minute = math.floor(tonumber(time[1]) / 60)
local answer = {0, 60 - tonumber(time[1]) % 60}
local begun = {}
for i, key in ipairs(KEYS) do
  local found = redis.call('HMGET', key, 'minute', 'requests', 'tokens')
  local requests, tokens = 0, 0
  begun[i] = found[1] and tonumber(found[1]) >= minute
  if begun[i] then
    requests, tokens = tonumber(found[2]), tonumber(found[3])
  end
  local rpm, tpm = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  if answer[1] == 0 and rpm >= 0 and requests >= rpm then
    answer[1] = 2 * i - 1
  elseif answer[1] == 0 and tpm >= 0 and tokens >= tpm then
    answer[1] = 2 * i
  end
  answer[2 * i + 1], answer[2 * i + 2] = requests, tokens
end
if answer[1] ~= 0 then
  return answer
end
for i, key in ipairs(KEYS) do
  if begun[i] then
    redis.call('HINCRBY', key, 'requests', 1)
  else
    redis.call('HSET', key, 'minute', minute, 'requests', 1, 'tokens', 0)
    redis.call('EXPIRE', key, 120)
  end
  answer[2 * i + 1] = answer[2 * i + 1] + 1
end
return answer
