import { StringDecoder } from 'node:string_decoder';

const WINDOW_MS = 100;
/** Read word for word within a window: eight thousand short lines, which take this process two milliseconds. */
const READ_BYTES = 16_384;
/** Of what comes beyond, the newest is kept, so that a runner's last words are its last. */
const KEPT_BYTES = 16_384;
/** Counted and thrown away within a window; after that the pipe fills, and who writes into it waits. 80 MB/s. */
const SWALLOWED_BYTES = 8_000_000;
/** What comes after so many characters of a line is not kept while its end is awaited. */
const LINE_CHARS = 65_536;

const NEWLINE = 10;

export interface LogSink {
  line(text: string): void;
  /** So many lines were left out. */
  dropped(lines: number): void;
  /** Stop reading until the answer is called. */
  hold(): () => void;
  later(call: () => void, delayMs: number): void;
}

/**
 * Takes what one stream of a runner says, at a pace that never holds up this process: within each tenth of a second the first
 * kilobytes and the last ones are read, and what lies between is counted, said and thrown away.
 */
export class LogIntake {
  readonly #to: LogSink;
  #decoder = new StringDecoder('utf8');
  /** A line whose end did not come yet. */
  #partial = '';
  /** Bytes that came in this window; null while there is none. */
  #came: number | null = null;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Something lies between what was read and what is kept: so many ends of lines. */
  #cut = false;
  #dropped = 0;
  #resume: (() => void) | null = null;

  constructor(to: LogSink) {
    this.#to = to;
  }

  take(chunk: Buffer): void {
    if (this.#came === null) {
      this.#came = 0;
      this.#to.later(() => this.#windowEnds(), WINDOW_MS);
    }
    const room = Math.max(0, READ_BYTES - this.#came);
    this.#came += chunk.length;
    if (room > 0) this.#read(chunk.subarray(0, room));
    if (room < chunk.length) this.#keep(chunk.subarray(room));
    if (this.#came > SWALLOWED_BYTES) this.#resume ??= this.#to.hold();
  }

  /** Reads what is still here: its runner is gone, or somebody asks for its last words. */
  flush(): void {
    this.#readKept();
    const rest = this.#partial + this.#decoder.end();
    this.#partial = '';
    if (rest !== '') this.#to.line(rest);
  }

  #windowEnds(): void {
    this.#came = null;
    this.#readKept();
    this.#resume?.();
    this.#resume = null;
  }

  #read(bytes: Buffer): void {
    const lines = (this.#partial + this.#decoder.write(bytes)).split('\n');
    this.#partial = (lines.pop() ?? '').slice(0, LINE_CHARS);
    for (const line of lines) this.#to.line(line);
  }

  #keep(bytes: Buffer): void {
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    for (;;) {
      const [oldest] = this.#kept;
      if (oldest === undefined || this.#keptBytes <= KEPT_BYTES) return;
      const out = oldest.subarray(0, this.#keptBytes - KEPT_BYTES);
      this.#dropped += newlines(out);
      this.#cut = true;
      this.#keptBytes -= out.length;
      if (out.length === oldest.length) this.#kept.shift();
      else this.#kept[0] = oldest.subarray(out.length);
    }
  }

  #readKept(): void {
    let bytes = Buffer.concat(this.#kept);
    this.#kept = [];
    this.#keptBytes = 0;
    if (this.#cut) {
      // The line that was being read has lost its end and is said without it; the first that is kept lacks its beginning and is not.
      const start = bytes.indexOf(NEWLINE) + 1;
      bytes = bytes.subarray(start);
      this.#tellDropped(this.#dropped + (start > 0 ? 1 : 0) - (this.#partial === '' ? 0 : 1));
    }
    this.#cut = false;
    this.#dropped = 0;
    if (bytes.length > 0) this.#read(bytes);
  }

  #tellDropped(lines: number): void {
    if (this.#partial !== '') this.#to.line(`${this.#partial}…`);
    this.#partial = '';
    this.#decoder = new StringDecoder('utf8');
    if (lines <= 0) return;
    this.#to.line(`… ${lines} lines were left out here: they came faster than they can be read`);
    this.#to.dropped(lines);
  }
}

/** A plain loop: it costs the same however short the lines are. */
function newlines(bytes: Buffer): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i += 1) if (bytes[i] === NEWLINE) count += 1;
  return count;
}
