/**
 * What a controller that follows the show costs: three hundred values that all move sixty times a second, sent to one subscriber,
 * beside the same show with none. Both processes that take part count. JSON lines; exits 1 where the bound is missed.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { decodeOsc } from '../src/protocols/osc/decode.ts';
import { encodeOsc } from '../src/protocols/osc/encode.ts';
import { graphOf, sinkNode, stageNode, startReverie, type Reverie } from '../tests/integration/reverie.ts';
import { pacedRatios } from './bare/machine.ts';
import { report } from './frames/playing.ts';
import { cpuOf } from './webrtc/process-figures.ts';

const VALUES = 300;
const SECONDS = 8;
/** Two measurements of each kind, in turn, since a machine has better and worse minutes. */
const ROUNDS = 2;
const MAX_SHARE = 0.05;
/** Of what sixty times a second would be; timers of whole milliseconds come a little later. */
const LEAST_SHARE_HEARD = 0.85;

const pipeline = fileURLToPath(new URL('fixtures/many-values/index.js', import.meta.url));
/** A pipeline has 256 parameters at most, so two stages share them. */
const addresses = ['main', 'more'].flatMap((node) =>
  Array.from({ length: VALUES / 2 }, (_, index) => `/${node}/channel${index}`),
);

/** Sets all values off on a ramp, there and back. */
async function glide(reverie: Reverie, to: number): Promise<void> {
  const commands = addresses.map((address) => ({
    kind: 'set',
    address,
    value: to,
    ramp: { duration: SECONDS + 3 },
  }));
  for (let at = 0; at < commands.length; at += 150) {
    const { status } = await reverie.call('POST', '/api/v1/commands', {
      commands: commands.slice(at, at + 150),
    });
    if (status !== 200) throw new Error(`commands were answered with ${status}`);
  }
}

/** CPU milliseconds of the daemon and of the runner that hears and sends OSC. */
async function cpuMs(reverie: Reverie): Promise<number> {
  const { pid } = await reverie.node('osc');
  return cpuOf(reverie.child.pid ?? 0) + cpuOf(pid ?? 0);
}

/** Share of a core while all values move. */
async function measured(reverie: Reverie, to: number): Promise<number> {
  await glide(reverie, to);
  await sleep(500);
  const before = await cpuMs(reverie);
  const fromMs = performance.now();
  await sleep(SECONDS * 1000);
  const share = ((await cpuMs(reverie)) - before) / (performance.now() - fromMs);
  await sleep(3000);
  return share;
}

function subscribe(socket: Socket, port: number, verb: string): void {
  socket.send(encodeOsc({ address: `/reverie/${verb}`, args: [] }), port, '127.0.0.1');
}

// A value that moves sixty times a second costs wake-ups before anything else, and the bare chain at sixty frames tells their price.
const { ratios } = await pacedRatios();
const reverie = await startReverie({
  graph: graphOf(
    [
      stageNode('main', 'many-values', { rateHz: 1 }),
      stageNode('more', 'many-values', { rateHz: 1 }),
      sinkNode('out', { rateHz: 1 }),
      sinkNode('second', { rateHz: 1 }),
    ],
    [
      ['main', 'out'],
      ['more', 'second'],
    ],
  ),
  flags: ['--pipeline-import', `${pipeline}#default`],
});
const controller = createSocket('udp4');
try {
  await reverie.until('more', ({ module }) => module === 'many-values', 20_000);
  const port = await reverie.oscPort();
  controller.bind(0, '127.0.0.1');
  await once(controller, 'listening');
  let messages = 0;
  let packets = 0;
  controller.on('message', (bytes) => {
    packets += 1;
    messages += decodeOsc(bytes).length;
  });
  const alone: number[] = [];
  const followed: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    alone.push(await measured(reverie, 1));
    subscribe(controller, port, 'subscribe');
    await sleep(500);
    followed.push(await measured(reverie, 0));
    subscribe(controller, port, 'unsubscribe');
    await sleep(500);
  }
  const share = Math.max(0, Math.min(...followed) - Math.min(...alone));
  // Each round moves for the length of its ramp.
  const heardPerSecond = messages / (ROUNDS * (SECONDS + 3));
  const heard = heardPerSecond >= VALUES * 60 * LEAST_SHARE_HEARD;
  report('control-feedback', {
    passed: heard && share <= MAX_SHARE * ratios.cpu,
    passedAsWritten: heard && share <= MAX_SHARE,
    figures: {
      values: VALUES,
      messagesPerSecond: heardPerSecond,
      packetsPerSecond: packets / (ROUNDS * (SECONDS + 3)),
      coreShare: share,
      boundShare: MAX_SHARE,
      boundShareHere: MAX_SHARE * ratios.cpu,
      coreShareAlone: Math.min(...alone),
      coreShareFollowed: Math.min(...followed),
    },
  });
} finally {
  controller.close();
  await reverie.end('SIGTERM');
  await reverie.dispose();
}
