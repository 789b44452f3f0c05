import { createCanvas, loadImage } from '@napi-rs/canvas';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { CatalogEntry } from '../../src/contract/hardware.ts';
import { startReverie, within, type Reverie } from './reverie.ts';

// Packages as strangers publish them, in a folder far from Reverie with nothing installed beside them.
let home: string;
let reverie: Reverie | null = null;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'reverie-outside-'));
});
afterEach(async () => {
  await reverie?.dispose();
  reverie = null;
  rmSync(home, { recursive: true, force: true });
});

/** Code that says in which process it runs. */
const noting = (what: string): string =>
  `appendFileSync(${JSON.stringify(join(home, 'pids'))}, '${what} ' + process.pid + '\\n');`;

/** A pipeline that paints one colour, whatever comes in. */
const painter = (id: string, colour: string, params = 'z.object({})'): string => `
  import { appendFileSync } from 'node:fs';
  import { definePipeline, port } from 'reverie/pipeline';
  import { z } from 'zod';
  ${noting('import')}
  export default definePipeline({
    id: '${id}', name: '${id}', version: '1.0.0', description: 'Paints ${colour}',
    modes: { video: { default: true } },
    inputs: { video: port('video') }, outputs: { video: port('video') },
    params: ${params},
    load: async () => ({
      async load() {
        ${noting('load')}
        return {
          async process(call) {
            const { data } = await call.output({ width: 64, height: 64 });
            for (let at = 0; at < data.length; at += 4) data.set([${colour}, 255], at);
          },
        };
      },
    }),
  });`;

function addPackage(name: string, code: string, folder = join(home, 'node_modules')): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  const manifest = { name, version: '1.0.0', type: 'module', keywords: ['reverie-pipeline'] };
  writeFileSync(join(path, 'package.json'), JSON.stringify({ ...manifest, exports: './index.js' }));
  writeFileSync(join(path, 'index.js'), code);
  return path;
}

/** All that goes wrong, and one that is right behind it. */
function addAll(): void {
  addPackage('a-hanging', 'for (;;);');
  addPackage(
    'b-scribbling',
    "import { writeSync } from 'node:fs'; writeSync(3, 'no message {\\n'); for (;;);",
  );
  addPackage('b-throwing', "throw new Error('a deliberate mistake');");
  addPackage('c-dated', painter('dated', '0, 0, 0', 'z.object({ since: z.date().default(new Date(0)) })'));
  addPackage('d-red', painter('red', '255, 0, 0'));
  addPackage('e-red-too', painter('red', '0, 0, 255'));
}

const play = async (...flags: readonly string[]): Promise<Reverie> =>
  (reverie = await startReverie({ home, flags: [...flags] }));

const catalogOf = async (played: Reverie): Promise<readonly CatalogEntry[]> =>
  (await played.get<{ pipelines: CatalogEntry[] }>('catalog')).pipelines;
const said = (entries: readonly CatalogEntry[]): Record<string, string> =>
  Object.fromEntries(
    entries
      .filter(({ origin }) => origin !== 'shipped')
      .map((entry) => [entry.id, entry.available ? 'available' : entry.error.code]),
  );

const allRead = (played: Reverie): Promise<void> =>
  within(
    30_000,
    'the end of the reading',
    () => '',
    async () => !Object.values(said(await catalogOf(played))).includes('E_PIPELINE_READING'),
  );

async function colourOf(played: Reverie): Promise<number[]> {
  const image = await loadImage(await played.frame());
  const canvas = createCanvas(1, 1).getContext('2d');
  canvas.drawImage(image, 0, 0);
  return [...canvas.getImageData(0, 0, 1, 1).data];
}

it('a package in the home folder plays, past one that hangs, and its code never runs in the daemon', async () => {
  addAll();
  const played = await play('--pipeline', 'red');
  await played.live('main');
  expect(await colourOf(played)).toEqual([255, 0, 0, 255]);

  const notes = readFileSync(join(home, 'pids'), 'utf8').trim().split('\n');
  const { pid } = await played.node('main');
  expect(notes).toContain(`load ${pid}`);
  expect(notes.filter((note) => note.endsWith(` ${played.child.pid}`))).toEqual([]);
});

