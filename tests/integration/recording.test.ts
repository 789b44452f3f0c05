import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readCounter } from '../../adapters/test-pattern/counter.ts';
import { upright } from '../../src/codec/orientation.ts';
import { VideoReader } from '../../src/codec/video-reader.ts';
import type { RecordingFile, RecordingsState, Take } from '../../src/contract/recording.ts';
import { describeWithPeer } from '../support/peers.ts';
import { probed } from '../support/probed.ts';
import { tempFolder } from '../support/temp-folder.ts';
import * as takes from './recording-takes.ts';
import { recordingsOf } from './recording-takes.ts';
import { graphOf, pause, sinkNode, sourceNode, startReverie, within, type Reverie } from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

const size = { width: 320, height: 180 };
const graph = graphOf([sourceNode('in', { ...size, rateHz: 30 }), sinkNode('out')], [['in', 'out']]);

const recordings = (): Promise<RecordingsState> => recordingsOf(reverie);
const record = (request: object, frames?: number): Promise<Take> => takes.record(reverie, request, frames);
const grown = (id: string, wanted: (take: Take) => boolean, limitMs?: number): Promise<Take> =>
  takes.grown(reverie, id, wanted, limitMs);
const stop = (id: string): Promise<readonly RecordingFile[]> => takes.stop(reverie, id);

/** The painted counters of every picture of a recording, in order. */
async function counters(path: string): Promise<number[]> {
  const reader = await VideoReader.open(path);
  const pixels = new Uint8Array(size.width * size.height * 4);
  const seen: number[] = [];
  while ((await reader.next()) !== null) {
    await reader.draw({ size, aspect: 'stretch', turn: upright }, pixels);
    seen.push(readCounter(pixels, size).top ?? NaN);
  }
  await reader.close();
  return seen;
}

