import type { VideoCodec } from '../../src/protocols/rtp/payload.ts';
import { call, type Seen } from '../../tests/e2e/browser-peer.ts';
import { LossyRelay } from '../../tests/support/lossy-relay.ts';
import { report } from '../frames/playing.ts';
import { StolenTime } from '../frames/stolen.ts';
import type { Stage } from './stage.ts';

const LOSS = 0.03;
const LONGEST_GAP_MS = 500;

/** The longest time without a new picture on the page while a relay loses packets both ways, beside the same without loss. */
export async function loss(stage: Stage, codec: VideoCodec, seconds: number): Promise<void> {
  const clean = await through(stage, codec, 0, seconds / 3);
  const stolen = new StolenTime();
  const lossy = await through(stage, codec, LOSS, seconds);
  report('webrtc-loss', {
    passed: lossy.nacks > 0 && lossy.longestGapMs <= LONGEST_GAP_MS,
    stolenPercent: stolen.percent(),
    figures: {
      codec,
      seconds,
      loss: LOSS,
      pictures: lossy.numbers.length,
      longestGapMs: lossy.longestGapMs,
      boundMs: LONGEST_GAP_MS,
      longestGapWithoutLossMs: clean.longestGapMs,
      nacks: lossy.nacks,
      keysAsked: lossy.keysAsked,
      freezeSeconds: lossy.freezeSeconds,
    },
  });
}

async function through(stage: Stage, codec: VideoCodec, share: number, seconds: number): Promise<Seen> {
  const relay = await LossyRelay.open(stage.namespace);
  try {
    return await stage.on(stage.reverie, async (page) => {
      relay.set({ target: await call<number>(page, 'offer', { node: 'out', codec }), loss: share });
      await call(page, 'acceptThrough', relay.port);
      await page.waitForTimeout(seconds * 1000);
      return call<Seen>(page, 'seen');
    });
  } finally {
    relay.close();
  }
}
