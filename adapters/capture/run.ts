import type { Probe } from '../../src/contract/adapter.ts';
import { probeAv } from '../../src/codec/av.ts';
import { capture, search, thisSystem } from './source.ts';

export function probe(): Promise<Probe> {
  return probeAv();
}

export const discover = search;

export const source = { run: (context: Parameters<typeof capture>[0]) => capture(context, thisSystem) };
