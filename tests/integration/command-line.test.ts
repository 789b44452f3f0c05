import { spawn, type ChildProcess } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logPath, RotatingFile } from '../../src/log/rotating-file.ts';
import { expectMovingPicture } from '../support/moving-picture.ts';
import { tempFolder } from '../support/temp-folder.ts';

// The built command line as a user runs it: a process, its output, its exit code.
const root = resolve(import.meta.dirname, '../..');
const cli = join(root, 'dist/src/cli.js');
let home: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  home = tempFolder('cli');
});

afterEach(() => {
  for (const { pid } of children.splice(0)) killGroup(pid);
});

interface Run {
  readonly child: ChildProcess;
  readonly text: () => string;
  readonly ended: Promise<number | null>;
}

const reverie = (words: readonly string[]): Run => spawned(process.execPath, [cli, ...words]);

function spawned(command: string, words: readonly string[]): Run {
  const child = spawn(command, words, {
    cwd: root,
    env: { ...process.env, REVERIE_HOME: home },
    detached: true,
  });
  children.push(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { child, text: () => text, ended: new Promise((done) => child.once('close', done)) };
}

/** Waits for words in the output, and fails with what was said instead where the process ends first. */
async function said(run: Run, words: RegExp): Promise<RegExpExecArray> {
  let ended = false;
  void run.ended.then(() => (ended = true));
  for (;;) {
    const match = words.exec(run.text());
    if (match !== null) return match;
    if (ended) throw new Error(`It ended and said:\n${run.text()}`);
    await new Promise((later) => setTimeout(later, 20));
  }
}

test('--help fits a screen and --version is one line', async () => {
  const help = reverie(['--help']);
  expect(await help.ended).toBe(0);
  expect(help.text().trimEnd().split('\n').length).toBeLessThanOrEqual(23);
  const version = reverie(['--version']);
  expect(await version.ended).toBe(0);
  expect(version.text()).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('a mistyped flag ends with 1, names the nearest one and shows no stack', async () => {
  const run = reverie(['--prot', '9000']);
  expect(await run.ended).toBe(1);
  expect(run.text()).toContain('E_OPTION_INVALID: There is no option --prot. Did you mean --port?');
  expect(run.text()).not.toMatch(/^\s+at /m);
});

test('a mistyped pipeline ends with 1 and names the nearest one', async () => {
  const run = reverie(['--pipeline', 'draem', '--port', '0', '--osc-port', '0']);
  expect(await run.ended).toBe(1);
  expect(run.text()).toContain('Did you mean dream?');
});

test('pipelines and adapters list what is installed', async () => {
  const pipelines = reverie(['pipelines']);
  expect(await pipelines.ended).toBe(0);
  for (const id of ['dream', 'passthrough']) expect(pipelines.text()).toMatch(new RegExp(`^${id} `, 'm'));
  const adapters = reverie(['adapters']);
  expect(await adapters.ended).toBe(0);
  for (const id of ['test-pattern', 'file', 'stills', 'osc'])
    expect(adapters.text()).toMatch(new RegExp(`^${id} .*works here`, 'm'));
  expect(adapters.text()).toMatch(/^ {2}offers test-pattern:motion, test-pattern:bars/m);
});

test('npm start passes flags on, prints one line a fact, shows a moving picture, and SIGTERM to npm ends the daemon', async () => {
  const run = spawned('npm', ['start', '--', '--port', '0', '--osc-port', '0']);
  const [, url = ''] = await said(run, /^page {2}(http:\S+)$/m);
  await said(run, /^stop {2}Ctrl-C$/m);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  await expectMovingPicture(url, 512, 512);
  run.child.kill('SIGTERM');
  // Its output ends when the last process that holds it has ended, and that is the daemon and not npm.
  await run.ended;
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

test('start says that another program has the port of OSC and which flag chooses another, never that it listens', async () => {
  const other = createSocket('udp4');
  other.bind(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  const ports = ['--port', '0', '--osc-query-port', '0', '--osc-port', String(port)];
  const run = reverie(ports);
  await said(run, /^stop {2}Ctrl-C$/m);
  const lines = run.text().split('\n');
  expect(lines.filter((line) => line.startsWith('osc'))).toEqual([
    `osc   does not listen yet: UDP 127.0.0.1:${port} is in use, so OSC cannot listen there; choose another port with --osc-port`,
  ]);
  run.child.kill('SIGTERM');
  await run.ended;
  other.close();
  const again = reverie(ports);
  await said(again, new RegExp(`^osc {3}127\\.0\\.0\\.1:${port}$`, 'm'));
  again.child.kill('SIGTERM');
  await again.ended;
});

test('logs --follow waits for a log that is not there yet, and prints each line once while files are put aside', async () => {
  const there = join(home, 'not-yet');
  const run = reverie(['logs', '--follow', '--home', there]);
  await said(run, /There is no log/);
  const file = new RotatingFile(logPath(there), { fileBytes: 1000, files: 5 }, () => performance.now());
  const lines = Array.from({ length: 60 }, (_, index) => index + 1);
  for (const id of lines) {
    file.write(`${JSON.stringify({ level: 30, time: 1_700_000_000_000, id, msg: `line ${id}.` })}\n`);
    if (id % 10 === 0) await said(run, new RegExp(`line ${id}\\.`));
  }
  await file.close();
  expect([...run.text().matchAll(/line (\d+)\./g)].map(([, id]) => Number(id))).toEqual(lines);
});

/** npm, its shell and the daemon are one group; whichever is left must not outlive a failed test. */
function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended, which is what was wanted.
  }
}
