import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const made: string[] = [];

// Registered with the file that imports this, so that folders go also where a test or its set-up failed halfway.
afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A new folder of this test file's own; it is removed when the file is over, whatever happened. */
export function tempFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `reverie-${purpose}-`));
  made.push(folder);
  return folder;
}
