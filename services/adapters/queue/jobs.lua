#!lua name=samovar

-- Admission in front of the engine's streams, and what a worker does before and after a job; one
-- round trip for each step. A job waits in our own line until a slot of a living worker is free,
-- and only then goes into a stream of the engine's (layout: streaq's, see JobQueue).
--
-- keys[1] is the prefix of the engine's keys of a kind, keys[2] that of ours:
--   :jobs                hash  job -> where it stands (see entry), until its end; no words
--   :waiting:<priority>  zset  <number>:<job> by start tag
--   :fair:<priority>     zset  chat by finish tag of its last job
--   :state               hash  virtual time by priority, the number of the last job that lined up,
--                              and p50 and p90 of the service times, ms
--   :chats               hash  <priority>:<chat> -> its jobs in the line
--   :deadlines           zset  job in the line by deadline, ms
--   :delayed             zset  job that may not run yet by its time, ms
--   :workers             zset  <consumer>|<slots> by the time until which it counts as living, ms
--   :began               zset  running job by the time of its beginning, ms
--   :service             list  latest service times, ms
-- Times are the server's. Redis Cluster is out of scope. Workers of two releases may share a
-- server: a function that changes gets the next number.

local GROUP = 'workers' -- streaq's REDIS_GROUP
local PRIORITIES = { 'high', 'normal', 'low' }
local ALIVE_MS = 5000
local SERVICE_TIMES = 64
local COSTS_READ = 256
local TIDIED_AT_ONCE = 200

local function open(keys)
  local at = redis.call('time')
  local engine, line = keys[1], keys[2]
  return {
    now = at[1] * 1000 + math.floor(at[2] / 1000),
    stream = engine .. ':queues:', task = engine .. ':task:data:',
    attempts = engine .. ':task:retry:', aborted = engine .. ':aborted',
    jobs = line .. ':jobs', waiting = line .. ':waiting:', fair = line .. ':fair:',
    state = line .. ':state', chats = line .. ':chats', deadlines = line .. ':deadlines',
    delayed = line .. ':delayed', workers = line .. ':workers', began = line .. ':began',
    service = line .. ':service',
  }
end

-- An entry of a job: priority, accepted (ms), share, pays (cost by weight), and where it stands:
-- member and start while it is in the line, message once it is in a stream, neither while delayed.
local function entry_of(q, id)
  local packed = redis.call('hget', q.jobs, id)
  return packed and cmsgpack.unpack(packed)
end

local function note(q, id, entry)
  redis.call('hset', q.jobs, id, cmsgpack.pack(entry))
end

local function line_length(q)
  return redis.call('zcard', q.deadlines)
end

-- The streams and the workers: {slots, free, running, streamed (jobs), idle, unfetched =
-- {priority -> jobs}}. Jobs that dead workers hold count against nobody's slots.
local function survey(q)
  local idle = redis.call('hlen', q.jobs) == 0
  local held, s = {}, { slots = 0, free = 0, running = 0, streamed = 0, idle = idle, unfetched = {} }
  for _, priority in ipairs(PRIORITIES) do
    local stream = q.stream .. priority
    local length = idle and 0 or redis.call('xlen', stream)
    local count = length
    local pending = length > 0 and redis.pcall('xpending', stream, GROUP)
    -- Without a group nobody has fetched anything.
    if pending and not pending.err then
      count = count - pending[1]
      for _, each in ipairs(pending[4] or {}) do
        held[each[1]] = (held[each[1]] or 0) + tonumber(each[2])
      end
    end
    s.unfetched[priority] = math.max(0, count)
    s.streamed = s.streamed + length
  end
  for _, worker in ipairs(redis.call('zrange', q.workers, q.now, '+inf', 'byscore')) do
    local consumer, slots = string.match(worker, '^(.*)|(%d+)$')
    slots = tonumber(slots)
    local running = math.min(slots, held[consumer] or 0)
    s.slots, s.running = s.slots + slots, s.running + running
    s.free = s.free + slots - running
  end
  return s
end

-- Start-time fair queueing: a job starts where its chat's last job ends, but not before now in
-- virtual time; and now is the middle of the job that was released last.
local function start_tag(q, priority, share)
  local now = tonumber(redis.call('hget', q.state, priority) or 0)
  return math.max(now, tonumber(redis.call('zscore', q.fair .. priority, share) or 0)), now
end

local function send(q, id, entry, now)
  entry.message = redis.call(
    'xadd', q.stream .. entry.priority, '*', 'task_id', id, 'enqueue_time', q.now
  )
  local middle = entry.start + entry.pays / 2
  if middle > now then
    redis.call('hset', q.state, entry.priority, string.format('%.17g', middle))
    redis.call('zremrangebyscore', q.fair .. entry.priority, '-inf', middle)
  end
  entry.member = nil
  note(q, id, entry)
