// Files that wait above the composer until they are sent.

import { fill, h } from "./dom.js";
import { bytes, t } from "./i18n.js";
import { icon } from "./icons.js";

const MOST = 10;
const PICTURES = new Set(["image/png", "image/jpeg", "image/webp"]);
const VOICES = new Set(["audio/ogg", "audio/opus"]);

function kindOf(file) {
  if (PICTURES.has(file.type)) return "photo";
  if (VOICES.has(file.type)) return "voice";
  if (file.type === "video/mp4") return "video";
  if (file.type === "audio/mpeg" || file.type === "audio/mp4") return "audio";
  return "document";
}

const sortOf = (item) => (["photo", "video"].includes(item.kind) ? "seen" : ["document", "audio"].includes(item.kind) ? item.kind : null);

// Neighbours of one sort go together; a voice goes alone.
function albums(items, together) {
  const groups = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (together && last && sortOf(item) && last.sort === sortOf(item)) last.items.push(item);
    else groups.push({ sort: sortOf(item), items: [item] });
  }
  return groups.map(({ items: group }) => ({ kind: group.length > 1 ? "album" : group[0].kind, files: group.map(({ file }) => ({ file, name: file.name })) }));
}

export class AttachmentTray {
  constructor(onChange) {
    this.onChange = onChange;
    this.files = [];
    this.together = true;
    this.element = h("div", { class: "tray", hidden: true });
  }

  add(list) {
    for (const file of [...list].slice(0, MOST - this.files.length)) {
      const natural = kindOf(file);
      this.files.push({ file, natural, kind: natural, preview: natural === "photo" ? URL.createObjectURL(file) : null });
    }
    this.#draw();
  }

  /** Gives what is sent, in order: [{kind, files: [{file, name}]}], several files of one sort as one album. */
  take() {
    const taken = this.files;
    for (const item of taken) if (item.preview) URL.revokeObjectURL(item.preview);
    this.files = [];
    this.#draw();
    return albums(taken, this.together);
  }

  #remove(item) {
    if (item.preview) URL.revokeObjectURL(item.preview);
    this.files = this.files.filter((other) => other !== item);
    this.#draw();
  }

  #draw() {
    this.element.hidden = !this.files.length;
    const several = this.files.length > 1 ? h("label", { class: "as-file together" },
      h("input", { type: "checkbox", checked: this.together, onchange: (event) => { this.together = event.target.checked; } }), t("as_album")) : null;
    fill(this.element, h("div", { class: "tray-files" }, this.files.map((item) => this.#card(item))), several);
    this.onChange();
  }

  #card(item) {
    const asFile = item.natural === "document" ? null : h("label", { class: "as-file" },
      h("input", { type: "checkbox", checked: item.kind === "document", onchange: (event) => { item.kind = event.target.checked ? "document" : item.natural; } }),
      t("as_file"));
    return h("div", { class: "tray-card" },
      item.preview ? h("img", { src: item.preview, alt: "" }) : h("span", { class: "file-icon" }, icon("document")),
      h("div", { class: "file-text" }, h("span", { class: "file-name", dir: "auto" }, item.file.name),
        h("span", { class: "file-size" }, bytes(item.file.size)), asFile),
      h("button", { type: "button", class: "round-button quiet", "aria-label": t("remove_file", { name: item.file.name }), onclick: () => this.#remove(item) }, icon("close")));
  }
}
