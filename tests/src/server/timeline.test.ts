import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pointLimit } from '../../../src/contract/timeline.ts';
import { createServer, type Server } from '../../../src/server/server.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { house } from './doubles.ts';

let server: Server;

beforeEach(async () => {
  const panelDir = tempFolder('panel');
  writeFileSync(join(panelDir, 'index.html'), '<!doctype html><title>Reverie</title>');
  server = await createServer(house(panelDir));
});
afterEach(() => server.close());

async function ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: unknown) {
  const sent =
    body === undefined
      ? {}
      : { payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await server.fastify.inject({ method, url: `/api/v1/${path}`, ...sent });
  return { status: response.statusCode, body: response.json() };
}

describe('The timeline over REST', () => {
  it('is put and read whole, and changed track by track', async () => {
    const track = { address: '/main/warp', keyframes: [{ at: 0, value: 0.5 }] };
    const put = await ask('PUT', 'timeline', { unit: 'beats', tracks: [track] });
    expect(put).toMatchObject({ status: 200, body: { unit: 'beats', length: null } });
    expect((await ask('GET', 'timeline')).body).toEqual(put.body);
    const other = { address: '/main/strength', keyframes: [{ at: 1, value: 1, curve: 'hold' }] };
    const changed = await ask('PATCH', 'timeline', {
      length: 8,
      tracks: [other, { ...track, keyframes: [] }],
    });
    expect(changed.body).toMatchObject({ unit: 'beats', length: 8, tracks: [other] });
    expect((await ask('GET', 'timeline/state')).body).toMatchObject({ playing: false, position: 0 });
  });

  it('takes as many points as a timeline may have, and not one more', async () => {
    const keyframes = Array.from({ length: pointLimit }, (_, at) => ({ at, value: 0.5, curve: 'linear' }));
    expect((await ask('PUT', 'timeline', { tracks: [{ address: '/a/b', keyframes }] })).status).toBe(200);
    const marks = [{ at: 0 }];
    const full = await ask('PUT', 'timeline', { tracks: [{ address: '/a/b', keyframes }], marks });
    expect(full).toMatchObject({ status: 422, body: { error: { code: 'E_TIMELINE_INVALID' } } });
    expect(full.body.detail).toContain(
      `${pointLimit + 1} keyframes, clips and marks; ${pointLimit} are the most`,
    );
  });

  it('names the field that is wrong', async () => {
    const wrong = async (timeline: object) => {
      const { status, body } = await ask('PUT', 'timeline', timeline);
      expect([status, body.error.code]).toEqual([422, 'E_TIMELINE_INVALID']);
      return body.detail as string;
    };
    const keyframes = [
      { at: 0, value: 0 },
      { at: 1, value: null },
    ];
    expect(await wrong({ tracks: [{ address: '/a/b', keyframes }] })).toContain('tracks.0.keyframes.1.value');
    expect(await wrong({ loop: { from: 4, to: 4 } })).toContain('loop.to');
    expect(await wrong({ tracks: [{ address: '/timeline/position', keyframes: [] }] })).toContain(
      'tracks.0.address',
    );
    const command = { kind: 'trigger', address: '/a/b', at: 'bar' };
    expect(await wrong({ marks: [{ at: 0, command }] })).toContain('marks.0.command.at');
    expect((await ask('POST', 'timeline/undo')).body.error.code).toBe('E_TIMELINE_UNDO');
  });

  it("takes the timeline of one of Scope's workflow files", async () => {
    const answer = await ask('POST', 'timeline/import', {
      format: 'scope-workflow',
      timeline: {
        entries: [
          {
            start_time: 0,
            end_time: 4.5,
            prompts: [{ text: 'deep ocean', weight: 100 }],
            transition_steps: 0,
          },
          {
            start_time: 4.5,
            end_time: 9,
            prompts: [
              { text: 'gold', weight: 75 },
              { text: 'fire', weight: 25 },
            ],
            transition_steps: 8,
            temporal_interpolation_method: 'linear',
          },
          { start_time: 9, end_time: 10, prompts: [{ weight: 1 }] },
        ],
      },
    });
    expect(answer).toMatchObject({ status: 200, body: { clips: 2, left: [2] } });
    expect(answer.body.timeline.prompts).toEqual([
      {
        node: null,
        clips: [
          {
            at: 0,
            prompts: [{ text: 'deep ocean', weight: 1 }],
            transition: { duration: 0, unit: 'steps', curve: 'linear', interpolation: 'slerp' },
          },
          {
            at: 4.5,
            prompts: [
              { text: 'gold', weight: 0.75 },
              { text: 'fire', weight: 0.25 },
            ],
            transition: { duration: 8, unit: 'steps', curve: 'linear', interpolation: 'linear' },
          },
        ],
      },
    ]);
  });
});
