// The users' side of the playground over HTTP; the contract is docs/playground-api.md.

export class Refusal extends Error {}

export async function request(method, path, body) {
  const form = body instanceof FormData;
  const response = await fetch(path, {
    method,
    body: body === undefined || form ? body : JSON.stringify(body),
    headers: body === undefined || form ? {} : { "Content-Type": "application/json" },
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(answer.error || `${response.status} ${response.statusText}`);
  return answer;
}

const get = (path) => request("GET", path);
const post = (path, body = {}) => request("POST", path, body);

export const server = {
  state: () => get("/sim/state"),
  personState: (user) => get(`/sim/users/${user}/state`),
  chat: (user, chat) => get(`/sim/users/${user}/chats/${chat}`),
  addPerson: (person) => post("/sim/users", person),
  calls: () => get("/sim/calls?limit=100"),
  deliveries: () => get("/sim/deliveries?limit=100"),
  faults: () => get("/sim/faults"),
  addFault: (fault) => post("/sim/faults", fault),
  removeFault: (id) => request("DELETE", `/sim/faults/${id}`),
  setLimits: (profile) => request("PUT", "/sim/limits", { profile }),
  preview: (link) => get(`/sim/preview?link=${encodeURIComponent(link)}`),
  open: (user, link) => post(`/sim/users/${user}/open`, { link }),
};

export const fileUrl = (fileId) => `/sim/files/${encodeURIComponent(fileId)}`;

const inTopic = (thread) => (thread ? { thread_id: thread } : {});

/** What one person can do in one chat. */
export function seat(user, chat) {
  const base = `/sim/users/${user}/chats/${chat}`;
  return {
    say: (text, { replyTo, thread } = {}) => post(`${base}/messages`, { text, ...(replyTo && { reply_to: replyTo }), ...inTopic(thread) }),
    send: (content, thread) => post(`${base}/messages`, { ...content, ...inTopic(thread) }),
    upload: ({ kind, files, caption, replyTo, seconds, thread }) => {
      const form = new FormData();
      form.append("kind", kind);
      if (caption) form.append("caption", caption);
      if (replyTo) form.append("reply_to", String(replyTo));
      if (seconds) form.append("duration", String(seconds));
      if (thread) form.append("thread_id", String(thread));
      for (const { file, name } of files) form.append("file", file, name);
      return post(`${base}/messages`, form);
    },
    forward: (ids, to) => post(`${base}/forward`, { message_ids: ids, to }),
    vote: (id, options) => request("PUT", `${base}/messages/${id}/vote`, { options }),
    voters: (id) => get(`${base}/messages/${id}/voters`),
    closePoll: (id) => post(`${base}/messages/${id}/close_poll`),
    press: (button) => post(`${base}/press`, button),
    askInline: (bot, query, offset) => post(`${base}/inline`, { bot, query, ...(offset && { offset }) }),
    chooseInline: (query, result, { replyTo, thread } = {}) => post(`${base}/inline/${encodeURIComponent(query)}/choose`, { result_id: result, ...(replyTo && { reply_to: replyTo }), ...inTopic(thread) }),
    webApp: (wanted) => post(`${base}/web_app`, wanted),
    unpin: (id) => request("DELETE", `${base}/pin/${id}`),
    newTopic: (topic) => post(`${base}/topics`, topic),
    changeTopic: (thread, change) => request("PATCH", `${base}/topics/${thread}`, change),
    removeTopic: (thread) => request("DELETE", `${base}/topics/${thread}`),
    edit: (id, change) => request("PATCH", `${base}/messages/${id}`, change),
    remove: (id) => request("DELETE", `${base}/messages/${id}`),
    tap: (id, place) => post(`${base}/messages/${id}/tap`, place),
    react: (id, emoji) => request("PUT", `${base}/messages/${id}/reaction`, emoji ? { emoji } : null),
    stop: (draft) => post(`${base}/drafts/${draft}/stop`),
    start: (payload) => post(`${base}/start`, payload ? { payload } : {}),
    block: () => post(`${base}/block`),
    unblock: () => post(`${base}/unblock`),
    join: () => post(`${base}/join`),
    leave: () => post(`${base}/leave`),
    addMember: (id, payload) => post(`${base}/members`, { user: id, ...(payload && { payload }) }),
    sendAs: (channel) => request("PUT", `${base}/send_as`, { chat: channel }),
    pin: (id) => post(`${base}/pin`, { message_id: id }),
  };
}
