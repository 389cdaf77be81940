// Talking to the simulator: every move is a POST with a JSON body, every answer is JSON.

export const find = (id) => document.getElementById(id);

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

export function button(className, text, press) {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

export async function ask(path, questions = {}) {
  const given = Object.entries(questions).filter(([, value]) => value !== null && value !== undefined);
  const response = await fetch(`/sim/${path}?${new URLSearchParams(given)}`);
  return response.json();
}

// The answer, or null after `complain` was told what is wrong.
export async function post(path, body, complain = () => {}) {
  try {
    const response = await fetch(`/sim/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    complain(answer.error);
  } catch {
    complain("The simulator does not answer.");
  }
  return null;
}

// The payload of a link to this very bot (t.me/Bot?start=payload), "" for one without; null for any other address.
export function startPayload(address, username) {
  const match = /^(?:https?:\/\/(?:t|telegram)\.me\/|tg:\/\/resolve\?domain=)(\w+)(?:[?&]start=([\w-]{0,64}))?$/i.exec(address);
  if (!match || match[1].toLowerCase() !== username?.toLowerCase()) return null;
  return match[2] ?? "";
}
