import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { chain, fixture, pause, startReverie, trouble, type Reverie, within } from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

/** Stands for a driver where there is none: one GPU with a gigabyte free. It cannot show that memory is really taken. */
function pathWithGpu(): string {
  const folder = tempFolder('driver');
  const program = join(folder, 'nvidia-smi');
  writeFileSync(program, '#!/bin/sh\necho "0, NVIDIA Test, 24564, 1024, 550.54"\n');
  chmodSync(program, 0o755);
  return [folder, process.env['PATH'] ?? ''].join(delimiter);
}

describe('a pipeline that says it needs more GPU memory than is free', () => {
  it('is refused with what to do, and what plays stays; forced, it plays, and is reloaded without a gap', async () => {
    const flags = ['--pipeline-import', fixture('pipelines/copy.js'), ...trouble('giant')];
    reverie = await startReverie({ graph: chain('copy'), flags, env: { PATH: pathWithGpu() } });
    await reverie.live('out');
    let catalog = '';
    await within(
      20_000,
      'the pipelines from outside',
      () => catalog,
      async () => (catalog = JSON.stringify(await reverie.get('catalog'))).includes('"giant"'),
    );
    const refused = await reverie.call('PUT', '/api/v1/graph', chain('giant'));
    expect(refused.body).toMatchObject({
      error: {
        code: 'E_PIPELINE_VRAM',
        message: expect.stringContaining('100000 GB') as string,
        remedy: expect.stringContaining('force') as string,
      },
    });
    expect(refused.status).toBe(507);
    expect((await reverie.node('main')).module).toBe('copy');

    expect((await reverie.call('PUT', '/api/v1/graph', chain('giant', { force: true }))).status).toBe(200);
    const { pid } = await reverie.until(
      'main',
      ({ module, status, size }) => module === 'giant' && status.state === 'live' && size !== null,
    );
    await pause(1200);
    await reverie.call('POST', '/api/v1/stats/reset', {});
    const reloaded = await reverie.call('POST', '/api/v1/nodes/main/reload', {});
    expect(reloaded.body).toMatchObject({ warmingPid: null });
    await reverie.live('main');
    expect((await reverie.node('main')).pid).not.toBe(pid);
    await pause(1200);
    const { ticks, total } = await reverie.stats('out');
    expect(ticks).toBeGreaterThan(15);
    expect(total.tickGap.max).toBeLessThan(1000);
  });
});
