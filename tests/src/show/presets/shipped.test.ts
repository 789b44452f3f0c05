import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import dream from '../../../../pipelines/dream/index.ts';
import { describePipeline } from '../../../../src/contract/pipeline.ts';
import { thumbnailLimit } from '../../../../src/contract/preset.ts';
import { diskFiles } from '../../../../src/show/disk-files.ts';
import { readPresets } from '../../../../src/show/presets/preset-text.ts';
import { readShipped } from '../../../../src/show/presets/shipped.ts';
import { graphOf, MemoryFiles, readPlace, rest, rig, type Rig } from '../rig.ts';

const folder = resolve('presets');
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const described = describePipeline(dream);

async function dreaming(): Promise<Rig> {
  const files = new MemoryFiles();
  for (const name of names) files.texts.set(join(folder, name), readFileSync(join(folder, name), 'utf8'));
  return rig({
    files,
    shippedPresets: folder,
    defaultGraph: graphOf({ main: 'dream' }),
    catalog: {
      pipeline: () => described,
      pipelinePorts: () => ({ inputs: ['video'], outputs: ['video'] }),
      adapterPlays: () => true,
      known: () => Promise.resolve(),
      configError: () => null,
      readEndpoint: readPlace,
    },
  });
}

describe('The presets that come with Reverie', () => {
  it('are ten, of different names, with a thumbnail each', async () => {
    const presets = await readShipped(folder, diskFiles, (line) => expect(line).toBe(''));
    expect(new Set(presets.map(({ name }) => name)).size).toBe(10);
    for (const { id, thumbnail } of presets) {
      const jpeg = Buffer.from(thumbnail ?? '', 'base64');
      expect([id, jpeg.subarray(0, 3).toString('hex')]).toEqual([id, 'ffd8ff']);
      expect(jpeg.byteLength).toBeLessThanOrEqual(thumbnailLimit);
    }
  });

  it.each(names)('%s plays as it is written, with nothing left out or bent', async (name) => {
    const [preset] = readPresets(readFileSync(join(folder, name), 'utf8'));
    const here = await dreaming();
    here.show.execute([{ kind: 'preset', preset: preset?.id ?? '', morph: { duration: 0 } }], rest);
    expect(here.show.presets.last()?.left).toEqual([]);
    const { values, prompt } = here.show.sample('main', here.time.us, 'text');
    const played = Object.fromEntries(
      Object.keys(preset?.values ?? {}).map((key) => [key, values[key.slice(1)]]),
    );
    expect(played).toEqual(preset?.values);
    expect(prompt.texts).toEqual(preset?.prompts?.house?.prompts);
  });

  it('follow those of the show in the list, and are copied to be changed', async () => {
    const here = await dreaming();
    const { presets } = here.show;
    expect(presets.list()).toMatchObject([
      { id: 'aurora-drift', index: 0, shipped: true },
      ...Array(9).fill({ shipped: true }),
    ]);
    expect(() => presets.rename('aurora-drift', 'Mine')).toThrow('came with Reverie');
    expect(() => presets.save({ name: 'Aurora Drift' }, rest)).toThrow('already');
    const copy = presets.duplicate('aurora-drift');
    expect(copy).toMatchObject({ name: 'Aurora Drift 2', index: 0, shipped: false });
    expect(presets.rename(copy.id, 'Mine').name).toBe('Mine');
    expect(await here.show.shows.export()).not.toContain('circuit-bloom');
  });
});
