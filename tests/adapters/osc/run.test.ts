import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { encodeOsc } from '../../../src/protocols/osc/encode.ts';
import type { OscArgument } from '../../../src/protocols/osc/packet.ts';
import { IMMEDIATELY, timetagAt } from '../../../src/protocols/osc/timetag.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { ListeningAdapter } from './context.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
);
if (!hasIpv6) process.stderr.write('skipped: OSC over IPv6, which this machine does not have\n');

const adapters: ListeningAdapter[] = [];
const senders: Socket[] = [];

afterEach(async () => {
  for (const sender of senders.splice(0)) sender.close();
  await Promise.all(adapters.splice(0).map((adapter) => adapter.close()));
});

async function listening(config: JsonObject = {}): Promise<ListeningAdapter> {
  const adapter = new ListeningAdapter({ host: '127.0.0.1', port: 0, allow: [], ...config });
  adapters.push(adapter);
  return adapter.live();
}

/** One socket, so that datagrams arrive in the order sent. Returns its port. */
async function send(adapter: ListeningAdapter, ...datagrams: readonly Uint8Array[]): Promise<number> {
  const sender = createSocket('udp4');
  senders.push(sender);
  sender.bind(0, '127.0.0.1');
  await once(sender, 'listening');
  for (const datagram of datagrams) sender.send(datagram, adapter.port, '127.0.0.1');
  return sender.address().port;
}

const message = (
  address: string,
  ...args: readonly OscArgument[]
): { address: string; args: readonly OscArgument[] } => ({ address, args });
const float = (value: number): OscArgument => ({ type: 'f', value });

describe('messages', () => {
  test('reach their address without the prefix, with their sender', async () => {
    const adapter = await listening();
    const port = await send(adapter, encodeOsc(message('/reverie/main/strength', float(0.5))));
    await adapter.until(() => adapter.packets.length === 1);
    expect(adapter.packets[0]).toEqual([
      { address: '/main/strength', args: [0.5], sender: `osc:127.0.0.1:${port}` },
    ]);
  });

  test('written for Scope reach the same keys', async () => {
    const adapter = await listening();
    await send(adapter, encodeOsc(message('/scope/noise_scale', float(0.25))));
    await adapter.until(() => adapter.packets.length === 1);
    expect(adapter.messages).toEqual([['/noise_scale', 0.25]]);
  });

  test('of a bundle come together and in order, also from bundles inside it', async () => {
    const adapter = await listening();
    const inner = {
      timetag: IMMEDIATELY,
      elements: [message('/reverie/prompt', { type: 's', value: 'deep ocean' })],
    };
    const elements = [
      message('/reverie/transition/duration', float(4)),
      inner,
      message('/reverie/main/burst'),
    ];
    await send(adapter, encodeOsc({ timetag: IMMEDIATELY, elements }));
    await adapter.until(() => adapter.packets.length === 1);
    expect(adapter.messages).toEqual([
      ['/transition/duration', 4],
      ['/prompt', 'deep ocean'],
      ['/main/burst'],
    ]);
  });

  test('with an impulse are the same as without arguments', async () => {
    const adapter = await listening();
    await send(adapter, encodeOsc(message('/reverie/tempo/tap', { type: 'I' })));
    await adapter.until(() => adapter.packets.length === 1);
    expect(adapter.messages).toEqual([['/tempo/tap']]);
  });

  test('of a bundle timed ahead come when its time has come, after what was sent later for now', async () => {
    const adapter = await listening();
    const sentMs = performance.now();
    const times = [
      timetagAt(Date.now() + 400),
      timetagAt(Date.now() - 5000),
      { seconds: 12, fraction: 0 },
      IMMEDIATELY,
    ];
    const bundles = times.map((timetag, index) =>
      encodeOsc({
        timetag,
        elements: [message('/reverie/main/warp', float(index)), message('/reverie/main/glow', float(index))],
      }),
    );
    await send(adapter, ...bundles);
    await adapter.until(() => adapter.packets.length === 4);
    // Timers may fire a millisecond early.
    expect(performance.now() - sentMs).toBeGreaterThan(395);
    expect(
      adapter.messages.filter(([address]) => address === '/main/warp').map(([, value]) => value),
    ).toEqual([1, 2, 3, 0]);
    await adapter.until(() => adapter.info['packets'] === 4);
    expect(adapter.info).toMatchObject({ messages: 8, scheduled: 2, tooFarAhead: 2, malformed: 0 });
  });
});

