-- For whoever watches the pool.

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
