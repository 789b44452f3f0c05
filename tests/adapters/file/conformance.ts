import type { JsonObject } from '../../../src/contract/json.ts';
import { spawnSync } from 'node:child_process';
import { encode, numberedFrames, scratchFolder } from './fixtures.ts';

/** What the conformance suite plays; null skips, where ffmpeg is missing and no clip can be made. */
export async function config(): Promise<{
  readonly config: JsonObject;
  readonly clean: () => Promise<void>;
} | null> {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) return null;
  const scratch = await scratchFolder();
  const size = { width: 128, height: 96 };
  const path = await encode(scratch.path('clip.mp4'), numberedFrames(size, 12), size);
  return { config: { path }, clean: scratch.remove };
}
