import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import osc from '../../adapters/osc/index.ts';
import { describeAdapter } from '../../src/contract/adapter.ts';
import { AdapterProbes } from '../../src/engine/adapter-probes.ts';
import type { ModuleCatalog } from '../../src/engine/module-catalog.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Adapters whose modules are only names; a child that stands for the runner plays them. */
function catalogOf(...ids: readonly string[]): Pick<ModuleCatalog, 'adapter' | 'adapterIds'> {
  const descriptor = describeAdapter(osc);
  return { adapter: (id) => ({ descriptor: { ...descriptor, id }, module: id }), adapterIds: () => ids };
}

const works = { available: true, version: '1.0' };
const limits = { atOnce: 1, limitMs: 20_000, patience: () => Promise.resolve() };

/** Stands for the runner: keeps a line of whom it was asked about, and does with it what `script` says. */
function childOf(script: string) {
  const folder = tempFolder('probes');
  const [entry, calls] = [join(folder, 'entry.mjs'), join(folder, 'calls')];
  writeFileSync(
    entry,
    `import { appendFileSync, readFileSync } from 'node:fs';
    const module = process.argv[3];
    appendFileSync(${JSON.stringify(calls)}, module + ' ');
    const times = readFileSync(${JSON.stringify(calls)}, 'utf8').split(' ').filter((each) => each === module).length;
    const answer = () => { process.send({ probe: ${JSON.stringify(works)}, finds: true }); setInterval(() => undefined, 1000); };
    ${script}`,
  );
  return { entry, calls: () => readFileSync(calls, 'utf8').trim().split(' ') };
}

test('a probe that did not answer is told as such and asked again, one that did is asked once', async () => {
  const { entry, calls } = childOf('if (module === "osc" && times === 1) process.exit(3); answer();');
  const probes = new AdapterProbes(catalogOf('osc', 'midi'), entry);
  const [first, other] = await probes.reports();
  expect(first?.probe).toMatchObject({ available: false, reason: expect.stringContaining('ended with 3') });
  expect(other).toMatchObject({ id: 'midi', probe: works });
  for (let asked = 0; asked < 2; asked += 1)
    expect((await probes.reports()).map(({ probe, finds }) => [probe, finds])).toEqual([
      [works, true],
      [works, true],
    ]);
  expect(calls().toSorted()).toEqual(['midi', 'osc', 'osc']);
});

test('one that blocks holds up no other, and is asked again by who wants to know later', async () => {
  const block =
    'if (module === "ndi" && times === 1) for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);';
  const { entry, calls } = childOf(`${block} answer();`);
  // Its place is given to the next at once, and its own time is over when both others have answered.
  const probes = new AdapterProbes(catalogOf('ndi', 'osc', 'midi'), entry, { ...limits, limitMs: 4_000 });
  const blocked = probes.report('ndi');
  const others = await Promise.all(['osc', 'midi'].map((id) => probes.report(id)));
  expect(others.map(({ probe }) => probe)).toEqual([works, works]);
  expect((await blocked).probe).toMatchObject({
    available: false,
    reason: expect.stringContaining('did not answer within 4 s'),
  });
  expect((await probes.report('ndi')).probe).toEqual(works);
  expect(calls().toSorted()).toEqual(['midi', 'ndi', 'ndi', 'osc']);
});
