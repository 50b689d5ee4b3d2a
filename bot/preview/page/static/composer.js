// The message box: sending, recalling, and completion of the command.
import { ask, here, send } from "./server.js";

const RECALLED = 50;
const LOOK_AFTER_MS = 90;

export class Composer {
  constructor(working) {
    this.form = document.getElementById("composer");
    this.input = document.getElementById("typed");
    this.list = document.getElementById("options");
    this.popup = document.getElementById("suggestions");
    this.working = working;
    this.options = [];
    this.chosen = -1;
    this.recall = -1;
    this.asked = 0;
    this.hints = [...document.getElementById("hint-list").content.children].map((hint) => ({
      text: `${here.command} ${hint.dataset.text}`.trimEnd() + (hint.dataset.text.endsWith(" ") ? " " : ""),
      meaning: hint.dataset.meaning,
    }));
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.left(), 150));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.list.addEventListener("mousedown", (event) => this.picked(event));
    this.ready();
  }

  get history() {
    try { return JSON.parse(sessionStorage.getItem("typed") || "[]"); } catch { return []; }
  }

  remember(text) {
    const kept = [text, ...this.history.filter((one) => one !== text)].slice(0, RECALLED);
    try { sessionStorage.setItem("typed", JSON.stringify(kept)); } catch { /* a private window forgets */ }
  }

  ready() {
    this.form.querySelector(".box").classList.toggle("ready", this.input.value.trim() !== "");
  }

  async typed() {
    this.ready();
    this.recall = -1;
    const text = this.input.value;
    if (!text.startsWith("/")) return this.close();
    const mine = ++this.asked;
    const verbs = this.hints.filter((hint) => hint.text.startsWith(text.toLowerCase()) && hint.text !== text);
    this.show(verbs, "Commands");
    const words = text.slice(here.command.length).trimStart();
    if (!text.toLowerCase().startsWith(`${here.command} `) || !words) return undefined;
    await new Promise((wait) => setTimeout(wait, LOOK_AFTER_MS));
    if (mine !== this.asked) return undefined;
    const answer = await ask("complete", { text: words });
    const found = answer ? (await answer.json()).completions : [];
    if (mine !== this.asked || !this.input.value.startsWith("/")) return undefined;
    const searches = found.map((one) => ({ text: `${here.command} ${one}`, meaning: "search" }));
    return this.show([...verbs, ...searches].slice(0, 8), verbs.length ? "Commands and searches" : "Searches");
  }

  show(options, title) {
    this.options = options;
    this.chosen = -1;
    this.list.replaceChildren(...options.map((option, place) => {
      const item = document.createElement("li");
      item.className = "option";
      item.id = `option-${place}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.append(Object.assign(document.createElement("code"), { textContent: option.text }),
        Object.assign(document.createElement("span"), { textContent: option.meaning }));
      return item;
    }));
    document.getElementById("suggestions-title").textContent = title;
    const open = options.length > 0 && document.activeElement === this.input;
    this.popup.hidden = !open;
    this.input.setAttribute("aria-expanded", String(open));
    this.input.removeAttribute("aria-activedescendant");
  }

  close() {
    this.show([], "");
  }

  left() {
    if (document.activeElement !== this.input) this.close();
  }

  choose(place) {
    const items = this.list.children;
    if (items[this.chosen]) items[this.chosen].setAttribute("aria-selected", "false");
    this.chosen = (place + items.length) % items.length;
    items[this.chosen].setAttribute("aria-selected", "true");
    items[this.chosen].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", items[this.chosen].id);
  }

  take(place) {
    this.input.value = this.options[place].text;
    this.asked += 1;
    this.close();
    this.ready();
  }

  picked(event) {
    const item = event.target.closest(".option");
    if (!item) return;
    event.preventDefault();
    this.take([...this.list.children].indexOf(item));
    this.input.focus();
  }

  key(event) {
    const open = !this.popup.hidden;
    if (event.isComposing) return;
    if (event.key === "Escape" && open) { event.preventDefault(); event.stopPropagation(); this.asked += 1; this.close(); }
    else if (event.key === "Tab" && open && !event.shiftKey) { event.preventDefault(); this.take(Math.max(this.chosen, 0)); }
    else if (event.key === "ArrowDown" && open) { event.preventDefault(); this.choose(this.chosen + 1); }
    else if (event.key === "ArrowUp" && open && this.recall < 0 && this.chosen >= 0) { event.preventDefault(); this.choose(this.chosen - 1); }
    else if (event.key === "ArrowUp" && open && this.input.value !== "" && this.recall < 0) { event.preventDefault(); this.choose(-1); }
    else if (event.key === "ArrowUp" && (this.input.value === "" || this.recall >= 0)) { event.preventDefault(); this.recalled(this.recall + 1); }
    else if (event.key === "ArrowDown" && this.recall >= 0) { event.preventDefault(); this.recalled(this.recall - 1); }
    else if (event.key === "Enter" && open && this.chosen >= 0) { event.preventDefault(); this.take(this.chosen); this.submit(); }
  }

  recalled(place) {
    const history = this.history;
    if (place >= history.length) return;
    this.recall = place;
    this.input.value = place < 0 ? "" : history[place];
    this.close();
    this.ready();
  }

  draft(text, caret) {
    this.input.value = text;
    this.input.setSelectionRange(caret, caret);
    this.ready();
  }

  async submit() {
    const text = this.input.value;
    if (!text.trim()) return;
    this.input.value = "";
    this.asked += 1;
    this.recall = -1;
    this.close();
    this.ready();
    await this.say(text);
  }

  async say(text) {
    this.remember(text);
    const command = text.trimEnd().toLowerCase() === here.command || text.toLowerCase().startsWith(`${here.command} `);
    if (command) this.working(true);
    const answer = await send("say", { text });
    if (!answer || (command && !answer.waiting)) this.working(false);
    if (!answer && !this.input.value) { this.input.value = text; this.ready(); }
  }
}
