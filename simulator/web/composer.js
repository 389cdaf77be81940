// Below the messages: START, the input line, the command menu, suggested replies, and what is not text.

import { button, element, find } from "./api.js";

const KINDS = { voice: "Voice message", sticker: "Sticker", location: "Location", contact: "Contact", video: "Video" };

export class Composer {
  constructor({ place, move }) {
    Object.assign(this, { place, move });
    this.popups = [[find("menu"), find("commands")], [find("attach"), find("attachments")]];
    for (const [opener, popup] of this.popups) opener.addEventListener("click", () => this.toggle(popup));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") this.close(true); });
    document.addEventListener("click", (event) => { if (!find("composer").contains(event.target)) this.close(); });
    find("start").addEventListener("click", () => this.begin());
    find("composer").addEventListener("submit", (event) => this.submit(event));
    find("text").addEventListener("keydown", (event) => this.typed(event));
    find("file").addEventListener("change", () => this.upload(find("file").files[0]));
    this.offer();
  }

  say(text) {
    const { user, chat } = this.place;
    return this.move("text", { user, chat: chat ?? user, text });
  }

  async begin() {
    const { payload } = this.place;
    this.place.payload = "";
    await this.say(payload ? `/start ${payload}` : "/start");
    find("log").focus();
  }

  submit(event) {
    event.preventDefault();
    const text = find("text").value.trim();
    if (!text) return;
    find("text").value = "";
    this.say(text);
  }

  typed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    find("composer").requestSubmit();
  }

  // --- popups

  toggle(wanted) {
    for (const [opener, popup] of this.popups) {
      popup.hidden = popup !== wanted || !popup.hidden;
      opener.setAttribute("aria-expanded", String(!popup.hidden));
    }
    if (!wanted.hidden) wanted.querySelector("button")?.focus();
  }

  close(back = false) {
    for (const [opener, popup] of this.popups) {
      if (back && popup.contains(document.activeElement)) opener.focus();
      popup.hidden = true;
      opener.setAttribute("aria-expanded", "false");
    }
  }

  offer() {
    const file = button("", "File or photo", () => { this.close(); find("file").click(); });
    const kinds = Object.entries(KINDS).map(([kind, name]) => button("", name, () => {
      this.close(true);
      this.move("kind", { user: this.place.user, kind });
    }));
    find("attachments").replaceChildren(file, ...kinds);
  }

  async upload(file) {
    if (!file) return;
    const address = await new Promise((done) => {
      const reader = new FileReader();
      reader.addEventListener("load", () => done(reader.result));
      reader.readAsDataURL(file);
    });
    find("file").value = "";
    const base64 = address.slice(address.indexOf(",") + 1);
    await this.move("file", { user: this.place.user, name: file.name, mime: file.type, base64 });
  }

  // --- showing

  show(state, person) {
    const own = state.chat === state.user;
    const empty = own && state.messages.length === 0;
    const gone = Boolean(person?.deleted);
    const closed = empty || gone || (own && Boolean(person?.blocked)) || (own && this.place.payload !== "");
    find("welcome").hidden = !empty || !state.menu?.description;
    find("description").textContent = state.menu?.description ?? "";
    find("start").hidden = !closed || !person;
    find("start").disabled = gone;
    find("start").textContent = gone ? "This account is deleted" : person?.blocked ? "RESTART BOT" : "START";
    find("composer").hidden = closed;
    find("attach").hidden = !own;
    this.showCommands(own && state.menu?.button?.type !== "web_app" ? state.menu?.commands ?? [] : []);
    this.showReplies(closed ? [] : state.messages);
  }

  showCommands(commands) {
    const version = JSON.stringify(commands);
    if (version === this.commands) return;
    this.commands = version;
    find("menu").hidden = commands.length === 0;
    find("commands").replaceChildren(...commands.map(({ command, description }) => {
      const item = button("", "", () => { this.close(true); this.say(`/${command}`); });
      const words = element("span", "", description);
      words.dir = "auto";
      item.append(element("b", "", `/${command}`), words);
      return item;
    }));
  }

  showReplies(messages) {
    const rows = messages.findLast((message) => message.reply_keyboard !== null)?.reply_keyboard ?? [];
    find("reply-keyboard").hidden = rows.length === 0;
    find("reply-keyboard").replaceChildren(...rows.map((row) => {
      const line = element("div", "row");
      line.append(...row.map((key) => button("key", key.text, () => this.pressBelow(key))));
      return line;
    }));
  }

  // A key that asks for the location shares one that is typed here; Vienna, if nobody says otherwise.
  pressBelow({ text, asks }) {
    if (asks !== "request_location") return this.say(text);
    const [latitude, longitude] = (prompt("Latitude, longitude", "48.2082, 16.3738") ?? "").split(",").map(Number);
    if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return undefined;
    return this.move("location", { user: this.place.user, latitude, longitude });
  }
}
