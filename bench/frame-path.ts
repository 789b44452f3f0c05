/**
 * What a frame costs on its way through three runners, started by the command line: latency of each hop at 60 frames a second,
 * alone and beside load, the daemon's own share, and the rate in lock-step. DESIGN §9; JSON lines, exits 1 where one fails.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { parseArgs } from 'node:util';
import { encodeOsc } from '../src/protocols/osc/encode.ts';
import type { Reverie } from '../tests/integration/reverie.ts';
import {
  checked,
  dropsOf,
  pause,
  play,
  report,
  sample,
  sourceTicks,
  verdictOf,
  type Sample,
} from './frames/playing.ts';

const SIZES = [
  { name: '512x512', width: 512, height: 512, lockstepHz: 4000 },
  { name: '1280x720', width: 1280, height: 720, lockstepHz: 800 },
  { name: '1920x1080', width: 1920, height: 1080, lockstepHz: 500 },
] as const;
const FRAMES = 3_000;
const RATE_HZ = 60;
const WARM_MS = 4_000;
/** JSON that the daemon writes every 50 ms under load. */
const JSON_BYTES = 200_000;

type Load = 'none' | 'json+udp' | 'two busy loops';
const bounds: Record<Load, { p50: number; p99: number }> = {
  none: { p50: 0.35, p99: 1.5 },
  'json+udp': { p50: Infinity, p99: 3 },
  'two busy loops': { p50: Infinity, p99: 8 },
};

async function paced(size: (typeof SIZES)[number], load: Load, frames: number): Promise<void> {
  const reverie = await play({ ...size, rateHz: RATE_HZ });
  const stop = await startLoad(reverie, load);
  try {
    await pause(WARM_MS);
    const idle = load === 'none' ? await idleCpu() : 0;
    const before = await sourceTicks(reverie);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    const start = await sample(reverie);
    await pause((frames / RATE_HZ) * 1000 + 1200);
    const end = await sample(reverie);
    const after = await sourceTicks(reverie);
    judgePaced(
      size.name,
      load,
      start,
      end,
      await checked(reverie),
      { late: after.late - before.late, ticks: after.ticks - before.ticks },
      idle,
    );
  } finally {
    stop();
    await reverie.dispose();
  }
}

function judgePaced(
  size: string,
  load: Load,
  start: Sample,
  end: Sample,
  { torn, backwards }: { torn: number; backwards: number },
  { late, ticks }: { late: number; ticks: number },
  idleCpu: number,
): void {
  const hops = [end.main.total.hop, end.out.total.hop];
  const drops = dropsOf(end.stats.links);
  const cpu = (100 * (end.stats.cpuSeconds - start.stats.cpuSeconds)) / ((end.atMs - start.atMs) / 1000);
  const aboveIdle = cpu - idleCpu;
  const bound = bounds[load];
  const passed =
    hops.every((hop) => hop.p50 <= bound.p50 && hop.p99 <= bound.p99) &&
    drops === 0 &&
    torn === 0 &&
    backwards === 0 &&
    (load !== 'none' || aboveIdle <= 3);
  report('frame-path', verdictOf(passed, late, ticks), {
    size,
    load,
    frames: end.out.framesIn,
    hop1: hops[0],
    hop2: hops[1],
    endToEnd: end.out.total.age,
    boundP50: bound.p50,
    boundP99: bound.p99,
    drops,
    torn,
    backwards,
    daemonCpuPercent: cpu,
    daemonCpuAboveIdlePercent: load === 'none' ? aboveIdle : null,
    eventLoopDelayP99: end.stats.eventLoopDelay.p99,
    late,
    ticks,
  });
}

let knownIdle: number | null = null;

/** What the same daemon takes of a core while nothing flows: an empty graph. */
async function idleCpu(): Promise<number> {
  if (knownIdle !== null) return knownIdle;
  const reverie = await play({ width: 64, height: 64, rateHz: 1 });
  try {
    await reverie.call('PUT', '/api/v1/graph', { nodes: [], links: [] });
    await pause(2000);
    const first = await reverie.get<{ cpuSeconds: number }>('stats');
    await pause(6000);
    const second = await reverie.get<{ cpuSeconds: number }>('stats');
    return (knownIdle = (100 * (second.cpuSeconds - first.cpuSeconds)) / 6);
  } finally {
    await reverie.dispose();
  }
}

/** The load of DESIGN §9: 200 KB of JSON every 50 ms and 5,000 OSC packets a second, or two busy loops. Returns what ends it. */
async function startLoad(reverie: Reverie, load: Load): Promise<() => void> {
  if (load === 'none') return () => undefined;
  if (load === 'two busy loops') {
    const children = [0, 1].map((): ChildProcess =>
      spawn(process.execPath, ['-e', 'for(;;);'], { stdio: 'ignore' }),
    );
    return () => children.forEach((child) => child.kill('SIGKILL'));
  }
  const port = await reverie.oscPort();
  const document = JSON.stringify((await reverie.call('GET', '/openapi.json')).body);
  const requests = Math.ceil(JSON_BYTES / document.length);
  const socket = createSocket('udp4');
  const packet = encodeOsc({ address: '/reverie/nothing/here', args: [{ type: 'f', value: 0.5 }] });
  const udp = setInterval(() => {
    for (let i = 0; i < 25; i++) socket.send(packet, port, '127.0.0.1');
  }, 5);
  const json = setInterval(
    () =>
      void Promise.all(Array.from({ length: requests }, () => reverie.call('GET', '/openapi.json'))).catch(
        () => undefined,
      ),
    50,
  );
  return () => {
    clearInterval(udp);
    clearInterval(json);
    socket.close();
  };
}

async function lockstep(size: (typeof SIZES)[number]): Promise<void> {
  const reverie = await play({ ...size, rateHz: 240, lockstep: true });
  try {
    await pause(WARM_MS);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    const start = await sample(reverie);
    await pause(8_000);
    const end = await sample(reverie);
    const { torn } = await checked(reverie);
    const rate =
      end.out.recent.hop.count === 0
        ? 0
        : (end.out.framesIn - start.out.framesIn) / ((end.atMs - start.atMs) / 1000);
    const copy = end.main.total.call.p50;
    const perFrame = 1000 / rate;
    const passed = rate >= size.lockstepHz && perFrame <= copy + 0.35 && torn === 0;
    report('frame-path-lockstep', passed ? 'pass' : 'fail', {
      size: size.name,
      framesPerSecond: rate,
      bound: size.lockstepHz,
      msPerFrame: perFrame,
      slowestCopyMs: copy,
      overCopyMs: perFrame - copy,
      boundOverCopyMs: 0.35,
      torn,
    });
  } finally {
    await reverie.dispose();
  }
}

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const frames = options.quick === true ? 600 : FRAMES;
const wanted = (part: string): boolean => options.only === undefined || options.only === part;
if (wanted('quiet')) for (const size of SIZES) await paced(size, 'none', frames);
if (wanted('load'))
  for (const load of ['json+udp', 'two busy loops'] as const) await paced(SIZES[1], load, frames);
if (wanted('lockstep')) for (const size of SIZES) await lockstep(size);
