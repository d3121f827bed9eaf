#!lua name=samovar

-- What a worker does before and after a job, in one round trip each.
-- The layout of keys is streaq's; see JobQueue. Workers of two releases may share a server: a
-- function that changes gets the next number.

local function forget(stream, task, retry, aborted, group, message_id, task_id)
  redis.call('xack', stream, group, message_id)
  redis.call('xdel', stream, message_id)
  redis.call('del', task, retry)
  redis.call('srem', aborted, task_id)
end

-- Take a delivered job: {state, record, attempt} with state run, aborted, gone when it expired, or
-- lost when another worker has claimed it meanwhile. What is aborted or gone is forgotten.
redis.register_function('samovar_begin_1', function(keys, argv)
  local stream, task, retry, aborted = keys[1], keys[2], keys[3], keys[4]
  local group, message_id, task_id, consumer = argv[1], argv[2], argv[3], argv[4]

  local record = redis.call('get', task)
  if not record then
    forget(stream, task, retry, aborted, group, message_id, task_id)
    return { 'gone', '', 0 }
  end
  if #redis.call('xpending', stream, group, message_id, message_id, 1, consumer) == 0 then
    return { 'lost', '', 0 }
  end
  local attempt = redis.call('incr', retry)
  if redis.call('sismember', aborted, task_id) == 1 then
    forget(stream, task, retry, aborted, group, message_id, task_id)
    return { 'aborted', record, attempt }
  end
  -- The lease begins now, not when the job was fetched.
  redis.call('xclaim', stream, group, consumer, 0, message_id, 'justid')
  return { 'run', record, attempt }
end)

redis.register_function('samovar_finish_1', function(keys, argv)
  forget(keys[1], keys[2], keys[3], keys[4], argv[1], argv[2], argv[3])
end)