it('whatever is wrong with a package is listed with a code and what to do, and the show plays', async () => {
  addAll();
  const played = await play('--pipeline', 'passthrough');
  await allRead(played);
  const entries = await catalogOf(played);
  expect(said(entries)).toEqual({
    'a-hanging': 'E_PIPELINE_IMPORT_HUNG',
    'b-scribbling': 'E_PIPELINE_IMPORT',
    'b-throwing': 'E_PIPELINE_IMPORT',
    'c-dated': 'E_PIPELINE_DESCRIPTOR',
    red: 'available',
    'e-red-too': 'E_PIPELINE_ID_TAKEN',
  });
  const errors = Object.fromEntries(
    entries.flatMap((entry) => (entry.available ? [] : [[entry.id, entry.error] as const])),
  );
  expect(errors['b-scribbling']?.message).toContain('no message');
  expect(errors['b-throwing']?.message).toContain('a deliberate mistake');
  expect(errors['b-throwing']?.message).toContain(join('b-throwing', 'index.js:1'));
  expect(errors['c-dated']?.message).toContain('Date');
  expect(errors['e-red-too']?.message).toContain(join('node_modules', 'd-red'));
  for (const error of Object.values(errors)) expect(error.remedy?.length).toBeGreaterThan(10);
  await played.live('out');
});

it('what is installed, mended or removed while it plays is found by a rescan, and the play goes on', async () => {
  addPackage('mended', "throw new Error('not yet');");
  const removed = addPackage('removed', painter('removed', '0, 0, 0'));
  const played = await play('--pipeline', 'passthrough');
  const { pid } = await played.live('main');
  addPackage('mended', painter('mended', '0, 255, 0'));
  addPackage('added', painter('added', '0, 0, 255'));
  rmSync(removed, { recursive: true });
  const { status, body } = await played.call('POST', '/api/v1/catalog/rescan');
  expect(status).toBe(200);
  expect(said((body as { pipelines: CatalogEntry[] }).pipelines)).toEqual({
    added: 'available',
    mended: 'available',
  });
  expect((await played.node('main')).pid).toBe(pid);
  const swap = { nodes: [{ id: 'main', pipeline: 'mended' }] };
  expect((await played.call('PATCH', '/api/v1/graph', swap)).status).toBe(200);
  await within(
    10_000,
    'the green picture',
    () => '',
    async () => (await colourOf(played))[1] === 255 && (await colourOf(played))[0] === 0,
  );
});

it('a saved show that plays a package plays it again', async () => {
  addPackage('red', painter('red', '255, 0, 0'));
  const first = await play('--pipeline', 'passthrough');
  await allRead(first);
  const swap = { nodes: [{ id: 'main', pipeline: 'red' }] };
  expect((await first.call('PATCH', '/api/v1/graph', swap)).status).toBe(200);
  await within(
    5000,
    'the save',
    () => '',
    () =>
      existsSync(join(home, 'show.json')) && readFileSync(join(home, 'show.json'), 'utf8').includes('"red"'),
  );
  await first.end();
  const again = await play();
  await again.live('main');
  expect((await again.node('main')).module).toBe('red');
});

it('--pipeline-import takes a package or a folder with packages, and goes before the home folder', async () => {
  const rig = join(home, 'rig');
  addPackage('red', painter('red', '255, 0, 0'));
  addPackage('blue-red', painter('red', '0, 0, 255'), join(rig, 'node_modules'));
  const green = addPackage('green', painter('green', '0, 255, 0'), home);
  const played = await play('--pipeline-import', rig, '--pipeline-import', green, '--pipeline', 'green');
  await played.live('main');
  expect(await colourOf(played)).toEqual([0, 255, 0, 255]);
  await allRead(played);
  expect(await catalogOf(played)).toContainEqual(
    expect.objectContaining({ available: false, from: join(home, 'node_modules', 'red') }),
  );
  expect(await catalogOf(played)).toContainEqual(
    expect.objectContaining({ id: 'red', available: true, from: join(rig, 'node_modules', 'blue-red') }),
  );
});

it('reverie pipelines lists where each comes from, and what is wrong with the others', async () => {
  addPackage(
    'b-scribbling',
    "import { writeSync } from 'node:fs'; writeSync(3, 'no message {\\n'); for (;;);",
  );
  addPackage('b-throwing', "throw new Error('a deliberate mistake');");
  const red = addPackage('d-red', painter('red', '255, 0, 0'));
  const cli = [resolve('dist/src/cli.js'), 'pipelines', '--home', home, '--color', 'never'];
  const { stdout } = await promisify(execFile)(process.execPath, cli);
  expect(stdout).toContain('dream  Dream');
  expect(stdout).toContain(`  from ${red}`);
  expect(stdout).toContain('b-throwing  not to be used: E_PIPELINE_IMPORT: a deliberate mistake');
  expect(stdout).toContain('Correct the pipeline');
});

