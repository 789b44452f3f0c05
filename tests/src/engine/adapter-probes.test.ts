import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import osc from '../../../adapters/osc/index.ts';
import { describeAdapter } from '../../../src/contract/adapter.ts';
import { AdapterProbes } from '../../../src/engine/adapter-probes.ts';
import type { ModuleCatalog } from '../../../src/engine/module-catalog.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const catalog: ModuleCatalog = {
  pipeline: () => null,
  adapter: () => ({ descriptor: describeAdapter(osc), module: 'file:///osc.js' }),
  adapterIds: () => ['osc'],
  fullConfig: (_id, config) => ({ ...config }),
};

test('a probe that did not answer is told as such and asked again, one that did is asked once', async () => {
  const folder = tempFolder('probes');
  const [entry, calls] = [join(folder, 'entry.mjs'), join(folder, 'calls')];
  // Stands for the runner: ends without a word the first time, and answers from then on.
  writeFileSync(
    entry,
    `import { appendFileSync, readFileSync } from 'node:fs';
    appendFileSync(${JSON.stringify(calls)}, 'x');
    if (readFileSync(${JSON.stringify(calls)}, 'utf8') === 'x') process.exit(3);
    process.send([{ probe: { available: true, version: '1.0' }, finds: true }]);
    setInterval(() => undefined, 1000);`,
  );
  const probes = new AdapterProbes(catalog, entry);
  const [first] = await probes.reports();
  expect(first?.probe).toMatchObject({ available: false, reason: expect.stringContaining('ended with 3') });
  for (let asked = 0; asked < 2; asked += 1)
    expect((await probes.reports())[0]).toMatchObject({
      probe: { available: true, version: '1.0' },
      finds: true,
    });
  expect(readFileSync(calls, 'utf8')).toBe('xx');
});
