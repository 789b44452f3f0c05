import type { Probe } from '../../src/contract/adapter.ts';
import { probeAv } from '../../src/codec/av.ts';

export { sink } from './sink.ts';
export { source } from './source.ts';

export function probe(): Promise<Probe> {
  return probeAv();
}
