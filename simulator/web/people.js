// Who you are: switching, the person's language and zone, blocking, a group, somebody new.

import { element, find } from "./api.js";

const LANGUAGES = { en: "English", es: "Español", de: "Deutsch", fr: "Français", it: "Italiano", pt: "Português", ar: "العربية", he: "עברית" };
const ZONES = [
  "Europe/London", "Europe/Vienna", "Europe/Madrid", "Europe/Athens", "Africa/Nairobi", "Asia/Dubai", "Asia/Kolkata",
  "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland", "America/Bogota", "America/New_York", "America/Los_Angeles", "UTC",
];
const GROUP = -5001;

export class People {
  constructor({ place, move, go }) {
    Object.assign(this, { place, move, go });
    find("person").addEventListener("change", (event) => {
      const [user, chat] = event.target.value.split("/");
      this.go(Number(user), chat ? Number(chat) : null);
    });
    find("language").addEventListener("change", () => this.change({ language_code: find("language").value }));
    find("zone").addEventListener("change", () => this.change({ zone: find("zone").value }));
    find("block").addEventListener("click", () => this.move(this.blocked ? "unblock" : "block", { user: this.place.user }));
    find("delete").addEventListener("click", () => this.move("delete-account", { user: this.place.user }));
    find("group").addEventListener("click", () => this.enterGroup());
    find("newcomer").addEventListener("submit", (event) => this.add(event));
  }

  change(what) {
    return this.move("change", { user: this.place.user, ...what });
  }

  async enterGroup() {
    const members = [this.place.user, ...this.known.filter((each) => each !== this.place.user)];
    if (!this.groups.includes(GROUP)) await this.move("group", { chat: GROUP, title: "Sunday runners", members });
    this.go(this.place.user, GROUP);
  }

  async add(event) {
    event.preventDefault();
    const user = Math.max(1000, ...this.known) + 1;
    const [language, zone] = [find("language").value, find("zone").value];
    await this.move("person", { user, first_name: find("newcomer-name").value.trim(), language_code: language, zone });
    find("newcomer-name").value = "";
    this.go(user, null);
  }

  show(state, person) {
    this.known = state.people.map((each) => each.user_id);
    this.groups = state.groups.map((each) => each.chat_id);
    this.blocked = Boolean(person?.blocked);
    this.showSwitcher(state);
    if (!person) return;
    find("person-name").textContent = `${person.name}${person.admin ? ", an admin" : ""}`;
    find("block").textContent = person.blocked ? "Unblock the bot" : "Block the bot";
    find("block").disabled = person.deleted || !person.started;
    find("delete").disabled = person.deleted;
    choose(find("language"), { ...LANGUAGES, [person.language_code]: LANGUAGES[person.language_code] ?? person.language_code }, person.language_code);
    choose(find("zone"), Object.fromEntries([...new Set([...ZONES, person.zone])].map((zone) => [zone, zone.replaceAll("_", " ")])), person.zone);
  }

  showSwitcher(state) {
    const people = state.people.map((each) => [String(each.user_id), label(each, state.unread[each.user_id])]);
    const me = state.people.find((each) => each.user_id === state.user);
    const groups = state.groups.map((each) => [`${state.user}/${each.chat_id}`, `${each.title} (as ${me?.name})`]);
    const now = state.chat === state.user ? String(state.user) : `${state.user}/${state.chat}`;
    choose(find("person"), new Map([...people, ...groups]), now);
  }
}

function label(person, unread) {
  const marks = [person.admin && "admin", person.blocked && "blocked", person.deleted && "deleted", unread && `${unread} new`];
  const said = marks.filter(Boolean).join(", ");
  return said ? `${person.name} (${said})` : person.name;
}

// Fill a list only when it changed, so that an open one stays open.
function choose(select, options, value) {
  const entries = options instanceof Map ? [...options] : Object.entries(options);
  const version = JSON.stringify(entries);
  if (select.dataset.version !== version) {
    select.replaceChildren(...entries.map(([key, text]) => Object.assign(element("option", "", text), { value: key })));
    select.dataset.version = version;
  }
  select.value = value;
}
