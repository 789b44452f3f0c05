import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { endPeers } from '../support/webrtc-peer.ts';
import { graphOf, pause, sinkNode, sourceNode, stageNode, within } from './reverie.ts';
import { LONG, shareOfMemory, WebRtcRoom, type Joined } from './webrtc-room.ts';

const MB = 1e6;
const STRENGTH = '/main/strength';
const graph = graphOf(
  [
    sourceNode('in', { width: 64, height: 64 }),
    stageNode('main', 'dream'),
    sinkNode('out'),
    { id: 'wire', type: 'sink', adapter: 'webrtc' },
  ],
  [
    ['in', 'main'],
    ['main', 'wire'],
    ['main', 'out'],
  ],
);

let room: WebRtcRoom;

beforeAll(async () => {
  room = await WebRtcRoom.open({ graph });
});

afterAll(async () => {
  await room?.close();
  endPeers();
});

const joined = (maxMessage?: number): Promise<Joined> =>
  room.join('/whep/wire', {
    receive: 'vp8',
    channel: 'native',
    ...(maxMessage === undefined ? {} : { maxMessage }),
  });

const say = ({ peer }: Joined, message: object): boolean | undefined =>
  peer.channel?.sendMessage(JSON.stringify(message));

const hears = ({ peer }: Joined, what: string): Promise<void> =>
  within(
    LONG,
    what,
    () => peer.texts.slice(-5).join(' ').slice(0, 1_000),
    () => peer.texts.some((text) => text.includes(what)),
  );

async function valueOf(address: string): Promise<unknown> {
  const { parameters } = await room.reverie.get<{ parameters: { address: string; value: unknown }[] }>(
    'parameters',
  );
  return parameters.find((each) => each.address === address)?.value;
}

it('what is not text is refused, and the sender is told on the channel', async () => {
  const client = await joined();
  client.peer.channel?.sendMessageBinary(Buffer.from([1, 2, 3]));
  await hears(client, 'E_SESSION_MESSAGE');
  expect((await room.report(client.location))?.state).toBe('connected');
  await room.end(client.location);
});

it('a text of the largest size is taken whole, and one of a byte more or of ten megabytes is refused', async () => {
  const client = await joined(20 * MB);
  const { peer, location } = client;
  const text = (bytes: number): string => {
    const empty = JSON.stringify({ type: 'ping', id: 'large', pad: '' });
    return JSON.stringify({ type: 'ping', id: 'large', pad: 'x'.repeat(bytes - empty.length) });
  };
  say(client, { type: 'hello' });
  await hears(client, 'keepSeconds');
  peer.channel?.sendMessage(text(262_144));
  await within(
    LONG,
    'two messages',
    () => '',
    async () => (await room.channels(location))['messages'] === 2,
  );
  // Shorter than that in characters, and longer in bytes.
  for (const long of [text(262_145), 'é'.repeat(200_000), 'x'.repeat(10 * MB)]) {
    expect(peer.channel?.sendMessage(long)).toBe(true);
    await within(
      LONG,
      'all bytes to leave',
      () => String(peer.channel?.bufferedAmount()),
      () => peer.channel?.bufferedAmount() === 0,
    );
  }
  const counts = async (): Promise<unknown> => room.channels(location);
  await within(
    LONG,
    'three refusals',
    () => '',
    async () => (await room.channels(location))['refused'] === 3,
  );
  await hears(client, 'E_SESSION_MESSAGE');
  expect(await counts()).toMatchObject({ messages: 2, refused: 3, dropped: 0 });
  say(client, { type: 'ping', id: 'and goes on' });
  await hears(client, 'and goes on');
  await room.plays(location);
  await room.end(location);
});

