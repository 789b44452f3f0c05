import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Recorder } from '../../../src/show/recorder.ts';
import { RecordingsDouble } from '../server/recordings-double.ts';

function room() {
  const recordings = new RecordingsDouble('/recordings');
  const told: string[] = [];
  const refusals: [sender: string, address: string, code: string][] = [];
  const part = new Recorder({
    recordings,
    signals: { changed: (entry) => told.push(entry.address) },
    refused: (sender, address, { report }) => refusals.push([sender, address, report.code]),
  });
  const entry = (address: string) => {
    const found = part.entries.find((each) => each.address === address);
    if (found === undefined) throw new Error(address);
    return found;
  };
  const play = async (address: string, value: boolean | number): Promise<void> => {
    entry(address).apply(value, { sender: 'midi:pad', atUs: 0, ramp: null });
    await nextTurn();
    await nextTurn();
  };
  return { recordings, told, refusals, entry, play };
}

test('a pad records what the audience sees, and ends it', async () => {
  const { recordings, entry, play, told } = room();
  await play('/record', true);
  expect(recordings.asked).toEqual([{}]);
  expect(entry('/record').read(0)).toBe(true);
  await play('/record', false);
  expect(recordings.takes.map(({ state }) => state)).toEqual(['stopped']);
  expect(entry('/record').read(0)).toBe(false);
  expect(told).toContain('/record');
});

test('what just happened is saved while it is kept; before that, the pad is told why not', async () => {
  const { recordings, refusals, play, entry } = room();
  await play('/record/save', true);
  expect(refusals).toEqual([['midi:pad', '/record/save', 'E_REPLAY_EMPTY']]);
  await play('/record/keep', 20);
  expect(entry('/record/keep').read(0)).toBe(20);
  await play('/record/save', true);
  await play('/record/still', true);
  expect(recordings.files.map(({ name }) => name)).toEqual(['replay.mp4', 'out.png']);
});
