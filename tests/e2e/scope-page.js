// What a page does that is written against Scope's API: the flows of its documentation, and the start of its own page, call by
// call. Runs in a browser, on another origin than the daemon's.
const settings = { daemon: '', patchDelayMs: 0 };

async function call(method, path, body) {
  const init =
    body === undefined
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(`${settings.daemon}/api/v1/${path}`, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

async function until(holds, what) {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const found = await holds();
    if (found) return found;
    if (performance.now() > deadline) throw new Error(`Waited 30 s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** POST the load, then ask until it is loaded; the words that were seen on the way. */
async function load(body) {
  const posted = await call('POST', 'pipeline/load', body);
  if (posted.status >= 300) return { posted, words: [] };
  const words = [];
  await until(async () => {
    const { status } = (await call('GET', 'pipeline/status')).body;
    if (words.at(-1) !== status) words.push(status);
    return status === 'loaded' || status === 'error' || status === 'not_loaded';
  }, 'the load');
  return { posted, words };
}

/** Signs a peer connection in as the examples do; all candidates go before the answer is taken, as Scope's page has it. */
async function signIn(pc, initialParameters) {
  const waiting = [];
  let session = null;
  const patched = [];
  const send = async (candidate) => {
    await new Promise((resolve) => setTimeout(resolve, settings.patchDelayMs));
    const { candidate: line, sdpMid, sdpMLineIndex } = candidate;
    const sent = await call('PATCH', `webrtc/offer/${session}`, {
      candidates: [{ candidate: line, sdpMid, sdpMLineIndex }],
    });
    patched.push(sent.status);
  };
  pc.onicecandidate = ({ candidate }) => {
    if (candidate === null) return;
    if (session === null) waiting.push(candidate);
    else void send(candidate);
  };
  await pc.setLocalDescription(await pc.createOffer());
  const { sdp, type } = pc.localDescription;
  const answer = await call('POST', 'webrtc/offer', { sdp, type, initialParameters });
  if (answer.status !== 200) throw new Error(`offer: ${answer.status} ${JSON.stringify(answer.body)}`);
  session = answer.body.sessionId;
  for (const candidate of waiting) await send(candidate);
  await pc.setRemoteDescription({ sdp: answer.body.sdp, type: answer.body.type });
  await until(() => pc.connectionState === 'connected', 'the connection');
  return { session, patched, answer: answer.body };
}

async function newPeer() {
  const { iceServers } = (await call('GET', 'webrtc/ice-servers')).body;
  const pc = new RTCPeerConnection({ iceServers });
  const channel = pc.createDataChannel('parameters', { ordered: true });
  const heard = [];
  channel.onmessage = ({ data }) => heard.push(JSON.parse(data));
  const streams = [];
  pc.ontrack = ({ track, streams: [stream] }) => {
    if (track.kind === 'video') streams.push(stream);
  };
  return { pc, channel, heard, streams };
}

/** Shows the stream and counts pictures that came, with the mean colour of the last. */
async function watch(stream) {
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true, srcObject: stream });
  document.body.append(video);
  await video.play();
  let frames = 0;
  const count = () => {
    frames += 1;
    video.requestVideoFrameCallback(count);
  };
  video.requestVideoFrameCallback(count);
  const canvas = new OffscreenCanvas(32, 32);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return {
    frames: () => frames,
    size: () => [video.videoWidth, video.videoHeight],
    /** Mean red, green and blue, 0 to 255. */
    colour() {
      context.drawImage(video, 0, 0, 32, 32);
      const { data } = context.getImageData(0, 0, 32, 32);
      return [0, 1, 2].map((channel) => {
        let sum = 0;
        for (let at = channel; at < data.length; at += 4) sum += data[at];
        return Math.round(sum / 1024);
      });
    },
    end: () => video.remove(),
  };
}

const opened = (channel) => until(() => channel.readyState === 'open', 'the data channel');
const valueOf = async (address) =>
  (await call('GET', 'parameters')).body.parameters.find((parameter) => parameter.address === address)?.value;

/** A canvas of one colour as a camera, as a file is sent by Scope's page: at 15 frames a second. */
function paintedCamera(colour, width = 320, height = 240) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const context = canvas.getContext('2d');
  const timer = setInterval(() => {
    context.fillStyle = colour;
    context.fillRect(0, 0, width, height);
  }, 66);
  const [track] = canvas.captureStream(15).getVideoTracks();
  return { track, stop: () => (clearInterval(timer), track.stop()) };
}

const flows = {
  set: (daemon) => void (settings.daemon = daemon),

  load: () => load({ pipeline_ids: ['dream'], load_params: { height: 512, width: 512, seed: 42 } }),
  loadSmaller: () => load({ pipeline_ids: ['dream'], load_params: { height: 256, width: 256 } }),
  loadUnknown: () => load({ pipeline_ids: ['longlive'] }),

  async receive() {
    // With leave to use a camera the browser offers its addresses, so that there are candidates to send.
    const camera = await navigator.mediaDevices.getUserMedia({ video: true });
    const { pc, channel, streams } = await newPeer();
    pc.addTransceiver('video');
    const prompts = [{ text: 'a garden in the rain', weight: 1.0 }];
    settings.patchDelayMs = 300;
    const signed = await signIn(pc, {
      prompts,
      denoising_step_list: [1000, 750, 500, 250],
      manage_cache: true,
    });
    settings.patchDelayMs = 0;
    const view = await watch(await until(() => streams[0], 'the track with its stream'));
    await until(() => view.frames() >= 30, 'pictures');
    await opened(channel);
    const result = { patched: signed.patched, size: view.size(), prompt: await valueOf('/main/prompt') };
    pc.close();
    view.end();
    for (const track of camera.getTracks()) track.stop();
    return result;
  },

  async sendReceive() {
    await load({ pipeline_ids: ['passthrough'] });
    const { pc, streams } = await newPeer();
    const camera = paintedCamera('rgb(220, 30, 30)');
    const sender = pc.addTrack(camera.track);
    const { session } = await signIn(pc, { input_mode: 'video', prompts: [{ text: 'anything', weight: 1 }] });
    const view = await watch(await until(() => streams[0], 'the track'));
    const isRed = ([red, green, blue]) => red > 180 && green < 80 && blue < 80;
    await until(() => view.frames() > 5 && isRed(view.colour()), 'the red picture back');
    const red = view.colour();
    // Another camera takes over without another offer, in another size.
    const second = paintedCamera('rgb(20, 40, 220)', 640, 480);
    await sender.replaceTrack(second.track);
    await until(() => view.colour()[2] > 180, 'the blue picture back');
    const { sessions } = (await call('GET', 'sessions')).body;
    const graph = (await call('GET', 'graph')).body;
    pc.close();
    camera.stop();
    second.stop();
    view.end();
    return {
      red,
      feeds: sessions.find(({ id }) => id === session)?.feeds,
      source: graph.nodes.find(({ id }) => id === 'in')?.adapter,
    };
  },

  async parameters() {
    await load({ pipeline_ids: ['dream'] });
    const { pc, channel, heard } = await newPeer();
    pc.addTransceiver('video');
    await signIn(pc, { prompts: [{ text: 'start', weight: 1 }] });
    await opened(channel);
    const say = (message) => channel.send(JSON.stringify(message));
    say({
      prompts: [
        { text: 'a calm sea', weight: 0.7 },
        { text: 'fire', weight: 0.3 },
      ],
      prompt_interpolation_method: 'slerp',
    });
    await until(async () => (await valueOf('/main/prompt')) === 'a calm sea', 'the prompts');
    const prompts = await valueOf('/main/prompts');
    say({
      transition: {
        target_prompts: [{ text: 'a desert', weight: 1 }],
        num_steps: 8,
        temporal_interpolation_method: 'slerp',
      },
    });
    for (const message of [
      { denoising_step_list: [700, 500] },
      { noise_scale: 0.5 },
      { noise_controller: false },
      { manage_cache: true },
      { reset_cache: true },
      { lora_scales: [{ path: 'a.safetensors', scale: 0.5 }] },
      { vace_ref_images: ['a.png'] },
      { spout_sender: { enabled: true, name: 'out' } },
    ])
      say(message);
    channel.send('{"strength":');
    say({ strength: 0.31, glow: 7 });
    say({ paused: true });
    await until(() => valueOf('/paused'), 'the pause');
    const result = {
      prompts,
      prompt: await valueOf('/main/prompt'),
      strength: await valueOf('/main/strength'),
      glow: await valueOf('/main/glow'),
    };
    say({ paused: false });
    await until(async () => !(await valueOf('/paused')), 'the end of the pause');
    await call('PATCH', 'parameters', { '/main/strength': 0.77 });
    await until(
      () =>
        heard.some(({ type, parameters }) => type === 'parameters_updated' && parameters.strength === 0.77),
      'the push',
    );
    result.echoes = heard.filter(({ parameters }) => parameters?.strength === 0.31).length;
    result.open = channel.readyState;
    pc.close();
    return result;
  },

  /** Scope's workflow view: lines for two sinks and a recorder, a second source, and the data channel last. */
  async workflow() {
    const graph = (await call('GET', 'graph')).body;
    await call('PUT', 'graph', {
      nodes: [...graph.nodes, { id: 'wall', type: 'sink', adapter: 'stills' }],
      links: [...graph.links, { from: 'in', to: 'wall' }],
    });
    const pc = new RTCPeerConnection({ iceServers: [] });
    const tracks = new Map();
    pc.ontrack = ({ track, transceiver, streams: [stream] }) => {
      if (track.kind === 'video') tracks.set(transceiver, stream);
    };
    const first = paintedCamera('rgb(220, 30, 30)');
    const second = paintedCamera('rgb(20, 40, 220)');
    const { codecs } = RTCRtpReceiver.getCapabilities('video');
    const vp8 = codecs.filter(({ mimeType }) => mimeType === 'video/VP8');
    const line = (init, track = 'video') => {
      const transceiver = pc.addTransceiver(track, init);
      transceiver.setCodecPreferences(vp8);
      return transceiver;
    };
    const lines = [line({ direction: 'sendrecv' }, first.track)];
    pc.addTransceiver('audio', { direction: 'recvonly' });
    for (const _ of ['wall', 'recorder']) lines.push(line({ direction: 'recvonly' }));
    line({ direction: 'sendonly' }, second.track);
    const channel = pc.createDataChannel('parameters', { ordered: true });
    const { answer } = await signIn(pc, { input_mode: 'video', prompts: [{ text: 'x', weight: 100 }] });
    const views = [];
    for (const each of lines.slice(0, 2))
      views.push(await watch(await until(() => tracks.get(each), 'the track of a sink')));
    for (const view of views) await until(() => view.frames() >= 10, 'pictures of both sinks');
    await opened(channel);
    const media = answer.sdp.split(/^m=/m).slice(1);
    const result = {
      lines: media.map((section) => section.split(' ')[0]),
      directions: media
        .slice(0, -1)
        .map((section) => /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(section)?.[1]),
      named: media.map((section) => /^a=msid:\S+ \S+/m.test(section)),
      codecs: [...new Set([...answer.sdp.matchAll(/^a=rtpmap:\d+ (\w+)/gm)].map(([, codec]) => codec))],
      bundled: /^a=group:BUNDLE (.*)$/m.exec(answer.sdp)?.[1].trim().split(' ').length,
    };
    pc.close();
    for (const each of [first, second]) each.stop();
    for (const view of views) view.end();
    await call('PUT', 'graph', graph);
    return result;
  },

  /** Scope's own page in text mode: VP8 only, an audio line, the load twice, and a second viewer meanwhile. */
  async perform() {
    const body = {
      pipelines: [{ node_id: 'dream', pipeline_id: 'dream', load_params: { height: 512, width: 512 } }],
    };
    const first = await load(body);
    const graph = {
      nodes: [
        { id: 'input', type: 'source', source_mode: 'video' },
        { id: 'dream', type: 'pipeline', pipeline_id: 'dream' },
        { id: 'output', type: 'sink' },
      ],
      edges: [
        { from: 'input', from_port: 'video', to_node: 'dream', to_port: 'video', kind: 'stream' },
        { from: 'dream', from_port: 'video', to_node: 'output', to_port: 'video', kind: 'stream' },
      ],
    };
    const parameters = {
      input_mode: 'text',
      prompts: [{ text: 'a calm sea', weight: 100 }],
      prompt_interpolation_method: 'linear',
      denoising_step_list: [700, 500],
      pipeline_ids: ['dream'],
      produces_video: true,
      produces_audio: false,
      graph,
      recording: false,
    };
    const start = async () => {
      const peer = await newPeer();
      const line = peer.pc.addTransceiver('video', { direction: 'sendrecv' });
      const { codecs } = RTCRtpReceiver.getCapabilities('video');
      line.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === 'video/VP8'));
      peer.pc.addTransceiver('audio', { direction: 'recvonly' });
      const { answer } = await signIn(peer.pc, parameters);
      const view = await watch(await until(() => peer.streams[0], 'the track'));
      await until(() => view.frames() >= 15, 'pictures');
      return { ...peer, view, answer };
    };
    const one = await start();
    const pidBefore = (await call('GET', 'nodes/main')).body.status.pid;
    const again = await load(body);
    const two = await start();
    const seen = one.view.frames();
    await until(() => one.view.frames() > seen + 15, 'the first picture going on');
    const during = (await call('GET', 'sessions')).body.sessions.length;
    const pidAfter = (await call('GET', 'nodes/main')).body.status.pid;
    one.pc.close();
    await until(
      async () => (await call('GET', 'sessions')).body.sessions.length === during - 1,
      'the first session to end',
    );
    const frames = two.view.frames();
    await until(() => two.view.frames() > frames + 15, 'the second picture going on');
    two.pc.close();
    await until(
      async () => (await call('GET', 'sessions')).body.sessions.length === during - 2,
      'the second session to end',
    );
    const audio = /m=audio[\s\S]*?(?=m=|$)/.exec(one.answer.sdp)?.[0] ?? '';
    return {
      first: first.words,
      again: again.words,
      sameRunner: pidBefore === pidAfter,
      audio: /a=(inactive|sendonly|recvonly|sendrecv)/.exec(audio)?.[1] ?? null,
    };
  },
};
globalThis.flows = flows;
