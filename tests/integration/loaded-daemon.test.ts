import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineStats } from '../../src/contract/engine-api.ts';
import { encodeOsc } from '../../src/protocols/osc/encode.ts';
import { chain, pause, startReverie, trouble, within, type Reverie } from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

const SECONDS = 4;
const packet = (value: number): Uint8Array =>
  encodeOsc({ address: '/reverie/main/level', args: [{ type: 'f', value }] });

/** 5,000 packets a second, in bursts of a hundred, and a last one that counts. */
async function floodOsc(port: number): Promise<void> {
  const socket = createSocket('udp4');
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until) {
    for (let n = 0; n < 100; n += 1) socket.send(packet(Math.random()), port, '127.0.0.1');
    await pause(20);
  }
  await pause(100);
  await new Promise((done) => socket.send(packet(0.625), port, '127.0.0.1', done));
  socket.close();
}

/** 200 KB of JSON every 50 ms, all of it read and refused value by value. */
async function floodRest(): Promise<void> {
  const long = 'x'.repeat(1_000);
  const body = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`/main/none${index}`, long]));
  const until = performance.now() + SECONDS * 1000;
  while (performance.now() < until) {
    const next = pause(50);
    expect((await reverie.call('PATCH', '/api/v1/parameters', body)).status).toBe(422);
    await next;
  }
}

// A machine that others hold up gets a second look before it counts as broken.
describe('a daemon that is kept busy', { retry: 2 }, () => {
  it('by 200 KB of JSON every 50 ms and 5,000 OSC messages a second plays on and loses no value', async () => {
    reverie = await startReverie({ graph: chain('paints'), flags: trouble('paints') });
    await reverie.live('out');
    const port = await reverie.oscPort();
    await pause(1500);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    await Promise.all([floodOsc(port), floodRest()]);
    const { links, nodes, eventLoopDelay } = await reverie.get<EngineStats>('stats');
    // The bench `frame-path` shows that it is none on a quiet machine; here this test itself takes most of one core.
    for (const { id, drops, published } of links) expect(drops / published, id).toBeLessThan(0.05);
    expect(nodes.find(({ id }) => id === 'out')?.total.tickGap.max).toBeLessThan(1000);
    expect(eventLoopDelay.p50).toBeLessThan(10);
    let level: unknown = null;
    await within(
      3000,
      'the last value',
      () => String(level),
      async () => {
        const { parameters } = await reverie.get<{ parameters: { address: string; value: unknown }[] }>(
          'parameters?node=main',
        );
        level = parameters.find(({ address }) => address === '/main/level')?.value;
        return level === 0.625;
      },
    );
  });
});
