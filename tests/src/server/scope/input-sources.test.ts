import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rig, type Rig } from './rig.ts';

let house: Rig;
beforeAll(async () => {
  house = await rig();
});
afterAll(() => house.close());

describe("Scope's input sources", () => {
  it('are the kinds of endpoints that can be sources', async () => {
    const { status, body } = await house.ask('GET', 'input-sources');
    expect(status).toBe(200);
    expect(body).toEqual({
      input_sources: [
        { source_id: 'test-pattern', source_name: 'Test pattern', source_description: '', available: true },
      ],
    });
  });

  it('lists those of one kind, with what Reverie calls them', async () => {
    const { status, body } = await house.ask('GET', 'input-sources/test-pattern/sources?timeout_ms=100');
    expect(status).toBe(200);
    expect(body).toEqual({
      source_type: 'test-pattern',
      sources: [
        {
          name: 'Test pattern: bars',
          identifier: 'bars',
          metadata: { url: 'test-pattern:bars', width: 512, height: 512, rate_hz: 30 },
        },
      ],
    });
  });

  it('says how large one is', async () => {
    const { body } = await house.ask('GET', 'input-sources/test-pattern/sources/bars/resolution');
    expect(body).toEqual({ width: 512, height: 512 });
  });

  it('shows one that plays by the stream of its node', async () => {
    const answer = await house.ask('GET', 'input-sources/test-pattern/sources/bars/stream?fps=5');
    expect(answer.status).toBe(307);
    expect(answer.headers.location).toBe('/stream/in.mjpeg?fps=5&width=320&quality=70');
  });

  it.each(['input-sources/spout/sources', 'input-sources/test-pattern/sources/nothing/resolution'])(
    '%s is not there',
    async (path) => {
      const { status, body } = await house.ask('GET', path);
      expect([status, body.error?.code]).toEqual([404, 'E_HTTP_NOT_FOUND']);
    },
  );
});
