import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface Download {
  readonly url: string;
  readonly target: string;
  /** Base64 of the SHA-512, and the length, where the server publishes them. */
  readonly sha512: string | null;
  readonly bytes: number | null;
  readonly fetch: typeof fetch;
  readonly log: (line: string) => void;
}

/**
 * Fetches a file to `target`, by way of `target.part`, where a later try goes on from. The file appears under its own name only when
 * it is whole and its checksum is right; a wrong one is thrown away.
 */
export async function download(what: Download): Promise<void> {
  const part = `${what.target}.part`;
  await mkdir(dirname(what.target), { recursive: true });
  const have = await sizeOf(part);
  if (what.bytes === null || have !== what.bytes) await fetchRest(what, part, have);
  const flaw = await flawOf(part, what);
  if (flaw !== null) {
    await rm(part, { force: true });
    throw new Error(`${what.url} came damaged (${flaw}); it was thrown away, try again`);
  }
  await rename(part, what.target);
}

async function fetchRest(what: Download, part: string, have: number): Promise<void> {
  const response = await what.fetch(what.url, have > 0 ? { headers: { range: `bytes=${have}-` } } : {});
  if (response.status === 416) {
    // The part is not the beginning of what the server has.
    await rm(part, { force: true });
    await fetchRest(what, part, 0);
    return;
  }
  if (!response.ok || response.body === null) throw new Error(`${what.url} answered ${response.status}`);
  const goesOn =
    response.status === 206 && (response.headers.get('content-range') ?? '').startsWith(`bytes ${have}-`);
  const start = goesOn ? have : 0;
  const rest = Number(response.headers.get('content-length') ?? 0);
  if (start > 0) what.log(`going on at ${megabytes(start)}`);
  await write(response.body, part, goesOn ? 'a' : 'w', progress(start, start + rest, what));
}

/** Chunk by chunk, each on disk before the next: where the connection breaks, all that came is there for the next try. */
async function write(
  body: AsyncIterable<Uint8Array>,
  part: string,
  flags: 'a' | 'w',
  onChunk: (bytes: number) => void,
): Promise<void> {
  const file = await open(part, flags);
  try {
    for await (const chunk of body) {
      await file.writeFile(chunk);
      onChunk(chunk.length);
    }
  } finally {
    await file.close();
  }
}

function progress(start: number, total: number, { log }: Pick<Download, 'log'>): (bytes: number) => void {
  let bytes = start;
  let told = Math.floor((start / total) * 10);
  return (more) => {
    bytes += more;
    const tenth = Math.floor((bytes / total) * 10);
    if (tenth > told) log(`${tenth * 10} % of ${megabytes(total)}`);
    told = Math.max(told, tenth);
  };
}

async function flawOf(file: string, { sha512, bytes }: Download): Promise<string | null> {
  const size = await sizeOf(file);
  if (bytes !== null && size !== bytes) return `${size} bytes instead of ${bytes}`;
  if (sha512 === null) return null;
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  return hash.digest('base64') === sha512 ? null : 'its SHA-512 is another';
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
