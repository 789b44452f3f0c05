import type { Probe } from '../../src/contract/adapter.ts';
import { probeAv } from '../../src/codec/av.ts';
import { encoderWords, h264Encoders } from '../../src/codec/h264-encoders.ts';

export { sink } from './sink.ts';
export { source } from './source.ts';

/** With what this machine codes streams, too. */
export async function probe(): Promise<Probe> {
  const found = await probeAv();
  if (!found.available) return found;
  const encoders = encoderWords(await h264Encoders());
  return { available: true, version: found.version === null ? encoders : `${found.version}; ${encoders}` };
}
