import * as webrtc from '../../../adapters/webrtc/run.ts';
import { openVideoEncoder } from '../../../src/codec/video-encoder.ts';
import { nowUs } from '../../../src/contract/clock.ts';
import type { JsonObject } from '../../../src/contract/json.ts';
import { buildRtp } from '../../../src/protocols/rtp/packet.ts';
import { payloadFormats } from '../../../src/protocols/rtp/payload.ts';
import { SendStream } from '../../../src/protocols/rtp/send-stream.ts';
import { rtpTimestamp } from '../../../src/protocols/rtp/sequence.ts';
import { ControlDouble, until } from '../../conformance/contexts.ts';
import { testStream, WebRtcPeer } from '../../support/webrtc-peer.ts';

const [width, height] = [160, 120];
const EVERY_MS = 15;

/**
 * A real peer on loopback that feeds the node under test and looks at it, by way of a desk in this process: without one a source
 * has no pictures, and a sink nobody to encode for.
 */
export async function config(): Promise<{ config: JsonObject; clean: () => Promise<void> }> {
  const settings = { bindAddress: '127.0.0.1', iceServers: [] };
  const desk = new ControlDouble(settings);
  const run = webrtc.control.run(desk);
  await until(() => desk.alive);
  const peer = new WebRtcPeer({ receive: 'vp8', send: 'vp8' });
  const views = [{ node: desk.node, port: desk.node }];
  const offer = { id: 'peer', client: 'test', sdp: await peer.offer(), views, feeds: [desk.node] };
  const answer = (await desk.request('offer', offer)) as { sdp: string };
  peer.accept(answer.sdp);
  await until(() => peer.connected);
  const stop = play(peer);
  return {
    config: {},
    clean: async () => {
      await stop();
      peer.close();
      desk.controller.abort();
      await run;
    },
  };
}

/** Pictures that move a little, all of them key pictures, so that any may be the first. */
function play(peer: WebRtcPeer): () => Promise<void> {
  const stream = new SendStream({ ...testStream, sequence: 0 });
  let playing = true;
  const played = (async () => {
    const encoder = await openVideoEncoder({ codec: 'vp8', width, height, rateHz: 60, bitrateBps: 1e6 });
    const pixels = new Uint8Array(width * height * 4).fill(255);
    for (let n = 0; playing; n += 1) {
      pixels.fill(n & 255, 0, width * 40);
      const picture = await encoder.encode(pixels, { key: true, timestampUs: nowUs() });
      const payloads = picture === null ? [] : payloadFormats.vp8.packetize(picture.data, 1000);
      for (const packet of stream.packets(payloads, rtpTimestamp(nowUs(), 90_000, 0)))
        if (peer.track?.isOpen() === true) peer.track.sendMessageBinary(Buffer.from(buildRtp(packet)));
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    await encoder.close();
  })();
  return async () => {
    playing = false;
    await played;
  };
}
