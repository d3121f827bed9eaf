#!lua name=samovar

-- Admission in front of the engine's streams, and what a worker does before and after a job; one
-- round trip for each step. A job waits in our own line until a slot of a living worker is free,
-- and only then goes into a stream of the engine's (layout: streaq's, see QueueKeys).
--
-- One library in four files, loaded together: this one (the line itself), admission.lua,
-- work.lua (for workers) and look.lua (for whoever watches).
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
local BURIED_AFTER_MS = 60000
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
-- {priority -> jobs}, held = {consumer -> jobs}}. Jobs that dead workers hold count against
-- nobody's slots.
local function survey(q, thoroughly)
  local idle = not thoroughly and redis.call('hlen', q.jobs) == 0
  local held = {}
  local s = {
    slots = 0, free = 0, running = 0, streamed = 0, idle = idle, unfetched = {}, held = held,
  }
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
  entry.message = redis.call('xadd', q.stream .. entry.priority, '*', 'task_id', id)
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

-- After something has ended.
local function release_if_any(q)
  if line_length(q) > 0 then
    release(q, survey(q))
  elseif redis.call('hlen', q.jobs) == 0 then
    -- Nobody is owed anything on an idle queue, and no chat is remembered.
    redis.call('del', q.fair .. 'high', q.fair .. 'normal', q.fair .. 'low')
  end
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

-- A place behind ``count`` jobs of a priority's line, as the client reads it: one text, since
-- clients read many small parts slowly. Without a priority, that of a job with nobody before it.
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
  return string.format(
    '%d %.6g %d %d %s %s %d', ahead, cost, s.running, s.slots,
    quantiles[1] or '0', quantiles[2] or '0', running_for
  ), ahead
end

local function place_of(q, s, entry)
  if entry.member then
    local rank = redis.call('zrank', q.waiting .. entry.priority, entry.member)
    return place(q, s, entry.priority, rank or 0)
  end
  return place(q, s)
end

-- What ends jobs must work while memory is full.
local function register_always(name, callback)
  redis.register_function({ function_name = name, callback = callback, flags = { 'allow-oom' } })
end
