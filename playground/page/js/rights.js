// What may be allowed in a chat, in the order in which people read it, and who may allow it.

/** What plain members may do. */
export const PERMISSIONS = [
  "can_send_messages", "can_send_photos", "can_send_videos", "can_send_video_notes", "can_send_audios", "can_send_voice_notes",
  "can_send_documents", "can_send_other_messages", "can_send_polls", "can_add_web_page_previews", "can_react_to_messages",
  "can_invite_users", "can_pin_messages", "can_change_info", "can_edit_tag", "can_manage_topics",
];

const GROUP_RIGHTS = [
  "can_change_info", "can_delete_messages", "can_restrict_members", "can_invite_users", "can_pin_messages", "can_manage_topics",
  "can_manage_tags", "can_post_stories", "can_edit_stories", "can_delete_stories", "can_manage_video_chats", "can_promote_members",
];
const CHANNEL_RIGHTS = [
  "can_change_info", "can_post_messages", "can_edit_messages", "can_delete_messages", "can_restrict_members", "can_invite_users",
  "can_manage_direct_messages", "can_post_stories", "can_edit_stories", "can_delete_stories", "can_manage_video_chats", "can_promote_members",
];

export function adminRights(chat) {
  if (chat.kind === "channel") return CHANNEL_RIGHTS;
  return GROUP_RIGHTS.filter((name) => name !== "can_manage_topics" || chat.is_forum);
}

export const permissionsOf = (chat) => PERMISSIONS.filter((name) => name !== "can_manage_topics" || chat.is_forum);

export const myMember = (chat, me) => chat.members.find((member) => member.user.id === me.id);

/** What this person may do here as an administrator. */
export function powers(chat, me) {
  const mine = myMember(chat, me);
  const isOwner = chat.status === "creator";
  const given = new Set(chat.rights ?? Object.keys(mine ?? {}).filter((name) => mine[name] === true));
  return {
    isOwner,
    isAdmin: isOwner || chat.status === "administrator",
    may: (right) => isOwner || (chat.status === "administrator" && given.has(right)),
    /** Members may, too, where the chat's permissions say so. */
    mayAs: (right) => isOwner || (chat.status === "administrator" ? given.has(right) : isIn(chat) && Boolean(chat.permissions?.[right]) && mine?.[right] !== false),
  };
}

export const isIn = (chat) => ["creator", "administrator", "member", "restricted"].includes(chat.status);

/** Whether this person may change another's place in the chat. */
export function canEdit(chat, me, member) {
  const mine = powers(chat, me);
  if (member.user.id === me.id || member.status === "creator") return { promote: false, restrict: false };
  const mayAdmin = member.status !== "administrator" || mine.isOwner || Boolean(member.can_be_edited);
  return { promote: mine.may("can_promote_members") && mayAdmin, restrict: mine.may("can_restrict_members") && mayAdmin };
}
