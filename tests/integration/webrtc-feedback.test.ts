import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { isRtcp, parseRtp, type RtpPacket } from '../../src/protocols/rtp/packet.ts';
import { buildRtcp } from '../../src/protocols/rtp/rtcp-build.ts';
import type { RtcpPacket } from '../../src/protocols/rtp/rtcp.ts';
import { vp8StartsKey } from '../../src/protocols/rtp/vp8.ts';
import { UdpRelay } from '../support/udp-relay.ts';
import { endPeers, testStream } from '../support/webrtc-peer.ts';
import { graphOf, pause, sourceNode, within } from './reverie.ts';
import { LONG, WebRtcRoom, type Joined } from './webrtc-room.ts';

const graph = graphOf(
  [
    sourceNode('in', { width: 320, height: 240, rateHz: 30 }),
    { id: 'wire', type: 'sink', adapter: 'webrtc' },
  ],
  [['in', 'wire']],
);

let room: WebRtcRoom;
let viewers: Joined[] = [];

beforeAll(async () => {
  room = await WebRtcRoom.open({ graph }, 'wire');
});

afterEach(async () => {
  for (const { location } of viewers) await room.end(location);
  viewers = [];
});

afterAll(async () => {
  await room?.close();
  endPeers();
});

async function viewer(): Promise<Joined> {
  const joined = await room.join('/whep/wire', { receive: 'vp8' });
  viewers.push(joined);
  await within(
    LONG,
    'pictures',
    () => String(joined.peer.packets.length),
    () => videoOf(joined).length > 20,
  );
  return joined;
}

/** Every RTP packet that came, in the order of arrival. */
function videoOf({ peer }: Joined): RtpPacket[] {
  return peer.packets.flatMap((bytes) => {
    const packet = isRtcp(bytes) ? null : parseRtp(bytes);
    return packet === null ? [] : [packet];
  });
}

function tell({ peer }: Joined, packet: RtcpPacket): void {
  peer.track?.sendMessageBinary(Buffer.from(buildRtcp([packet])));
}

const ssrcOf = (joined: Joined): number => videoOf(joined)[0]?.ssrc ?? 0;
const sender = testStream.ssrc;
const contentOf = ({ payload }: RtpPacket): string => Buffer.from(payload).toString('base64');

/** Width in the frame header behind the payload descriptor (RFC 6386 §9.1); null where none begins here. */
function keyWidth({ payload }: RtpPacket): number | null {
  if (!vp8StartsKey(payload)) return null;
  const bytes = Buffer.from(payload);
  const at = bytes.indexOf(Buffer.from([0x9d, 0x01, 0x2a]));
  return at < 0 ? null : bytes.readUInt16LE(at + 3) & 0x3fff;
}

it('a viewer that loses a third gets half the size from a key picture on, and the other stays on the full one', async () => {
  const other = await viewer();
  const losing = await viewer();
  const report = {
    ssrc: ssrcOf(losing),
    fractionLost: 77,
    lost: 100,
    highestSequence: 0,
    jitter: 0,
    lastSenderReport: 0,
    delaySinceSenderReport: 0,
  };
  let rungs: unknown[] = [];
  await within(
    LONG,
    'two rungs',
    () => JSON.stringify(rungs),
    async () => {
      tell(losing, { type: 'receiver-report', ssrc: sender, reports: [report] });
      await pause(300);
      rungs = [(await room.sending(losing.location))['rung'], (await room.sending(other.location))['rung']];
      return rungs[0] === 'low';
    },
  );
  expect(rungs).toEqual(['low', 'full']);
  const node = await room.reverie.until('wire', ({ info }) => Object(info)['encodes'].length === 2);
  expect(node.info).toMatchObject({ viewers: 2, encodes: ['vp8 full 320x240', 'vp8 low 160x120'] });
  await room.plays(losing.location, 5);
  // What both get is the same encode; what only one gets is the other rung.
  const lows = videoOf(losing);
  await room.plays(other.location, 5);
  const full = new Set(videoOf(other).map(contentOf));
  const first = lows.findIndex((packet) => !full.has(contentOf(packet)));
  expect(first).toBeGreaterThan(20);
  expect(lows.slice(first).some((packet) => full.has(contentOf(packet)))).toBe(false);
  const switched = lows[first];
  expect(switched === undefined ? null : keyWidth(switched)).toBe(160);
  expect(
    videoOf(other)
      .map(keyWidth)
      .filter((width) => width !== null && width !== 320),
  ).toEqual([]);
});

