import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

// The real set-up script in a clone without packages. npm and apt-get are doubles: they note their words and do what they are told,
// and cannot show that the real ones take these words. The build is left out; setup.test.ts has it.
const root = resolve(import.meta.dirname, '../..');
let clone: string;

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'reverie-clone-'));
  chmodSync(clone, 0o755);
  cpSync(join(root, 'scripts/setup.mjs'), join(clone, 'scripts/setup.mjs'));
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(root, file), join(clone, file));
  write('scripts/build.mjs', 'export const build = () => true;\n');
  write('scripts/peers.json', '[]');
  mkdirSync(join(clone, 'bin'));
});
afterEach(() => rmSync(clone, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(clone, path)), { recursive: true });
  writeFileSync(join(clone, path), text);
}

/** A program first on the PATH that notes its words, one call a line, and then does `act`, in sh. */
function program(name: string, act: string): void {
  write(`bin/${name}`, `#!/bin/sh\necho "$@" >> "${join(clone, `${name}.said`)}"\n${act}\n`);
  chmodSync(join(clone, 'bin', name), 0o755);
}

/** What a program was called with, each call by its words. */
const calls = (name: string): string[] => {
  const file = join(clone, `${name}.said`);
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
};

interface Circumstances {
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
}

function setUp({ words = [], env = {}, uid }: Circumstances = {}) {
  const { npm_execpath: _, ...inherited } = process.env;
  const path = `${join(clone, 'bin')}:${inherited['PATH'] ?? ''}`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(clone, 'scripts/setup.mjs'), ...words],
    {
      encoding: 'utf8',
      env: { ...inherited, CI: '', PATH: path, ...env },
      ...(uid === undefined ? {} : { uid }),
    },
  );
  return { said: stdout + stderr, status };
}

describe('a clone without packages', () => {
  const install = 'install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error';
  const spoken = 'setup: installing packages (npm install)\n';
  const link = `ln -s "${join(root, 'node_modules')}" node_modules`;

  it('gets them by npm, without install scripts, says so, and has nothing to do the next time', () => {
    program('npm', link);
    expect(setUp()).toEqual({ said: spoken, status: 0 });
    expect(calls('npm')).toEqual([install]);
    expect(setUp()).toEqual({ said: '', status: 0 });
    expect(calls('npm')).toHaveLength(1);
  });

  it('gets them by the npm that started it', () => {
    program('npm', 'exit 1');
    const said = join(clone, 'own.said');
    write(
      'own-npm.js',
      `import { writeFileSync } from 'node:fs';\nwriteFileSync('${said}', process.argv.slice(2).join(' '));`,
    );
    expect(setUp({ env: { npm_execpath: join(clone, 'own-npm.js') } }).status).toBe(0);
    expect(calls('own')).toEqual([install]);
    expect(calls('npm')).toEqual([]);
  });

  it('is told where npm fails, below what npm said itself', () => {
    program('npm', 'echo npm error: no way to the registry >&2; exit 1');
    const { said, status } = setUp();
    expect(status).toBe(1);
    expect(said).toContain('npm error: no way to the registry');
    expect(said).toContain('setup: npm install failed. See the lines above.');
  });

  it('is told where there is no npm', () => {
    expect(setUp({ env: { PATH: join(clone, 'bin') } })).toEqual({
      said: `${spoken}setup: npm install failed: spawnSync npm ENOENT. See the lines above.\n`,
      status: 1,
    });
  });
});

describe('install scripts', () => {
  const plainInstall = (): boolean => {
    write(
      'plain/package.json',
      JSON.stringify({ name: 'plain', scripts: { postinstall: "node -e \"fs.writeFileSync('ran','')\"" } }),
    );
    const { npm_execpath: _, ...inherited } = process.env;
    const env = Object.fromEntries(Object.entries(inherited).filter(([name]) => !/^npm_config_/i.test(name)));
    const { status, stderr } = spawnSync('npm', ['install', '--offline'], {
      cwd: join(clone, 'plain'),
      encoding: 'utf8',
      env,
    });
    expect(status, stderr).toBe(0);
    return existsSync(join(clone, 'plain/ran'));
  };

  it('do not run either where somebody types npm install: those of two packages would fetch from the network', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    for (const name of ['onnxruntime-node', 'node-av'])
      expect(packages[`node_modules/${name}`]?.hasInstallScript).toBe(true);
    mkdirSync(join(clone, 'plain'));
    cpSync(join(root, '.npmrc'), join(clone, 'plain/.npmrc'));
    expect(plainInstall()).toBe(false);
  });
});

describe('peers of the tests', () => {
  const isDebianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const words = ['--peers'];
  const missing =
    'setup: reverie-no-peer is missing (Debian: apt-get install no-peer its-plugins); it is for trying\n';

  beforeEach(() => {
    program('npm', `ln -s "${join(root, 'node_modules')}" node_modules`);
    setUp();
    const there = { command: 'node', package: 'nodejs', for: 'this' };
    const peer = { command: 'reverie-no-peer', package: 'no-peer its-plugins', for: 'trying' };
    write('scripts/peers.json', JSON.stringify([there, peer]));
  });

  it.skipIf(!isDebianRoot)('that are missing are installed on Debian by root, and no others', () => {
    const peer = join(clone, 'bin/reverie-no-peer');
    program('apt-get', `[ "$1" = install ] && touch "${peer}" || true`);
    expect(setUp({ words })).toEqual({
      said: 'setup: installing no-peer, its-plugins (apt-get)\n',
      status: 0,
    });
    expect(calls('apt-get')).toEqual([
      'update -qq',
      'install -y -qq --no-install-recommends no-peer its-plugins',
    ]);
    expect(setUp({ words })).toEqual({ said: '', status: 0 });
  });

  it.skipIf(!isDebianRoot)('that apt-get cannot install are named, and what it said is passed on', () => {
    program('apt-get', 'echo E: Unable to locate package >&2; exit 100');
    const { said, status } = setUp({ words });
    expect(said).toContain('E: Unable to locate package');
    expect(said).toContain('setup: apt-get failed: Command failed: apt-get update -qq');
    expect(said).toContain(missing);
    expect(status).toBe(0);
  });

  it('are named to anybody else with what they are for, and apt-get is left alone', () => {
    program('apt-get', '');
    expect(setUp({ words, ...nobody })).toEqual({ said: missing, status: 0 });
    expect(calls('apt-get')).toEqual([]);
  });

  it('that are missing fail in CI, where nothing is skipped', () => {
    const { said, status } = setUp({ words, ...nobody, env: { CI: 'true' } });
    expect(said).toContain(missing);
    expect(said).toContain('setup: In CI nothing is skipped, so every peer must be there.');
    expect(status).toBe(1);
  });
});
