import type { Probe } from '../../src/contract/adapter.ts';
import { ringFolder } from './place.ts';
import { search } from './search.ts';
import { give } from './sink.ts';
import { take } from './source.ts';
import { access, constants } from 'node:fs/promises';

/** It needs nothing but a folder. */
export async function probe(): Promise<Probe> {
  const folder = ringFolder();
  try {
    await access(folder, constants.R_OK | constants.W_OK);
    return { available: true, version: null };
  } catch {
    return {
      available: false,
      reason: `The folder ${folder} cannot be read and written`,
      remedy: 'Make it, or name another in REVERIE_SHM_DIR, for Reverie and for the other program.',
    };
  }
}

export const source = { run: take };
export const sink = { run: give };
export const discover = search;
