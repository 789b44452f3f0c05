import { mkdir, open, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, type ReverieError } from '../../src/contract/error.ts';
import { fileName, type NameFields } from '../../src/contract/recording-name.ts';

const MAX_TRIES = 10_000;
/** Less room than this is none: a file of nothing but headers helps nobody. */
const LEAST_ROOM_BYTES = 1_000_000;
/**
 * Makes a file (`.mp4`) or with an empty ending a folder that was not there, so that nothing is ever written over. Answers its
 * path. Rejects with `E_RECORDING_FULL` or `E_RECORDING_FAILED`.
 */
export async function claim(
  folder: string,
  template: string,
  fields: NameFields,
  ending: '.mp4' | '',
): Promise<string> {
  try {
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < LEAST_ROOM_BYTES) throw full(folder);
    for (let take = 1; take < MAX_TRIES; take += 1) {
      const path = join(folder, `${fileName(template, fields, take)}${ending}`);
      if (await isNew(path, ending)) return path;
    }
  } catch (error) {
    throw writeFailure(folder, error);
  }
  throw failure('E_RECORDING_FAILED', `${folder}: there are ${MAX_TRIES} recordings of the same name`);
}

async function isNew(path: string, ending: '.mp4' | ''): Promise<boolean> {
  try {
    if (ending === '') await mkdir(path);
    else await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** What a system's refusal to write means. */
export function writeFailure(path: string, error: unknown): Error {
  if (error instanceof Error && 'status' in error) {
    const isFull = 'details' in error && isObject(error.details) && error.details['full'] === true;
    return isFull ? full(path) : error;
  }
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return full(path);
  const why = error instanceof Error ? error.message : String(error);
  return failure('E_RECORDING_FAILED', `${path} cannot be written: ${why}`, { path }, error);
}

function full(path: string): ReverieError {
  return failure('E_RECORDING_FULL', `${path}: there is no room left on its disk`, { path });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
