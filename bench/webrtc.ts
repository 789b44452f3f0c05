/**
 * WebRTC with real peers, each figure beside what a bare peer without Reverie makes in the same run: from the paint in a source to
 * the pixels in Chromium, from the draw in a canvas to a sink, the round trip of a data channel. The painted number is a time, so
 * that each picture tells its own age; clocks are one, CLOCK_MONOTONIC, whose offset in the page is taken from the fastest of many
 * looks. Chromium runs in a network that has only loopback, which takes root. Then: the longest gap while 3 % of the packets go
 * missing, what each further viewer costs the runner, and what viewers that come and go leave behind. DESIGN §9. Exits 1 where a
 * bound is not held.
 *
 * `--quick` less of everything · `--only pictures|channel|loss|viewers|cycles`
 */
import { parseArgs } from 'node:util';
import { channel } from './webrtc/channel.ts';
import { cycles } from './webrtc/cycles.ts';
import { loss } from './webrtc/loss.ts';
import { pictures } from './webrtc/pictures.ts';
import { Stage } from './webrtc/stage.ts';
import { viewers } from './webrtc/viewers.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const quick = options.quick === true;
const wanted = (part: string): boolean => options.only === undefined || options.only === part;

const codecs = ['vp8', 'h264'] as const;

if (['pictures', 'channel', 'loss'].some(wanted)) {
  const stage = await Stage.open();
  try {
    if (wanted('pictures')) for (const codec of codecs) await pictures(stage, codec, quick ? 150 : 600);
    if (wanted('channel')) await channel(stage, quick ? 300 : 1_000);
    if (wanted('loss')) for (const codec of codecs) await loss(stage, codec, quick ? 9 : 30);
  } finally {
    await stage.close();
  }
}
if (wanted('viewers')) await viewers(quick ? 3 : 8);
if (wanted('cycles')) await cycles(quick ? 100 : 300);
