// The chat page: shows one chat of one person, and does what that person does. The server holds all state; this asks
// for it again whenever something changed, so that a reload or a second tab shows the same.

import { ask, find, post, startPayload } from "./api.js";
import { Composer } from "./composer.js";
import { Inside } from "./inside.js";
import { Log } from "./log.js";
import { Machine } from "./machine.js";
import { Notices } from "./notices.js";
import { People } from "./people.js";

const AGAIN_MS = 1000;
const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);
const address = new URLSearchParams(location.search);
const place = { user: address.get("user"), chat: address.get("chat"), payload: address.get("start") ?? "" };
let asking = false;
let again = false;
let username = "";
let online = true;
let alive = true;
let doing = "";
let typingTimer;

const notices = new Notices({ open: (user) => go(user, null) });
const move = (path, body) => post(path, body, (words) => notices.toast(words));
const log = new Log(find("log"), {
  sendText: (text) => composer.say(text),
  open: (url) => follow(url),
  tap: async (messageId, data) => {
    const answer = await move("tap", { user: place.user, message_id: messageId, data });
    if (!answer || answer.update_id === null) log.answered();
  },
});
const composer = new Composer({ place, move });
const machine = new Machine({ move });
const people = new People({ place, move, go });
const inside = new Inside({ place, move });

// --- showing

// One question at a time, so that an older answer never overtakes a newer one; what changes meanwhile is asked after it.
async function refresh() {
  again = true;
  if (asking) return;
  asking = true;
  try {
    while (again) {
      await new Promise((done) => setTimeout(done, 30));
      again = false;
      const state = await ask("state", { user: place.user, chat: place.chat }).catch(() => null);
      online = Boolean(state);
      if (state) show(state);
      else showStatus();
    }
  } finally {
    asking = false;
  }
}

function show(state) {
  place.user = state.user;
  place.chat = state.chat;
  username = state.bot.username;
  const person = state.people.find((each) => each.user_id === state.user);
  find("bot-name").textContent = state.bot.first_name;
  find("avatar").textContent = initials(state.bot.first_name);
  find("chat").dir = RIGHT_TO_LEFT.has(person?.language_code) ? "rtl" : "ltr";
  people.show(state, person);
  machine.show(state.clock, state.people, person);
  log.show(state.messages, person?.zone, state.people, state.chat !== state.user);
  composer.show(state, person);
  notices.show(state);
  inside.show(state);
  alive = state.about.alive !== false;
  showUnread(state);
  showStatus();
}

function showUnread(state) {
  const waiting = Object.values(state.unread).reduce((sum, each) => sum + each, 0);
  document.title = `${waiting ? `(${waiting}) ` : ""}${state.bot.first_name} · simulator`;
  find("badge").textContent = waiting;
  find("badge").hidden = waiting === 0;
}

function showStatus() {
  const said = !online ? "connecting …" : !alive ? "bot, dead" : doing || "bot";
  if (find("bot-status").textContent !== said) find("bot-status").textContent = said;
}

function initials(name) {
  return name.split(/\s+/).slice(0, 2).map((word) => word[0] ?? "").join("").toUpperCase();
}

function showTyping({ chat_id: chat, action }) {
  if (chat !== place.chat) return;
  nowDoing(`${action.replaceAll("_", " ")} …`);
}

function nowDoing(what) {
  doing = what;
  showStatus();
  clearTimeout(typingTimer);
  if (what) typingTimer = setTimeout(() => nowDoing(""), 5000);
}

function showAnswer({ user_id: whose, text, alert }) {
  if (whose !== place.user) return;
  log.answered();
  if (!text) return;
  if (!alert) { notices.toast(text); return; }
  find("alert-text").textContent = text;
  if (!find("alert").open) find("alert").showModal();
}

// --- going

function go(user, chat) {
  Object.assign(place, { user, chat, payload: "" });
  log.clear();
  refresh();
}

// A link to this bot opens its chat here; true when it was one.
function follow(url) {
  const payload = startPayload(url, username);
  if (payload === null) return false;
  go(place.user, null);
  composer.say(payload ? `/start ${payload}` : "/start");
  return true;
}

find("tools-toggle").addEventListener("click", () => openTools(find("tools").hidden));

function openTools(open) {
  find("tools").hidden = !open;
  find("tools-toggle").setAttribute("aria-expanded", String(open));
  document.body.classList.toggle("wide", !open);
}

openTools(matchMedia("(width >= 60rem)").matches);

// --- hearing

function hear(event) {
  if (event.event === "answer") showAnswer(event);
  if (event.event === "action") { showTyping(event); return; }
  if (event.event === "message" && event.chat_id === place.chat) nowDoing("");
  if (event.event === "restored") log.clear();
  refresh();
}

// The stream comes back by itself or, when the browser has given up, by us; the state is asked for either way.
function listen() {
  const events = new EventSource("/sim/events");
  events.addEventListener("message", (event) => hear(JSON.parse(event.data)));
  events.addEventListener("open", refresh);
  events.addEventListener("error", () => {
    online = false;
    showStatus();
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS);
  });
}

addEventListener("online", refresh);
setInterval(() => { if (!online) refresh(); }, AGAIN_MS);
setInterval(refresh, 15_000);
listen();
refresh();