end

local function line_up(q, id, entry, expires)
  local number = redis.call('hincrby', q.state, 'number', 1)
  -- Equal scores are ordered by their members: who came first goes first.
  entry.member = string.format('%016d:%s', number, id)
  redis.call('zadd', q.waiting .. entry.priority, entry.start, entry.member)
  redis.call('zadd', q.deadlines, expires, id)
  redis.call('hincrby', q.chats, entry.priority .. ':' .. entry.share, 1)
  note(q, id, entry)
end

local function leave_line(q, id, entry)
  redis.call('zrem', q.waiting .. entry.priority, entry.member)
  redis.call('zrem', q.deadlines, id)
  local chat = entry.priority .. ':' .. entry.share
  if redis.call('hincrby', q.chats, chat, -1) <= 0 then redis.call('hdel', q.chats, chat) end
end

local function forget_words(q, id)
  redis.call('del', q.task .. id, q.attempts .. id)
end

-- End a job that no worker holds.
local function drop(q, id, entry)
  if entry.message then
    redis.pcall('xack', q.stream .. entry.priority, GROUP, entry.message)
    redis.call('xdel', q.stream .. entry.priority, entry.message)
  elseif entry.member then
    leave_line(q, id, entry)
    local fair = q.fair .. entry.priority
    -- A chat need not pay for what it took back, as far as nothing builds upon it.
    if tonumber(redis.call('zscore', fair, entry.share) or -1) == entry.start + entry.pays then
      redis.call('zadd', fair, entry.start, entry.share)
    end
  else
    redis.call('zrem', q.delayed, id)
  end
  redis.call('hdel', q.jobs, id)
  redis.call('zrem', q.began, id)
  redis.call('srem', q.aborted, id)
  forget_words(q, id)
end

local function held_by_worker(q, entry)
  if not entry.message then return false end
  local stream = q.stream .. entry.priority
  local found = redis.pcall('xpending', stream, GROUP, entry.message, entry.message, 1)
  return not found.err and #found > 0
end

-- Expired jobs leave the line: they never reach a model, and nobody is refused because of them.
local function tidy(q)
  local late = redis.call(
    'zrange', q.deadlines, '-inf', q.now, 'byscore', 'limit', 0, TIDIED_AT_ONCE
  )
  for _, id in ipairs(late) do
    local entry = entry_of(q, id)
    if entry then drop(q, id, entry) else redis.call('zrem', q.deadlines, id) end
  end
end

local function release(q, s)
  local before = 0
  for _, priority in ipairs(PRIORITIES) do
    before = before + s.unfetched[priority]
    while before < s.free do
      local member = redis.call('zrange', q.waiting .. priority, 0, 0)[1]
      if not member then break end
      local id = string.sub(member, 18)
      local entry = entry_of(q, id)
      if not entry then
        redis.call('zrem', q.waiting .. priority, member)
      elseif redis.call('exists', q.task .. id) == 0 then
        drop(q, id, entry)
      else
        leave_line(q, id, entry)
        send(q, id, entry, tonumber(redis.call('hget', q.state, priority) or 0))
        s.unfetched[priority] = s.unfetched[priority] + 1
        before = before + 1
      end
    end
  end
end

local function release_if_any(q)
  if line_length(q) > 0 then release(q, survey(q)) end
end

-- Sum what jobs at the front of a line pay; of a long one by its first jobs.
local function cost_of(q, priority, count)
  if count == 0 then return 0 end
  local members = redis.call('zrange', q.waiting .. priority, 0, math.min(count, COSTS_READ) - 1)
  local ids = {}
  for at, member in ipairs(members) do ids[at] = string.sub(member, 18) end
  local cost = 0
  for _, packed in ipairs(redis.call('hmget', q.jobs, unpack(ids))) do
    cost = cost + (packed and cmsgpack.unpack(packed).cost or 1)
  end
  return cost * count / #ids
end

-- A place behind ``count`` jobs of a priority's line, as the client reads it; without a priority
-- that of a job with nobody before it.
local function place(q, s, priority, count)
  local ahead, cost = 0, 0
  for _, each in ipairs(priority and PRIORITIES or {}) do
    local waiting = each == priority and count or redis.call('zcard', q.waiting .. each)
    ahead = ahead + s.unfetched[each] + waiting
    cost = cost + s.unfetched[each] + cost_of(q, each, waiting)
    if each == priority then break end
  end
  local running_for = 0
  local began = redis.call('zrange', q.began, 0, -1, 'withscores')
  for at = 2, #began, 2 do running_for = running_for + math.max(0, q.now - began[at]) end
  local quantiles = redis.call('hmget', q.state, 'p50', 'p90')
  return {
    ahead, tostring(cost), s.running, s.slots,
    quantiles[1] or '0', quantiles[2] or '0', running_for,
  }
