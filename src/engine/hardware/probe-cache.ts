import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ProviderProbe } from '../../contract/hardware.ts';
import { readProbe } from './providers.ts';

/** What timings are valid for: another driver, another ONNX Runtime or another machine makes them worthless. */
export interface CacheKey {
  readonly machine: string;
  readonly runtime: string;
  readonly driver: string;
}

export interface CachedProbes {
  readonly key: CacheKey;
  readonly probes: readonly ProviderProbe[];
}

/**
 * Read once while the daemon starts, before anything plays, so that it can be read at once. Null where there is none or it is not
 * what we wrote: then it is measured again.
 */
export function readCache(file: string): CachedProbes | null {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isRecord(content) || !isRecord(content['key']) || !Array.isArray(content['probes'])) return null;
    const { machine, runtime, driver } = content['key'];
    if (typeof machine !== 'string' || typeof runtime !== 'string' || typeof driver !== 'string') return null;
    const probes = content['probes'].map((probe: unknown) => {
      const provider = isRecord(probe) ? probe['provider'] : null;
      return typeof provider === 'string' ? readProbe(provider, probe) : null;
    });
    return { key: { machine, runtime, driver }, probes: probes.filter((probe) => probe !== null) };
  } catch {
    return null;
  }
}

export async function writeCache(file: string, cached: CachedProbes): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  await writeFile(part, `${JSON.stringify(cached, null, 2)}\n`);
  await rename(part, file);
}

export function sameKey(a: CacheKey, b: CacheKey): boolean {
  return a.machine === b.machine && a.runtime === b.runtime && a.driver === b.driver;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