describe('what is not understood', () => {
  test('is refused with its sender and place, and the next packet is read', async () => {
    const adapter = await listening();
    const good = encodeOsc(message('/reverie/main/strength', float(0.5)));
    const port = await send(
      adapter,
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.alloc(0),
      good.subarray(0, good.length - 2),
      good,
    );
    await adapter.until(() => adapter.packets.length === 1);
    expect(adapter.rejected.map(({ sender, code }) => [sender, code])).toEqual(
      Array(3).fill([`osc:127.0.0.1:${port}`, 'E_OSC_MALFORMED']),
    );
    expect(adapter.rejected[0]?.message).toContain('at offset 0');
    expect(adapter.messages).toEqual([['/main/strength', 0.5]]);
  });

  test('for another program is refused with a hint', async () => {
    const adapter = await listening();
    await send(adapter, encodeOsc(message('/1/fader3', float(1))), encodeOsc(message('/reverie/')));
    await adapter.until(() => adapter.rejected.length === 2);
    expect(adapter.rejected[0]).toMatchObject({ code: 'E_ADDRESS_UNKNOWN' });
    expect(adapter.rejected[0]?.message).toContain('/reverie/');
  });

  test('as a number, such as NaN, is left out alone; the rest of its bundle plays', async () => {
    const adapter = await listening();
    const elements = [
      message('/reverie/main/warp', float(NaN)),
      message('/reverie/main/glow', float(0.5)),
      message('/reverie/main/list', { type: '[', value: [float(1), { type: 'd', value: -Infinity }] }),
    ];
    await send(adapter, encodeOsc({ timetag: IMMEDIATELY, elements }));
    await adapter.until(() => adapter.packets.length === 1);
    expect(adapter.messages).toEqual([['/main/glow', 0.5]]);
    expect(adapter.rejected.map(({ code, message: reason }) => [code, reason])).toEqual([
      ['E_VALUE_TYPE', 'Argument 1 of /reverie/main/warp is not a finite number'],
      ['E_VALUE_TYPE', 'Argument 1 of /reverie/main/list is not a finite number'],
    ]);
  });
});

describe('listening', () => {
  test.skipIf(!hasIpv6)('on ::1 takes IPv6', async () => {
    const adapter = await listening({ host: '::1' });
    const sender = createSocket('udp6');
    senders.push(sender);
    sender.send(encodeOsc(message('/reverie/main/strength', float(0.5))), adapter.port, '::1');
    await adapter.until(() => adapter.packets.length === 1);
    expect(adapter.packets[0]?.[0]?.sender).toMatch(/^osc:\[::1\]:\d+$/);
  });

  test.skipIf(!hasIpv6)('on localhost takes both, on one port', async () => {
    const adapter = await listening({ host: 'localhost' });
    expect(adapter.ports).toHaveLength(2);
    expect(new Set(adapter.ports).size).toBe(1);
    const sender = createSocket('udp6');
    senders.push(sender);
    sender.send(encodeOsc(message('/reverie/a', float(1))), adapter.port, '::1');
    await send(adapter, encodeOsc(message('/reverie/a', float(2))));
    await adapter.until(() => adapter.packets.length === 2);
    expect(new Set(adapter.messages.map(([, value]) => value))).toEqual(new Set([1, 2]));
  });

  test('on a port that is taken fails and says how to choose another', async () => {
    const first = await listening();
    const second = new ListeningAdapter({ host: '127.0.0.1', port: first.port, allow: [] });
    await expect(second.ended).rejects.toMatchObject({
      code: 'E_PORT_TAKEN',
      message: expect.stringContaining('--osc-port'),
    });
    await send(first, encodeOsc(message('/reverie/a')));
    await first.until(() => first.packets.length === 1);
  });

  test('on an address of another machine fails and names the flag', async () => {
    const adapter = new ListeningAdapter({ host: '192.0.2.1', port: 0, allow: [] });
    await expect(adapter.ended).rejects.toMatchObject({
      code: 'E_OPTION_INVALID',
      message: expect.stringContaining('--osc-host'),
    });
  });

  test('with an unreadable allow-list fails and names the entry', async () => {
    const adapter = new ListeningAdapter({ host: '127.0.0.1', port: 0, allow: ['10.0.0.0/33'] });
    await expect(adapter.ended).rejects.toMatchObject({
      code: 'E_OPTION_INVALID',
      message: expect.stringContaining('10.0.0.0/33'),
    });
  });

  test('ends when aborted and frees its port', async () => {
    const adapter = await listening();
    const { port } = adapter;
    await adapter.close();
    const next = await listening({ port });
    expect(next.port).toBe(port);
  });
});
