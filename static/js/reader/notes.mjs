// The reader's own notes: kept by the portal under the reader's key, saved as they are written.

const SOON = 700; // ms after the last letter
const AGAIN = [2000, 5000, 15000, 30000];
// No browser sends more than 64 KiB on for a page that is left: what is longer is sent while it stands.
const SENT_ON = 60000; // bytes

export class Notes {
  constructor({ address, token, tell, show, gone }) {
    Object.assign(this, { address, token, tell, show, gone });
    this.all = new Map();
    this.waiting = new Map();
    // What could not be taken, with the reason: it stays here, and is not called saved.
    this.refused = new Map();
    // Which saved text each field was filled from: what another device wrote since is not lost.
    this.bases = new Map();
    this.sending = false;
    this.failures = 0;
    window.addEventListener("beforeunload", (event) => {
      if (this.unsaved) event.preventDefault();
    });
    // Whoever comes back, perhaps signed in again or in reach of the portal, need not wait.
    window.addEventListener("online", () => this.goOn());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.goOn();
      else this.send();
    });
  }

  // What other devices wrote comes in, but for what this one has not sent yet; what has gone since,
  // as announced, goes here too.
  async load() {
    const known = [...this.all.values()].filter((note) => note.revision).map((note) => note.id);
    const answer = await fetch(this.address, { headers: { Accept: "application/json" } });
    if (answer.status === 404 || answer.status === 403) {
      this.gone();
      return {};
    }
    if (!answer.ok || answer.redirected) return {};
    const told = await answer.json();
    this.token = told.token;
    for (const note of told.notes) {
      // An answer that was slow may be older than what was saved meanwhile.
      const isOlder = note.revision < this.all.get(note.id)?.revision;
      if (isOlder || this.waiting.has(note.id) || this.refused.has(note.id)) continue;
      this.all.set(note.id, note);
    }
    const there = new Set(told.notes.map((note) => note.id));
    for (const id of known) {
      if (!there.has(id) && !this.waiting.has(id) && !this.refused.has(id)) this.all.delete(id);
    }
    this.show();
    return told;
  }

  async goOn() {
    await this.load().catch(() => {});
    if (this.waiting.size) this.send();
  }

  get unsaved() {
    return Boolean(this.waiting.size || this.refused.size);
  }

  get shown() {
    return [...this.all.values()].filter((note) => !note.erased);
  }

  add(note) {
    const made = { ...note, id: crypto.randomUUID(), revision: 0, erased: false };
    this.change(made);
    return made;
  }

  // A field begins from this text.
  filled(note) {
    this.bases.set(note.id, note.revision);
  }

  write(id, text) {
    const latest = this.all.get(id);
    this.change({ ...latest, text, revision: this.bases.get(id) ?? latest.revision });
  }

  change(note) {
    this.refused.delete(note.id);
    this.all.set(note.id, note);
    this.waiting.set(note.id, note);
    this.tell("Not saved yet");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), SOON);
    this.show(note);
  }

  erase(note) {
    this.change({ ...note, erased: true });
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    for (const [id, note] of [...this.waiting]) {
      if (!(await this.sendOne(id, note))) break;
    }
    this.sending = false;
    if (!this.waiting.size) {
      this.failures = 0;
      const [says] = this.refused.values();
      this.tell(says ? `Not saved. ${says}` : "Saved");
      return;
    }
    const wait = this.failures ? AGAIN[Math.min(this.failures, AGAIN.length) - 1] : SOON;
    this.timer = setTimeout(() => this.send(), wait);
  }

  async sendOne(id, note) {
    const { revision, erased, id: _, at: __, moved: ___, ...body } = note;
    const sent = new Blob([JSON.stringify({ id, revision, erased, body: erased ? null : body })]);
    let answer;
    try {
      answer = await fetch(this.address, {
        method: "POST",
        keepalive: sent.size < SENT_ON,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: sent,
      });
    } catch {
      return this.failed("No line to the portal. What you write is kept here until there is one.");
    }
    const isOurs = answer.headers.get("Content-Type")?.includes("json");
    if (isOurs && (answer.status === 409 || answer.status === 400)) {
      this.waiting.delete(id);
      this.refused.set(id, (await answer.json()).says);
      // Perhaps because the book is another one by now.
      this.load().catch(() => {});
      return true;
    }
    if (!answer.ok || !isOurs) {
      // Whoever signed in again has another token: it comes with the notes.
      this.load().catch(() => {});
      return this.failed("It could not be saved. Sign in again in another window, and stay here.");
    }
    this.took(id, note, await answer.json());
    return true;
  }

  took(id, note, kept) {
    const latest = this.waiting.get(id);
    const merged = (kept.text ?? "") !== (note.text ?? "");
    if (latest !== note) {
      // Written on meanwhile: the next round begins from what this field knows of.
      const next = { ...latest, revision: merged ? note.revision : kept.revision };
      if (!merged) this.bases.set(id, kept.revision);
      this.waiting.set(id, next);
      this.all.set(id, next);
      return;
    }
    this.waiting.delete(id);
    this.all.set(id, { ...note, ...kept, at: note.at });
    this.bases.set(id, kept.revision);
    if (merged) this.show(null, id);
  }

  failed(says) {
    this.failures += 1;
    this.tell(says);
    return false;
  }
}
