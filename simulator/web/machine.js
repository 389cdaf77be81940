// The time machine: what time it is for this person, jumps, and the planned follow-ups on a line that moves.

import { element, find } from "./api.js";

const MINUTE = 60_000;
const MARKS = [["1 h", 60], ["1 day", 1440], ["1 week", 10_080], ["1 month", 43_200]];

export class Machine {
  constructor({ move }) {
    this.move = move;
    this.jumps = [...document.querySelectorAll("[data-advance], [data-to]")];
    this.offset = 0;
    this.plans = [];
    for (const jump of this.jumps) jump.addEventListener("click", () => this.press(jump));
    setInterval(() => this.tick(), 1000);
  }

  async press(jump) {
    this.jumps.forEach((each) => { each.disabled = true; });
    const { advance, to } = jump.dataset;
    await this.move("clock", to ? { to } : { advance_s: Number(advance) });
    this.jumps.forEach((each) => { each.disabled = false; });
    jump.focus();
  }

  show(clock, people, person) {
    this.offset = new Date(clock.now) - Date.now();
    this.known = clock.zones?.[person?.user_id];
    this.zone = this.known?.zone ?? person?.zone ?? "UTC";
    this.name = person?.name ?? "";
    this.plans = clock.planned.map((plan) => this.plan(plan, people, person));
    find("planned").replaceChildren(...this.plans.map(({ row }) => row));
    find("nothing-planned").hidden = this.plans.length > 0;
    document.querySelector(".jumps").hidden = !clock.movable;
    find("to-next").hidden = this.plans.length === 0;
    this.draw();
    this.tick();
  }

  plan(plan, people, person) {
    const whose = people.find((each) => each.user_id === plan.person_id);
    const mine = plan.person_id === person?.user_id;
    const row = element("li", mine ? "" : "other");
    const due = new Date(plan.due_at);
    const left = element("span", "left");
    const time = element("time", "", this.at(due));
    time.dateTime = plan.due_at;
    row.append(element("b", "", mine || !whose ? plan.title : `${plan.title} · ${whose.name}`), time, left);
    return { due, row, left, dot: element("span", mine ? "dot" : "dot other") };
  }

  at(moment) {
    const style = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    return new Intl.DateTimeFormat(undefined, { ...style, timeZone: this.zone }).format(moment);
  }

  // The line: from now on the left to the last plan on the right, near things further apart than far ones.
  draw() {
    const last = Math.max(60, ...this.plans.map(({ due }) => (due - this.now()) / MINUTE));
    this.scale = Math.log1p(last * 1.1);
    const marks = MARKS.filter(([, minutes]) => minutes < last).map(([text, minutes]) => {
      const mark = element("span", "mark", text);
      mark.style.setProperty("--at", `${this.position(minutes)}%`);
      return mark;
    });
    const dots = this.plans.slice().reverse().map(({ dot }) => dot);
    find("track").hidden = this.plans.length === 0;
    find("track").replaceChildren(element("span", "here"), ...marks, ...dots);
  }

  position(minutes) {
    return Math.min(100, (100 * Math.log1p(Math.max(0, minutes))) / this.scale);
  }

  now() {
    return Date.now() + this.offset;
  }

  tick() {
    const now = this.now();
    find("now").textContent = this.at(now);
    find("now").dateTime = new Date(now).toISOString();
    find("quiet").textContent = this.hours(now);
    for (const { due, left, dot } of this.plans) {
      left.textContent = fromNow(due - now);
      dot.style.setProperty("--at", `${this.position((due - now) / MINUTE)}%`);
    }
  }

  hours(now) {
    const where = `${this.name}’s time, ${this.zone.replaceAll("_", " ")}`;
    if (!this.known?.quiet_from) return where;
    const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: this.zone };
    const clock = new Intl.DateTimeFormat("en-GB", style).format(now);
    const asleep = clock >= this.known.quiet_from || clock < this.known.quiet_until;
    return `${where}. Quiet hours ${this.known.quiet_from} to ${this.known.quiet_until}: ${asleep ? "quiet now" : "awake now"}.`;
  }
}

function fromNow(milliseconds) {
  const minutes = Math.round(milliseconds / MINUTE);
  if (minutes < 1) return "now";
  if (minutes < 60) return `in ${minutes} min`;
  if (minutes < 2880) return `in ${Math.round(minutes / 60)} h`;
  return `in ${Math.round(minutes / 1440)} days`;
}
