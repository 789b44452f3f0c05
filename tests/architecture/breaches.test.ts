import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cruise, root } from './layers.ts';

// One small tree that breaks every rule of .dependency-cruiser.cjs once, beside files that keep them all.

interface Breach {
  readonly rule: string;
  readonly file: string;
  readonly text: string;
}

const targets = {
  'src/contract/frame.ts': '',
  'src/protocols/osc.ts': '',
  'src/engine/hub.ts': '',
  'src/show/values.ts': '',
  'src/runner/stage.ts': '',
  'src/inference/session.ts': '',
  'src/codec/decode.ts': '',
  'src/server/app.ts': '',
  'src/show/circle.ts': `import type {} from './b.ts';`,
  'src/daemon.ts': '',
  'adapters/one/wire.ts': '',
  'adapters/two/wire.ts': '',
  'pipelines/one/shader.ts': '',
  'pipelines/two/shader.ts': '',
  'tests/support/clock.ts': '',
};

const breaches: readonly Breach[] = [
  {
    rule: 'contract-imports-only-what-it-may',
    file: 'src/contract/a.ts',
    text: `import '../protocols/osc.ts';`,
  },
  {
    rule: 'protocols-imports-only-what-it-may',
    file: 'src/protocols/a.ts',
    text: `import '../engine/hub.ts';`,
  },
  { rule: 'engine-imports-only-what-it-may', file: 'src/engine/a.ts', text: `import '../runner/stage.ts';` },
  {
    rule: 'engine-imports-only-what-it-may',
    file: 'src/engine/b.ts',
    text: `export const later = () => import('../show/values.ts');`,
  },
  {
    rule: 'engine-imports-only-what-it-may',
    file: 'src/engine/c.ts',
    text: `import type {} from '../server/app.ts';`,
  },
  { rule: 'show-imports-only-what-it-may', file: 'src/show/a.ts', text: `import '../engine/hub.ts';` },
  {
    rule: 'runner-imports-only-what-it-may',
    file: 'src/runner/a.ts',
    text: `import '../inference/session.ts';`,
  },
  {
    rule: 'inference-imports-only-what-it-may',
    file: 'src/inference/a.ts',
    text: `import '../codec/decode.ts';`,
  },
  {
    rule: 'codec-imports-only-what-it-may',
    file: 'src/codec/a.ts',
    text: `import '../inference/session.ts';`,
  },
  { rule: 'log-imports-only-what-it-may', file: 'src/log/a.ts', text: `import '../server/app.ts';` },
  {
    rule: 'server-imports-only-what-it-may',
    file: 'src/server/a.ts',
    text: `import type {} from '../show/values.ts';`,
  },
  {
    rule: 'testing-imports-only-what-it-may',
    file: 'src/testing/a.ts',
    text: `import '../runner/stage.ts';`,
  },
  { rule: 'server-imports-only-what-it-may', file: 'src/server/b.ts', text: `import '../daemon.ts';` },
  {
    rule: 'adapters-descriptor-imports-contract-only',
    file: 'adapters/one/index.ts',
    text: `import '../../src/protocols/osc.ts';`,
  },
  {
    rule: 'adapters-descriptor-imports-contract-only',
    file: 'adapters/two/index.ts',
    text: `import './wire.ts';`,
  },
  {
    rule: 'adapters-descriptor-loads-run-dynamically',
    file: 'adapters/three/index.ts',
    text: `import './run.ts';`,
  },
  { rule: 'adapters-are-islands', file: 'adapters/one/a.ts', text: `import '../two/wire.ts';` },
  {
    rule: 'adapters-are-islands',
    file: 'adapters/one/b.ts',
    text: `import '../../src/inference/session.ts';`,
  },
  {
    rule: 'pipelines-descriptor-imports-contract-only',
    file: 'pipelines/one/index.ts',
    text: `import '../../src/inference/session.ts';`,
  },
  {
    rule: 'pipelines-descriptor-loads-run-dynamically',
    file: 'pipelines/two/index.ts',
    text: `import type {} from './run.ts';`,
  },
  { rule: 'pipelines-are-islands', file: 'pipelines/one/a.ts', text: `import '../two/shader.ts';` },
  { rule: 'pipelines-are-islands', file: 'pipelines/one/b.ts', text: `import '../../src/codec/decode.ts';` },
  {
    rule: 'client-imports-types-of-the-contract',
    file: 'src/client/a.ts',
    text: `import type {} from '../protocols/osc.ts';`,
  },
  {
    rule: 'client-runs-nothing-of-the-daemon',
    file: 'src/client/b.ts',
    text: `import '../contract/frame.ts';`,
  },
  { rule: 'client-runs-nothing-of-the-daemon', file: 'src/client/c.ts', text: `import 'node:net';` },
  {
    rule: 'panel-takes-types-of-the-contract',
    file: 'panel/src/a.ts',
    text: `import type {} from '../../src/engine/hub.ts';`,
  },
  {
    rule: 'panel-runs-nothing-of-the-daemon',
    file: 'panel/src/b.ts',
    text: `import '../../src/contract/frame.ts';`,
  },
  { rule: 'wire-formats-do-no-io', file: 'src/protocols/c.ts', text: `import 'node:dgram';` },
  { rule: 'options-know-nobody', file: 'src/options.ts', text: `import './contract/frame.ts';` },
  { rule: 'nothing-ships-tests', file: 'src/daemon-part.ts', text: `import '../tests/support/clock.ts';` },
  { rule: 'door-of-onnxruntime-node', file: 'pipelines/one/c.ts', text: `import 'onnxruntime-node';` },
  {
    rule: 'door-of-node-av',
    file: 'adapters/one/c.ts',
    text: `export const later = () => import('node-av/api');`,
  },
  {
    rule: 'door-of-node-datachannel',
    file: 'src/engine/d.ts',
    text: `import type {} from 'node-datachannel';`,
  },
  { rule: 'door-of-midi', file: 'src/protocols/b.ts', text: `import '@julusian/midi';` },
  { rule: 'door-of-canvas', file: 'pipelines/one/d.ts', text: `import '@napi-rs/canvas';` },
  { rule: 'door-of-koffi', file: 'src/engine/e.ts', text: `import 'koffi';` },
  { rule: 'no-cycles', file: 'src/show/b.ts', text: `import './circle.ts';` },
  { rule: 'no-dev-dependencies', file: 'src/show/d.ts', text: `import 'vitest';` },
  { rule: 'everything-resolves', file: 'src/show/e.ts', text: `import './gone.ts';` },
];

