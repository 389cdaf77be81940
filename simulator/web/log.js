// The list of messages: bubbles, days, inline keyboards. A bubble is replaced only when it changed.

import { button, element, find } from "./api.js";
import { textNodes } from "./text.js";

export class Log {
  constructor(element, { sendText, tap, open }) {
    this.element = element;
    this.sendText = sendText;
    this.tap = tap;
    this.open = open;
    this.shown = new Map();
    this.atEnd = true;
    element.addEventListener("scroll", () => { this.atEnd = this.isAtEnd(); });
    new ResizeObserver(() => { if (this.atEnd) this.toEnd(); }).observe(element);
  }

  isAtEnd() {
    return this.element.scrollHeight - this.element.scrollTop - this.element.clientHeight < 80;
  }

  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
  }

  clear() {
    this.shown.clear();
    this.element.replaceChildren();
  }

  show(messages, zone = "UTC", people = [], inGroup = false) {
    const { atEnd } = this;
    this.setZone(zone);
    this.names = new Map(inGroup ? people.map((each) => [each.user_id, each.name]) : []);
    const grown = messages.some((message) => !this.shown.has(message.message_id));
    const inside = this.element.contains(document.activeElement);
    const wanted = this.withDays(messages);
    this.forget(new Set(wanted.map(([key]) => key)));
    wanted.forEach(([key, version, make]) => this.place(key, version, make));
    if (atEnd || grown) this.toEnd();
    if (grown && inside) this.focusNewest();
  }

  setZone(zone) {
    if (zone === this.zone) return;
    this.zone = zone;
    this.clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
    this.day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long", timeZone: zone });
  }

  // Whoever answers by keyboard goes on at the newest question.
  focusNewest() {
    this.element.lastElementChild?.querySelector(".key")?.focus({ preventScroll: true });
  }

  answered() {
    this.element.querySelectorAll("[aria-busy]").forEach((key) => key.removeAttribute("aria-busy"));
  }

  withDays(messages) {
    const wanted = [];
    let last = "";
    for (const message of messages) {
      const date = this.day.format(new Date(message.at));
      if (date !== last) wanted.push([`day ${date}`, "", () => divider(date)]);
      last = date;
      wanted.push([message.message_id, `${this.zone}${JSON.stringify(message)}`, () => this.bubble(message)]);
    }
    return wanted;
  }

  forget(keys) {
    for (const [key, { node }] of this.shown) {
      if (keys.has(key)) continue;
      node.remove();
      this.shown.delete(key);
    }
  }

  place(key, version, make) {
    const before = this.shown.get(key);
    if (before?.version === version) return;
    const node = make();
    const focused = before?.node.contains(document.activeElement) ? document.activeElement : null;
    const keys = [...(before?.node.querySelectorAll(".key") ?? [])];
    if (before) before.node.replaceWith(node);
    else this.element.append(node);
    if (focused) (sameKey(keys.indexOf(focused), focused, node) ?? this.element).focus({ preventScroll: true });
    this.shown.set(key, { version, node });
  }

  bubble(message) {
    const item = element("article", message.from_bot ? "message" : "message mine");
    const bubble = element("div", "bubble");
    const body = element("div", "body");
    const name = message.from_bot ? undefined : this.names.get(message.sender_id);
    const edited = message.edited ? [element("span", "edited", "edited ")] : [];
    const meta = element("span", "meta");
    meta.append(...edited, this.clock.format(new Date(message.at)));
    const words = element("span", "words");
    body.dir = "auto";
    words.append(...textNodes(message.text, message.entities, this));
    body.append(...(name ? [element("b", "sender", name)] : []), ...this.media(message), words, meta);
    bubble.append(body);
    item.append(bubble);
    if (message.keyboard.length) item.append(this.keyboard(message));
    item.classList.toggle("keyed", message.keyboard.length > 0);
    return item;
  }

  media({ kind, file }) {
    if (kind === "text") return [];
    if (!file?.href) return [element("span", "kind", kind.replaceAll("_", " "))];
    if (file.mime.startsWith("image/")) return [this.photo(file)];
    const link = element("a", "document");
    Object.assign(link, { href: file.href, target: "_blank", rel: "noopener" });
    link.append(element("b", "", file.name), element("small", "", size(file.size)));
    return [link];
  }

  photo(file) {
    const image = Object.assign(element("img"), { src: file.href, alt: file.name });
    image.addEventListener("load", () => { if (this.atEnd) this.toEnd(); });
    const opener = button("picture", "", () => {
      Object.assign(find("photo-image"), { src: file.href, alt: file.name });
      find("photo").showModal();
    });
    opener.append(image);
    return opener;
  }

  keyboard(message) {
    const keyboard = element("div", "keyboard");
    for (const buttons of message.keyboard) {
      const row = element("div", "row");
      row.append(...buttons.map((each) => this.key(message, each)));
      keyboard.append(row);
    }
    return keyboard;
  }

  key(message, given) {
    const key = element(given.url ? "a" : "button", `key ${given.style ?? ""}`.trim(), given.text);
    key.dir = "auto";
    key.addEventListener("keydown", walk);
    if (given.url) {
      Object.assign(key, { target: "_blank", rel: "noopener noreferrer" });
      if (/^(https?|tg):/i.test(given.url)) key.href = given.url;
      key.addEventListener("click", (event) => { if (this.open(given.url)) event.preventDefault(); });
      return key;
    }
    key.type = "button";
    key.disabled = given.callback_data === undefined;
    key.addEventListener("click", () => {
      key.setAttribute("aria-busy", "true");
      this.tap(message.message_id, given.callback_data);
    });
    return key;
  }
}

// After an edit the focus stays on a button that means the same (a box that was ticked); else it begins anew.
function sameKey(index, before, node) {
  const keys = [...node.querySelectorAll(".key")];
  const same = keys[index]?.textContent.replace(/^[☐☑] /u, "") === before.textContent.replace(/^[☐☑] /u, "");
  return same ? keys[index] : keys[0];
}

// Arrow keys walk over the buttons of one message.
function walk(event) {
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
  if (!(event.key in steps)) return;
  const keys = [...event.currentTarget.closest(".keyboard").querySelectorAll(".key")];
  const next = keys[keys.indexOf(event.currentTarget) + steps[event.key]];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function size(bytes) {
  return bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024)} KB`;
}

function divider(date) {
  return element("div", "day", date);
}