end

local function place_of(q, s, entry)
  if entry.member then
    local rank = redis.call('zrank', q.waiting .. entry.priority, entry.member)
    return place(q, s, entry.priority, rank or 0)
  end
  return place(q, s)
end

-- A job is refused for what would go before it, so a flood keeps out those who flood. A chat is
-- also refused when it has enough in the line itself.
local function is_full(q, s, priority, share, ahead, cap, chat_cap)
  local of_chat = 0
  for _, each in ipairs(PRIORITIES) do
    ahead = ahead - s.unfetched[each]
    of_chat = of_chat + tonumber(redis.call('hget', q.chats, each .. ':' .. share) or 0)
    if each == priority then break end
  end
  return ahead >= cap or (share ~= '' and of_chat >= chat_cap)
end

-- Is a job of this id there? A job that outlived its record is, while a worker holds it: the
-- record comes back for whoever runs it next.
local function is_known(q, id, entry, record, keep)
  if not entry then return false end
  if redis.call('exists', q.task .. id) == 1 then return true end
  if held_by_worker(q, entry) then
    redis.call('set', q.task .. id, record, 'px', keep)
    return true
  end
  drop(q, id, entry)
  return false
end

local function enter(q, id, entry, expires, at_once)
  local start, now = start_tag(q, entry.priority, entry.share)
  entry.start = start
  redis.call('zadd', q.fair .. entry.priority, start + entry.pays, entry.share)
  if at_once then send(q, id, entry, now) else line_up(q, id, entry, expires) end
end

-- What ends jobs must work while memory is full.
local function register_always(name, callback)
  redis.register_function({ function_name = name, callback = callback, flags = { 'allow-oom' } })
end

-- {accepted, known or full, place}
redis.register_function('samovar_admit_1', function(keys, argv)
  local q = open(keys)
  local id, record, keep, delay = argv[1], argv[2], tonumber(argv[3]), tonumber(argv[4])
  local priority, share, cost, pays = argv[5], argv[6], tonumber(argv[7]), tonumber(argv[8])
  local patient, cap, chat_cap = argv[9] == '1', tonumber(argv[10]), tonumber(argv[11])

  if line_length(q) > 0 then tidy(q) end
  local s = survey(q)
  local entry = not s.idle and entry_of(q, id)
  if is_known(q, id, entry, record, keep) then
    return { 'known', entry and place_of(q, s, entry) or place(q, s) }
  end
  local length = line_length(q)
  if length > 0 then
    release(q, s)
    length = line_length(q)
  elseif s.idle then
    -- Nobody is owed anything on an idle queue.
    redis.call('del', q.fair .. 'high', q.fair .. 'normal', q.fair .. 'low')
  end
  entry = { priority = priority, share = share, cost = cost, pays = pays }
  if delay > 0 then
    entry.accepted = q.now + delay
    redis.call('set', q.task .. id, record, 'px', keep)
    redis.call('zadd', q.delayed, entry.accepted, id)
    note(q, id, entry)
    return { 'accepted', place(q, s) }
  end

  local front = 0
  if length > 0 then
    local start = start_tag(q, priority, share)
    front = redis.call('zcount', q.waiting .. priority, '-inf', start)
  end
  local answer = place(q, s, priority, front)
  local at_once = answer[1] < s.free
  if not at_once and not patient and is_full(q, s, priority, share, answer[1], cap, chat_cap) then
    return { 'full', answer }
  end
  entry.accepted = q.now
  redis.call('set', q.task .. id, record, 'px', keep)
  enter(q, id, entry, q.now + keep, at_once)
  return { 'accepted', answer }
end)

-- Where a job stands that no worker has yet, or nothing.
redis.register_function('samovar_place_1', function(keys, argv)
  local q = open(keys)
  local entry = entry_of(q, argv[1])
  if not entry or not (entry.member or entry.message) or held_by_worker(q, entry) then
    return false
  end
  return place_of(q, survey(q), entry)
end)

local function end_job(q, id)
  local entry = entry_of(q, id)
  if entry and held_by_worker(q, entry) then
    redis.call('sadd', q.aborted, id)
    return false
  end
  if entry then drop(q, id, entry) end
  return true
end

-- End a job: one that runs is marked for its worker.
register_always('samovar_abort_1', function(keys, argv)
  local q = open(keys)
  end_job(q, argv[1])
  release_if_any(q)
end)

