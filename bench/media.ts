/**
 * Every way a picture gets in and out, each beside what its peers make without Reverie in the same run. A file of bench/media/ is
 * a part and exports `measure(quick)`, which reports its own lines; what a part needs beside lies in a folder of its name.
 * Exits 1 where a bound is not held.
 *
 * `--quick` less of everything · `--only shm|ndi|whip|streams|recording`
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

interface Part {
  readonly measure: (quick: boolean) => Promise<void>;
}

const folder = new URL('media/', import.meta.url);
const parts = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''));

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const { quick = false, only } = options;
if (only !== undefined && !parts.includes(only))
  throw new Error(`There is no part "${only}". There are: ${parts.join(', ')}.`);

for (const part of parts) {
  if (only !== undefined && part !== only) continue;
  const { measure }: Part = await import(new URL(`${part}.ts`, folder).href);
  await measure(quick);
}
