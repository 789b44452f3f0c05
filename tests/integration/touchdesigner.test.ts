import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from 'vitest';
import { installLine } from '../../src/contract/touchdesigner.ts';
import { describeWithPeer } from '../support/peers.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { chain, fixture, startReverie, type Reverie } from './reverie.ts';

// There is no TouchDesigner here: the component runs under CPython in tests/touchdesigner/standin, which says what it cannot show.
const runner = resolve('tests/touchdesigner/run.py');
const quiet = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };

interface Told {
  readonly name: string;
  readonly trouble: string | null;
}

/** What Python's tests of a folder are called. */
function namesIn(python: string, folder: string): string[] {
  const { stdout, stderr, status } = spawnSync(python, [runner, folder, '--list'], {
    encoding: 'utf8',
    env: quiet,
  });
  if (status !== 0) throw new Error(stderr);
  return linesOf(stdout).map(({ name }) => name);
}

const linesOf = (text: string): Told[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told);

/** Runs Python's tests of a folder once, and shows each of them as one of ours. */
function testsOf(python: string, folder: string, environment: () => Record<string, string>): void {
  const told = new Map<string, Told>();
  let end = '';

  beforeAll(async () => {
    const child = spawn(python, [runner, folder], {
      env: { ...quiet, ...environment() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface(child.stdout).on('line', (line) => {
      for (const result of linesOf(line)) told.set(result.name, result);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (end += text));
    const code = await new Promise((done) => child.once('close', done));
    end += `\nit ended with ${String(code)}`;
  }, 600_000);

  test.each(namesIn(python, folder))('%s', (name) => {
    const result = told.get(name);
    expect(result, end).toBeDefined();
    expect(result?.trouble ?? null, result?.trouble ?? '').toBeNull();
  });
}

describeWithPeer('numpy', 'the TouchDesigner component', (python) => {
  describe('in a strict stand-in', () => {
    testsOf(python, 'alone', () => ({}));
  });
});

describeWithPeer('websocket', 'the TouchDesigner component and a daemon', (python) => {
  let reverie: Reverie;
  const shared = tempFolder('touchdesigner');

  beforeAll(async () => {
    const flags = ['--shm-dir', shared, '--pipeline-import', fixture('pipelines/wide.js')];
    // What plays is read before what merely could: a busy machine has no time for the rest.
    reverie = await startReverie({ graph: chain('wide', {}, { width: 64, height: 64 }), flags });
    await reverie.live('main', 60_000);
    return async () => {
      await reverie.dispose();
      for (const file of readdirSync(shared)) rmSync(join(shared, file), { force: true });
    };
  }, 90_000);

  testsOf(python, 'with_daemon', () => ({
    REVERIE_SHM_DIR: shared,
    REVERIE_TEST_URL: reverie.url,
    REVERIE_TEST_LINE: installLine(reverie.url),
  }));
});