-- End jobs, and keep nothing of what they were asked.
register_always('samovar_erase_1', function(keys, argv)
  local q = open(keys)
  for _, id in ipairs(argv) do
    end_job(q, id)
    forget_words(q, id)
  end
  release_if_any(q)
end)

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

-- Take a delivered job: {state, record, attempt, ms waited} with state run, aborted, gone when it
-- expired, or lost when another worker has claimed it meanwhile. What is aborted or gone is
-- forgotten.
register_always('samovar_begin_2', function(keys, argv)
  local q = open(keys)
  local priority, message, id, consumer = argv[1], argv[2], argv[3], argv[4]
  local stream = q.stream .. priority

  if #redis.call('xpending', stream, GROUP, message, message, 1, consumer) == 0 then
    return { 'lost', '', 0, 0 }
  end
  local record = redis.call('get', q.task .. id)
  if not record then
    forget(q, id, priority, message)
    release_if_any(q)
    return { 'gone', '', 0, 0 }
  end
  local entry = entry_of(q, id)
  local waited = entry and math.max(0, q.now - entry.accepted) or 0
  local attempt = redis.call('incr', q.attempts .. id)
  if redis.call('sismember', q.aborted, id) == 1 then
    forget(q, id, priority, message)
    release_if_any(q)
    return { 'aborted', record, attempt, waited }
  end
  -- The lease begins now, not when the job was fetched.
  redis.call('xclaim', stream, GROUP, consumer, 0, message, 'justid')
  redis.call('zadd', q.began, q.now, id)
  return { 'run', record, attempt, waited }
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

-- Put back jobs that a worker fetched and has no slot for: who waits for one hears of it.
register_always('samovar_return_1', function(keys, argv)
  local q = open(keys)
  local stream = q.stream .. argv[1]
  for at = 2, #argv, 2 do
    local message, id = argv[at], argv[at + 1]
    redis.call('xack', stream, GROUP, message)
    if redis.call('xdel', stream, message) == 1 then
      local again = redis.call('xadd', stream, '*', 'task_id', id, 'enqueue_time', q.now)
      local entry = entry_of(q, id)
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

-- What a worker does twice a second: say that it lives and release what may run. Answers the jobs
-- that are to be aborted.
register_always('samovar_beat_1', function(keys, argv)
  local q = open(keys)
  local worker = argv[1] .. '|' .. argv[2]
  if argv[3] == '1' then
    redis.call('zadd', q.workers, q.now + ALIVE_MS, worker)
  else
    redis.call('zrem', q.workers, worker)
  end
  redis.call('zremrangebyscore', q.workers, '-inf', q.now - 1)
  tidy(q)
  due(q)
  release_if_any(q)
  count_quantiles(q)
  return redis.call('smembers', q.aborted)
end)

-- When the job was accepted that has waited longest, in the line or let in and not yet fetched.
local function oldest_accepted(q, s)
  local first, ids = nil, {}
  for _, priority in ipairs(PRIORITIES) do
    -- Members begin with a number that grows, but stand in the order of fairness.
    for _, member in ipairs(redis.call('zrange', q.waiting .. priority, 0, -1)) do
      if not first or member < first then first = member end
    end
    if s.unfetched[priority] > 0 then
      local messages = redis.call(
        'xrevrange', q.stream .. priority, '+', '-', 'count', s.unfetched[priority]
      )
      for _, message in ipairs(messages) do
        if message[2][1] == 'task_id' then table.insert(ids, message[2][2]) end
      end
    end
  end
  if first then table.insert(ids, string.sub(first, 18)) end
  local oldest = q.now
  for _, id in ipairs(ids) do
    local entry = entry_of(q, id)
    if entry then oldest = math.min(oldest, entry.accepted) end
  end
  return oldest
end

-- For whoever watches the pool: {waiting high, normal, low, delayed, running, held by dead workers,
-- slots, ms that the oldest has waited, p50, p90 of the service times in ms}.
redis.register_function({ function_name = 'samovar_look_1', flags = { 'no-writes' },
  callback = function(keys, argv)
    local q = open(keys)
    local s = survey(q)
    local answer, fetched = {}, 0
    for at, priority in ipairs(PRIORITIES) do
      local unfetched = s.unfetched[priority]
      answer[at] = redis.call('zcard', q.waiting .. priority) + unfetched
      fetched = fetched + redis.call('xlen', q.stream .. priority) - unfetched
    end
    local quantiles = redis.call('hmget', q.state, 'p50', 'p90')
    local more = {
      redis.call('zcard', q.delayed), s.running, math.max(0, fetched - s.running), s.slots,
      math.max(0, q.now - oldest_accepted(q, s)), quantiles[1] or '0', quantiles[2] or '0',
    }
    for _, each in ipairs(more) do table.insert(answer, each) end
    return answer
  end })
