import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonValue } from '../../../src/contract/json.ts';
import { hashText } from '../random.ts';

/** What is dear to compute: bytes, and a little JSON about them. */
export interface Baked {
  readonly facts: JsonValue;
  readonly payload: Uint8Array;
}

/** Head of a cache file: magic, checksum of the rest, length of the JSON, length of the payload; 32 bits each. */
const HEAD = 16;
const MAGIC = 0x4d455244;

/** A key that changes with the code that bakes: the text of its modules, given by `import.meta.url`. */
export function contentKey(modules: readonly string[]): string {
  const text = modules.map((module) => readFileSync(fileURLToPath(module), 'utf8')).join('');
  return hashText(text).toString(16).padStart(8, '0');
}

/**
 * Reads `name` from the folder, or bakes it and keeps it there for the next start. A missing, cut or damaged file is baked
 * again; a folder that cannot be written only costs the time.
 */
export function cached(folder: string, name: string, bake: () => Baked, log: (line: string) => void): Baked {
  const path = join(folder, name);
  const kept = readBaked(path);
  if (kept !== null) return kept;
  const baked = bake();
  try {
    writeBaked(folder, path, baked);
  } catch (error) {
    log(`cannot keep ${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return baked;
}

/** Removes what an older version kept: files of this pipeline, by their first letters, whose names carry none of the keys. */
export function removeOld(
  folder: string,
  prefix: string,
  keys: readonly string[],
  log: (line: string) => void,
): void {
  try {
    const old = readdirSync(folder).filter(
      (name) => name.startsWith(prefix) && !keys.some((key) => name.includes(key)),
    );
    for (const name of old) rmSync(join(folder, name), { force: true });
  } catch (error) {
    log(`cannot tidy ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readBaked(path: string): Baked | null {
  let bytes: Uint8Array;
  try {
    const file = readFileSync(path);
    // A buffer of its own, so that 32-bit views on it are aligned.
    bytes = file.byteOffset % 4 === 0 ? file : Uint8Array.from(file);
  } catch {
    return null;
  }
  if (bytes.length < HEAD) return null;
  const head = new Uint32Array(bytes.buffer, bytes.byteOffset, HEAD / 4);
  const [magic, sum, jsonLength = 0, payloadLength = 0] = head;
  if (magic !== MAGIC || bytes.length !== HEAD + padded(jsonLength) + payloadLength) return null;
  if (sum !== checksum(bytes.subarray(HEAD))) return null;
  const json = new TextDecoder().decode(bytes.subarray(HEAD, HEAD + jsonLength));
  return { facts: JSON.parse(json) as JsonValue, payload: bytes.subarray(HEAD + padded(jsonLength)) };
}

function writeBaked(folder: string, path: string, { facts, payload }: Baked): void {
  const json = new TextEncoder().encode(JSON.stringify(facts));
  const bytes = new Uint8Array(HEAD + padded(json.length) + payload.length);
  bytes.set(json, HEAD);
  bytes.set(payload, HEAD + padded(json.length));
  new Uint32Array(bytes.buffer, 0, HEAD / 4).set([
    MAGIC,
    checksum(bytes.subarray(HEAD)),
    json.length,
    payload.length,
  ]);
  mkdirSync(folder, { recursive: true });
  // Renamed into place whole, so that a kill half way leaves no half file, and two runners do not write into one.
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, bytes);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

/** Fletcher-like sum over whole words; `bytes` starts on a word. The last bytes short of a word are summed one by one. */
function checksum(bytes: Uint8Array): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
  let a = 1;
  let b = 0;
  for (let i = 0; i < words.length; i += 1) {
    a = (a + words[i]!) | 0;
    b = (b + a) | 0;
  }
  for (let i = words.length << 2; i < bytes.length; i += 1) a = (a + bytes[i]!) | 0;
  return (a ^ Math.imul(b, 0x9e3779b1)) >>> 0;
}
