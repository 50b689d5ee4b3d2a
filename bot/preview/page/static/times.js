// Times in the reader's zone: the browser's own for the first person, the person's for the others.
import { root, send } from "./server.js";

const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const follows = root.dataset.follows === "yes";
const zone = follows ? browserZone : root.dataset.zone;
const shift = Number(root.dataset.shift) || 0;

export const now = () => new Date(Date.now() + shift);

const parts = (options, timeZone = zone) => new Intl.DateTimeFormat("en", { timeZone, ...options });
const dayKey = (date) => parts({ year: "numeric", month: "2-digit", day: "2-digit" }).format(date);
const clock = (date, timeZone) => parts({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, timeZone).format(date);

function nearDay(date) {
  const day = 86_400_000;
  for (const [word, offset] of [["Today", 0], ["Yesterday", -day], ["Tomorrow", day]]) {
    if (dayKey(date) === dayKey(new Date(now().getTime() + offset))) return word;
  }
  return "";
}

function ordinal(date) {
  const number = Number(parts({ day: "numeric" }).format(date));
  const ending = number % 100 >= 11 && number % 100 <= 13 ? "th" : ["th", "st", "nd", "rd"][number % 10] || "th";
  return `${number}${ending}`;
}

const month = (date, style) => parts({ month: style }).format(date);
const year = (date) => parts({ year: "numeric" }).format(date);
const weekday = (date) => parts({ weekday: "long" }).format(date);
const yearIfOther = (date) => (year(date) === year(now()) ? "" : `, ${year(date)}`);

function ago(date) {
  const seconds = Math.round((date - now()) / 1000);
  const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, size] of [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(seconds, "second");
}

const tokens = {
  date_num: (d) => `${year(d)}-${parts({ month: "2-digit" }).format(d)}-${parts({ day: "2-digit" }).format(d)}`,
  date_slash: (d) => parts({ year: "numeric", month: "2-digit", day: "2-digit" }).format(d),
  date: (d) => `${month(d, "long")} ${ordinal(d)}, ${year(d)}`,
  date_short: (d) => `${month(d, "short")} ${parts({ day: "numeric" }).format(d)}, ${year(d)}`,
  date_long: (d) => `${weekday(d)}, ${month(d, "long")} ${ordinal(d)}, ${year(d)}`,
  time: (d) => clock(d),
  time_secs: (d) => parts({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(d),
  ago,
};
for (const name of ["date", "date_short", "date_long"]) {
  const pretty = (d) => nearDay(d).toLowerCase() || tokens[name](d);
  tokens[`${name}_pretty`] = pretty;
}
tokens.day_divider_pretty = (d) => nearDay(d) || `${weekday(d)}, ${month(d, "long")} ${ordinal(d)}${yearIfOther(d)}`;

export function format(date, pattern) {
  const text = pattern.replace(/\{(\w+)\}/g, (whole, name) => (tokens[name] ? tokens[name](date) : whole));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const dayOf = (ts) => dayKey(new Date(Number(ts) * 1000));
export const dayName = (ts) => tokens.day_divider_pretty(new Date(Number(ts) * 1000));

export function fillTimes(place) {
  for (const element of place.querySelectorAll("time[data-at]")) {
    const date = new Date(Number(element.dataset.at) * 1000);
    if (Number.isNaN(date.getTime())) continue;
    element.textContent = format(date, element.dataset.format);
    element.title = `${tokens.date_long(date)}, ${clock(date)} (${zone})`;
  }
}

function tick() {
  for (const element of document.querySelectorAll("[data-clock]")) {
    const theirs = "mine" in element.dataset ? browserZone : element.dataset.clock;
    element.textContent = clock(now(), theirs);
    element.title = theirs;
  }
  const calendar = document.querySelector("[data-now]");
  if (calendar) {
    const day = parts({ weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(now());
    calendar.textContent = `${day}, ${clock(now())}`;
  }
}

export function startClock() {
  tick();
  setInterval(tick, 10_000);
  if (follows && root.dataset.zone !== browserZone) send("zone", { zone: browserZone });
}
