import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Doorway, outputOf } from '../../panel/src/output/doorway.ts';
import { wishIn } from '../../panel/src/output/wish.ts';
import { graphSchema } from '../../src/contract/graph.ts';

describe('The link of an output page', () => {
  it('says what is shown and how, and the token behind the #', () => {
    expect(wishIn({ search: '?node=wall&matte=packed&fit=cover', hash: '#token=abc' })).toEqual({
      node: 'wall',
      matte: 'packed',
      fit: 'cover',
      token: 'abc',
    });
  });

  it('shows what the audience sees, whole and opaque, where it says nothing or nonsense', () => {
    const usual = { node: null, matte: 'none', fit: 'contain', token: null };
    expect(wishIn({ search: '', hash: '' })).toEqual(usual);
    expect(wishIn({ search: '?node=&matte=x&fit=y', hash: '#token=' })).toEqual(usual);
  });
});

it('The output is the sink "out", else the first', () => {
  const sinks = (...ids: string[]) =>
    graphSchema.parse({ nodes: ids.map((id) => ({ id, type: 'sink', adapter: 'stills' })), links: [] });
  expect([sinks('wall', 'out'), sinks('wall', 'side'), sinks()].map(outputOf)).toEqual(['out', 'wall', null]);
});

describe('The way to a daemon', () => {
  /** Stands for a daemon beyond this machine; it shows nothing of cookies. */
  class Daemon {
    readonly token = 'right';
    isSignedIn = false;
    runs = true;
    signIns = 0;

    readonly fetch = (async (path: string, init?: { body?: string }) => {
      if (!this.runs) throw new TypeError('Failed to fetch');
      if (path === '/sign-in') {
        this.signIns += 1;
        const isRight = (JSON.parse(init?.body ?? '{}') as { token: string }).token === this.token;
        this.isSignedIn ||= isRight;
        return new Response(null, { status: isRight ? 204 : 401 });
      }
      return this.isSignedIn ? Response.json({ nodes: [], links: [] }) : new Response('{}', { status: 401 });
    }) as typeof fetch;
  }

  function way(token: string | null): { daemon: Daemon; doorway: Doorway; clock: { nowMs: number } } {
    const daemon = new Daemon();
    const clock = { nowMs: 0 };
    return { daemon, clock, doorway: new Doorway(token, { fetch: daemon.fetch, nowMs: () => clock.nowMs }) };
  }

  it('is opened with the token of the link, again where the daemon has forgotten it', async () => {
    const { daemon, doorway } = way('right');
    expect([await doorway.graph(), await doorway.graph()]).toEqual([null, { nodes: [], links: [] }]);
    daemon.isSignedIn = false;
    expect([await doorway.graph(), await doorway.graph()]).toEqual([null, { nodes: [], links: [] }]);
  });

  it('is not stormed with a wrong token, nor without one', async () => {
    const { daemon, doorway, clock } = way('wrong');
    for (let second = 0; second < 60; second += 1) {
      clock.nowMs = second * 1000;
      expect(await doorway.graph()).toBeNull();
    }
    expect(daemon.signIns).toBe(2);
    const without = way(null);
    expect([await without.doorway.graph(), without.daemon.signIns]).toEqual([null, 0]);
  });

  it('waits for one that does not run', async () => {
    const { daemon, doorway } = way(null);
    daemon.isSignedIn = true;
    daemon.runs = false;
    expect(await doorway.graph()).toBeNull();
    daemon.runs = true;
    expect(await doorway.graph()).not.toBeNull();
  });
});

// What the browser inside OBS 28 to 30 (Chromium 103) does not have: nobody hears of an error there.
it('The pages for OBS use nothing that its browser does not have', () => {
  const tooNew =
    /\.(toSorted|toReversed|toSpliced|isWellFormed|isSubsetOf)\(|withResolvers|Object\.groupBy|Map\.groupBy|fromAsync|AbortSignal\.any|URL\.canParse/;
  const rooms = [
    'output',
    'obs',
    'preview',
    'prompt',
    'presets',
    'favourites',
    'values',
    'activity',
    'daemon',
  ];
  const folders = [...rooms.map((room) => `panel/src/${room}`), 'src/client'].map((path) => resolve(path));
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  expect(files.length).toBeGreaterThan(30);
  const found = files.flatMap((file) => {
    const match = tooNew.exec(readFileSync(file, 'utf8'));
    return match === null ? [] : [`${file}: ${match[0]}`];
  });
  expect(found).toEqual([]);
});
