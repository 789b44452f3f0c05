/**
 * A publisher like OBS sends H.264 of 512 x 512 by WHIP; counted is from the moment a picture is painted, before it is encoded, to the frame at a
 * sink behind the source. Publisher and daemon share the machine's clock. Beside it, in the same run, what the publisher's own encoder and a
 * decoder take for the same pictures with nothing between them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openVideoDecoder } from '../../src/codec/video-decoder.ts';
import { openVideoEncoder } from '../../src/codec/video-encoder.ts';
import { nowUs } from '../../src/contract/clock.ts';
import { graphOf, pause, startReverie, within, type Reverie } from '../../tests/integration/reverie.ts';
import { report } from '../frames/playing.ts';
import { StolenTime } from '../frames/stolen.ts';
import { quantile } from '../webrtc/stage.ts';

const BOUND_P50_MS = 15;
const SIZE = { width: 512, height: 512 };
const RATE_HZ = 30;
const WARM_PICTURES = 60;

export async function measure(quick: boolean): Promise<void> {
  const count = quick ? 150 : 600;
  const bareMs = quantile(await bareAges(60), 0.5);
  const stolen = new StolenTime();
  const ages = await agesThrough(count);
  const stolenPercent = stolen.percent();
  const p50Ms = quantile(ages, 0.5);
  const passed = ages.length >= count / 2 && p50Ms <= BOUND_P50_MS;
  report('media-whip', {
    passed,
    stolenPercent,
    figures: {
      n: ages.length,
      p50Ms,
      p95Ms: quantile(ages, 0.95),
      boundMs: BOUND_P50_MS,
      bareCodecMs: bareMs,
    },
  });
}

async function agesThrough(count: number): Promise<number[]> {
  const reverie = await startReverie({
    graph: graphOf(
      [
        { id: 'in', type: 'source', adapter: 'webrtc', config: { name: 'whip:cam1' } },
        { id: 'ages', type: 'sink', adapter: 'clock-sink', rateHz: 240 },
      ],
      [['in', 'ages']],
    ),
    flags: ['--adapter-import', 'bench/fixtures/clock-sink/index.js'],
  });
  const publisher = spawn(
    process.execPath,
    [
      'tests/fixtures/peers/obs-like.mjs',
      `${reverie.url}/whip/cam1`,
      ...[SIZE.width, SIZE.height, RATE_HZ].map(String),
      'clock',
    ],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  try {
    await reverie.live('in', 20_000);
    await pause(((WARM_PICTURES + count) / RATE_HZ) * 1000);
    return (await agesOf(reverie)).slice(WARM_PICTURES);
  } finally {
    publisher.kill('SIGTERM');
    if (publisher.exitCode === null) await once(publisher, 'exit');
    await reverie.dispose();
  }
}

async function agesOf(reverie: Reverie): Promise<number[]> {
  let ages: number[] = [];
  await within(
    5_000,
    'ages',
    () => '',
    async () => {
      const told = (await reverie.node('ages')).info['ages'];
      ages = Array.isArray(told) ? told.map(Number) : [];
      return ages.length > WARM_PICTURES;
    },
  );
  return ages;
}

/** Encoding and decoding alone, each picture to its end. */
async function bareAges(count: number): Promise<number[]> {
  const encoder = await openVideoEncoder({ codec: 'h264', ...SIZE, rateHz: RATE_HZ, bitrateBps: 6_000_000 });
  const decoder = await openVideoDecoder('h264');
  const pixels = new Uint8Array(SIZE.width * SIZE.height * 4).fill(96);
  const taken = new Uint8Array(pixels.length);
  const ages: number[] = [];
  for (let n = 0; n < count; n += 1) {
    pixels.fill(n & 255, 0, SIZE.width * 80);
    const startedUs = nowUs();
    const coded = await encoder.encode(pixels, { key: n % RATE_HZ === 0, timestampUs: startedUs });
    const picture = coded === null ? null : await decoder.decode(coded.data, startedUs, null);
    await picture?.write(taken, SIZE);
    ages.push((nowUs() - startedUs) / 1000);
  }
  await encoder.close();
  await decoder.close();
  return ages;
}
