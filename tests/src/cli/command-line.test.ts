import { expect, test } from 'vitest';
import { readCommandLine } from '../../../src/cli/command-line.ts';

function complaint(...words: string[]): string {
  try {
    readCommandLine(words);
  } catch (error) {
    expect(error).toMatchObject({ code: 'E_OPTION_INVALID' });
    return error instanceof Error ? error.message : '';
  }
  throw new Error(`"${words.join(' ')}" was accepted`);
}

test('without a word it starts', () => {
  expect(readCommandLine([])).toEqual({
    command: 'start',
    subject: null,
    argument: null,
    own: new Map(),
    flags: new Map(),
    about: null,
  });
});

test('flags may stand before or behind the command, with a space or an equals sign', () => {
  const flags = new Map([
    ['port', ['9000']],
    ['in', ['file:clip.mp4']],
  ]);
  expect(readCommandLine(['start', '--port', '9000', '--in=file:clip.mp4'])).toMatchObject({
    command: 'start',
    flags,
  });
  expect(readCommandLine(['--port=9000', 'start', '--in', 'file:clip.mp4'])).toMatchObject({
    command: 'start',
    flags,
  });
});

test('a flag that means something alone takes no word that is not its own', () => {
  const given = (...words: string[]) => [...readCommandLine(words).flags];
  const here = ['obs', ['ws://127.0.0.1:4455']];
  expect(given('--obs')).toEqual([here]);
  expect(given('--obs', '--port', '9000')).toEqual([here, ['port', ['9000']]]);
  expect(given('--obs', 'ws://stage:4455')).toEqual([['obs', ['ws://stage:4455']]]);
  expect(complaint('--port')).toContain('--port needs a value');
});

test('a repeated flag keeps every value in order', () => {
  const { flags } = readCommandLine(['--allow-host', 'studio', '--allow-host', 'stage.local']);
  expect(flags.get('allowHost')).toEqual(['studio', 'stage.local']);
});

test.each([
  [['doctor'], 'doctor'],
  [['pipelines'], 'pipelines'],
  [['adapters'], 'adapters'],
  [['install', 'cuda'], 'install'],
  [['token'], 'token'],
  [['logs'], 'logs'],
  [['--help'], 'help'],
  [['-h'], 'help'],
  [['doctor', '--help'], 'help'],
  [['--version'], 'version'],
  [['-v'], 'version'],
])('%j is the command %s', (words, command) => {
  expect(readCommandLine(words).command).toBe(command);
});

test('a package brought by hand is given to install with --from', () => {
  expect(readCommandLine(['install', 'cuda', '--from', 'runtime.nupkg'])).toMatchObject({
    command: 'install',
    subject: 'cuda',
    own: new Map([['from', 'runtime.nupkg']]),
  });
  expect(complaint('start', '--from', 'runtime.nupkg')).toContain('reverie install cuda');
});

test('a flag of a command may stand anywhere, with a value where it takes one', () => {
  const own = new Map([
    ['follow', ''],
    ['node', 'main'],
  ]);
  expect(readCommandLine(['logs', '--follow', '--node', 'main'])).toMatchObject({ command: 'logs', own });
  expect(readCommandLine(['--follow', '--node=main', 'logs'])).toMatchObject({ command: 'logs', own });
  expect(complaint('logs', '--node')).toBe('--node needs a value.');
  expect(complaint('doctor', '--follow')).toContain('belongs to `reverie logs [--follow]');
});

test('help is about the command that is named', () => {
  expect(readCommandLine(['logs', '--help']).about).toBe('logs');
  expect(readCommandLine(['--help']).about).toBeNull();
});

test('a mistyped flag names the nearest valid one', () => {
  expect(complaint('--prot', '9000')).toBe('There is no option --prot. Did you mean --port?');
  expect(complaint('start', '--piepline=dream')).toContain('Did you mean --pipeline?');
  expect(complaint('-p', '9000')).toContain('no option -p');
});

test('a mistyped command names the nearest valid one', () => {
  expect(complaint('strat')).toContain('Did you mean start?');
  expect(complaint('docter')).toContain('Did you mean doctor?');
  expect(complaint('install', 'coda')).toContain('Did you mean cuda?');
});

test('a flag without its value says so, and does not swallow the next flag', () => {
  expect(complaint('--port')).toBe('--port needs a value.');
  expect(complaint('--in', '--port', '9000')).toBe('--in needs a value.');
  expect(complaint('--port=')).toBe('--port needs a value.');
});

test('a file behind start is answered with the flag it belongs to', () => {
  expect(complaint('start', 'clip.mp4')).toContain('--in file:clip.mp4');
  expect(complaint('doctor', 'now')).toContain('one word too many');
  expect(complaint('install')).toContain('reverie install cuda');
});
