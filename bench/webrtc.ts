/**
 * WebRTC with real peers, each figure beside what a bare peer without Reverie makes in the same run: from the paint in a source to
 * the pixels in Chromium, from the draw in a canvas to a sink, the round trip of a data channel. The painted number is a time, so
 * that each picture tells its own age; clocks are one, CLOCK_MONOTONIC, whose offset in the page is taken from the fastest of many
 * looks. Chromium runs in a network that has only loopback, which takes root. DESIGN §9. Exits 1 where a bound is not held.
 *
 * `--quick` a quarter of everything · `--only pictures|channel`
 */
import { parseArgs } from 'node:util';
import { channel } from './webrtc/channel.ts';
import { pictures } from './webrtc/pictures.ts';
import { Stage } from './webrtc/stage.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const quick = options.quick === true;
const wanted = (part: string): boolean => options.only === undefined || options.only === part;

if (wanted('pictures') || wanted('channel')) {
  const stage = await Stage.open();
  try {
    if (wanted('pictures'))
      for (const codec of ['vp8', 'h264'] as const) await pictures(stage, codec, quick ? 150 : 600);
    if (wanted('channel')) await channel(stage, quick ? 300 : 1_000);
  } finally {
    await stage.close();
  }
}
