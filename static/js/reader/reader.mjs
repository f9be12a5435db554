// The reader: the book on the page, what the reader marks in it, and where they stopped.

import { Bytes, PART } from "./bytes.mjs";
import { make, showContents, showCurrent } from "./contents.mjs";
import { Notes } from "./notes.mjs";
import { Pages } from "./pages.mjs";
import { Presenting } from "./presenting.mjs";
import { Search } from "./search.mjs";
import { chosenIn, linesOf, rangeOf } from "./text.mjs";

const told = JSON.parse(document.getElementById("told").textContent);
const { pdf, worker, kit, token } = document.body.dataset;
const find = (what) => document.querySelector(what);
const holder = find("#pages");
// All three are on their way before the first of them is needed.
const bytes = new Bytes(told.file, told.size, gone);
const library = import(pdf);
const reading = new Worker(worker, { type: "module" });
const say = (what, text) => document.querySelectorAll(`[data-says=${what}]`).forEach((one) => {
  one.textContent = text;
});
// What a reader is to do, or waits for; empty: nothing, unless a page of who presents is awaited.
// What can be taken back is so for a while.
const A_WHILE = 10000; // ms
let hintTimer;
const hint = (text, name, act, stays) => {
  const place = find(".reader-hint");
  clearTimeout(hintTimer);
  place.textContent = text || (shut ? "" : presenting?.awaited) || "";
  place.hidden = !place.textContent;
  if (!act) return;
  const button = make("button", "", name);
  button.type = "button";
  button.addEventListener("click", () => {
    hint("");
    act();
  });
  place.append(" ", button);
  if (!stays) hintTimer = setTimeout(() => hint(""), A_WHILE);
};
let book, pages, notes, presenting, tool, toPlace, placeTimer, shut;

// What was open is shut with all that tells of it; what was written and is not saved yet stays.
// 403: whoever reads is signed in no more.
function gone(status = 404) {
  if (shut) return;
  shut = true;
  book?.loadingTask.destroy();
  find("#search").hidden = true;
  document.querySelectorAll("#contents, #search ol").forEach((list) => list.replaceChildren());
  find(".reader-tools").hidden = true;
  hint("");
  closePanels();
  const [says, next] = status === 403
    ? ["You are not signed in any more.", "Sign in and open it again"]
    : ["This book has changed for you since you opened it.", "Open it as it is now"];
  holder.replaceChildren(make("p", "reader-wait", says));
  const again = make("a", "btn btn-primary", next);
  again.href = window.location.href;
  if (notes?.unsaved) {
    // Whoever signs in again does it elsewhere: what was written is here alone.
    again.target = "_blank";
    tellUnsaved(false);
  }
  holder.firstChild.append(document.createElement("br"), again);
}

function tellUnsaved(open) {
  find("#notes").classList.toggle("open", open);
  hint("What you wrote last is not saved.", open ? "Hide it" : "Show it", () => tellUnsaved(!open), true);
}

// Any answer may tell that the book is the reader's no more, though all of it has come by now.
function heed(answer) {
  if (answer.redirected) gone(403);
  else if (answer.status === 404) gone();
}

function seen(number) {
  if (shut) return;
  const leaf = told.leaves[number - 1];
  say("place", `Page ${leaf.label}, ${number} of ${told.leaves.length}`);
  find("[data-says=progress]").value = number / told.leaves.length;
  const entries = [...document.querySelectorAll("#contents button")];
  const here = entries.filter((one) => Number(one.dataset.page) <= number).at(-1);
  const isNew = here && !here.hasAttribute("aria-current");
  entries.forEach((one) => one.toggleAttribute("aria-current", one === here));
  if (isNew) showCurrent(find("#contents"));
  const marked = notes?.shown.some((note) => note.kind === "bookmark" && note.at === number);
  find("[data-act=bookmark]").setAttribute("aria-pressed", String(Boolean(marked)));
  presenting?.moved(number);
  clearTimeout(placeTimer);
  // Not before it is known where the reader stopped.
  if (!document.body.dataset.ready) return;
  placeTimer = setTimeout(() => {
    fetch(told.place, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": notes.token },
      body: JSON.stringify({ page: number }),
    }).then(stopped, () => {});
  }, 1500);
}

