import {
  graphOf,
  sinkNode,
  sourceNode,
  startReverie,
  within,
  type Reverie,
} from '../../tests/integration/reverie.ts';
import { endPeers, WebRtcPeer } from '../../tests/support/webrtc-peer.ts';
import { report } from '../frames/playing.ts';
import { holdingsOf, type Holdings } from './process-figures.ts';

/**
 * Kilobytes a cycle over its second half. An open session holds half a megabyte and more, so that one in twenty that is not let
 * go of shows; below that lies what a collector leaves for later.
 */
const KB_PER_CYCLE = 25;
/** Files and threads that may be more at the end than in the middle: one that leaks each time makes a hundred. */
const MORE = 3;
/** What is held is seen best just after a collection: of so many cycles the one with the least counts. */
const BLOCK = 10;
const LONG_MS = 20_000;

const graph = graphOf(
  [sourceNode('in', { width: 320, height: 240 }), sinkNode('wire', { adapter: 'webrtc' })],
  [['in', 'wire']],
);

/** Viewers that come, see a picture and go, one after another: what daemon and runner hold must not grow with them. */
export async function cycles(count: number): Promise<void> {
  const reverie = await startReverie({ graph });
  try {
    const { pid } = await reverie.live('wire', LONG_MS);
    const daemon: Holdings[] = [];
    const runner: Holdings[] = [];
    for (let cycle = 0; cycle < count; cycle += 1) {
      await visit(reverie.url);
      daemon.push(holdingsOf(reverie.child.pid ?? 0));
      runner.push(holdingsOf(pid ?? 0));
    }
    await allGone(reverie);
    judge('daemon', daemon);
    judge('webrtc runner', runner);
  } finally {
    await reverie.dispose();
    endPeers();
  }
}

async function visit(url: string): Promise<void> {
  const peer = new WebRtcPeer({ receive: 'vp8', channel: 'parameters' });
  try {
    const headers = { 'content-type': 'application/sdp' };
    const answer = await fetch(`${url}/whep/wire`, { method: 'POST', headers, body: await peer.offer() });
    const text = await answer.text();
    if (answer.status !== 201) throw new Error(`${answer.status} ${text}`);
    peer.accept(text);
    await within(
      LONG_MS,
      'a picture',
      () => peer.connection.state(),
      () => peer.packets.length > 0 && peer.channel?.isOpen() === true,
    );
    await fetch(`${url}${answer.headers.get('location')}`, { method: 'DELETE' });
  } finally {
    peer.close();
  }
}

async function allGone(reverie: Reverie): Promise<void> {
  const open = async (): Promise<number> =>
    (await reverie.get<{ sessions: unknown[] }>('sessions')).sessions.length;
  await within(
    LONG_MS,
    'the last session to end',
    () => 'some are open',
    async () => (await open()) === 0,
  );
}

function judge(name: string, all: readonly Holdings[]): void {
  const half = all.slice(Math.floor(all.length / 2));
  const [first, last] = [half[0], half.at(-1)];
  if (first === undefined || last === undefined) throw new Error('No cycle was measured');
  const kbPerCycle = 1024 * slope(lowest(half));
  const grown = { files: last.files - first.files, threads: last.threads - first.threads };
  report('webrtc-cycles', {
    passed: kbPerCycle <= KB_PER_CYCLE && grown.files <= MORE && grown.threads <= MORE,
    figures: {
      process: name,
      cycles: all.length,
      kbPerCycle,
      boundKb: KB_PER_CYCLE,
      pssMb: [all[0]?.pssMb, first.pssMb, last.pssMb],
      files: [all[0]?.files, first.files, last.files],
      threads: [all[0]?.threads, first.threads, last.threads],
    },
  });
}

/** The cycle of each block after which least was held, as `[cycle, MB]`. */
function lowest(held: readonly Holdings[]): [number, number][] {
  const points = held.map(({ pssMb }, cycle): [number, number] => [cycle, pssMb]);
  return Array.from({ length: Math.ceil(points.length / BLOCK) }, (_, block) =>
    points
      .slice(block * BLOCK, (block + 1) * BLOCK)
      .reduce((low, point) => (point[1] < low[1] ? point : low)),
  );
}

/** Least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (of: 0 | 1): number => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return over / points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
}
