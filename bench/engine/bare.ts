import { openSession } from '../../src/inference/session.ts';
import { SIDE } from './model.ts';

/** As many buffers as a link has slots, so that caches are as cold as in the daemon. */
const SLOTS = 3;

/** Frames a second of the model alone: one process, one loop, frames in ordinary memory. */
export async function bareRate(
  model: Uint8Array,
  providers: readonly string[],
  seconds: number,
): Promise<{ rate: number; provider: string }> {
  const ignore = (): void => undefined;
  const session = await openSession(model, { providers, log: ignore, busy: ignore });
  const frame = (fill: number): Uint8Array => new Uint8Array(SIDE * SIDE * 4).fill(fill);
  const slots = Array.from({ length: SLOTS }, (_, i) => ({ picture: frame(40 * i), result: frame(0) }));
  const runFor = async (milliseconds: number): Promise<number> => {
    const start = performance.now();
    let frames = 0;
    while (performance.now() - start < milliseconds) {
      for (const { picture, result } of slots) await session.run({ picture }, { result });
      frames += SLOTS;
    }
    return (frames * 1000) / (performance.now() - start);
  };
  await runFor(1_000);
  const rate = await runFor(seconds * 1000);
  await session.close();
  return { rate, provider: session.provider };
}