describeWithPeer('ffmpeg', 'a recording', () => {
  test('is a plain MP4 with every frame at its own time, and is downloaded whole or in parts', async () => {
    reverie = await startReverie({ graph });
    await reverie.live('out');
    const { id } = await record({ node: 'in', name: 'My {node}: take/one' }, 60);
    const [file] = await stop(id);
    if (file === undefined) throw new Error('no file');
    expect(file).toMatchObject({ name: 'My in- take-one.mp4', kind: 'video', state: 'done', node: 'in' });
    const { frames, seconds, width, height, times } = probed(file.path);
    expect({ width, height }).toEqual(size);
    expect(frames).toBe(file.frames);
    expect(Math.abs(seconds - (file.seconds ?? 0))).toBeLessThan(0.1);
    for (const [index, time] of times.entries())
      if (index > 0) expect(time).toBeGreaterThan(times[index - 1] ?? 0);
    const url = `${reverie.url}/api/v1/recordings/files/${encodeURIComponent(file.name)}`;
    const whole = await fetch(url);
    expect(whole.headers.get('content-type')).toBe('video/mp4');
    expect((await whole.arrayBuffer()).byteLength).toBe(statSync(file.path).size);
    const part = await fetch(url, { headers: { range: 'bytes=4-7' } });
    expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(url)).status).toBe(404);
  });

  test('of a killed runner plays to its last second, and goes on in a new file', async () => {
    reverie = await startReverie({ graph });
    await reverie.live('out');
    const { id } = await record({ node: 'in' }, 45);
    const before = (await recordings()).files[0];
    const pid = takes.recorderPid(reverie);
    await pause(Math.random() * 500);
    process.kill(pid, 'SIGKILL');
    await grown(id, (take) => take.files.length === 2 && take.frames > 60);
    let file: RecordingFile | undefined;
    await within(
      8000,
      'the first file to be mended',
      () => JSON.stringify(file),
      async () => {
        file = (await recordings()).files.find(({ name }) => name === before?.name);
        return file?.state === 'interrupted';
      },
    );
    const [, second] = await stop(id);
    expect(probed(file?.path ?? '').frames).toBe(file?.frames);
    expect(file?.frames).toBeGreaterThan(45 - 20);
    expect(second?.state).toBe('done');
    expect(probed(second?.path ?? '').frames).toBe(second?.frames);
  });

  test('split by time loses no frame: every hole is one that was counted as skipped', async () => {
    reverie = await startReverie({ graph });
    await reverie.live('out');
    const { id } = await record({ node: 'in', splitMinutes: 0.03, quality: 90 }, 130);
    const files = await stop(id);
    expect(files.length).toBeGreaterThanOrEqual(3);
    expect(new Set(files.map(({ state }) => state))).toEqual(new Set(['done']));
    for (const { seconds } of files.slice(0, -1)) expect(Math.abs((seconds ?? 0) - 1.8)).toBeLessThan(0.3);
    const seen: number[] = [];
    for (const { path } of files) seen.push(...(await counters(path)));
    const inSilence = new Set(seen);
    const holes = Math.max(...seen) - Math.min(...seen) + 1 - inSilence.size;
    expect(holes).toBe(files.reduce((sum, { skipped }) => sum + skipped, 0));
  });

  test('survives a daemon that is killed: the next one lists it, mended, beside what lay there before', async () => {
    const home = tempFolder('recordings-home');
    reverie = await startReverie({ graph, home });
    await reverie.live('out');
    await record({ node: 'in' }, 45);
    await reverie.end('SIGKILL');
    const folder = join(home, 'recordings');
    writeFileSync(join(folder, 'old.mp4'), 'somebody else put this here');
    // Not disposed of: its home is what the next one starts in.
    reverie = await startReverie({ graph, home });
    let list: readonly RecordingFile[] = [];
    await within(
      20_000,
      'the list',
      () => JSON.stringify(list),
      async () => (list = (await recordings()).files).some(({ state }) => state === 'interrupted'),
    );
    const [file] = list.filter(({ state }) => state === 'interrupted');
    expect(file?.frames).toBeGreaterThan(45 - 20);
    expect(probed(file?.path ?? '').frames).toBe(file?.frames);
    expect(list.map(({ name }) => name)).toContain('old.mp4');
  });

  test('is finished when the daemon is asked to end, within seconds, also where a sink of the graph records', async () => {
    const home = tempFolder('recordings-home');
    const both = graphOf(
      [
        sourceNode('in', { ...size, rateHz: 30 }),
        { id: 'tape', type: 'sink', adapter: 'record', config: { name: '{node} {take}' } },
      ],
      [['in', 'tape']],
    );
    reverie = await startReverie({ graph: both, home });
    await reverie.live('tape');
    await record({ node: 'in' }, 45);
    expect(await reverie.end('SIGTERM')).toBeLessThan(4000);
    const folder = join(home, 'recordings');
    const files = readdirSync(folder).filter((name) => name.endsWith('.mp4'));
    expect(files).toHaveLength(2);
    expect(files).toContain('tape 01.mp4');
    for (const name of files) {
      expect(probed(join(folder, name)).frames).toBeGreaterThan(20);
      // Its index is at its end: a plain MP4.
      expect(readFileSync(join(folder, name)).includes('moof')).toBe(true);
      expect(readFileSync(join(folder, name)).readUInt32BE(40)).toBe(0x6d646174);
    }
  });

  test('meets a full disk with a code, leaves what plays, the show goes on, and so does it once there is room', async () => {
    const folder = tempFolder('small-disk');
    reverie = await startReverie({ graph, flags: ['--recordings-dir', folder] });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder]);
    try {
      writeFileSync(join(folder, 'filler'), Buffer.alloc(1_700_000));
      await reverie.live('out');
      const { id } = await record({ node: 'in', quality: 100 }, 1);
      const full = await grown(id, ({ fault }) => fault?.code === 'E_RECORDING_FULL', 60_000);
      const [first] = full.files;
      expect((await reverie.node('out')).status.state).toBe('live');
      let file: RecordingFile | undefined;
      await within(
        10_000,
        'the file to be mended',
        () => JSON.stringify(file),
        async () => {
          file = (await recordings()).files.find(({ name }) => name === first);
          return file?.state === 'failed' && file.seconds !== null;
        },
      );
      expect(probed(join(folder, first ?? '')).frames).toBe(file?.frames);
      rmSync(join(folder, 'filler'));
      await grown(
        id,
        ({ state, files }) => state === 'recording' && files.length > full.files.length,
        20_000,
      );
      const files = await stop(id);
      expect(probed(files.at(-1)?.path ?? '').frames).toBe(files.at(-1)?.frames);
    } finally {
      await reverie.end('SIGTERM');
      execFileSync('umount', [folder]);
    }
  });

  test('of what just happened, and stills, and takes are played by addresses', async () => {
    reverie = await startReverie({ graph });
    await reverie.live('out');
    const play = async (values: object): Promise<void> => {
      const { status, body } = await reverie.call('PATCH', '/api/v1/parameters', values);
      expect([status, body]).toMatchObject([200, { rejected: [] }]);
    };
    const early = await reverie.call('POST', '/api/v1/recordings/replay/save');
    expect([early.status, early.body]).toMatchObject([409, { error: { code: 'E_REPLAY_EMPTY' } }]);
    await play({ '/record/keep': 2 });
    let state: RecordingsState | undefined;
    const until = (what: string, holds: (now: RecordingsState) => boolean): Promise<void> =>
      within(
        15_000,
        what,
        () => JSON.stringify(state),
        async () => holds((state = await recordings())),
      );
    await until('two seconds', ({ replay }) => replay.keptSeconds >= 2);
    await play({ '/record/save': true, '/record/still': true, '/record': true });
    await until('three files', ({ files, takes }) => files.length === 3 && (takes[0]?.frames ?? 0) > 10);
    await play({ '/record': false });
    await until('an end', ({ files }) => files.every((each) => each.state === 'done'));
    const saved = state?.files.find(({ take }) => take === 'replay');
    expect(probed(saved?.path ?? '').seconds).toBeGreaterThanOrEqual(2);
    expect(probed(saved?.path ?? '').frames).toBe(saved?.frames);
    const still = state?.files.find(({ kind }) => kind === 'still');
    expect(probed(still?.path ?? '')).toMatchObject(size);
  });

  test('as pictures keeps every pixel, alpha included, and when each was seen', async () => {
    reverie = await startReverie({ graph });
    await reverie.live('out');
    const { id } = await record({ node: 'in', format: 'png', name: 'pictures' }, 10);
    const [file] = await stop(id);
    if (file === undefined) throw new Error('no file');
    const names = readdirSync(file.path).filter((name) => name.endsWith('.png'));
    expect(names).toHaveLength(file.frames ?? 0);
    const list = readFileSync(join(file.path, 'frames.ffconcat'), 'utf8');
    expect(list.match(/^duration /gm)).toHaveLength(names.length);
    const text = execFileSync(
      'ffprobe',
      ['-v', 'error', '-show_entries', 'stream=pix_fmt', '-of', 'csv=p=0', join(file.path, '000001.png')],
      { encoding: 'utf8' },
    );
    expect(text.trim()).toBe('rgba');
    const answer = await fetch(`${reverie.url}/api/v1/recordings/files/pictures?picture=2`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
  });
});
