// Look inside: what the bot knows of this person, its calls as they happen, and buttons that make trouble.
// Also the pack that is played, and where the conversation can be saved.

import { ask, element, find } from "./api.js";

const MOST_CALLS = 60;
const DEAD_S = 4;
const TROUBLE = {
  down: [{ name: "down", cut: true, times: null }],
  slow: [{ name: "slow", delay_before_s: 2, times: null }],
  busy: ["sendMessage", "editMessageText", "answerCallbackQuery"].map((method) => (
    { name: `busy ${method}`, method, retry_after: 5, times: null }
  )),
};

export class Inside {
  constructor({ place, move }) {
    Object.assign(this, { place, move, next: null, busy: false });
    find("inside").addEventListener("toggle", () => this.look());
    find("kill").addEventListener("click", () => this.move("kill", { seconds: DEAD_S }));
    this.toggles = [...document.querySelectorAll("[data-fault]")];
    for (const each of this.toggles) each.addEventListener("click", () => this.trouble(each));
  }

  async trouble(toggle) {
    const on = toggle.getAttribute("aria-pressed") === "true";
    for (const plan of TROUBLE[toggle.dataset.fault]) {
      await (on ? this.move("faults/clear", { name: plan.name }) : this.move("fault", plan));
    }
  }

  show(state) {
    const names = new Set(state.faults.map((fault) => fault.name));
    for (const each of this.toggles) {
      each.setAttribute("aria-pressed", String(TROUBLE[each.dataset.fault].some(({ name }) => names.has(name))));
    }
    find("kill").hidden = !state.able.kill;
    find("kill").disabled = state.about.alive === false;
    find("kill").textContent = state.about.alive === false ? `Dead: back in ${DEAD_S} s` : "Kill the bot now";
    for (const kind of ["yaml", "md"]) find(`save-${kind}`).href = `/sim/conversation?user=${state.user}&as=${kind}`;
    this.showPack(state.about);
    this.look();
  }

  showPack(about) {
    find("pack").hidden = !about.pack;
    find("pack-name").textContent = `${about.pack} ${about.version}. Edit ${about.folder} and watch.`;
    const version = JSON.stringify(about.news ?? {});
    if (version === this.news) return;
    this.news = version;
    const { text = "", changes = [], problems = [] } = about.news ?? {};
    const list = element("ul", problems.length ? "problems" : "changes");
    list.append(...[...problems, ...changes].map((line) => element("li", "", line)));
    find("news").replaceChildren(...(text ? [element("p", "", text), list] : []));
  }

  async look() {
    if (!find("inside").open || this.busy) return;
    this.busy = true;
    try {
      const [known, journal] = await Promise.all([
        ask("inside", { user: this.place.user }),
        ask("calls", { since: this.next }),
      ]);
      this.showSections(known.sections ?? []);
      this.showCalls(journal);
    } finally {
      this.busy = false;
    }
  }

  showSections(sections) {
    find("sections").replaceChildren(...sections.map(({ title, rows, empty }) => {
      const block = element("section", "facts");
      block.append(element("h3", "", title));
      if (rows.length) block.append(facts(rows));
      else block.append(element("p", "soft", empty));
      return block;
    }));
  }

  showCalls({ calls, next }) {
    if (next < this.next) find("calls").replaceChildren();
    this.next = next;
    const shown = calls.filter((call) => call.method !== "getUpdates");
    find("calls").prepend(...shown.reverse().map(callRow));
    while (find("calls").children.length > MOST_CALLS) find("calls").lastChild.remove();
  }
}

function facts(rows) {
  const list = element("dl");
  for (const { name, text, note, link } of rows) {
    const said = element("dd", "", link ? "" : text);
    if (link && /^https:\/\//.test(link)) {
      said.append(Object.assign(element("a", "", text), { href: link, target: "_blank", rel: "noopener noreferrer" }));
    }
    if (note) said.append(element("small", "", note));
    list.append(element("dt", "", name), said);
  }
  return list;
}

function callRow(call) {
  const row = element("li", call.ok ? "" : "bad");
  const box = element("details");
  const head = element("summary");
  head.append(element("b", "", call.method), element("span", "", call.ok ? "ok" : call.error_code ?? "broken"));
  const words = call.ok ? "" : `${call.description}${call.injected ? " (planned)" : ""}\n`;
  box.append(head, element("pre", "", `${words}${JSON.stringify(call.params, null, 1)}`));
  row.append(box);
  return row;
}
