// MiniSearch in a process of its own, with the commands of child.py: fuzzy by length, the last word as a
// beginning too, fields boosted, all words before any. `node child.mjs FOLDER-OF-PACKAGES`.
import { closeSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";

const packages = process.argv[2];
const say = (answer) => writeSync(1, `${JSON.stringify(answer)}\n`);
let MiniSearch;
try {
  MiniSearch = createRequire(join(packages, "package.json"))("minisearch");
} catch (error) {
  say({ error: `does not load: ${error.message.split("\n")[0]}` });
  process.exit(0);
}

const OPTIONS = {
  fields: ["title", "meta", "body"],
  storeFields: ["slug"],
  tokenize: (text) => text.split(" "),
  processTerm: (term) => term || null,
};
const fuzzy = (term) => (term.length < 4 ? false : term.length < 8 ? 1 : 2);
const prefix = (_term, place, terms) => place === terms.length - 1;
const SEARCH = { boost: { title: 3, meta: 2 }, fuzzy, prefix };
const words = (text) =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}'’]/gu, "")
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const clock = () => performance.now() / 1000;

const held = () => {
  const status = readFileSync("/proc/self/status", "utf8");
  const of = (name) => Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))[1]) / 1024;
  return { own: of("RssAnon"), mapped: of("RssFile") };
};

function* lines(path) {
  const file = openSync(path);
  const chunk = Buffer.alloc(1 << 20);
  let rest = Buffer.alloc(0);
  for (let size = readSync(file, chunk); size; size = readSync(file, chunk)) {
    rest = Buffer.concat([rest, chunk.subarray(0, size)]);
    const end = rest.lastIndexOf(10);
    if (end >= 0) {
      yield* rest.subarray(0, end).toString().split("\n");
      rest = rest.subarray(end + 1);
    }
  }
  closeSync(file);
}

let index;
let before;

const commands = {
  build({ folder, material }) {
    const started = clock();
    const built = new MiniSearch(OPTIONS);
    let id = 0;
    for (const line of lines(material.documents)) {
      const [slug, title, meta, body] = line.split("\t");
      built.add({ id: id++, slug, title, meta, body });
    }
    writeFileSync(join(folder, "index.json"), JSON.stringify(built));
    return { seconds: clock() - started };
  },
  open({ folder, query }) {
    before = held();
    const started = clock();
    index = MiniSearch.loadJSON(readFileSync(join(folder, "index.json"), "utf8"), OPTIONS);
    answer(query);
    return { seconds: clock() - started };
  },
  ask({ queries, seconds }) {
    const times = [];
    const slugs = [];
    const end = clock() + seconds;
    for (const query of queries) {
      const started = clock();
      slugs.push(answer(query));
      times.push((clock() - started) * 1000);
      if (clock() > end) break;
    }
    return { times, slugs };
  },
  memory() {
    const now = held();
    return { own: Math.max(0, now.own - before.own), mapped: Math.max(0, now.mapped - before.mapped), python: 0 };
  },
};

function answer(query) {
  const typed = words(query).slice(0, 30).join(" ");
  if (!typed) return [];
  let hits = index.search(typed, { ...SEARCH, combineWith: "AND" });
  if (!hits.length) hits = index.search(typed, { ...SEARCH, combineWith: "OR" });
  return hits.slice(0, 10).map((hit) => hit.slug);
}

say({});
for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...given } = JSON.parse(line);
  try {
    say(commands[name](given));
  } catch (error) {
    say({ error: String(error).slice(0, 300) });
  }
}
