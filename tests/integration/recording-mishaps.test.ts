import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import type { RecordingFile, Take } from '../../src/contract/recording.ts';
import { describeWithPeer } from '../support/peers.ts';
import { probed } from '../support/probed.ts';
import { grown, record, recorderPid, recordingsOf, stop } from './recording-takes.ts';
import { graphOf, pause, sinkNode, sourceNode, startReverie, within, type Reverie } from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

const graphIn = (size: object) =>
  graphOf([sourceNode('in', { ...size, rateHz: 30 }), sinkNode('out')], [['in', 'out']]);
const small = { width: 320, height: 180 };

/** Moments after a file has begun, milliseconds: some in its first fragment, some at its end, some in between. */
const seed = process.env['CI'] === 'true' ? 20_261_121 : Date.now();
const moments = fc.sample(fc.integer({ min: 0, max: 1_600 }), { numRuns: 5, seed });

describeWithPeer('ffmpeg', 'a recording', () => {
  test(`whose runner is killed again and again, ${moments.join(', ')} ms into its files (seed ${seed}), plays in each`, async () => {
    reverie = await startReverie({ graph: graphIn(small) });
    await reverie.live('out');
    let take = await record(reverie, { node: 'in' }, 30);
    const told: number[] = [];
    for (const moment of moments) {
      await pause(moment);
      take = await grown(reverie, take.id, ({ state }) => state === 'recording');
      const before = await file(take.files.at(-1));
      told.push(before.frames ?? 0);
      process.kill(recorderPid(reverie), 'SIGKILL');
      const { length } = take.files;
      take = await grown(reverie, take.id, ({ files }) => files.length > length);
    }
    take = await grown(reverie, take.id, ({ frames }) => frames > 0);
    await pause(300);
    await stop(reverie, take.id);
    const files = await settled(take);
    expect(files.map(({ state }) => state)).toEqual([...moments.map(() => 'interrupted'), 'done']);
    for (const [index, { path, frames }] of files.entries()) {
      // What was told of it was in the file; half a second at most was still on its way.
      expect(frames).toBeGreaterThanOrEqual((told[index] ?? 0) - 16);
      if (frames !== 0) expect(probed(path).frames).toBe(frames);
    }
    expect((await reverie.node('out')).restarts).toBe(0);
  });

  test('whose picture changes its size in the middle goes on in a new file of that size', async () => {
    reverie = await startReverie({ graph: graphIn(small) });
    await reverie.live('out');
    const take = await record(reverie, { node: 'in' }, 40);
    const large = { width: 642, height: 361 };
    expect((await reverie.call('PUT', '/api/v1/graph', graphIn(large))).status).toBe(200);
    await grown(reverie, take.id, ({ files }) => files.length === 2);
    const { frames } = await grown(reverie, take.id, () => true);
    await grown(reverie, take.id, (now) => now.frames > frames + 30);
    expect((await reverie.call('PUT', '/api/v1/graph', graphIn(small))).status).toBe(200);
    await grown(reverie, take.id, ({ files }) => files.length === 3);
    const files = await stop(reverie, take.id);
    expect(files.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    // What codes takes even sides.
    const sizes = [small, { width: 642, height: 360 }, small];
    for (const [index, each] of files.entries()) {
      const facts = probed(each.path);
      expect({ width: facts.width, height: facts.height }).toEqual(sizes[index]);
      expect(facts.frames).toBe(each.frames);
    }
  });

  test('is renamed once it is whole, stays where it is, and plays under its new name alone', async () => {
    reverie = await startReverie({ graph: graphIn(small) });
    await reverie.live('out');
    const { id, files: begun } = await record(reverie, { node: 'in' }, 10);
    const rename = (name: string, wish: string) =>
      reverie.call('PATCH', `/api/v1/recordings/files/${encodeURIComponent(name)}`, { name: wish });
    const early = await rename(begun[0] ?? '', 'too early');
    expect([early.status, early.body]).toMatchObject([409, { error: { code: 'E_RECORDING_RUNNING' } }]);
    const [whole] = await stop(reverie, id);
    if (whole === undefined) throw new Error('no file');
    const { folder } = await recordingsOf(reverie);
    const answer = await rename(whole.name, '../../opening night.mp4');
    expect(answer.status).toBe(200);
    const { name, path, frames } = answer.body as RecordingFile;
    expect(readdirSync(folder).filter((each) => each.endsWith('.mp4'))).toEqual([name]);
    expect(name).toMatch(/opening night\.mp4$/);
    expect(probed(path).frames).toBe(frames);
    expect(
      (await fetch(`${reverie.url}/api/v1/recordings/files/${encodeURIComponent(whole.name)}`)).status,
    ).toBe(404);
    const takes = (await recordingsOf(reverie)).takes.map(({ files }) => files);
    expect(takes).toEqual([[name]]);
  });
});

async function file(name: string | undefined): Promise<RecordingFile> {
  const found = (await recordingsOf(reverie)).files.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no file ${name}`);
  return found;
}

/** The files of a take, the first one first, once none of them is left to be mended. */
async function settled({ id }: Take): Promise<readonly RecordingFile[]> {
  let files: readonly RecordingFile[] = [];
  await within(
    10_000,
    'files that are whole',
    () => JSON.stringify(files),
    async () => {
      files = (await recordingsOf(reverie)).files.filter(({ take }) => take === id).reverse();
      return files.every(({ state }) => state !== 'recording');
    },
  );
  return files;
}
