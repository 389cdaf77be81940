// Toasts, and quiet notifications when a message arrives in a chat that is not on the screen.

import { button, element, find } from "./api.js";

const TOAST_MS = 4000;
const NOTICE_MS = 9000;

export class Notices {
  constructor({ open }) {
    this.open = open;
    this.unread = null;
  }

  toast(text) {
    find("toast").textContent = text;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { find("toast").textContent = ""; }, TOAST_MS);
  }

  show(state) {
    const before = this.unread;
    this.unread = state.unread;
    find("notices").querySelectorAll(`[data-user="${state.user}"]`).forEach((notice) => notice.remove());
    if (before === null) return;
    for (const person of state.people) {
      const count = state.unread[person.user_id] ?? 0;
      if (count > (before[person.user_id] ?? 0)) this.notify(person, count, state.bot.first_name);
    }
  }

  notify(person, count, bot) {
    find("notices").querySelectorAll(`[data-user="${person.user_id}"]`).forEach((notice) => notice.remove());
    const words = `${bot} wrote to ${person.name}${count > 1 ? ` (${count} messages)` : ""}`;
    const notice = element("div", "notice");
    notice.dataset.user = person.user_id;
    notice.append(element("span", "", words), button("", `Read as ${person.name}`, () => this.open(person.user_id)));
    find("notices").append(notice);
    setTimeout(() => notice.remove(), NOTICE_MS);
  }
}
