import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallValues } from '../../../src/contract/call.ts';
import { slotStride } from '../../../src/contract/frame.ts';
import { plainPicture } from '../../../src/contract/picture.ts';
import { emptyPrompt } from '../../../src/contract/prompt.ts';
import type { FromRunner, Generation } from '../../../src/contract/protocol.ts';
import { Intake } from '../../../src/engine/hub/intake.ts';
import { Link } from '../../../src/engine/hub/link.ts';
import { SegmentStore } from '../../../src/engine/memory/segment-store.ts';
import { BulkWriter } from '../../../src/runner/bulk.ts';
import { NodeIo } from '../../../src/runner/node-io.ts';
import { StageNode } from '../../../src/runner/stage.ts';
import { calls } from '../../fixtures/pipelines/held-copy.js';
import { tempFolder } from '../../support/temp-folder.ts';

const size = { width: 8, height: 8 };
const slots = 5;
const values: CallValues = {
  values: {},
  prompt: emptyPrompt,
  triggers: {},
  tempo: { bpm: 120, beat: 0, bar: 0, phase: 0, beatsPerBar: 4, playing: true },
  mode: 'video',
  timeUs: 0,
};
const opening = {
  role: 'stage',
  module: new URL('../../fixtures/pipelines/held-copy.js', import.meta.url).href,
  config: {},
  aspect: 'fill',
  rateHz: 30,
  lockstep: false,
  picture: plainPicture,
  values,
  providers: [],
  cacheDir: '',
} as const;

const store = new SegmentStore(tempFolder('stage'), 'file', () => undefined);
const segments = [await store.create(slots * slotStride(size)), await store.create(slots * slotStride(size))];
afterAll(() => {
  for (const segment of segments) segment.remove();
  store.close();
});
beforeEach(() => void calls.splice(0));

/** A stage between two links, its pipeline held by the test. What it says and is told waits until the test carries it. */
async function playing(lockstep: boolean) {
  const [down, up]: [(() => void)[], (() => void)[]] = [[], []];
  const said: FromRunner['t'][] = [];
  const links = ['in', 'out'].map(
    (id) => new Link(id, lockstep && id === 'in', { published: () => undefined, retired: () => undefined }),
  );
  const [input, output] = links;
  if (input === undefined || output === undefined) throw new Error('two links are made');
  const resolve = (id: string): Link | undefined => links.find((link) => link.id === id);
  const hear = (message: FromRunner): void => {
    said.push(message.t);
    if (message.t === 'take') intake.take(message.count, message.release, resolve);
    if (message.t === 'publish') output.publish(1, message, message);
    if (message.t === 'resize') output.open(1, generation('out'), message.burst);
  };
  const generation = (link: 'in' | 'out'): Generation => {
    const segment = segments[link === 'in' ? 0 : 1];
    if (segment === undefined) throw new Error('each link has a segment');
    return { link, generation: 0, memory: segment.ref, slots, lockstep: lockstep && link === 'in', ...size };
  };
  const io = new NodeIo(
    'main',
    1,
    (messages) => void up.push(() => [messages].flat().forEach(hear)),
    new BulkWriter(),
  );
  const stage = new StageNode(io, opening, values);
  const intake = new Intake('main', {
    map: (spec) => void down.push(() => stage.map(spec, 'input')),
    frames: (tokens) => void down.push(() => stage.frame('video', tokens, values)),
  });
  const grants: Parameters<Link['publish']>[1][] = [];
  input.attachProducer(0, { map: () => undefined, grant: (ref) => grants.push(ref) });
  output.attachProducer(1, {
    map: (spec) => void down.push(() => stage.map(spec, 'output')),
    grant: (ref) => void down.push(() => stage.grant(ref)),
  });
  input.open(0, generation('in'), 1);
  intake.listen(input);
  await stage.start();
  const step = async (queue: (() => void)[]): Promise<void> => {
    queue.shift()?.();
    await turn();
  };
  const settle = async (): Promise<void> => {
    while (down.length + up.length > 0) await step(up.length > 0 ? up : down);
  };
  return {
    said,
    input,
    output,
    carryDown: () => step(down),
    carryUp: () => step(up),
    settle,
    /** False where the source has to wait. */
    publish: (): boolean => {
      const ref = grants.shift();
      if (ref !== undefined) input.publish(0, ref, { ptsUs: 0, captureUs: 0, publishedUs: 0 });
      return ref !== undefined;
    },
    finish: async (): Promise<void> => {
      calls.find((call) => !call.isOver)?.finish();
      await turn();
    },
  };
}

describe('a stage', () => {
  test('asks for its next frame when it is done with the last, so that it gets the newest', async () => {
    const { said, settle, publish, finish } = await playing(false);
    publish();
    await settle();
    expect(calls.map(({ sequence }) => sequence)).toEqual([0]);
    expect(said.filter((word) => word === 'take')).toHaveLength(1);
    for (let i = 0; i < 3; i++) publish();
    await finish();
    await settle();
    expect(calls.map(({ sequence }) => sequence)).toEqual([0, 3]);
  });

  test('in lock-step has the next frame at hand while it works on the last', async () => {
    const { said, settle, publish, finish } = await playing(true);
    publish();
    await settle();
    expect(publish()).toBe(true);
    await settle();
    expect(said).not.toContain('publish');
    await finish();
    expect(calls.map(({ sequence }) => sequence)).toEqual([0, 1]);
  });

  test('in lock-step works on every frame once and in order, however its words and those of the daemon meet', async () => {
    const doings = fc.array(fc.constantFrom('publish', 'finish', 'carryDown', 'carryUp'), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(doings, async (order) => {
        calls.splice(0);
        const play = await playing(true);
        let published = 0;
        for (const what of order) {
          if (what === 'publish') published += play.publish() ? 1 : 0;
          else await play[what]();
        }
        do {
          await play.settle();
          await play.finish();
        } while (calls.some((call) => !call.isOver) || play.output.published < published);
        await play.settle();
        expect(calls.map(({ sequence }) => sequence)).toEqual(
          Array.from({ length: published }, (_, at) => at),
        );
        expect(play.input.drops).toBe(0);
        expect(play.output.published).toBe(published);
        // The newest, and what it gives back when it asks the next time, are all that is still in hand.
        expect(play.input.audit().held).toBeLessThanOrEqual(2);
      }),
      { numRuns: 60 },
    );
  });
});
