// The inspector, and what the app itself opens: its home and its dialogs.
import { ask, send } from "./server.js";
import { mend } from "./messages.js";
import { valuesOf } from "./press.js";

const inspector = document.getElementById("inspector");
const appView = document.getElementById("app-view");

function part(title, content, pill = "") {
  const heading = document.createElement("h3");
  heading.append(title);
  if (pill) heading.append(Object.assign(document.createElement("span"), { className: "pill", textContent: pill }));
  const text = document.createElement("pre");
  text.tabIndex = 0;
  text.textContent = typeof content === "string" ? content : JSON.stringify(content, null, 2);
  return [heading, text];
}

export async function inspect(ts) {
  const answer = await ask("message", { ts });
  if (!answer) return;
  const found = await answer.json();
  const parts = [];
  if (found.sent) {
    const ack = found.acknowledged;
    parts.push(...part("Sent to newsbrief", found.sent, ack ? `acknowledged ${ack.status} in ${ack.ms} ms` : ""));
  }
  parts.push(...part("What newsbrief answered", found.message));
  if (found.metadata) parts.push(...part("Metadata", found.metadata));
  if (found.findings.length) parts.push(...part("Findings", found.findings.join("\n")));
  document.getElementById("inspector-body").replaceChildren(...parts);
  inspector.showModal();
}

export async function refreshViews() {
  const answer = await ask("views", {});
  if (!answer) return;
  const found = await answer.json();
  const home = document.getElementById("home");
  if (home) { home.innerHTML = found.home; mend(home); }
  const tabs = document.getElementById("tabs");
  if (tabs) tabs.hidden = !found.home;
  appView.innerHTML = found.dialog;
  if (found.dialog) {
    mend(appView);
    if (!appView.open) appView.showModal();
  } else if (appView.open) appView.close();
}

function showErrors(form, errors) {
  for (const note of form.querySelectorAll(".input-error")) note.hidden = true;
  for (const [block, text] of Object.entries(errors)) {
    const place = [...form.querySelectorAll(".block.input")].find((one) => one.dataset.block === block);
    const note = (place || form).querySelector(place ? ".input-error" : "[data-error-all]");
    note.textContent = text;
    note.hidden = false;
  }
}

export function listenToDialogs() {
  inspector.querySelector("[data-close-dialog]").addEventListener("click", () => inspector.close());
  inspector.addEventListener("click", (event) => { if (event.target === inspector) inspector.close(); });
  appView.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const answer = await send("view", { event: "submit", view_id: form.dataset.view, values: valuesOf(form) });
    if (answer?.errors) showErrors(form, answer.errors);
  });
  const dismiss = () => {
    const form = appView.querySelector("[data-view]");
    if (form) send("view", { event: "close", view_id: form.dataset.view });
  };
  appView.addEventListener("click", (event) => { if (event.target.closest("[data-close]")) dismiss(); });
  appView.addEventListener("cancel", (event) => { event.preventDefault(); dismiss(); });
  // The app may publish its home page when a person opens its conversation.
  if (document.getElementById("tabs")) send("home", { tab: document.getElementById("home") ? "home" : "messages" });
  refreshViews();
}
