// Text with entities -> DOM nodes. Never innerHTML: what a bot writes stays text.
// Offsets are UTF-16 units, which is how JavaScript counts too.

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

// `doors.sendText(command)` and `doors.open(url)`, which says whether it opened a link itself.
export function textNodes(text, entities, doors) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, sorted, 0, text.length, doors);
}

function between(text, entities, start, end, doors) {
  const nodes = [];
  let at = start;
  let rest = entities;
  while (rest.length) {
    const [entity, ...later] = rest;
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset > at) nodes.push(document.createTextNode(text.slice(at, entity.offset)));
    const inside = later.filter((other) => other.offset < stop);
    const element = elementFor(entity, text.slice(entity.offset, stop), doors);
    element.append(...between(text, inside, Math.max(entity.offset, at), stop, doors));
    nodes.push(element);
    at = stop;
    rest = later.filter((other) => other.offset >= stop);
  }
  if (at < end) nodes.push(document.createTextNode(text.slice(at, end)));
  return nodes;
}

function elementFor(entity, covered, doors) {
  switch (entity.type) {
    case "text_link": return link(entity.url, doors);
    case "url": return link(covered, doors);
    case "email": return link(`mailto:${covered}`, doors);
    case "bot_command": return button("command", () => doors.sendText(covered));
    case "spoiler": return spoiler();
    case "pre": return document.createElement("pre");
    default: return document.createElement(TAGS[entity.type] ?? "span");
  }
}

function link(address, doors) {
  if (!/^(https?|mailto|tg):/i.test(address)) return document.createElement("span");
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  anchor.addEventListener("click", (event) => { if (doors.open(address)) event.preventDefault(); });
  return anchor;
}

function button(name, press) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = name;
  element.addEventListener("click", press);
  return element;
}

function spoiler() {
  const element = button("spoiler", () => element.classList.add("open"));
  element.setAttribute("aria-label", "Hidden text: press to show");
  element.addEventListener("click", () => element.removeAttribute("aria-label"));
  return element;
}