// What was opened stays as it is until its reader has the newer one; said once.
async function stopped(answer) {
  heed(answer);
  if (told.old || answer.status !== 200 || answer.redirected || !(await answer.json()).newer) return;
  told.old = true;
  hint("A newer version of this book is out.", "Open it", () => window.location.reload(), true);
}

// Notes

// Where a note stands: a page of a paper, in the version that is in this book.
function spot(number) {
  const { label, paper, version, page } = told.leaves[number - 1];
  return { at: number, label, paper, version, page };
}

function drawMarks(number, frame) {
  const marks = frame.querySelector(".marks");
  if (!marks) return;
  marks.replaceChildren();
  for (const note of notes.shown.filter((one) => one.at === number)) {
    if (note.kind === "pen") marks.append(stroke(note));
    else if (!(note.quote && drawLines(marks, frame, note)) && note.x !== undefined) {
      marks.append(pin(note));
    }
  }
}

function drawLines(marks, frame, note) {
  const range = rangeOf(frame.querySelector(".textLayer"), note);
  const lines = range ? linesOf(range, frame) : note.moved ? [] : (note.lines ?? []);
  for (const line of lines) {
    const box = make("span", `mark mark-${note.kind}`);
    Object.assign(box.style, {
      left: `${line.x * 100}%`,
      top: `${line.y * 100}%`,
      width: `${line.w * 100}%`,
      height: `${line.h * 100}%`,
    });
    marks.append(box);
  }
  return lines.length;
}

function stroke(note) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 1000 1000");
  svg.setAttribute("preserveAspectRatio", "none");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  line.setAttribute("points", note.points.map(([x, y]) => `${x * 1000},${y * 1000}`).join(" "));
  svg.append(line);
  return svg;
}

function pin(note) {
  const one = make("button", "pin");
  one.type = "button";
  one.setAttribute("aria-label", `Note: ${note.text || "empty"}`);
  Object.assign(one.style, { left: `${note.x * 100}%`, top: `${note.y * 100}%` });
  one.append(make("i", "bi bi-sticky-fill"));
  one.addEventListener("click", () => openNote(note.id));
  return one;
}

const WHAT = { highlight: "Highlighted", underline: "Underlined", pen: "Drawn", bookmark: "Bookmark", note: "" };

// `anew` is the note whose field shows what two devices wrote together; a field in which nothing
// waits to be sent shows what another device wrote since.
function showNotes(only, anew) {
  const [placed, lost] = [find("#own ol"), find("#tray ol")];
  const shown = notes.shown.sort((one, other) => (one.at ?? 0) - (other.at ?? 0));
  // Whoever is writing keeps their field.
  const active = document.activeElement?.closest?.("[data-note]")?.dataset.note;
  for (const [list, some] of [[placed, shown.filter((one) => one.at)], [lost, shown.filter((one) => !one.at)]]) {
    const kept = new Map([...list.children].map((item) => [item.dataset.note, item]));
    const items = some.map((note) => {
      const item = kept.get(note.id);
      if (item && note.id === active && (note.id === anew || !notes.waiting.has(note.id))) refill(item, note);
      return item && note.id === active ? item : card(note);
    });
    if (items.some((item) => item.contains(document.activeElement))) {
      [...list.children].filter((item) => !items.includes(item)).forEach((item) => item.remove());
      items.forEach((item, index) => {
        if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
      });
    } else list.replaceChildren(...items);
  }
  find("#tray").hidden = !lost.children.length;
  if (!shown.length) placed.replaceChildren(make("li", "second", "Choose words on a page to mark them, or put a note on it."));
  for (const [number, frame] of pages?.alive ?? []) {
    if (!only || only.at === number) drawMarks(number, frame);
  }
}

