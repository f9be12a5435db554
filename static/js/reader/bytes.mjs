// The bytes of the book, part by part. What every book is opened by, its first part and its last,
// is asked for at once, while the library that reads it is still on its way.

export const PART = 131072;
const AGAIN = [500, 1000, 2000, 5000, 10000]; // ms: a tablet in a lift comes back

export class Bytes {
  // `lost` is told the status of an answer that there are no more bytes for this reader.
  constructor(address, size, lost) {
    Object.assign(this, { address, size, lost });
    const last = Math.max(Math.floor((size - 1) / PART) - 1, 0) * PART;
    this.early = last > PART ? [[0, PART], [last, size]] : [[0, size]];
    this.early = this.early.map(([begin, end]) => ({ begin, end, bytes: this.fetch(begin, end) }));
  }

  transport(pdfjs) {
    const transport = new pdfjs.PDFDataRangeTransport(this.size, null);
    transport.requestDataRange = async (begin, end) => {
      const bytes = await this.part(begin, Math.min(end, this.size));
      if (bytes) transport.onDataRange(begin, bytes);
    };
    return transport;
  }

  async part(begin, end) {
    const early = this.early.find((one) => one.begin <= begin && end <= one.end);
    if (!early) return this.fetch(begin, end);
    const bytes = await early.bytes;
    return bytes?.slice(begin - early.begin, end - early.begin);
  }

  // Nothing when the book is the reader's no more; what the line lost is asked for again.
  async fetch(begin, end, tries = 0) {
    try {
      const answer = await fetch(this.address, { headers: { Range: `bytes=${begin}-${end - 1}` } });
      if (answer.redirected || (answer.status >= 400 && answer.status < 500)) {
        this.lost(answer.redirected ? 403 : answer.status);
        return null;
      }
      const bytes = answer.ok ? new Uint8Array(await answer.arrayBuffer()) : [];
      if (bytes.length === end - begin) return bytes;
    } catch {
      // The line is gone for now.
    }
    const pause = AGAIN[Math.min(tries, AGAIN.length - 1)];
    await new Promise((done) => { setTimeout(done, pause); });
    return this.fetch(begin, end, tries + 1);
  }
}
