import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Graph } from '../../src/contract/graph.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { chain, fixture, startReverie, type Reverie } from './reverie.ts';

let reverie: Reverie;
afterEach(() => reverie.dispose());

const copy = ['--pipeline-import', fixture('pipelines/copy.js')];
const pipelineOf = ({ nodes }: Graph): string =>
  nodes.flatMap((node) => (node.type === 'stage' ? [node.pipeline] : [])).join();
const saved = (path: string): { graph: Graph } => JSON.parse(readFileSync(path, 'utf8'));

describe('a show that takes the daemon down', () => {
  it('gives way to the default one at the third start, which says so and keeps it', async () => {
    reverie = await startReverie({ graph: chain('copy'), flags: copy });
    const { home } = reverie;
    expect(pipelineOf(await reverie.get<Graph>('graph'))).toBe('copy');
    await reverie.end('SIGKILL');
    reverie = await startReverie({ home, flags: copy });
    expect(pipelineOf(await reverie.get<Graph>('graph'))).toBe('copy');
    await reverie.end('SIGKILL');
    reverie = await startReverie({ home, flags: copy });
    expect(pipelineOf(await reverie.get<Graph>('graph'))).toBe('dream');
    const { show } = await reverie.get<{ show: { restored: { code: string; message: string } } }>('status');
    expect(show.restored).toMatchObject({
      code: 'E_STATE_CORRUPT',
      message: expect.stringContaining('2 starts') as string,
    });
    const kept = readdirSync(home).find((name) => name.includes('.broken-')) ?? '';
    expect(pipelineOf(saved(join(home, kept)).graph)).toBe('copy');
    await reverie.live('out', 15_000);
  });
});

describe('--show FILE', () => {
  it('plays and saves that show, and leaves the one in the home alone', async () => {
    const file = join(tempFolder('show'), 'set.json');
    writeFileSync(file, JSON.stringify({ version: 1, graph: chain('copy') }));
    reverie = await startReverie({ graph: chain('passthrough'), flags: [...copy, '--show', file] });
    const ours = join(reverie.home, 'show.json');
    const before = readFileSync(ours, 'utf8');
    expect(pipelineOf(await reverie.get<Graph>('graph'))).toBe('copy');
    await reverie.call('PATCH', '/api/v1/graph', { nodes: [{ id: 'out', rateHz: 24 }] });
    await reverie.end('SIGTERM');
    expect(saved(file).graph.nodes.find(({ id }) => id === 'out')).toMatchObject({ rateHz: 24 });
    expect(readFileSync(ours, 'utf8')).toBe(before);
    expect(existsSync(`${ours}.bak`)).toBe(false);
  });

  it('with --pipeline plays another one for this run only', async () => {
    const file = join(tempFolder('show'), 'set.json');
    writeFileSync(file, JSON.stringify({ version: 1, graph: chain('copy') }));
    const flags = [...copy, '--show', file, '--pipeline', 'passthrough'];
    reverie = await startReverie({ flags });
    expect(pipelineOf(await reverie.get<Graph>('graph'))).toBe('passthrough');
    await reverie.call('PATCH', '/api/v1/parameters', { '/prompt': 'deep ocean' });
    await reverie.end('SIGTERM');
    expect(pipelineOf(saved(file).graph)).toBe('copy');
  });
});