function refill(item, note) {
  const field = item.querySelector("textarea");
  if (!field || field.value === (note.text ?? "")) return;
  field.value = note.text ?? "";
  notes.filled(note);
}

function card(note) {
  const item = make("li", "note-card");
  item.dataset.note = note.id;
  const where = make("button", "note-where", note.at ? `p. ${told.leaves[note.at - 1].label}` : `was on p. ${note.label ?? "?"}`);
  where.type = "button";
  where.addEventListener("click", (event) => {
    if (note.at) {
      pages.go(note.at);
      closePanels();
    } else {
      place(note.id, byKey(event) ? "Turn to the page where the note belongs, and press Enter." : undefined);
      item.classList.add("placing");
      closePanels();
    }
  });
  item.append(where);
  if (WHAT[note.kind]) item.append(make("span", "second", ` ${WHAT[note.kind]}`));
  if (note.quote) item.append(make("q", "", note.quote.length > 120 ? `${note.quote.slice(0, 120)}…` : note.quote));
  if (note.kind !== "pen" && note.kind !== "bookmark") {
    const field = make("textarea", "form-control");
    field.rows = 2;
    field.value = note.text ?? "";
    field.placeholder = "A question, a thought";
    field.setAttribute("aria-label", `Your note on page ${note.label}`);
    notes.filled(note);
    field.addEventListener("input", () => notes.write(note.id, field.value));
    item.append(field);
  }
  const erase = make("button", "note-erase", "Erase");
  erase.type = "button";
  erase.addEventListener("click", () => takeAway(notes.all.get(note.id) ?? note));
  item.append(erase);
  return item;
}

function takeAway(note) {
  notes.erase(note);
  // What another device wrote meanwhile has brought it back: there is no second one.
  const isGone = () => notes.all.get(note.id)?.erased !== false;
  hint("The note is erased.", "Undo", () => isGone() && notes.add(note));
}

function openNote(id) {
  find("#notes").classList.add("open");
  const field = find(`[data-note="${id}"] textarea`);
  field?.scrollIntoView({ block: "center" });
  field?.focus();
}

// Choosing words

function chosen() {
  const selection = document.getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const element = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node);
  const layer = element(range.startContainer).closest?.(".textLayer");
  if (!layer || !range.toString().trim()) return null;
  if (!layer.contains(range.endContainer)) range.setEnd(layer, layer.childNodes.length);
  return { range, layer, frame: layer.closest(".leaf") };
}

function offerChoice() {
  const bar = find(".reader-choice");
  const now = chosen();
  const box = now?.range.getBoundingClientRect();
  const room = holder.getBoundingClientRect();
  bar.hidden = !box || box.bottom < room.top || box.top > room.bottom;
  if (bar.hidden) return;
  bar.style.left = `${Math.min(Math.max(box.left, 8), window.innerWidth - bar.offsetWidth - 8)}px`;
  bar.style.top = `${box.top > 130 ? box.top - bar.offsetHeight - 8 : box.bottom + 8}px`;
}

function markChoice(kind) {
  const now = chosen();
  if (!now) return;
  const number = Number(now.frame.dataset.page);
  const made = notes.add({
    kind,
    text: "",
    ...spot(number),
    ...chosenIn(now.layer, now.range),
    lines: linesOf(now.range, now.frame),
  });
  document.getSelection().removeAllRanges();
  if (kind === "note") openNote(made.id);
}

// Pen, pins and bookmarks

function placeOn(frame, event) {
  const box = frame.getBoundingClientRect();
  const part = (value) => Math.round(Math.min(Math.max(value, 0), 1) * 10000) / 10000;
  return [part((event.clientX - box.left) / box.width), part((event.clientY - box.top) / box.height)];
}

