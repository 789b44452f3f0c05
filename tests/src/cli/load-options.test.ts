import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../../src/cli/command-line.ts';
import { loadOptions } from '../../../src/cli/load-options.ts';
import { defaultOptions, flagOf, optionEntries, variableOf, type Options } from '../../../src/options.ts';

interface Given {
  words?: string[];
  environment?: Record<string, string>;
  config?: string;
}

/** Everything a person may have set, with a home folder at /home/ada/.reverie and the work at /show. */
function load({ words = [], environment = {}, config }: Given): Options {
  return loadOptions({
    flags: readCommandLine(words).flags,
    environment,
    readText: (path) =>
      path === resolve('/home/ada/.reverie/reverie.config.json') ? (config ?? null) : null,
    workingFolder: resolve('/show'),
    userHome: resolve('/home/ada'),
  });
}

function complaint(given: Given): string {
  try {
    load(given);
  } catch (error) {
    expect(error).toMatchObject({ code: 'E_OPTION_INVALID' });
    return error instanceof Error ? error.message : '';
  }
  throw new Error('it was accepted');
}

test('with nothing given everything listens on this machine only, on ports 8000', () => {
  const options = load({});
  expect(options).toEqual(defaultOptions(resolve('/home/ada')));
  expect(options).toMatchObject({
    host: '127.0.0.1',
    port: 8000,
    oscHost: '127.0.0.1',
    oscAllow: [],
    oscUntimed: [],
    oscFeedback: [],
    oscPort: 8000,
    oscQueryHost: '127.0.0.1',
    oscQueryPort: 8001,
    in: null,
    show: null,
  });
  expect(options.home).toBe(resolve('/home/ada/.reverie'));
});

describe('who wins', () => {
  const config = '{ "port": 1001, "oscPort": 1001, "logLevel": "warn" }';
  const environment = { REVERIE_PORT: '1002', REVERIE_OSC_PORT: '1002' };

  test('a flag over the environment, the environment over the file, the file over the default', () => {
    const options = load({ words: ['--port', '1003'], environment, config });
    expect(options).toMatchObject({ port: 1003, oscPort: 1002, logLevel: 'warn', memory: 'auto' });
  });

  test('a variable set to nothing is not set', () => {
    expect(load({ environment: { REVERIE_PORT: '' }, config }).port).toBe(1001);
  });

  test('the config file is looked for in the home that flag or environment name', () => {
    const elsewhere = { config: '{ "port": 1001 }', environment: { REVERIE_HOME: '/mnt/other' } };
    expect(load(elsewhere)).toMatchObject({ port: 8000, home: resolve('/mnt/other') });
    expect(load({ ...elsewhere, words: ['--home', '/home/ada/.reverie'] }).port).toBe(1001);
  });
});

test('every option can be given as a flag and as a variable of the same name', () => {
  for (const [key, entry] of optionEntries) {
    const sample = {
      text: 'x',
      path: '/x',
      list: 'x',
      number: '7',
      choice: entry.type === 'choice' ? (entry.choices[1] ?? '') : '',
    }[entry.type];
    const byFlag = load({ words: [flagOf(key), sample] })[key];
    expect(byFlag).not.toEqual(load({})[key]);
    expect(load({ environment: { [variableOf(key)]: sample } })[key]).toEqual(byFlag);
  }
});

test('lists are repeated flags, commas in the environment, and lists in the file', () => {
  const hosts = ['studio', 'stage.local'];
  expect(load({ words: ['--allow-host', 'studio', '--allow-host', 'stage.local'] }).allowHost).toEqual(hosts);
  expect(load({ environment: { REVERIE_ALLOW_HOST: 'studio, stage.local' } }).allowHost).toEqual(hosts);
  expect(load({ config: '{ "allowHost": ["studio", "stage.local"] }' }).allowHost).toEqual(hosts);
});

test('relative paths start where they were written, and ~ is the home of the user', () => {
  expect(load({ words: ['--show', 'set.json'] }).show).toBe(resolve('/show/set.json'));
  expect(load({ environment: { REVERIE_HOME: '~/other' } }).home).toBe(resolve('/home/ada/other'));
  expect(load({ words: ['--pipeline-import', './mine.js#default'] }).pipelineImport).toEqual([
    `${resolve('/show/mine.js')}#default`,
  ]);
  expect(load({ config: '{ "pipelineImport": ["./mine.js", "a-package"] }' }).pipelineImport).toEqual([
    resolve('/home/ada/.reverie/mine.js'),
    'a-package',
  ]);
});

describe('what is refused', () => {
  test.each([
    ['--port', 'eight', '--port must be a whole number from 0 to 65535, not eight.'],
    ['--port', '70000', '--port must be a whole number from 0 to 65535, not 70000.'],
    ['--port', '80.5', 'whole number'],
    ['--memory', 'shred', '--memory must be auto, shared or file, not "shred". Did you mean shared?'],
    ['--log-level', 'loud', 'error, warn, info or debug'],
  ])('%s %s', (flag, value, message) => {
    expect(complaint({ words: [flag, value] })).toContain(message);
  });

  test('a flag that takes one value and is given two', () => {
    expect(complaint({ words: ['--port', '1', '--port', '2'] })).toContain('--port is given 2 times');
  });

  test('a mistyped variable, with the nearest valid one', () => {
    expect(complaint({ environment: { REVERIE_PROT: '9000' } })).toBe(
      'There is no variable REVERIE_PROT. Did you mean REVERIE_PORT?',
    );
  });

  test('a mistyped key of the file, with the file and the nearest valid key', () => {
    const message = complaint({ config: '{ "prot": 9000 }' });
    expect(message).toContain('reverie.config.json');
    expect(message).toContain('Did you mean port?');
  });

  test('a wrong type in the file, with key and value', () => {
    expect(complaint({ config: '{ "port": "8000" }' })).toMatch(
      /"port" in .* must be a whole number from 0 to 65535, not "8000"/,
    );
    expect(complaint({ config: '{ "host": 1 }' })).toContain('must be a text, not 1');
    expect(complaint({ config: '{ "allowHost": "studio" }' })).toContain('must be a list of texts');
    expect(complaint({ config: '{ "allowHost": [1] }' })).toContain('must be a list of texts');
  });

  test('the show in the file of the machine, with the flag it belongs to', () => {
    expect(complaint({ config: '{ "in": "test-pattern" }' })).toContain('give it as --in');
    expect(complaint({ config: '{ "home": "/x" }' })).toContain('give it as --home');
  });

  test('a file that is no JSON object', () => {
    expect(complaint({ config: '{ port: 8000 }' })).toContain('is not valid JSON');
    expect(complaint({ config: '[]' })).toContain('must hold one JSON object');
  });
});