it('a pipeline that is asked for and broken is refused with what is wrong with it', async () => {
  addPackage('red', "throw new Error('a deliberate mistake');");
  await expect(play('--pipeline', 'red')).rejects.toThrow(/no pipeline "red".*a deliberate mistake/s);
});

const run = promisify(execFile);
const command = (...words: readonly string[]): string[] => [
  resolve('dist/src/cli.js'),
  ...words,
  '--home',
  home,
];

it('what `reverie new pipeline` writes passes its tests, is installed from its folder, and answers a prompt', async () => {
  await run(process.execPath, command('new', 'pipeline', 'soft-tint'), { cwd: home });
  const folder = join(home, 'soft-tint');
  const tested = await run(process.execPath, ['--test'], { cwd: folder });
  expect(tested.stdout).toMatch(/^# pass 4$/m);
  expect(tested.stdout).toMatch(/^# fail 0$/m);

  const offline = { ...process.env, npm_config_offline: 'true' };
  const installed = await run(process.execPath, command('install', 'pipeline', '--from', folder), {
    env: offline,
  });
  expect(installed.stdout).toContain('Soft Tint 0.1.0');
  // The link is for tests and editors; playing needs none.
  rmSync(join(folder, 'node_modules'), { recursive: true });

  const source = { nodes: [{ id: 'in', config: { pattern: 'bars', counter: false } }] };
  const played = await play('--pipeline', 'soft-tint');
  await played.call('PATCH', '/api/v1/graph', source);
  await played.live('main');
  const turned = { '/main/amount': 1, '/main/tint': '#ff0000', '/main/prompted': 1 };
  expect((await played.call('PATCH', '/api/v1/parameters', turned)).status).toBe(200);
  const prompt = (text: string) => ({
    commands: [{ kind: 'prompt', prompts: [{ text, weight: 1 }], transition: { duration: 0 } }],
  });
  const becomes = async (text: string, holds: (colour: number[]) => boolean): Promise<void> => {
    const answer = await played.call('POST', '/api/v1/commands', prompt(text));
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    let seen: number[] = [];
    await within(
      10_000,
      text,
      () => String(seen),
      async () => holds((seen = await colourOf(played))),
    );
  };
  await becomes('fire', ([red = 0, , blue = 0]) => red > 2 * blue);
  await becomes('deep ocean', ([red = 0, , blue = 0]) => blue > 2 * red);
});

it('a packed pipeline is installed, and taken out again as the guide says', async () => {
  const folder = addPackage('packed', painter('packed', '0, 0, 0'), home);
  await run('npm', ['pack', '--silent'], { cwd: folder });
  const file = join(folder, 'packed-1.0.0.tgz');
  const { stdout } = await run(process.execPath, command('install', 'pipeline', '--from', file));
  expect(stdout).toContain('packed 1.0.0');
  const words = ['uninstall', '--prefix', home, '--no-audit', '--no-fund', 'packed'];
  await run('npm', words, { env: { ...process.env, npm_config_offline: 'true' } });
  const left = await run(process.execPath, command('pipelines'));
  expect(left.stdout).not.toContain('packed');
});

it('what is no pipeline is not installed, and the reason is said', async () => {
  const empty = join(home, 'empty');
  const other = join(home, 'other');
  for (const folder of [empty, other]) mkdirSync(folder);
  writeFileSync(join(other, 'package.json'), JSON.stringify({ name: 'other', version: '1.0.0' }));
  await run('npm', ['pack', '--silent'], { cwd: other });
  const said = async (from: string): Promise<string> =>
    run(process.execPath, command('install', 'pipeline', '--from', from), { cwd: home }).then(
      () => 'installed',
      (error: { stderr: string }) => error.stderr,
    );
  expect(await said('./gone')).toContain('There is no ./gone here');
  expect(await said('gone.tgz')).toContain('There is no gone.tgz here');
  for (const folder of ['./empty', './other'])
    expect(await said(folder)).toContain(`${folder} is no pipeline: it has no package.json with the keyword`);
  expect(existsSync(join(home, 'node_modules'))).toBe(false);
  expect(await said('other/other-1.0.0.tgz')).toContain(`npm uninstall --prefix ${home} other`);
});
