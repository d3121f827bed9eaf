-- For callers: into the line, where in it, and out of it.

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

-- accepted, known or full, and a place
redis.register_function('samovar_admit_1', function(keys, argv)
  local q = open(keys)
  local id, record, keep, delay = argv[1], argv[2], tonumber(argv[3]), tonumber(argv[4])
  local priority, share, cost, pays = argv[5], argv[6], tonumber(argv[7]), tonumber(argv[8])
  local patient, cap, chat_cap = argv[9] == '1', tonumber(argv[10]), tonumber(argv[11])

  if line_length(q) > 0 then tidy(q) end
  local s = survey(q)
  local entry = not s.idle and entry_of(q, id)
  if is_known(q, id, entry, record, keep) then
    return 'known ' .. place_of(q, s, entry)
  end
  local length = line_length(q)
  if length > 0 then
    release(q, s)
    length = line_length(q)
  end
  entry = { priority = priority, share = share, cost = cost, pays = pays }
  if delay > 0 then
    entry.accepted = q.now + delay
    redis.call('set', q.task .. id, record, 'px', keep)
    redis.call('zadd', q.delayed, entry.accepted, id)
    note(q, id, entry)
    return 'accepted ' .. place(q, s)
  end

  local front = 0
  if length > 0 then
    local start = start_tag(q, priority, share)
    front = redis.call('zcount', q.waiting .. priority, '-inf', start)
  end
  local answer, ahead = place(q, s, priority, front)
  local at_once = ahead < s.free
  if not at_once and not patient and is_full(q, s, priority, share, ahead, cap, chat_cap) then
    return 'full ' .. answer
  end
  entry.accepted = q.now
  redis.call('set', q.task .. id, record, 'px', keep)
  enter(q, id, entry, q.now + keep, at_once)
  return 'accepted ' .. answer
end)

-- Where a job stands that no worker has yet, or nothing.
redis.register_function('samovar_place_1', function(keys, argv)
  local q = open(keys)
  local entry = entry_of(q, argv[1])
  if not entry or not (entry.member or entry.message) or held_by_worker(q, entry) then
    return false
  end
  return (place_of(q, survey(q), entry))
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
