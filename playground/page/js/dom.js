// The only way this page makes elements: text goes in as text nodes, never as markup.

const SVG = "http://www.w3.org/2000/svg";

function setProperty(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "class") element.className = value;
  else if (name === "dataset") Object.assign(element.dataset, value);
  else if (name === "style") for (const [key, part] of Object.entries(value)) element.style.setProperty(key, part);
  else if (value === true) element.setAttribute(name, "");
  else element.setAttribute(name, String(value));
}

/** Makes an element: h("p", {class: "quiet"}, "text", child, null). */
export function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) setProperty(element, name, value);
  append(element, children);
  return element;
}

export function append(parent, children) {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    parent.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return parent;
}

export function fill(parent, ...children) {
  parent.replaceChildren();
  return append(parent, children);
}

/** Makes an SVG element from paths that this page owns. */
export function svg(viewBox, paths, properties = {}) {
  const root = document.createElementNS(SVG, "svg");
  root.setAttribute("viewBox", viewBox);
  root.setAttribute("aria-hidden", "true");
  root.setAttribute("focusable", "false");
  for (const [name, value] of Object.entries(properties)) root.setAttribute(name, value);
  for (const description of paths) {
    const path = document.createElementNS(SVG, "path");
    for (const [name, value] of Object.entries(description)) path.setAttribute(name, value);
    root.append(path);
  }
  return root;
}

/** Puts `children` in order with as few moves as possible, so that focus and scroll survive. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  children.forEach((child, place) => {
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
}

export const calmMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
