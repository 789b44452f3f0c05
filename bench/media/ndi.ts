import type { Graph } from '../../src/contract/graph.ts';
import { graphOf, pause, startReverie, type Reverie } from '../../tests/integration/reverie.ts';
import { buildNdi, NdiRoom, type NdiBuild, type NdiPeer } from '../../tests/support/ndi.ts';
import { lockstepRatio, SIZES } from '../bare/machine.ts';
import { report } from '../frames/playing.ts';
import { StolenTime } from '../frames/stolen.ts';

/** Frames a second that must pass: sender → Reverie → receiver, over the double of the NDI runtime. */
const BOUND = 300;
const [WIDTH, HEIGHT] = [1280, 720];
const WARM_MS = 4_000;

/** What a pass takes; each frame waits until the one before was taken. */
interface Pass {
  readonly framesPerSecond: number;
  readonly stolenPercent: number;
}

/**
 * 720p through the NDI adapter: in, passthrough, out, each in a runner of its own, as fast as every frame is taken. Beside it, in
 * the same run, a relay in C that hands each frame of the double on. The double has no codec and no network: what is
 * measured is what Reverie adds to a runtime, not NDI.
 */
export async function measure(quick: boolean): Promise<void> {
  const build = await buildNdi();
  const seconds = quick ? 4 : 10;
  const size = SIZES.find(({ name }) => name === '1280x720');
  if (size === undefined) throw new Error('The bare chain does not know 720p');
  const machine = await lockstepRatio(size);
  const boundHere = BOUND / machine.rate;
  const bare = await relayed(build, seconds);
  for (const format of ['RGBA', 'UYVY'] as const) {
    const { framesPerSecond, stolenPercent } = await through(build, format, seconds);
    // YUV is converted here, which the runtime does faster: it is told, and bound to nothing.
    const judged = format === 'RGBA';
    report('media-ndi', {
      passed: !judged || framesPerSecond >= boundHere,
      passedAsWritten: !judged || framesPerSecond >= BOUND,
      stolenPercent,
      figures: {
        format,
        framesPerSecond,
        bound: judged ? BOUND : null,
        boundHere: judged ? boundHere : null,
        bareFramesPerSecond: bare.framesPerSecond,
        ofBare: framesPerSecond / bare.framesPerSecond,
      },
    });
  }
}

async function relayed(build: NdiBuild, seconds: number): Promise<Pass> {
  const room = new NdiRoom(build);
  try {
    await room.send('IN', `${WIDTH}x${HEIGHT}`, 'RGBA', '1000/1', 'lossless');
    await room.relay('IN', 'OUT');
    return await counted(await room.receive('OUT', 'quiet'), seconds);
  } finally {
    await room.close();
  }
}

async function through(build: NdiBuild, format: 'RGBA' | 'UYVY', seconds: number): Promise<Pass> {
  const room = new NdiRoom(build);
  let reverie: Reverie | null = null;
  try {
    const sender = await room.send('IN', `${WIDTH}x${HEIGHT}`, format, '1000/1', 'lossless');
    // The chain at full speed would hold up the daemon's own start.
    sender.say('stop');
    const graph = chainOf(format === 'UYVY' ? 'uyvy' : 'rgba');
    reverie = await startReverie({ env: room.environment, graph });
    const receiver = await room.receive('OUT', 'quiet');
    sender.say('go');
    return await counted(receiver, seconds);
  } finally {
    await reverie?.dispose();
    await room.close();
  }
}

function chainOf(receiveAs: string): Graph {
  return graphOf(
    [
      { id: 'in', type: 'source', adapter: 'ndi', config: { name: 'IN', receiveAs }, pacing: 'lockstep' },
      { id: 'main', type: 'stage', pipeline: 'passthrough' },
      { id: 'out', type: 'sink', adapter: 'ndi', config: { name: 'OUT' }, rateHz: 10_000 },
    ],
    [
      ['in', 'main'],
      ['main', 'out'],
    ],
  );
}

async function counted(receiver: NdiPeer, seconds: number): Promise<Pass> {
  await pause(WARM_MS);
  await receiver.rate();
  const stolen = new StolenTime();
  await pause(seconds * 1000);
  const stolenPercent = stolen.percent();
  return { framesPerSecond: await receiver.rate(), stolenPercent };
}
