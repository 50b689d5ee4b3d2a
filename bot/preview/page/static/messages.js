// The list of messages: days, grouping, images that do not load, scrolling to the newest.
import { dayName, dayOf, fillTimes } from "./times.js";

const JOIN_SECONDS = 300;
const DAY_PX = 34; // the day's name floats over the first lines

function joins(before, message) {
  if (!before || before.dataset.user !== message.dataset.user) return false;
  if (Number(message.dataset.ts) - Number(before.dataset.ts) > JOIN_SECONDS) return false;
  const plain = (one) => !one.classList.contains("only-you") && !one.classList.contains("refused") && !one.querySelector(".eyebrow");
  return plain(before) && plain(message) && !before.querySelector(".thread-link");
}

export function arrange(log) {
  for (const divider of log.querySelectorAll(".day, .day-line")) divider.remove();
  let before = null;
  for (const message of log.querySelectorAll(".message")) {
    const newDay = !before || dayOf(before.dataset.ts) !== dayOf(message.dataset.ts);
    if (newDay && log.id === "log") {
      const line = document.createElement("div");
      line.className = "day-line";
      message.before(line);
      const divider = document.createElement("div");
      divider.className = "day";
      divider.append(Object.assign(document.createElement("span"), { textContent: dayName(message.dataset.ts) }));
      message.before(divider);
    }
    message.classList.toggle("joined", !newDay && joins(before, message));
    before = message;
  }
}

function imageAway(image) {
  const away = document.createElement("span");
  away.className = "away";
  away.setAttribute("role", "img");
  away.setAttribute("aria-label", image.alt);
  const small = image.parentElement.classList.contains("small");
  away.textContent = small ? (image.alt.trim()[0] || "·").toUpperCase() : image.alt;
  away.title = image.alt;
  image.replaceWith(away);
}

export function mend(place) {
  fillTimes(place);
  for (const image of place.querySelectorAll(".picture img")) {
    if (image.complete && image.naturalWidth === 0 && image.src) imageAway(image);
    else image.addEventListener("error", () => imageAway(image), { once: true });
  }
}

export function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.querySelector("article");
}

export const atBottom = (scroll) => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;

export function toBottom(scroll) {
  scroll.scrollTop = scroll.scrollHeight;
}

// Show the newest message: its end, or, where it is taller than the pane, its beginning.
export function reveal(scroll, message) {
  const tall = message.offsetHeight > scroll.clientHeight - 40;
  scroll.scrollTop = tall ? message.offsetTop - scroll.offsetTop - DAY_PX : scroll.scrollHeight;
}

export function place(log, html, prefix = "") {
  const message = fragment(html);
  if (!message) return null;
  message.id = prefix + "m-" + message.dataset.ts.replace(".", "-");
  const old = document.getElementById(message.id);
  if (old) old.replaceWith(message);
  else {
    const later = [...log.querySelectorAll(".message")].find((one) => one.dataset.ts > message.dataset.ts);
    if (later) later.before(message);
    else log.append(message);
    message.classList.add("new");
  }
  mend(message);
  arrange(log);
  return message;
}
