import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import type { RecordingFile, RecordingsState, Take } from '../../src/contract/recording.ts';
import { within, type Reverie } from './reverie.ts';

export const recordingsOf = (reverie: Reverie): Promise<RecordingsState> => reverie.get('recordings');

/** Starts a take and answers once so many pictures are in its files. */
export async function record(reverie: Reverie, request: object, frames = 30): Promise<Take> {
  const { status, body } = await reverie.call('POST', '/api/v1/recordings', request);
  expect(status, JSON.stringify(body)).toBe(201);
  const { id } = body as Take;
  return grown(reverie, id, (take) => take.frames >= frames);
}

export async function grown(
  reverie: Reverie,
  id: string,
  wanted: (take: Take) => boolean,
  limitMs = 15_000,
): Promise<Take> {
  let take: Take | undefined;
  await within(
    limitMs,
    'the take',
    () => JSON.stringify(take),
    async () => {
      take = (await recordingsOf(reverie)).takes.find((each) => each.id === id);
      return take !== undefined && wanted(take);
    },
  );
  if (take === undefined) throw new Error('no take');
  return take;
}

/** Ends a take; its files, the first one first. */
export async function stop(reverie: Reverie, id: string): Promise<readonly RecordingFile[]> {
  const { status, body } = await reverie.call('POST', `/api/v1/recordings/takes/${id}/stop`);
  expect(status, JSON.stringify(body)).toBe(200);
  const { files } = await recordingsOf(reverie);
  return files.filter(({ take }) => take === id).reverse();
}

/** The process that has a file of the recordings open for writing. */
export function recorderPid(reverie: Reverie): number {
  const found = reverie
    .children()
    .find((pid) =>
      execFileSync('ls', ['-l', `/proc/${pid}/fd`], { encoding: 'utf8' }).includes('/recordings/'),
    );
  if (found === undefined) throw new Error('Nothing is recorded');
  return found;
}