holder.addEventListener("pointerdown", (event) => {
  const frame = event.target.closest(".leaf");
  if (!frame || event.button) return;
  const number = Number(frame.dataset.page);
  if (tool === "note") {
    event.preventDefault();
    const [x, y] = placeOn(frame, event);
    choose(null);
    openNote(notes.add({ kind: "note", text: "", x, y, ...spot(number) }).id);
  } else if (tool === "pen") {
    event.preventDefault();
    const points = [placeOn(frame, event)];
    const line = stroke({ points });
    frame.querySelector(".marks")?.append(line);
    const move = (moved) => {
      points.push(placeOn(frame, moved));
      line.firstChild.setAttribute("points", points.map(([x, y]) => `${x * 1000},${y * 1000}`).join(" "));
    };
    const end = () => {
      holder.removeEventListener("pointermove", move);
      if (points.length > 2) notes.add({ kind: "pen", points: points.slice(0, 1500), ...spot(number) });
    };
    holder.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end, { once: true });
    window.addEventListener("pointercancel", end, { once: true });
  }
});

// Whoever has no pointer puts a note at the head of the page that is read.
const HEAD = [0.94, 0.05];
const byKey = (event) => event.detail === 0;

function noteHere() {
  const [x, y] = HEAD;
  choose(null);
  openNote(notes.add({ kind: "note", text: "", x, y, ...spot(pages.current) }).id);
}

function place(id, says = "Tap the place where the note belongs.") {
  toPlace = id;
  document.querySelectorAll(".placing").forEach((one) => one.classList.remove("placing"));
  hint(id ? says : "");
}

function settle(number, [x, y]) {
  const note = notes.all.get(toPlace);
  place(null);
  notes.change({ ...note, ...spot(number), moved: false, x, y, lines: [] });
}

// A tap, and no touch that only begins to scroll, gives a note its place; what it quoted stays.
holder.addEventListener("click", (event) => {
  const frame = event.target.closest(".leaf");
  if (frame && toPlace) settle(Number(frame.dataset.page), placeOn(frame, event));
});

function choose(name) {
  tool = tool === name ? null : name;
  document.body.dataset.tool = tool ?? "";
  document.querySelectorAll("[data-tool][aria-pressed]").forEach((one) => {
    one.setAttribute("aria-pressed", String(one.dataset.tool === tool));
  });
}

function bookmark() {
  const number = pages.current;
  const there = notes.shown.find((note) => note.kind === "bookmark" && note.at === number);
  if (there) notes.erase(there);
  else notes.add({ kind: "bookmark", ...spot(number) });
  seen(number);
}

// What a press does

const press = (what, name) => {
  const on = presenting.toggle(name, pages.current);
  find(`[data-act=${what}]`).setAttribute("aria-pressed", String(on));
};
const ACTS = {
  present: () => press("present", "presents"),
  follow: () => press("follow", "follows"),
  larger: () => pages.zoom(1.2),
  smaller: () => pages.zoom(1 / 1.2),
  bookmark,
  dark: () => {
    const dark = document.body.classList.toggle("dark-pages");
    find("[data-act=dark]").setAttribute("aria-pressed", String(dark));
  },
};

function closePanels() {
  document.querySelectorAll(".reader-body > .open").forEach((one) => one.classList.remove("open"));
}

function panel(name) {
  if (name === "search") {
    find("#search").hidden = !find("#search").hidden;
    find("#notes").classList.toggle("open", !find("#search").hidden);
    if (!find("#search").hidden) find("#wanted").focus();
    return;
  }
  const one = find(`#${name}`);
  const open = !one.classList.contains("open");
  closePanels();
  one.classList.toggle("open", open);
  if (name === "contents") showCurrent(one);
}

