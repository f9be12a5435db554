// Words on a page: where a quotation stands in its text layer, and what surrounds a choice.

// Spaces and the ends of lines differ between versions and viewers, so they are not compared.
const squeezed = (text) => text.replace(/\s+/g, "").toLowerCase();
const AROUND = 60;

// The words of a page without what the book put on it: its number, and the mark of its reader.
export async function wordsOf(page) {
  const told = await page.getTextContent({ includeMarkedContent: true });
  const open = [];
  const items = told.items.filter((item) => {
    const wasInside = open.includes(true);
    if (item.type?.startsWith("begin")) {
      open.push(item.tag === "Artifact");
      return false;
    }
    if (item.type === "endMarkedContent") {
      open.pop();
      return false;
    }
    return !wasInside;
  });
  return { ...told, items };
}

// All letters of a layer, each with the text node and place it comes from.
function lettersOf(layer) {
  const letters = [];
  const walker = document.createTreeWalker(layer, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    for (let at = 0; at < node.data.length; at += 1) {
      if (/\S/.test(node.data[at])) letters.push([node, at]);
    }
  }
  return letters;
}

const asText = (letters) => letters.map(([node, at]) => node.data[at].toLowerCase()).join("");

function likeness(one, other) {
  if (!one) return 0;
  let same = 0;
  for (let at = 1; at <= Math.min(one.length, other.length); at += 1) {
    if (one.at(-at) === other.at(-at)) same += 1;
  }
  return same / one.length;
}

// The range of a quotation in a layer: of several, the one in the same surroundings.
export function rangeOf(layer, note) {
  const quote = squeezed(note.quote ?? "");
  if (!quote) return null;
  const letters = lettersOf(layer);
  const text = asText(letters);
  const before = squeezed(note.before ?? "");
  let best = null;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    const score = likeness(before, text.slice(Math.max(0, at - before.length), at));
    if (!best || score > best.score) best = { at, score };
  }
  if (!best) return null;
  const range = document.createRange();
  range.setStart(...letters[best.at]);
  const [node, last] = letters[best.at + quote.length - 1];
  range.setEnd(node, last + 1);
  return range;
}

// What is chosen, with what stands before and after it on the page.
export function chosenIn(layer, range) {
  const whole = document.createRange();
  whole.selectNodeContents(layer);
  const [head, tail] = [whole.cloneRange(), whole.cloneRange()];
  head.setEnd(range.startContainer, range.startOffset);
  tail.setStart(range.endContainer, range.endOffset);
  return {
    quote: range.toString().trim(),
    before: head.toString().slice(-AROUND),
    after: tail.toString().slice(0, AROUND),
  };
}

// The lines that a range covers, as parts of the page: each x, y, width, height from 0 to 1.
export function linesOf(range, page) {
  const frame = page.getBoundingClientRect();
  const lines = [];
  for (const box of range.getClientRects()) {
    if (box.width < 1 || box.height < 1) continue;
    const line = {
      x: (box.left - frame.left) / frame.width,
      y: (box.top - frame.top) / frame.height,
      w: box.width / frame.width,
      h: box.height / frame.height,
    };
    const last = lines.at(-1);
    if (last && Math.abs(last.y - line.y) < last.h / 2 && line.x <= last.x + last.w + 0.02) {
      last.w = Math.max(last.x + last.w, line.x + line.w) - last.x;
      last.h = Math.max(last.h, line.h);
    } else lines.push(line);
  }
  return lines;
}
