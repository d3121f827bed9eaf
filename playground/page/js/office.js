// What administrators of a chat do, over HTTP; the contract is docs/playground-api.md.

import { request } from "./api.js";

/** One person's office in one chat. */
export function office(user, chat) {
  const base = `/sim/users/${user}/chats/${chat}`;
  return {
    change: (change) => request("PATCH", base, change),
    setMember: (member, change) => request("PATCH", `${base}/members/${member}`, change),
    addMember: (member) => request("POST", `${base}/members`, { user: member }),
    removeMember: (member) => request("DELETE", `${base}/members/${member}`),
    pin: (message) => request("POST", `${base}/pin`, { message_id: message }),
    unpin: (message) => request("DELETE", `${base}/pin/${message}`),
    newLink: (link) => request("POST", `${base}/invite_links`, link),
    revokeLink: (link) => request("POST", `${base}/invite_links/revoke`, { invite_link: link }),
    decide: (asker, approve) => request("PUT", `${base}/join_requests/${asker}`, { approve }),
    setPhoto: (file) => {
      const picture = new FormData();
      picture.append("file", file, file.name);
      return request("PUT", `${base}/photo`, picture);
    },
    removePhoto: () => request("DELETE", `${base}/photo`),
    sendAs: (channel) => request("PUT", `${base}/send_as`, { chat: channel }),
    migrate: () => request("POST", `${base}/migrate`, {}),
    join: () => request("POST", `${base}/join`, {}),
    leave: () => request("POST", `${base}/leave`, {}),
    block: () => request("POST", `${base}/block`, {}),
    unblock: () => request("POST", `${base}/unblock`, {}),
    read: () => request("GET", base),
  };
}

/** What the page founds. */
export const found = {
  bot: (bot) => request("POST", "/sim/bots", bot),
  group: (group) => request("POST", "/sim/groups", group),
  person: (person) => request("POST", "/sim/users", person),
  face: (user, file) => {
    const picture = new FormData();
    picture.append("file", file, file.name);
    return request("PUT", `/sim/users/${user}/photo`, picture);
  },
};
