// The pages of the book, drawn as they come near, each with its words and a layer for notes.

import { wordsOf } from "./text.mjs";

const KEPT = 14; // drawn pages at once: a tablet has little memory
const LARGEST = 16_000_000; // pixels of one picture: a tablet shows nothing of a larger one

export class Pages {
  constructor({ holder, pdfjs, document: book, leaves, drawn, seen }) {
    Object.assign(this, { holder, pdfjs, book, leaves, drawn, seen });
    this.zoomed = 1;
    // Another one whenever pages are larger or smaller than they were.
    this.layout = Symbol("layout");
    this.frames = [];
    this.alive = new Map();
  }

  async begin() {
    const first = await this.book.getPage(1);
    const natural = first.getViewport({ scale: 1 });
    this.natural = { width: natural.width, height: natural.height };
    this.room = this.roomNow;
    const all = document.createDocumentFragment();
    this.leaves.forEach((leaf, index) => {
      const frame = document.createElement("div");
      frame.className = "leaf";
      frame.dataset.page = index + 1;
      frame.setAttribute("role", "region");
      frame.setAttribute("aria-label", `Page ${leaf.label}`);
      this.frames.push(frame);
      this.size(frame, this.natural);
      all.append(frame);
    });
    // The cover stays until it is drawn.
    const cover = this.holder.querySelector(".leaf-first svg");
    if (cover) this.frames[0].append(cover);
    this.holder.replaceChildren(all);
    this.draw(this.frames[0]);
    this.watch = new IntersectionObserver((entries) => this.near(entries), {
      root: this.holder,
      rootMargin: "60% 0px",
    });
    this.frames.forEach((frame) => this.watch.observe(frame));
    this.holder.addEventListener("scroll", () => this.scrolled(), { passive: true });
    // A tablet is turned.
    window.addEventListener("resize", () => {
      if (this.room === this.roomNow) return;
      this.room = this.roomNow;
      this.zoom(1);
    });
  }

  get roomNow() {
    return this.holder.clientWidth - (this.holder.clientWidth < 700 ? 16 : 64);
  }

  // Each page is as wide as there is room, a slide among letters too.
  scaleOf(natural) {
    return this.zoomed * Math.min(this.room / natural.width, 1.35);
  }

  size(frame, natural) {
    const scale = this.scaleOf(natural);
    frame.natural = natural;
    frame.style.width = `${Math.floor(natural.width * scale)}px`;
    frame.style.height = `${Math.floor(natural.height * scale)}px`;
  }

  // What is read stays where it is while a page above it turns out longer or shorter.
  resize(frame, natural) {
    const before = frame.clientHeight;
    const isAbove = frame.offsetTop + before <= this.holder.scrollTop;
    this.size(frame, natural);
    if (isAbove) this.holder.scrollTop += frame.clientHeight - before;
  }

  near(entries) {
    for (const entry of entries) {
      entry.target.isNear = entry.isIntersecting;
      if (entry.isIntersecting) this.draw(entry.target);
    }
  }

  async draw(frame) {
    const number = Number(frame.dataset.page);
    const layout = this.layout;
    if (frame.drawnAt === layout) return;
    frame.drawnAt = layout;
    try {
      const page = await this.book.getPage(number);
      if (this.layout !== layout) return;
      const natural = page.getViewport({ scale: 1 });
      const scale = this.scaleOf(natural);
      const viewport = page.getViewport({ scale });
      if (natural.width !== frame.natural.width || natural.height !== frame.natural.height) {
        this.resize(frame, natural);
      }
      const canvas = document.createElement("canvas");
      const most = Math.sqrt(LARGEST / (viewport.width * viewport.height));
      const sharp = Math.min(window.devicePixelRatio || 1, 2, most);
      canvas.width = Math.floor(viewport.width * sharp);
      canvas.height = Math.floor(viewport.height * sharp);
      canvas.setAttribute("aria-hidden", "true");
      const transform = sharp === 1 ? null : [sharp, 0, 0, sharp, 0, 0];
      const layer = document.createElement("div");
      layer.className = "textLayer";
      layer.style.setProperty("--total-scale-factor", scale);
      layer.style.setProperty("--scale-round-x", "1px");
      layer.style.setProperty("--scale-round-y", "1px");
      const marks = document.createElement("div");
      marks.className = "marks";
      await page.render({ canvas, canvasContext: canvas.getContext("2d"), viewport, transform })
        .promise;
      if (this.layout !== layout) return;
      frame.replaceChildren(canvas, marks, layer);
      const words = new this.pdfjs.TextLayer({
        textContentSource: await wordsOf(page),
        container: layer,
        viewport,
      });
      await words.render();
      this.alive.delete(number);
      this.alive.set(number, frame);
      this.letGo();
      this.drawn(number, frame);
    } catch {
      frame.drawnAt = null; // it is tried again when it comes near
    }
  }

  letGo() {
    for (const [number, frame] of this.alive) {
      if (this.alive.size <= KEPT) return;
      if (frame.isNear) continue;
      frame.replaceChildren();
      frame.drawnAt = null;
      this.alive.delete(number);
    }
  }

  zoom(factor) {
    const here = this.current;
    const into = this.offset(here);
    this.zoomed = Math.min(Math.max(this.zoomed * factor, 0.4), 4);
    this.layout = Symbol("layout");
    for (const frame of this.frames) {
      this.size(frame, frame.natural);
      frame.drawnAt = null;
      if (frame.isNear) this.draw(frame);
      // What is drawn of it has another size.
      else if (this.alive.delete(Number(frame.dataset.page))) frame.replaceChildren();
    }
    const frame = this.frames[here - 1];
    this.holder.scrollTop = frame.offsetTop + into * frame.clientHeight;
  }

  // How far the top of the window is into a page, from 0 to 1.
  offset(number) {
    const frame = this.frames[number - 1];
    return Math.max((this.holder.scrollTop - frame.offsetTop) / frame.clientHeight, 0);
  }

  get current() {
    const middle = this.holder.scrollTop + this.holder.clientHeight / 3;
    let low = 0;
    let high = this.frames.length - 1;
    while (low < high) {
      const half = Math.ceil((low + high) / 2);
      if (this.frames[half].offsetTop <= middle) low = half;
      else high = half - 1;
    }
    return low + 1;
  }

  scrolled() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = null;
      this.seen(this.current);
    });
  }

  go(number) {
    const frame = this.frames[Math.min(Math.max(number, 1), this.frames.length) - 1];
    this.holder.scrollTop = frame.offsetTop - 12;
    this.seen(Number(frame.dataset.page));
  }
}
