// When the preview stops, and when it is back: its workspace is in memory, so it then starts afresh.
import { root } from "./server.js";

const KEPT = "before-the-restart";

const banner = document.getElementById("banner");
const dot = document.getElementById("dot");

function say(nodes, kind = "") {
  const words = document.createElement("p");
  words.className = kind;
  words.append(...nodes);
  banner.replaceChildren(words);
}

function mark(words) {
  if (!dot) return;
  dot.setAttribute("aria-label", words);
  dot.title = words;
}

export function tellStopped() {
  if (root.dataset.live === "no") return;
  root.dataset.live = "no";
  mark("has stopped");
  const text = document.createElement("span");
  const command = Object.assign(document.createElement("code"), { textContent: "make run" });
  text.append("The preview has stopped. Start it again with ", command, ".");
  say([text], "stopped");
}

export function tellRunning() {
  root.dataset.live = "yes";
  mark("is running");
  banner.querySelector(".stopped")?.remove();
}

function number(count) {
  if (!count) return "";
  return count === 1 ? " The message that stood here is gone." : ` The ${count} messages that stood here are gone.`;
}

// Loads the page anew, with what is being typed; `gone` where the messages here are no more.
export function startAfresh(gone) {
  const input = document.getElementById("typed");
  const kept = {
    at: location.search,
    draft: input?.value || document.getElementById("thread-typed").value,
    caret: input?.selectionStart ?? 0,
    gone: gone ? document.querySelectorAll("#log .message").length : -1,
  };
  try { sessionStorage.setItem(KEPT, JSON.stringify(kept)); } catch { /* a private window forgets */ }
  location.reload();
}

function taken() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    sessionStorage.removeItem(KEPT);
    return kept?.at === location.search ? kept : null;
  } catch { return null; }
}

// After a restart: says so, and puts the draft back where it was.
export function resume(composer) {
  const kept = taken();
  if (!kept) return;
  if (composer && kept.draft && !composer.input.disabled) composer.draft(kept.draft, kept.caret);
  if (kept.gone < 0) return;
  const text = document.createElement("span");
  text.append(`The preview was started again. Its workspace is kept in memory, so it starts afresh.${number(kept.gone)}`);
  const close = document.createElement("button");
  close.type = "button";
  close.className = "plain";
  close.setAttribute("aria-label", "Close this note");
  close.textContent = "✕";
  close.addEventListener("click", () => banner.replaceChildren());
  say([text, close]);
}
