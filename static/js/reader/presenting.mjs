// Whoever presents shows the page they are on; whoever follows is taken there, until they leave.

const EVERY = 1200;

export class Presenting {
  constructor({ address, token, labelOf, go, hint, heed, ended }) {
    Object.assign(this, { address, token, labelOf, go, hint, heed, ended });
    this.presents = false;
    this.follows = false;
    window.addEventListener("pagehide", () => this.presents && this.send(null));
  }

  toggle(what, page) {
    this[what] = !this[what];
    if (what === "presents") this.send(this.presents ? this.labelOf(page) : null, false);
    else if (this.follows) {
      // Whoever comes back is taken to the page that is shown, though it is the one they left.
      this.page = undefined;
      this.says = undefined;
      this.ask();
    } else this.hint("");
    return this[what];
  }

  // What a follower waits for, to be said again once nothing else is.
  get awaited() {
    return this.follows ? this.says : "";
  }

  moved(page) {
    if (this.presents) this.send(this.labelOf(page));
  }

  // Who turns a page goes on; who presses the button begins, or ends.
  async send(label, goesOn = true) {
    if (label === this.sent && goesOn) return;
    this.sent = label;
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        keepalive: true,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token() },
        body: JSON.stringify({ label, goes_on: goesOn }),
      });
      if (answer.status === 409 && this.presents) this.ends((await answer.json()).says);
    } catch {
      this.sent = undefined;
    }
  }

  // Somebody else has taken over, or the meeting is not under way any more.
  ends(says) {
    this.presents = false;
    this.ended();
    this.hint(says);
  }

  async ask() {
    if (!this.follows) return;
    try {
      const answer = await fetch(this.address);
      this.heed(answer);
      if (answer.redirected || answer.status === 404) this.follows = false;
      else if (answer.ok) this.led((await answer.json()).now);
    } catch {
      // The next round asks again.
    }
    clearTimeout(this.timer);
    if (!this.follows) return;
    this.timer = setTimeout(() => this.ask(), EVERY);
  }

  led(now) {
    if (!this.follows) return;
    const says = now ? "" : "No page of your book is shown now. You are taken along as soon as one is.";
    const before = this.says;
    this.says = says;
    // Said once: what else is said there meanwhile stays.
    if (says !== before) this.hint(says);
    if (!now || now.page === this.page) return;
    this.page = now.page;
    this.go(now.page);
  }
}
