// Dialogs that ask for a chat or for people.

import { avatar } from "./avatar.js";
import { fill, h } from "./dom.js";
import { t } from "./i18n.js";
import { openDialog } from "./notices.js";
import { nameOf, orderedChats, titleOf } from "./store.js";

/** Opens a dialog; `build(done)` gives its content; the answer is what `done` got, or null when it was closed. */
export function ask(title, build) {
  return new Promise((resolve) => {
    let answer = null;
    let close = () => {};
    const done = (value) => { answer = value; close(); };
    close = openDialog(title, () => build(done));
    const dialogs = document.querySelectorAll("dialog.dialog");
    dialogs[dialogs.length - 1].addEventListener("close", () => resolve(answer));
  });
}

// A list with a field that narrows it; arrows walk through it.
function searchable(items, draw, name) {
  const list = h("ul", { class: "plain-list chooser", "aria-label": name });
  const show = (typed) => {
    const wanted = typed.trim().toLowerCase();
    const found = items.filter((item) => item.words.toLowerCase().includes(wanted));
    fill(list, found.length ? found.map((item) => h("li", {}, draw(item))) : h("li", { class: "quiet" }, t("nothing_found")));
  };
  const field = h("input", { type: "search", autofocus: true, class: "chooser-field", "aria-label": t("search_here"), placeholder: t("search_here"), autocomplete: "off", oninput: () => show(field.value) });
  const walk = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const places = [field, ...list.querySelectorAll("button, input")];
    event.preventDefault();
    places[(places.indexOf(document.activeElement) + step + places.length) % places.length]?.focus();
  };
  show("");
  return h("div", { class: "chooser-box", onkeydown: walk }, items.length > 6 ? field : null, list);
}

const row = (id, name, note, photo) => [avatar(id, name, "small", photo), h("span", { class: "row-text" }, h("strong", { dir: "auto" }, name), note ? h("span", { class: "quiet" }, note) : null)];

/** Asks for one of the person's chats. */
export function chooseChat(title, person, fits = () => true) {
  const items = orderedChats(person).filter(fits).map((chat) => ({ chat, words: `${titleOf(chat)} ${chat.username ?? ""}` }));
  return ask(title, (done) => searchable(items, ({ chat }) => h("button", { type: "button", class: "person-row as-button", onclick: () => done(chat) },
    row(chat.id, titleOf(chat), chat.username ? `@${chat.username}` : null, chat.photo)), title));
}

/** Asks for users, at most `most`; gives their list, or null. */
export function choosePeople(title, users, most) {
  const items = users.map((user) => ({ user, words: `${nameOf(user)} ${user.username ?? ""}` }));
  const chosen = new Map();
  return ask(title, (done) => {
    const ready = h("button", { type: "button", class: "primary", disabled: true, onclick: () => done([...chosen.values()]) }, t("choose"));
    const several = ({ user }) => h("label", { class: "person-row as-button" },
      h("input", { type: "checkbox", onchange: (event) => {
        if (event.target.checked && chosen.size >= most) event.target.checked = false;
        else if (event.target.checked) chosen.set(user.id, user);
        else chosen.delete(user.id);
        ready.disabled = chosen.size === 0;
      } }), row(user.id, nameOf(user), user.username ? `@${user.username}` : null));
    const single = ({ user }) => h("button", { type: "button", class: "person-row as-button", onclick: () => done([user]) }, row(user.id, nameOf(user), user.username ? `@${user.username}` : null));
    return [searchable(items, most > 1 ? several : single, title), most > 1 ? h("footer", { class: "dialog-foot" }, ready) : null];
  });
}

/** Asks yes or no. */
export function confirmed(title, text, yes) {
  return ask(title, (done) => [h("p", { dir: "auto" }, text), h("footer", { class: "dialog-foot" },
    h("button", { type: "button", class: "secondary", onclick: () => done(null) }, t("cancel")), h("button", { type: "button", class: "primary", onclick: () => done(true) }, yes))]);
}
