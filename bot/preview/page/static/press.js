// Buttons, menus and selects inside messages and views.
import { send, toast } from "./server.js";

async function busy(element, work) {
  element.setAttribute("aria-busy", "true");
  try {
    const answer = await work();
    if (answer && answer.ok === false) toast(`newsbrief did not take that: ${answer.error}`);
  } finally {
    element.removeAttribute("aria-busy");
  }
}

export function valuesOf(view) {
  const values = {};
  for (const block of view.querySelectorAll(".block.input")) {
    const input = block.querySelector("[data-input], select[data-action], fieldset[data-action]");
    if (!input) continue;
    const action = input.dataset.actionId || input.dataset.action;
    values[block.dataset.block] = { [action]: stateOf(input) };
  }
  return values;
}

function option(input) {
  const words = input.closest("label")?.textContent.trim() ?? input.textContent;
  return { value: input.value, text: { type: "plain_text", text: words } };
}

function stateOf(input) {
  if (input.tagName === "FIELDSET") {
    const chosen = [...input.querySelectorAll("input:checked")].map(option);
    return input.dataset.kind === "checkboxes"
      ? { type: "checkboxes", selected_options: chosen }
      : { type: "radio_buttons", selected_option: chosen[0] ?? null };
  }
  if (input.tagName === "SELECT") {
    return { type: "static_select", selected_option: input.value ? option(input.selectedOptions[0]) : null };
  }
  if (input.dataset.input === "datepicker") return { type: "datepicker", selected_date: input.value || null };
  if (input.dataset.input === "timepicker") return { type: "timepicker", selected_time: input.value || null };
  return { type: input.dataset.input, value: input.value || null };
}

function press(element) {
  if (element.dataset.confirm && !window.confirm(element.dataset.confirm)) return;
  const what = { action_id: element.dataset.action, block_id: element.dataset.block, choice: element.dataset.choice ?? element.value ?? "" };
  const view = element.closest("[data-view]");
  const message = element.closest(".message");
  element.closest("details.overflow")?.removeAttribute("open");
  if (view) busy(element, () => send("view", { ...what, view_id: view.dataset.view, event: "press", values: valuesOf(view) }));
  else if (message) busy(element, () => send("press", { ...what, ts: message.dataset.ts }));
}

export function listenToPresses() {
  document.addEventListener("click", (event) => {
    const element = event.target.closest("button[data-action], a[data-action]");
    if (!element || element.getAttribute("aria-busy") === "true") return;
    press(element);
  });
  document.addEventListener("change", (event) => {
    const element = event.target.closest("select[data-action], fieldset[data-action], input[data-action]");
    if (element && !element.closest(".block.input")) press(element);
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.overflow[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
  });
}
