// The developer's side of the playground over HTTP; the contract is docs/playground-api.md.

import { Refusal, request } from "./api.js";

const get = (path) => request("GET", path);

async function bytes(method, path, body) {
  const response = await fetch(path, { method, body });
  if (!response.ok) throw new Refusal((await response.json().catch(() => ({}))).error || `${response.status} ${response.statusText}`);
  return response;
}

export const workshop = {
  calls: (limit) => get(`/sim/calls?limit=${limit}`),
  deliveries: (limit) => get(`/sim/deliveries?limit=${limit}`),
  limits: () => get("/sim/limits"),
  setLimits: (limits) => request("PUT", "/sim/limits", limits),
  clock: () => get("/sim/clock"),
  moveClock: (body) => request("PUT", "/sim/clock", body),
  saved: async () => (await bytes("GET", "/sim/saved")).blob(),
  load: (file) => bytes("PUT", "/sim/saved", file),
  reset: () => request("POST", "/sim/reset", {}),
  script: async (user, chat) => (await bytes("GET", `/sim/users/${user}/chats/${chat}/script`)).text(),
};

/** `kind`: "faults" of calls or "update_faults" of updates. */
export const mishaps = (kind) => ({
  all: async () => (await get(`/sim/${kind}`)).faults,
  add: (fault) => request("POST", `/sim/${kind}`, fault),
  remove: (id) => request("DELETE", `/sim/${kind}/${id}`),
  clear: () => request("DELETE", `/sim/${kind}`),
});
