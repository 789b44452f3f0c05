/**
 * The least that shows a browser a picture: paint, encode and send in one process, and text of a data channel goes straight back.
 * No daemon, no shared memory, no rungs, no repair of loss, one viewer. It speaks WHEP as far as the page of the bench needs it.
 */
import { createServer, type IncomingMessage } from 'node:http';
import library, { type PeerConnection, type Track } from 'node-datachannel';
import { nowUs } from '../../src/contract/clock.ts';
import type { VideoCodec } from '../../src/protocols/rtp/payload.ts';
import { BareEncoder } from './bare-encoder.ts';
import { isKeyAsked, Packets } from './bare-packets.ts';
import type { BareTask } from './bare.ts';

const task = JSON.parse(process.argv[2] ?? '') as BareTask;
const size = { width: task.side, height: task.side };
const { source } = (await import(task.source)) as ClockSource;
const PLAYOUT_DELAY = 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay';

/** The same that paints for the daemon. */
interface ClockSource {
  readonly source: {
    run(context: {
      readonly config: { readonly width: number; readonly height: number; readonly rateHz: number };
      readonly signal: AbortSignal;
      output(): Promise<{ readonly data: Uint8Array; publish(): void }>;
    }): Promise<void>;
  };
}

interface Line {
  readonly mid: string;
  readonly codec: VideoCodec;
  readonly payloadType: number;
  readonly parameters: string;
  readonly playoutDelayId: number;
}

/** The first video line and its first format that we code: VP8, or H.264 baseline in packets of mode 1. */
function readLine(sdp: string): Line {
  const section = sdp.slice(sdp.indexOf('m=video')).split('\r\nm=')[0] ?? '';
  const value = (pattern: RegExp): string => pattern.exec(section)?.[1] ?? '';
  const types = value(/^m=video \d+ \S+ (.+)/).split(' ');
  for (const type of types) {
    const codec = value(new RegExp(`a=rtpmap:${type} (H264|VP8)/`)).toLowerCase();
    const parameters = value(new RegExp(`a=fmtp:${type} (.+)`));
    const playoutDelayId = Number(value(new RegExp(`a=extmap:(\\d+) ${PLAYOUT_DELAY}`)));
    const line = { mid: value(/a=mid:(\S+)/), payloadType: Number(type), parameters, playoutDelayId };
    if (codec === 'vp8') return { ...line, codec };
    if (codec === 'h264' && /packetization-mode=1.*profile-level-id=42/.test(parameters))
      return { ...line, codec };
  }
  throw new Error('No video that can be coded is offered');
}

async function answer(sdp: string): Promise<string> {
  const line = readLine(sdp);
  const connection = new library.PeerConnection('bare', {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
  });
  connection.onDataChannel((channel) => channel.onMessage((text) => channel.sendMessage(String(text))));
  const video = new library.Video(line.mid, 'SendOnly');
  if (line.codec === 'h264') video.addH264Codec(line.payloadType, line.parameters);
  else video.addVP8Codec(line.payloadType);
  video.parseSdpLine(`a=extmap:${line.playoutDelayId} ${PLAYOUT_DELAY}`);
  const packets = new Packets(line.codec, line.payloadType, line.playoutDelayId);
  video.addSSRC(packets.ssrc, 'bare', 'bare', 'bare');
  const track = connection.addTrack(video);
  track.onOpen(() => void show(track, packets, line.codec));
  const gathered = new Promise<void>((resolve) =>
    connection.onGatheringStateChange((state) => {
      if (state === 'complete') resolve();
    }),
  );
  kept.push([connection, video, track]);
  connection.setRemoteDescription(sdp, 'offer');
  connection.setLocalDescription('answer');
  await gathered;
  return connection.localDescription()?.sdp ?? '';
}

/** The library frees what JavaScript lets go of. */
const kept: (readonly [PeerConnection, unknown, Track])[] = [];

/** Plays until the viewer is gone. */
async function show(track: Track, packets: Packets, codec: VideoCodec): Promise<void> {
  const encoder = await BareEncoder.open({ ...size, codec, rateHz: task.rateHz, bitrateBps: 3e6 });
  const gone = new AbortController();
  let key = true;
  track.onClosed(() => gone.abort());
  track.onMessage((bytes) => (key ||= isKeyAsked(bytes)));
  const data = Buffer.alloc(size.width * size.height * 4);
  let coding = Promise.resolve();
  const publish = (): void => {
    const atUs = nowUs();
    coding = encoder.encode(data, atUs, key).then((picture) => {
      for (const packet of packets.of(picture, atUs)) if (track.isOpen()) track.sendMessageBinary(packet);
    });
    key = false;
  };
  const output = async (): Promise<{ data: Buffer; publish: () => void }> => {
    await coding;
    return { data, publish };
  };
  await source.run({ config: { ...size, rateHz: task.rateHz }, signal: gone.signal, output });
  await coding;
  encoder.close();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const server = createServer((request, response) => {
  void (async () => {
    if (request.method === 'GET') response.end('bare');
    else response.writeHead(201, { location: '/bare' }).end(await answer(await bodyOf(request)));
  })();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
