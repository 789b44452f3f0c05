import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/contract/json.ts';

/** What the conformance suite records into: a folder that is removed again. */
export async function config(): Promise<{ config: JsonObject; clean: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'reverie-recordings-'));
  return { config: { folder }, clean: () => rm(folder, { recursive: true, force: true }) };
}
