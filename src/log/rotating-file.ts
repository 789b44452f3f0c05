import { appendFileSync } from 'node:fs';
import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Text kept while the disk does not take it; what comes beyond is left out and counted. */
const WAITING_CHARS = 1_048_576;
/** After the disk refused, lines are left out for so long before it is tried again. */
const REFUSED_MS = 5_000;

export interface RotationLimits {
  readonly fileBytes: number;
  /** The file that is written to included. */
  readonly files: number;
}

/** The daemon's log: weeks of ordinary play, and never more than a card or container can spare. */
export const rotation: RotationLimits = { fileBytes: 5_000_000, files: 5 };

export function logPath(home: string): string {
  return join(home, 'reverie.log');
}

/**
 * Writes text to a file, and once that is full goes on in a fresh one: `reverie.log` becomes `reverie.1.log`, that one
 * `reverie.2.log`, and the oldest goes. Never waits for the disk and never throws: a full disk must not stop a show.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #limits: RotationLimits;
  readonly #clockMs: () => number;
  readonly #waiting: string[] = [];
  #waitingChars = 0;
  #file: FileHandle | null = null;
  #bytes = 0;
  #writing: Promise<void> | null = null;
  #refusedUntilMs = 0;
  /** Lines that the disk did not take. */
  lost = 0;

  /** `clockMs` is any steady clock. */
  constructor(path: string, limits: RotationLimits, clockMs: () => number) {
    this.#path = path;
    this.#limits = limits;
    this.#clockMs = clockMs;
  }

  /** Takes one line with its end. */
  write(line: string): void {
    if (this.#waitingChars + line.length > WAITING_CHARS || this.#clockMs() < this.#refusedUntilMs) {
      this.lost += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingChars += line.length;
    this.#writing ??= this.#drain().finally(() => (this.#writing = null));
  }

  /** Resolves once everything is on the disk, or cannot be. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close().catch(() => undefined);
    this.#file = null;
  }

  /** For the very end of a process, when nothing asynchronous happens any more: what still waits is written at once. */
  flushNow(): void {
    const text = this.#take(Infinity).join('');
    if (text === '') return;
    try {
      appendFileSync(this.#path, text);
    } catch {
      // There is nobody left to tell.
    }
  }

  async #drain(): Promise<void> {
    // Lines of one turn of the loop go out in one write.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const lines = this.#take(Math.max(1, this.#limits.fileBytes - this.#bytes));
      try {
        await this.#append(lines.join(''));
      } catch {
        this.lost += lines.length;
        this.#refusedUntilMs = this.#clockMs() + REFUSED_MS;
        await this.#file?.close().catch(() => undefined);
        this.#file = null;
      }
    }
  }

  async #append(text: string): Promise<void> {
    this.#file ??= await this.#open();
    if (this.#bytes >= this.#limits.fileBytes) this.#file = await this.#next(this.#file);
    const { bytesWritten } = await this.#file.write(text);
    this.#bytes += bytesWritten;
  }

  async #open(): Promise<FileHandle> {
    await mkdir(dirname(this.#path), { recursive: true });
    // What a show logs is nobody else's business: prompts, addresses, file names.
    const file = await open(this.#path, 'a', 0o600);
    this.#bytes = (await file.stat()).size;
    return file;
  }

  async #next(full: FileHandle): Promise<FileHandle> {
    await full.close();
    this.#file = null;
    for (let number = this.#limits.files - 1; number > 0; number -= 1)
      await rename(numbered(this.#path, number - 1), numbered(this.#path, number)).catch(() => undefined);
    return this.#open();
  }

  /** The oldest waiting lines, up to the one with which `chars` is reached. */
  #take(chars: number): string[] {
    let taken = 0;
    let count = 0;
    for (; count < this.#waiting.length && taken < chars; count += 1)
      taken += this.#waiting[count]?.length ?? 0;
    this.#waitingChars -= taken;
    return this.#waiting.splice(0, count);
  }
}

/** `reverie.log`, `reverie.1.log`, …: the higher the older. */
function numbered(path: string, number: number): string {
  return number === 0 ? path : path.replace(/(\.[^./\\]+)?$/, (extension) => `.${number}${extension}`);
}

/** Files of a log that exist, oldest first. */
export async function logFiles(path: string, files: number): Promise<string[]> {
  const names = Array.from({ length: files }, (_, index) => numbered(path, files - 1 - index));
  const there = await Promise.all(
    names.map((name) =>
      stat(name).then(
        () => true,
        () => false,
      ),
    ),
  );
  return names.filter((_, index) => there[index]);
}

/** The whole lines in the last `bytes` of a file; none where it is missing. */
export async function lastLines(path: string, bytes: number): Promise<string[]> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const start = Math.max(0, size - bytes);
      const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
      const lines = buffer.subarray(0, bytesRead).toString().split('\n');
      // The first one is cut where the file holds more.
      return (start > 0 ? lines.slice(1) : lines).filter((line) => line !== '');
    } finally {
      await file.close();
    }
  } catch {
    return [];
  }
}
