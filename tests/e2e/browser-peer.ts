import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Page } from 'playwright-core';

/** What a browser saw of a node. */
export interface Watched {
  /** Id of the session, which it closed since. */
  readonly session: string;
  /** What its candidates were answered, where it trickled them. */
  readonly patched: readonly number[] | null;
  /** The way as the daemon tells it, and the kinds of the two candidates, the browser's first. */
  readonly path: string;
  readonly pair: readonly [string, string];
  /** Numbers that were painted into the pictures, null where one could not be read. */
  readonly numbers: readonly (number | null)[];
  /** How far the source, or what feeds it, had come when the last picture was read. */
  readonly behind: number;
  readonly streams: number;
  readonly size: readonly [number, number];
  /** Of the places asked for, as `[red, green, blue]`. */
  readonly colors: readonly (readonly number[])[];
}

/** What a browser sees of a node while it goes on watching. */
export interface Seen {
  /** As in `Watched`. */
  readonly numbers: readonly (number | null)[];
  readonly width: number;
  /** Colour of the middle of the last picture; empty before the first. */
  readonly middle: readonly number[];
  /** Between two pictures. */
  readonly longestGapMs: number;
  readonly nacks: number;
  readonly keysAsked: number;
  readonly freezeSeconds: number;
}

// Runs in the browser, whose types the rest of the house does without.
const script = `
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const api = async (path) => (await fetch('/api/v1/' + path)).json();
const prefer = (transceiver, kind, codec) => transceiver.setCodecPreferences(
  kind.getCapabilities('video').codecs.filter(({ mimeType }) => mimeType.toLowerCase() === 'video/' + codec));
/** Candidates as they are found, in a PATCH each (RFC 9725 §4.3.2); answers the statuses, once all were sent. */
const trickle = (pc, found, { location, etag }) => new Promise((resolve) => {
  const [, user, password] = /a=ice-ufrag:(\\S+)[^]*a=ice-pwd:(\\S+)/.exec(pc.localDescription.sdp);
  const line = /m=.*/.exec(pc.localDescription.sdp)[0];
  const said = [];
  let sending = Promise.resolve();
  const send = (candidate) => {
    const end = candidate === null ? 'a=end-of-candidates' : 'a=' + candidate.candidate;
    const body = ['a=ice-ufrag:' + user, 'a=ice-pwd:' + password, line, 'a=mid:0', end, ''].join('\\r\\n');
    sending = sending.then(async () => {
      const headers = { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': etag };
      said.push((await fetch(location, { method: 'PATCH', headers, body })).status);
      if (candidate === null) resolve(said);
    });
  };
  for (const candidate of found.splice(0)) send(candidate);
  pc.onicecandidate = ({ candidate }) => send(candidate);
});
const signal = async (pc, path, trickles = false) => {
  const found = [];
  pc.onicecandidate = ({ candidate }) => found.push(candidate);
  await pc.setLocalDescription();
  // A TURN server lets nobody through whose address it was not told.
  const { iceTransportPolicy } = pc.getConfiguration();
  while (iceTransportPolicy === 'relay' && pc.iceGatheringState !== 'complete')
    await new Promise((resolve) => { pc.onicegatheringstatechange = resolve; });
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/sdp' }, body: pc.localDescription.sdp });
  const text = await answer.text();
  if (answer.status !== 201) return { status: answer.status, ...JSON.parse(text) };
  const session = { location: answer.headers.get('location'), etag: answer.headers.get('etag') };
  const patched = trickles ? trickle(pc, found, session) : null;
  await pc.setRemoteDescription({ type: 'answer', sdp: text });
  return { status: 201, ...session, patched: await patched };
};
const pairOf = async (pc) => {
  const stats = await pc.getStats();
  const transport = [...stats.values()].find(({ type }) => type === 'transport');
  const { localCandidateId, remoteCandidateId } = stats.get(transport.selectedCandidatePairId);
  return [localCandidateId, remoteCandidateId].map((id) => stats.get(id).candidateType);
};
const pixelsOf = (image, width, height) => {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(image, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
};
const colorAt = (pixels, width, height, [x, y]) => {
  const sums = [0, 0, 0];
  for (let dy = -4; dy < 4; dy++) for (let dx = -4; dx < 4; dx++) for (let c = 0; c < 3; c++)
    sums[c] += pixels[((Math.round(y * height) + dy) * width + Math.round(x * width) + dx) * 4 + c] / 64;
  return sums.map(Math.round);
};
const portOf = (sdp) => Number(/a=candidate:\\S+ 1 UDP \\d+ 127.0.0.1 (\\d+)/i.exec(sdp)[1]);
const peers = { readCounter, paintCounter };

peers.still = async (node, places) => {
  const bitmap = await createImageBitmap(await (await fetch('/api/v1/frame?format=png&node=' + node)).blob());
  const { width, height } = bitmap;
  const pixels = pixelsOf(bitmap, width, height);
  const { top } = readCounter(pixels, { width, height });
  return { size: [width, height], top, behind: (peers.painted ?? 0) - top, colors: places.map((place) => colorAt(pixels, width, height, place)) };
};

/** Pictures of a node, until so many are there; relayed, by way of the daemon's TURN server and no other. */
peers.watch = async ({ node, codec, count, places = [], relayed = false, trickles = false }) => {
  const pc = new RTCPeerConnection(relayed ? { ...(await api('ice-servers')), iceTransportPolicy: 'relay' } : {});
  prefer(pc.addTransceiver('video', { direction: 'recvonly' }), RTCRtpReceiver, codec);
  pc.addTransceiver('audio', { direction: 'recvonly' });
  const tracks = new Promise((resolve) => { pc.ontrack = (event) => event.track.kind === 'video' && resolve(event); });
  const { status, error, location, patched } = await signal(pc, '/whep/' + node, trickles);
  if (status !== 201) throw new Error(status + ' ' + JSON.stringify(error));
  const { streams } = await tracks;
  const video = document.createElement('video');
  Object.assign(video, { muted: true, srcObject: streams[0] });
  document.body.append(video);
  video.play();
  const numbers = [];
  let pixels;
  while (numbers.length < count) {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    const { videoWidth: width, videoHeight: height } = video;
    pixels = pixelsOf(video, width, height);
    numbers.push(readCounter(pixels, { width, height }).top);
  }
  const { framesOut } = (await api('stats')).nodes.find(({ id }) => id === 'in');
  const size = [video.videoWidth, video.videoHeight];
  const session = location.split('/').at(-1);
  const path = (await api('sessions')).sessions.find(({ id }) => id === session)?.info.path;
  const pair = await pairOf(pc);
  pc.close();
  video.remove();
  return { session, patched, path, pair, numbers, behind: framesOut - numbers.at(-1), streams: streams.length, size, colors: places.map((place) => colorAt(pixels, ...size, place)) };
};

/** A canvas that plays: five patches and the counter. peers.size changes its size, peers.painted is its last number. */
const playCanvas = ({ size = [512, 512], from = 0, offset = null }) => {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  let number = from;
  const colors = ['#ff0000', '#00ff00', '#0000ff', '#ffffff', '#808080'];
  const paint = () => {
    [canvas.width, canvas.height] = peers.size;
    const { width, height } = canvas;
    colors.forEach((color, index) => { context.fillStyle = color; context.fillRect(Math.floor(index * width / 5), 0, Math.ceil(width / 5), height); });
    const image = context.getImageData(0, 0, width, height);
    peers.painted = offset === null ? ++number : Math.floor(performance.now() + offset);
    paintCounter(image.data, { width, height }, peers.painted);
    context.putImageData(image, 0, 0);
  };
  peers.size = size;
  paint();
  const timer = setInterval(paint, 33);
  return { stream: canvas.captureStream(30), end: () => clearInterval(timer) };
};
const sending = (stream, codec) => {
  const pc = new RTCPeerConnection();
  const transceiver = pc.addTransceiver(stream.getVideoTracks()[0], { direction: 'sendonly', streams: [stream] });
  prefer(transceiver, RTCRtpSender, codec);
  return pc;
};

/** Feeds a source with a canvas. Answers what the daemon said; the canvas plays on. */
peers.feed = async ({ node, codec, trickles = false, ...canvas }) => {
  const { stream, end } = playCanvas(canvas);
  const pc = sending(stream, codec);
  const answer = await signal(pc, '/whip/' + node, trickles);
  peers.fed = { pc, ...answer };
  peers.stop = async () => { end(); pc.close(); if (answer.location) await fetch(answer.location, { method: 'DELETE' }); };
  if (answer.status !== 201) await peers.stop();
  return answer;
};
/** Offers to feed a source with a canvas, and answers the port at which the daemon waits for it. */
peers.offerFeed = async ({ node, codec, ...canvas }) => {
  const { stream, end } = playCanvas(canvas);
  const pc = sending(stream, codec);
  await pc.setLocalDescription();
  const answer = await fetch('/whip/' + node, { method: 'POST', headers: { 'content-type': 'application/sdp' }, body: pc.localDescription.sdp });
  const sdp = await answer.text();
  const location = answer.headers.get('location');
  peers.offered = { pc, sdp };
  peers.stop = async () => { end(); pc.close(); await fetch(location, { method: 'DELETE' }); };
  return portOf(sdp);
};
/** Asks for another ICE session for what it feeds, as a page does that changed its network; the old one stays where that is refused. */
peers.restart = async () => {
  const { pc, location } = peers.fed;
  await pc.setLocalDescription(await pc.createOffer({ iceRestart: true }));
  const [, user, password] = /a=ice-ufrag:(\\S+)[^]*a=ice-pwd:(\\S+)/.exec(pc.localDescription.sdp);
  const headers = { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' };
  const body = ['a=ice-ufrag:' + user, 'a=ice-pwd:' + password, ''].join('\\r\\n');
  const answer = await fetch(location, { method: 'PATCH', headers, body });
  await pc.setLocalDescription({ type: 'rollback' });
  return { status: answer.status, ...(await answer.json()), state: pc.connectionState };
};
/** Offers to watch a node, and answers the port at which the daemon waits for it. */
peers.offer = async ({ node, codec }) => {
  const pc = new RTCPeerConnection();
  prefer(pc.addTransceiver('video', { direction: 'recvonly' }), RTCRtpReceiver, codec);
  const video = document.createElement('video');
  video.muted = true;
  pc.ontrack = ({ streams }) => { video.srcObject = streams[0]; video.play(); };
  document.body.append(video);
  await pc.setLocalDescription();
  const answer = await fetch('/whep/' + node, { method: 'POST', headers: { 'content-type': 'application/sdp' }, body: pc.localDescription.sdp });
  const sdp = await answer.text();
  peers.offered = { pc, video, sdp, numbers: [], widths: [], shownAt: [], middle: [] };
  const seen = () => {
    peers.offered.shownAt.push(performance.now());
    const size = { width: video.videoWidth, height: video.videoHeight };
    const pixels = pixelsOf(video, size.width, size.height);
    peers.offered.numbers.push(readCounter(pixels, size).top);
    peers.offered.middle = colorAt(pixels, size.width, size.height, [0.5, 0.5]);
    peers.offered.widths.push(size.width);
    video.requestVideoFrameCallback(seen);
  };
  video.requestVideoFrameCallback(seen);
  return portOf(sdp);
};
/** Goes on by way of another port, where a relay waits. */
peers.acceptThrough = async (port) => {
  const { pc, sdp } = peers.offered;
  const moved = sdp.replace(/(a=candidate:\\S+ 1 UDP \\d+ 127.0.0.1) \\d+/gi, '$1 ' + port);
  await pc.setRemoteDescription({ type: 'answer', sdp: moved });
};
peers.seen = async () => {
  const { pc, numbers, widths, shownAt, middle } = peers.offered;
  const stats = {};
  for (const each of (await pc.getStats()).values()) if (each.type === 'inbound-rtp') Object.assign(stats, each);
  const gaps = shownAt.slice(1).map((at, index) => at - shownAt[index]);
  return { numbers, width: widths.at(-1) ?? 0, middle, longestGapMs: Math.max(0, ...gaps), nacks: stats.nackCount ?? 0, keysAsked: stats.pliCount ?? 0, freezeSeconds: stats.totalFreezesDuration ?? 0 };
};

/** How old the time is that is painted into each picture of a node, once it is on the page. For benches. */
peers.ages = async ({ node, codec, count, offset }) => {
  const pc = new RTCPeerConnection();
  prefer(pc.addTransceiver('video', { direction: 'recvonly' }), RTCRtpReceiver, codec);
  const tracks = new Promise((resolve) => { pc.ontrack = resolve; });
  await signal(pc, '/whep/' + node);
  const video = document.createElement('video');
  Object.assign(video, { muted: true, srcObject: (await tracks).streams[0] });
  document.body.append(video);
  video.play();
  const ages = [];
  for (let seen = 0; ages.length < count; seen++) {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    const size = { width: video.videoWidth, height: video.videoHeight };
    const { top } = readCounter(pixelsOf(video, size.width, size.height), size);
    const now = performance.now() + offset;
    if (top !== null && seen > 20) ages.push((((now - top) % 1048576) + 1048576) % 1048576);
  }
  pc.close();
  video.remove();
  return { ages };
};

/** Milliseconds from a value set on a data channel to its acknowledgement. For benches. */
peers.roundTrips = async ({ node, count }) => {
  const pc = new RTCPeerConnection();
  pc.addTransceiver('video', { direction: 'recvonly' });
  const channel = pc.createDataChannel('native');
  const opened = new Promise((resolve) => { channel.onopen = resolve; });
  await signal(pc, '/whep/' + node);
  await opened;
  const heard = [];
  let woken = () => {};
  channel.onmessage = ({ data }) => { heard.push(JSON.parse(data)); woken(); };
  const hear = async (fits) => {
    while (!heard.some(fits)) await new Promise((resolve) => { woken = resolve; });
    heard.length = 0;
  };
  channel.send(JSON.stringify({ type: 'hello' }));
  await hear(({ type }) => type === 'hello');
  const times = [];
  for (let id = 1; id <= count; id++) {
    const started = performance.now();
    channel.send(JSON.stringify({ type: 'set', id, values: { '/paused': false } }));
    await hear((message) => message.id === id);
    times.push(performance.now() - started);
    await wait(10);
  }
  pc.close();
  return times;
};

/** Watches a node for good: where no picture comes for most of a second, it offers again. Pictures are counted. */
peers.keepWatching = (node) => {
  const state = { pictures: 0, offers: 0, at: 0, longestGapMs: 0 };
  peers.kept = state;
  const look = async () => {
    state.offers++;
    const pc = new RTCPeerConnection();
    pc.addTransceiver('video', { direction: 'recvonly' });
    const video = document.createElement('video');
    video.muted = true;
    pc.ontrack = ({ streams }) => { video.srcObject = streams[0]; video.play(); };
    const seen = () => {
      const now = performance.now();
      if (state.at > 0) state.longestGapMs = Math.max(state.longestGapMs, now - state.at);
      state.pictures++;
      state.at = now;
      video.requestVideoFrameCallback(seen);
    };
    video.requestVideoFrameCallback(seen);
    const started = performance.now();
    const { status } = await signal(pc, '/whep/' + node).catch(() => ({ status: 0 }));
    while (status === 201 && performance.now() - (state.at > started ? state.at : started + 4000) < 700) await wait(50);
    pc.close();
    setTimeout(look, status === 201 ? 0 : 100);
  };
  look();
};
window.peers = peers;
`;

/** Opens a page of the daemon's own origin and gives it the functions above as `peers`. */
export async function openPeer(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/health`);
  const counter = readFileSync(resolve('dist/adapters/test-pattern/counter.js'), 'utf8');
  await page.evaluate(`(() => {${counter.replaceAll(/^export /gm, '')}\n${script}})()`);
}

export const call = <T>(page: Page, name: string, ...args: readonly unknown[]): Promise<T> =>
  page.evaluate(`peers.${name}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`);
