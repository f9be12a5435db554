// Words found anywhere in the book, page by page as they are read.

import { wordsOf } from "./text.mjs";

// In these scripts one letter may be a word.
const A_WORD_ALONE = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}]/u;

// Marks of direction and of no width come along with what is pasted; joiners are letters.
const UNSEEN = /[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

// Where a line ends nobody sees how many blanks there are, nor in what is pasted.
const squeezed = (text) => text.replace(/\s+/g, " ");

export class Search {
  constructor({ book, panel, leaves, go }) {
    Object.assign(this, { book, panel, leaves, go });
    this.texts = [];
    [this.list, this.says] = [panel.querySelector("ol"), panel.querySelector("[role=status]")];
    // Whoever pauses while writing wants to know.
    panel.querySelector("input").addEventListener("input", (event) => {
      clearTimeout(this.paused);
      this.paused = setTimeout(() => this.find(event.target.value), 500);
    });
    panel.querySelector("form").addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(this.paused);
      this.find(panel.querySelector("input").value);
    });
    // Whoever wrote before the book was there is answered now.
    if (panel.querySelector("input").value.trim()) this.find(panel.querySelector("input").value);
  }

  async textOf(number) {
    if (this.texts[number] === undefined) {
      const page = await this.book.getPage(number);
      const content = await wordsOf(page);
      const text = content.items.map((item) => item.str + (item.hasEOL ? " " : "")).join("");
      this.texts[number] = squeezed(text);
    }
    return this.texts[number];
  }

  async find(asked) {
    const wanted = squeezed(asked.replace(UNSEEN, "")).trim().toLowerCase();
    const run = (this.run = Symbol("run"));
    this.list.replaceChildren();
    if (wanted.length < 2 && !A_WORD_ALONE.test(wanted)) {
      this.says.textContent = "Write two letters or more.";
      return;
    }
    let found = 0;
    for (let number = 1; number <= this.book.numPages; number += 1) {
      const text = await this.textOf(number);
      if (this.run !== run) return;
      const at = text.toLowerCase().indexOf(wanted);
      if (at >= 0) {
        found += 1;
        this.list.append(this.line(number, text, at, wanted.length));
      }
      if (number % 10 === 0) this.says.textContent = `Looked through ${number} of ${this.book.numPages} pages…`;
    }
    this.says.textContent = found
      ? `On ${found} page${found === 1 ? "" : "s"}.`
      : "Nothing in this book says that.";
  }

  line(number, text, at, length) {
    const [item, button, where] = ["li", "button", "b"].map((name) => document.createElement(name));
    const mark = document.createElement("mark");
    button.type = "button";
    where.textContent = `p. ${this.leaves[number - 1].label} `;
    mark.textContent = text.slice(at, at + length);
    button.append(where, text.slice(Math.max(0, at - 40), at), mark, text.slice(at + length, at + length + 50));
    button.addEventListener("click", () => this.go(number));
    item.append(button);
    return item;
  }
}
