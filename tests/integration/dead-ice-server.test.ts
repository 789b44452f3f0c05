import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionReport } from '../../src/contract/session.ts';
import { endPeers, WebRtcPeer } from '../support/webrtc-peer.ts';
import { graphOf, sinkNode, sourceNode, startReverie, within, type Reverie } from './reverie.ts';

const LONG = 20_000;
const graph = graphOf([sourceNode('in', { width: 320, height: 240 }), sinkNode('out')], [['in', 'out']]);

// A show without internet: packets to the STUN server go out, and nothing ever comes back.
describe('an ICE server that does not answer', () => {
  let silent: Socket;
  let reverie: Reverie;
  let peer: WebRtcPeer;
  let offer: string;

  beforeAll(async () => {
    silent = createSocket('udp4').bind(0, '127.0.0.1');
    await once(silent, 'listening');
    const flags = ['--ice-server', `stun:127.0.0.1:${silent.address().port}`];
    reverie = await startReverie({ graph, flags });
    await reverie.live('out', LONG);
    peer = new WebRtcPeer({ receive: 'vp8' });
    offer = await peer.offer();
  });

  afterAll(async () => {
    peer?.close();
    await reverie?.dispose();
    silent?.close();
    endPeers();
  });

  const watch = (signal: AbortSignal): Promise<Response> =>
    fetch(`${reverie.url}/whep/out`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp' },
      body: offer,
      signal,
    });
  const sessions = async (): Promise<readonly SessionReport[]> =>
    (await reverie.get<{ sessions: readonly SessionReport[] }>('sessions')).sessions;

  it('does not keep a viewer from the picture', async () => {
    const asked = once(silent, 'message', { signal: AbortSignal.timeout(LONG) });
    const answer = await watch(AbortSignal.timeout(LONG));
    expect(answer.status).toBe(201);
    await asked;
    peer.accept(await answer.text());
    await within(
      LONG,
      'pictures',
      () => `${peer.packets.length} packets`,
      () => peer.packets.length > 30,
    );
    const location = answer.headers.get('location') ?? '';
    await fetch(`${reverie.url}${location}`, { method: 'DELETE' });
    await within(
      LONG,
      'its end',
      () => '',
      async () => (await sessions()).length === 0,
    );
  });

  it('leaves no session of a viewer who went away while the answer waited for it', async () => {
    // The answer takes two seconds.
    const asked = once(silent, 'message', { signal: AbortSignal.timeout(LONG) });
    const gone = new AbortController();
    const answer = watch(gone.signal).catch((error: Error) => error.name);
    await asked;
    gone.abort();
    expect(await answer).toBe('AbortError');
    // A viewer who comes later is answered later. A session that never connects would stand for half a minute.
    const later = await watch(AbortSignal.timeout(LONG));
    const { href } = new URL(later.headers.get('location') ?? '', reverie.url);
    expect((await sessions()).map(({ id }) => href.endsWith(id))).toEqual([true]);
    await fetch(href, { method: 'DELETE' });
  });
});