it('a viewer that asks for a key picture a hundred times a second gets two, and both see on meanwhile', async () => {
  const other = await viewer();
  const asking = await viewer();
  const ssrc = ssrcOf(asking);
  const [before, asked] = [videoOf(other).length, videoOf(asking).length];
  const atStart = performance.now();
  for (let sent = 0; sent < 500; sent += 1) {
    tell(asking, { type: 'pli', sender, media: ssrc });
    await pause(Math.max(0, atStart + (sent + 1) * 10 - performance.now()));
  }
  const seconds = (performance.now() - atStart) / 1000;
  const [others, theirs] = [videoOf(other).slice(before), videoOf(asking).slice(asked)];
  const keys = others.filter((packet) => keyWidth(packet) !== null).length;
  expect(keys).toBeGreaterThan(5);
  expect(keys).toBeLessThanOrEqual(2 * Math.ceil(seconds) + 1);
  const pictures = (packets: readonly RtpPacket[]): number =>
    new Set(packets.map(({ timestamp }) => timestamp)).size;
  expect(pictures(theirs)).toBeGreaterThan(0.8 * pictures(others));
});

/** Joins by way of a relay: an offer without addresses, and an answer that has the relay's. */
async function viewerBehind(
  takes: (bytes: Buffer) => boolean,
): Promise<Joined & { readonly relay: UdpRelay }> {
  const peer = room.peer({ receive: 'vp8' });
  const offer = (await peer.offer()).replaceAll(/a=candidate:.*\r\n/g, '');
  const answer = await room.post('/whep/wire', offer);
  const address = /(a=candidate:\S+ 1 UDP \d+ 127\.0\.0\.1) (\d+)/i;
  const relay = await UdpRelay.open(Number(address.exec(answer.text)?.[2]), takes);
  peer.accept(answer.text.replace(address, `$1 ${relay.port}`));
  const joined = { peer, location: answer.location, relay };
  viewers.push(joined);
  return joined;
}

it('a packet that a viewer misses is sent again as it was', async () => {
  const other = await viewer();
  let [packets, missed] = [0, -1];
  // The header of SRTP is in the clear; DTLS and STUN begin with other bits, and RTCP is not counted.
  const takes = (bytes: Buffer): boolean => {
    if ((bytes[0] ?? 0) >> 6 !== 2 || isRtcp(bytes)) return false;
    packets += 1;
    if (packets === 30) missed = bytes.readUInt16BE(2);
    return packets === 30;
  };
  const joined = await viewerBehind(takes);
  const came = (): RtpPacket | undefined => videoOf(joined).find(({ sequence }) => sequence === missed);
  const until = (what: string, holds: () => boolean | Promise<boolean>): Promise<void> =>
    within(LONG, what, () => `${packets} packets, ${missed} missed`, holds);
  try {
    await until('ten pictures beyond the lost packet', () => videoOf(joined).length > 40);
    expect(came()).toBeUndefined();
    const media = ssrcOf(joined);
    tell(joined, { type: 'nack', sender, media, sequences: [missed] });
    await until('the packet', () => came() !== undefined);
    // Both get the same encode.
    const again = came();
    expect(again?.ssrc).toBe(media);
    expect(videoOf(other).map(contentOf)).toContain(again === undefined ? '' : contentOf(again));
    await until('it in the report', async () => (await room.sending(joined.location))['resent'] === 1);
  } finally {
    joined.relay.close();
  }
});