// Nothing can be done with pages before there are any; panels open, and pages may be dark.
const waits = ({ act, tool: wanted }) => !document.body.dataset.ready && (wanted || (act && act !== "dark"));

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || waits(button.dataset)) return;
  if (button.dataset.act) ACTS[button.dataset.act]();
  if (button.dataset.tool === "note" && byKey(event)) noteHere();
  else if (button.dataset.tool) choose(button.dataset.tool);
  if (button.dataset.panel) panel(button.dataset.panel);
  if (button.dataset.mark) markChoice(button.dataset.mark);
});
// A press on the bar must not undo the choice of words that it is about.
find(".reader-choice").addEventListener("pointerdown", (event) => event.preventDefault());
document.addEventListener("selectionchange", offerChoice);
// It stays with the words while the pages move.
holder.addEventListener("scroll", offerChoice, { passive: true });

const KEYS = {
  j: () => pages.go(pages.current + 1),
  k: () => pages.go(pages.current - 1),
  "+": ACTS.larger,
  "-": ACTS.smaller,
  b: bookmark,
  n: noteHere,
  "/": () => panel("search"),
  Escape: () => {
    choose(null);
    place(null);
    find("#search").hidden = true;
    closePanels();
  },
};
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input, textarea") && event.key !== "Escape") return;
  if (shut || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" && toPlace) {
    event.preventDefault();
    settle(pages.current, HEAD);
  }
  if (!KEYS[event.key]) return;
  if (!document.body.dataset.ready && !["/", "Escape"].includes(event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});

// The book is searched once it is there; nothing is sent to the portal.
find("#search form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!pages) find("#search [role=status]").textContent = "The book is searched as soon as it is here.";
});

// Two fingers make the pages larger or smaller.
let spread = null;
const apart = ({ touches: [one, other] }) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
holder.addEventListener("touchstart", (event) => {
  if (event.touches.length === 2) spread = apart(event);
}, { passive: true });
holder.addEventListener("touchmove", (event) => {
  if (event.touches.length !== 2 || !spread) return;
  event.preventDefault();
  const factor = apart(event) / spread;
  if (Math.abs(factor - 1) > 0.15) {
    spread = apart(event);
    pages?.zoom(factor);
  }
}, { passive: false });

async function open() {
  showContents(find("#contents ol"), told.contents, (page) => {
    pages?.go(page);
    closePanels();
  });
  const pdfjs = await library;
  pdfjs.GlobalWorkerOptions.workerPort = reading;
  book = await pdfjs.getDocument({
    range: bytes.transport(pdfjs),
    rangeChunkSize: PART,
    disableAutoFetch: true,
    disableStream: true,
    cMapUrl: `${kit}cmaps/`,
    standardFontDataUrl: `${kit}standard_fonts/`,
    iccUrl: `${kit}iccs/`,
    wasmUrl: `${kit}wasm/`,
    useWasm: false,
    enableXfa: false,
    isEvalSupported: false,
  }).promise;
  pages = new Pages({ holder, pdfjs, document: book, leaves: told.leaves, drawn: drawMarks, seen });
  notes = new Notes({
    address: told.notes,
    token,
    tell: (text) => {
      say("saved", text);
      if (shut && !notes.unsaved) hint("What you wrote is saved now.");
    },
    show: showNotes,
    gone,
  });
  presenting = new Presenting({
    address: told.presented,
    token: () => notes.token,
    labelOf: (page) => told.leaves[page - 1].label,
    go: (page) => pages.go(page),
    hint,
    heed,
    ended: () => find("[data-act=present]").setAttribute("aria-pressed", "false"),
  });
  await pages.begin();
  new Search({ book, panel: find("#search"), leaves: told.leaves, go: (number) => {
    pages.go(number);
    closePanels();
  } });
  seen(1);
  const kept = await notes.load();
  if (kept.place > 1) pages.go(kept.place);
  document.body.dataset.ready = "yes";
}

open().catch(() => {
  if (!shut) holder.replaceChildren(make("p", "reader-wait", "The book could not be opened. Load this page again, or read the papers one by one."));
});
