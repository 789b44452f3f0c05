import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { promisify } from 'node:util';
import type { RecordingsState, Take } from '../../src/contract/recording.ts';
import {
  graphOf,
  pause,
  sinkNode,
  sourceNode,
  startReverie,
  within,
  type Reverie,
} from '../../tests/integration/reverie.ts';
import { report } from '../frames/playing.ts';

/** Processor time of a recording against that of encoding the same frames alone. */
const BOUND = 1.3;
/** More skipped frames than this and the machine was too busy to tell anything. */
const VOID_SKIPPED = 0.02;
const SIZE = { width: 1280, height: 720 };
/** Of the line in /proc/PID/stat (`proc_pid_stat(5)`): utime and stime, behind the name, in hundredths of a second. */
const [UTIME, STIME] = [11, 12];

/**
 * A take beside a node that plays 720p at 30 frames a second: processor seconds a frame of the process that records, from its
 * first second on. Beside it, in the same run, the same frames encoded by the same encoder with the same settings, and nothing else: the
 * recording is decoded for that, outside of what is measured.
 */
export async function measure(quick: boolean): Promise<void> {
  const seconds = quick ? 6 : 20;
  const reverie = await startReverie({
    graph: graphOf([sourceNode('in', { ...SIZE, rateHz: 30 }), sinkNode('out')], [['in', 'out']]),
  });
  try {
    await reverie.live('out');
    const { id } = (await reverie.call('POST', '/api/v1/recordings', { node: 'in' })).body as Take;
    await within(
      15_000,
      'the first second',
      () => id,
      async () => (await takeOf(reverie, id)).frames > 30,
    );
    const pid = recorderOf(reverie);
    const [before, cpuBefore] = [await takeOf(reverie, id), cpuOf(pid)];
    await pause(seconds * 1000);
    const [after, cpuAfter] = [await takeOf(reverie, id), cpuOf(pid)];
    await reverie.call('POST', `/api/v1/recordings/takes/${id}/stop`);
    const frames = after.frames - before.frames;
    const recorded = (1000 * (cpuAfter - cpuBefore)) / frames;
    const path = (await reverie.get<RecordingsState>('recordings')).files.find(
      ({ take }) => take === id,
    )?.path;
    const bare = await bareEncode(path ?? '');
    const skipped = (after.skipped - before.skipped) / frames;
    report('media-recording', {
      passed: recorded <= BOUND * bare,
      isVoid: skipped > VOID_SKIPPED || frames < seconds * 25,
      figures: {
        size: `${SIZE.width}x${SIZE.height}`,
        frames,
        skippedPercent: 100 * skipped,
        recordedMs: recorded,
        bareMs: bare,
        ofBare: recorded / bare,
        bound: BOUND,
      },
    });
  } finally {
    await reverie.dispose();
  }
}

async function takeOf(reverie: Reverie, id: string): Promise<Take> {
  const { takes } = await reverie.get<RecordingsState>('recordings');
  const take = takes.find((each) => each.id === id);
  if (take === undefined) throw new Error('The take is gone');
  return take;
}

/** In a process of its own, whose other work is not in the figure. Milliseconds of processor time a frame. */
async function bareEncode(path: string): Promise<number> {
  const script = new URL('recording/bare-encode.ts', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, path]);
  return Number(stdout);
}

/** The child that has a file of the recordings open. */
function recorderOf(reverie: Reverie): number {
  const found = reverie.children().find((pid) => {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => readlinkSync(`${folder}/${fd}`).includes('/recordings/'));
  });
  if (found === undefined) throw new Error('Nothing is recorded');
  return found;
}

/** Processor seconds of all threads of a process. */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[UTIME]) + Number(fields[STIME])) / 100;
}