const allowed = {
  'src/engine/memory/posix.ts': `import 'koffi';`,
  'src/inference/open.ts': `import 'onnxruntime-node'; import '../contract/frame.ts';`,
  'src/server/good.ts': `import '../contract/frame.ts';`,
  'adapters/good/index.ts': `import '../../src/contract/frame.ts'; export const load = () => import('./run.ts');`,
  'adapters/good/run.ts': `import '../../src/protocols/osc.ts'; import '../../src/codec/decode.ts'; import './own.ts';`,
  'adapters/good/own.ts': '',
  'pipelines/good/run.ts': `import '../../src/inference/session.ts'; import type {} from '../../src/contract/frame.ts';`,
  'src/client/good.ts': `import type {} from '../contract/frame.ts'; import './own.ts';`,
  'src/client/own.ts': '',
  'panel/src/good.ts': `import type {} from '../../src/contract/frame.ts'; import './own.ts'; import '../../src/client/own.ts';`,
  'panel/src/own.ts': '',
  'src/cli.ts': `import './daemon.ts'; import './engine/hub.ts';`,
};

const packages = [
  'onnxruntime-node',
  'node-av',
  'node-datachannel',
  '@julusian/midi',
  '@napi-rs/canvas',
  'koffi',
  'vitest',
];

const tree = mkdtempSync(join(tmpdir(), 'reverie-breaches-'));
afterAll(() => rmSync(tree, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), `${text}\nexport {};\n`);
}

for (const [path, text] of Object.entries({ ...targets, ...allowed })) write(path, text);
for (const { file, text } of breaches) write(file, text);
for (const empty of ['adapters/three/run.ts', 'pipelines/two/run.ts']) write(empty, '');
for (const name of packages) {
  const folder = join(tree, 'node_modules', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name, version: '1.0.0', exports: { '.': './index.js', './api': './index.js' } }),
  );
  writeFileSync(join(folder, 'index.js'), '');
}
const dependencies = Object.fromEntries(
  packages.filter((name) => name !== 'vitest').map((name) => [name, '1.0.0']),
);
writeFileSync(
  join(tree, 'package.json'),
  JSON.stringify({ type: 'module', dependencies, devDependencies: { vitest: '1.0.0' } }),
);
cpSync(join(root, 'tsconfig.json'), join(tree, 'tsconfig.json'));

const { violations } = cruise(tree);
const found = violations.map(({ rule, from }) => ({ rule: rule.name, file: from }));

test.each(breaches)('$rule is caught in $file', ({ rule, file }) => {
  expect(found).toContainEqual({ rule, file });
});

test('what is allowed is not complained about', () => {
  expect(found.filter(({ file }) => Object.hasOwn(allowed, file))).toEqual([]);
});

test('every rule has a breach here', () => {
  const config = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as {
    forbidden: { name: string }[];
  };
  const broken = new Set(breaches.map(({ rule }) => rule));
  expect(config.forbidden.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
});
