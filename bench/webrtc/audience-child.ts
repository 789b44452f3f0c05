/** Viewers of one node, all in this process: told over the channel how many there are to be, asked what came. Nothing is decoded. */
import { isRtcp, parseRtp } from '../../src/protocols/rtp/packet.ts';
import { endPeers, WebRtcPeer } from '../../tests/support/webrtc-peer.ts';
import type { AudienceFigures, AudienceWish } from './audience.ts';

const [url = '', node = ''] = process.argv.slice(2);
const peers: WebRtcPeer[] = [];

async function join(): Promise<void> {
  const peer = new WebRtcPeer({ receive: 'vp8' });
  const headers = { 'content-type': 'application/sdp' };
  const answer = await fetch(`${url}/whep/${node}`, { method: 'POST', headers, body: await peer.offer() });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  peer.accept(await answer.text());
  peers.push(peer);
  while (peer.packets.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

function figures(): AudienceFigures {
  const packets = peers.flatMap((peer) => peer.packets.splice(0));
  return {
    viewers: peers.length,
    pictures: packets.filter((packet) => parseRtp(packet)?.marker === true && !isRtcp(packet)).length,
    bytes: packets.reduce((sum, packet) => sum + packet.length, 0),
  };
}

process.on('message', (wish: AudienceWish) => {
  void (async () => {
    while (peers.length < wish.viewers) await join();
    process.send?.(figures());
  })();
});
process.on('disconnect', () => {
  for (const peer of peers) peer.close();
  endPeers();
  process.exit(0);
});
