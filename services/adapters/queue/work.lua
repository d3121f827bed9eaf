-- For workers: what they do around a job, and twice a second.

-- A job of which a message came to its end.
local function forget(q, id, priority, message)
  local stream = q.stream .. priority
  redis.call('xack', stream, GROUP, message)
  redis.call('xdel', stream, message)
  local entry = entry_of(q, id)
  -- It may have been ended and asked for anew while a worker was cut off.
  if entry and entry.message ~= message then return end
  redis.call('hdel', q.jobs, id)
  redis.call('zrem', q.began, id)
  redis.call('srem', q.aborted, id)
  forget_words(q, id)
end

-- Take a delivered job: state, attempt, ms waited and record as one text, with state run, aborted,
-- gone when it expired, or lost when another worker has claimed it meanwhile. What is aborted or
-- gone is forgotten.
register_always('samovar_begin_2', function(keys, argv)
  local q = open(keys)
  local priority, message, id, consumer = argv[1], argv[2], argv[3], argv[4]
  local stream = q.stream .. priority

  if #redis.call('xpending', stream, GROUP, message, message, 1, consumer) == 0 then
    return 'lost 0 0 '
  end
  local record = redis.call('get', q.task .. id)
  if not record then
    forget(q, id, priority, message)
    release_if_any(q)
    return 'gone 0 0 '
  end
  local entry = entry_of(q, id)
  local waited = entry and math.max(0, q.now - entry.accepted) or 0
  local attempt = redis.call('incr', q.attempts .. id)
  if redis.call('sismember', q.aborted, id) == 1 then
    forget(q, id, priority, message)
    release_if_any(q)
    return string.format('aborted %d %d ', attempt, waited) .. record
  end
  -- The lease begins now, not when the job was fetched.
  redis.call('xclaim', stream, GROUP, consumer, 0, message, 'justid')
  redis.call('zadd', q.began, q.now, id)
  return string.format('run %d %d ', attempt, waited) .. record
end)

-- End a job that ran, and give its slot to the next.
register_always('samovar_finish_2', function(keys, argv)
  local q = open(keys)
  local priority, message, id = argv[1], argv[2], argv[3]

  local began = redis.call('zscore', q.began, id)
  if began then
    redis.call('lpush', q.service, math.max(0, q.now - began))
    redis.call('ltrim', q.service, 0, SERVICE_TIMES - 1)
  end
  forget(q, id, priority, message)
  release_if_any(q)
end)

-- Put back jobs that a worker has no slot for, or that it began and cannot end: who waits for one
-- hears of it.
register_always('samovar_return_1', function(keys, argv)
  local q = open(keys)
  local stream, consumer = q.stream .. argv[1], argv[2]
  for at = 3, #argv, 2 do
    local message, id = argv[at], argv[at + 1]
    -- Another worker may have claimed it.
    if #redis.call('xpending', stream, GROUP, message, message, 1, consumer) > 0 then
      redis.call('xack', stream, GROUP, message)
      redis.call('xdel', stream, message)
      redis.call('zrem', q.began, id)
      local again, entry = redis.call('xadd', stream, '*', 'task_id', id), entry_of(q, id)
      if entry then
        entry.message = again
        note(q, id, entry)
      end
    end
  end
end)

local function due(q)
  local ids = redis.call('zrange', q.delayed, '-inf', q.now, 'byscore')
  for _, id in ipairs(ids) do
    local entry, left = entry_of(q, id), redis.call('pttl', q.task .. id)
    redis.call('zrem', q.delayed, id)
    if entry and left > 0 then
      enter(q, id, entry, q.now + left, false)
    else
      redis.call('hdel', q.jobs, id)
    end
  end
end

local function count_quantiles(q)
  local times = redis.call('lrange', q.service, 0, -1)
  if #times == 0 then return end
  for at = 1, #times do times[at] = tonumber(times[at]) end
  table.sort(times)
  local function quantile(part) return times[math.min(#times, math.floor(part * #times) + 1)] end
  redis.call('hset', q.state, 'p50', quantile(0.5), 'p90', quantile(0.9))
end

-- Workers that were silent for a while and hold no jobs are forgotten, by the engine as well.
local function bury(q)
  local dead = redis.call('zrange', q.workers, '-inf', q.now - BURIED_AFTER_MS, 'byscore')
  if #dead == 0 then return end
  local held = survey(q, true).held
  for _, worker in ipairs(dead) do
    local consumer = string.match(worker, '^(.*)|%d+$')
    if not held[consumer] then
      for _, priority in ipairs(PRIORITIES) do
        redis.pcall('xgroup', 'delconsumer', q.stream .. priority, GROUP, consumer)
      end
      redis.call('zrem', q.workers, worker)
    end
  end
end

-- What a worker does twice a second: say that it lives and release what may run. Answers the jobs
-- that are to be aborted.
register_always('samovar_beat_1', function(keys, argv)
  local q = open(keys)
  local worker = argv[1] .. '|' .. argv[2]
  local until_ms = argv[3] == '1' and q.now + ALIVE_MS or 0
  redis.call('zadd', q.workers, until_ms, worker)
  bury(q)
  tidy(q)
  due(q)
  release_if_any(q)
  count_quantiles(q)
  return redis.call('smembers', q.aborted)
end)