it('ten thousand messages a second cost their sender its oldest, and the others nothing', async () => {
  const { reverie } = room;
  const { pid } = await reverie.live('wire');
  const flooding = await joined();
  const innocent = await joined();
  for (const client of [flooding, innocent]) say(client, { type: 'hello' });
  for (const client of [flooding, innocent]) await hears(client, 'keepSeconds');
  const before = shareOfMemory(pid ?? 0);
  const atStart = performance.now();
  let [sent, moved] = [0, 0];
  // Never faster than ten thousand a second, and as long as it takes to send five seconds' worth.
  while (sent < 50_000) {
    const due = Math.min(50_000, Math.floor((performance.now() - atStart) * 10));
    for (; sent < due; sent += 1) say(flooding, { type: 'set', values: { [STRENGTH]: (sent % 90) / 100 } });
    if (moved * 500 < sent)
      say(innocent, { type: 'set', id: `mine ${(moved += 1)}`, values: { '/main/warp': moved / 200 } });
    await pause(5);
  }
  say(flooding, { type: 'set', values: { [STRENGTH]: 0.95 } });
  const last = moved / 200;
  let seen: unknown[] = [];
  await within(
    LONG,
    'the last values of both',
    () => JSON.stringify(seen),
    async () => {
      seen = [await valueOf(STRENGTH), await valueOf('/main/warp')];
      return seen[0] === 0.95 && seen[1] === last;
    },
  );
  let counts: Readonly<Record<string, number>> = {};
  await within(
    LONG,
    'all messages in the report',
    () => JSON.stringify(counts),
    async () => ((counts = await room.channels(flooding.location))['messages'] ?? 0) >= 50_002,
  );
  if ((counts['dropped'] ?? 0) > 0) await hears(flooding, 'E_SESSION_FLOOD');
  expect(counts['messages']).toBe(50_002);
  expect(await room.channels(innocent.location)).toMatchObject({ messages: moved + 1, dropped: 0 });
  await hears(innocent, `"mine ${moved}"`);
  const acks = innocent.peer.texts.filter((text) => text.includes('"mine ')).length;
  expect(acks).toBe(moved);
  for (const { location } of [flooding, innocent]) await room.plays(location);
  await within(
    LONG,
    'memory to come back',
    () => `${before} before, ${shareOfMemory(pid ?? 0)} now`,
    () => shareOfMemory(pid ?? 0) < before + 120 * MB,
  );
  expect((await reverie.live('wire')).pid).toBe(pid);
  for (const { location } of [flooding, innocent]) await room.end(location);
});

it('a client that does not read costs the others nothing, and hears the last value once it reads again', async () => {
  const { reverie } = room;
  const { pid } = await reverie.live('wire');
  const pids = [pid ?? 0, reverie.child.pid ?? 0];
  const stuck = spawn(
    process.execPath,
    ['tests/fixtures/standing-viewer.mjs', `${reverie.url}/whep/wire`, STRENGTH],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  stuck.stdout.on('data', (text) => (output += String(text)));
  const said = (words: string): Promise<void> =>
    within(
      LONG,
      words,
      () => output.slice(-200),
      () => output.includes(words),
    );
  try {
    await said('value');
    const mover = await joined();
    say(mover, { type: 'hello' });
    const before = pids.map(shareOfMemory);
    stuck.kill('SIGSTOP');
    // Some six megabytes of values, where nothing holds them back.
    const faders = ['strength', 'warp', 'detail', 'glow', 'speed', 'contrast', 'feedback'];
    let moved = 0;
    for (; moved < 600; moved += 1) {
      const values = Object.fromEntries(faders.map((name) => [`/main/${name}`, (moved % 90) / 100]));
      say(mover, { type: 'set', id: `move ${moved}`, values });
      await pause(16);
    }
    say(mover, { type: 'set', id: 'the last', values: { [STRENGTH]: 0.95 } });
    await hears(mover, '"the last"');
    const grown = pids.map(shareOfMemory).map((bytes, index) => bytes - (before[index] ?? 0));
    for (const bytes of grown) expect(bytes).toBeLessThan(120 * MB);
    await room.plays(mover.location);
    expect(await room.channels(mover.location)).toMatchObject({ dropped: 0, unsent: 0 });
    output = '';
    stuck.kill('SIGCONT');
    await said('value 0.95');
    const { sessions } = await reverie.get<{ sessions: { info: { channels: { unsent: number } } }[] }>(
      'sessions',
    );
    expect(sessions.map(({ info }) => info.channels.unsent)).toEqual([0, 0]);
    await room.end(mover.location);
  } finally {
    stuck.kill('SIGKILL');
  }
});
