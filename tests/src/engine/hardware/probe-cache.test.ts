import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCache, writeCache } from '../../../../src/engine/hardware/probe-cache.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reverie-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const key = { machine: 'linux-x64', runtime: '1.30.0', driver: '580' };

describe('the file of what was measured', () => {
  it('gives back what was written, and leaves nothing half written', async () => {
    const probes = [
      { provider: 'cuda', usable: true, convolutionMs: 0.4, cpuMs: 10, reason: null },
      { provider: 'webgpu', usable: false, convolutionMs: null, cpuMs: null, reason: 'no adapter' },
    ];
    const file = join(folder, 'home', 'hardware.json');
    await writeCache(file, { key, probes });
    expect(readCache(file)).toEqual({ key, probes });
    expect(readdirSync(join(folder, 'home'))).toEqual(['hardware.json']);
  });

  it.each(['', '{', '[]', 'null', '{"key": 3}', '{"key": {}, "probes": []}', '{"key": {"machine": 1}}'])(
    'counts as none where it holds %j',
    (content) => {
      writeFileSync(join(folder, 'hardware.json'), content);
      expect(readCache(join(folder, 'hardware.json'))).toBeNull();
    },
  );

  it('drops entries that are none, and keeps the rest', () => {
    const cuda = { provider: 'cuda', usable: true, convolutionMs: 0.4, cpuMs: 10, reason: null };
    const content = {
      key,
      probes: [null, 7, { provider: 'cpu', usable: true, convolutionMs: 'fast' }, cuda],
    };
    writeFileSync(join(folder, 'hardware.json'), JSON.stringify(content));
    expect(readCache(join(folder, 'hardware.json'))?.probes).toEqual([cuda]);
  });
});
