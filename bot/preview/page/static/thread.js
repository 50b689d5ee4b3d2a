// The thread beside the conversation.
import { ask, send } from "./server.js";
import { arrange, atBottom, mend, place, toBottom } from "./messages.js";

const pane = document.getElementById("thread");
const log = document.getElementById("thread-log");
const scroll = document.getElementById("thread-scroll");
const input = document.getElementById("thread-typed");

let open = "";
let opener = null;

export async function openThread(ts, from) {
  const answer = await ask("thread", { ts });
  if (!answer) return;
  log.innerHTML = await answer.text();
  open = ts;
  opener = from;
  mend(log);
  arrange(log);
  pane.hidden = false;
  document.getElementById("frame").classList.add("with-thread");
  toBottom(scroll);
  input.focus();
}

export function closeThread() {
  if (!open) return;
  open = "";
  pane.hidden = true;
  document.getElementById("frame").classList.remove("with-thread");
  (opener?.isConnected ? opener : document.getElementById("typed"))?.focus();
}

function count() {
  const replies = log.querySelectorAll(".message").length - 1;
  const words = log.querySelector("[data-count]");
  if (words) words.textContent = `${replies} ${replies === 1 ? "reply" : "replies"}`;
}

export function hearInThread(item) {
  if (!open || (item.thread !== open && item.ts !== open)) return;
  if (item.kind === "removed") document.getElementById("tm-" + item.ts.replace(".", "-"))?.remove();
  else {
    const stay = !atBottom(scroll);
    const message = place(log, item.html, "t");
    message?.querySelector(".thread-link")?.remove();
    if (!stay) toBottom(scroll);
  }
  count();
}

export function listenToThread() {
  document.getElementById("thread-close").addEventListener("click", closeThread);
  document.getElementById("thread-composer").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = input.value;
    if (!text.trim()) return;
    input.value = "";
    if (!(await send("say", { text, thread: open }))) input.value = text;
  });
}
