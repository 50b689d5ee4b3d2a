// The page's parts, put together.
import { here, root, send } from "./server.js";
import { startClock } from "./times.js";
import { arrange, atBottom, mend, place, reveal, toBottom } from "./messages.js";
import { Composer } from "./composer.js";
import { listenToPresses } from "./press.js";
import { inspect, listenToDialogs, refreshViews } from "./dialogs.js";
import { closeThread, hearInThread, listenToThread, openThread } from "./thread.js";
import { listen } from "./live.js";
import { resume } from "./restart.js";

const WORKING_MS = 10_000;
// A message that grows by a few lines, such as "1 reply", stays in sight; one that is replaced by a longer one stays put.
const LINES_PX = 120;

const log = document.getElementById("log");
const scroll = document.getElementById("scroll");
const newer = document.getElementById("to-bottom");
let workingTimer = 0;

function working(on) {
  const note = document.getElementById("working");
  if (!note) return;
  clearTimeout(workingTimer);
  note.hidden = !on;
  if (on) {
    toBottom(scroll);
    workingTimer = setTimeout(() => { note.hidden = true; }, WORKING_MS);
  }
}

function countUnread(channel) {
  const link = document.querySelector(`.place[data-channel="${channel}"]`);
  if (!link) return;
  const number = link.querySelector("[data-unread]");
  number.textContent = String(Number(number.textContent) + 1);
  number.parentElement.hidden = false;
  link.classList.add("unread");
}

function speak(text) {
  const place = document.getElementById("spoken");
  place.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
}

function hear(item) {
  if (item.kind === "view") { refreshViews(); return; }
  hearInThread(item);
  if (item.channel !== here.channel) {
    if (item.kind === "added" && !item.own) countUnread(item.channel);
    return;
  }
  if (item.kind === "added" && !item.own) speak(item.spoken);
  if (!log || item.thread) return;
  if (item.kind === "removed") {
    document.getElementById("m-" + item.ts.replace(".", "-"))?.remove();
    arrange(log);
    return;
  }
  const follow = atBottom(scroll) || item.own || !document.getElementById("working").hidden;
  if (!item.own) working(false);
  document.getElementById("hero")?.setAttribute("data-small", "");
  const end = atBottom(scroll);
  const height = scroll.scrollHeight;
  const message = place(log, item.html);
  if (!message) return;
  if (item.kind !== "added") {
    if (end && scroll.scrollHeight - height < LINES_PX) toBottom(scroll);
    return;
  }
  if (follow) reveal(scroll, message);
  else newer.hidden = false;
}

function drawer(open) {
  document.getElementById("frame").classList.toggle("drawer-open", open);
  const target = open ? document.querySelector(".sidebar .place[aria-current], .sidebar .place") : document.querySelector('[data-drawer="open"]');
  target?.focus();
}

document.addEventListener("click", (event) => {
  const find = (selector) => event.target.closest(selector);
  let element;
  if ((element = find("[data-thread]"))) openThread(element.dataset.thread, element);
  else if ((element = find("[data-inspect]"))) inspect(element.dataset.inspect);
  else if ((element = find("[data-dismiss]"))) send("dismiss", { ts: element.closest(".message").dataset.ts });
  else if ((element = find("[data-drawer]"))) drawer(element.dataset.drawer === "open");
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  if (document.getElementById("frame").classList.contains("drawer-open")) drawer(false);
  else closeThread();
});

startClock();
listenToPresses();
listenToThread();
listenToDialogs();
let composer = null;
if (log) {
  mend(log);
  arrange(log);
  toBottom(scroll);
  composer = new Composer(working);
  for (const example of document.querySelectorAll("[data-example]")) {
    example.addEventListener("click", () => { composer.say(example.dataset.example.trim()); composer.input.focus(); });
  }
  newer.addEventListener("click", () => { toBottom(scroll); newer.hidden = true; composer.input.focus(); });
  scroll.addEventListener("scroll", () => { if (atBottom(scroll)) newer.hidden = true; }, { passive: true });
  if (matchMedia("(hover: hover)").matches) composer.input.focus();
}
resume(composer);
listen(hear);
root.dataset.ready = "yes";
