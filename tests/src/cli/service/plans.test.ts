import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { launchdPlan } from '../../../../src/cli/service/launchd.ts';
import type { ServiceFacts } from '../../../../src/cli/service/plan.ts';
import { systemdSystemPlan, systemdUserPlan } from '../../../../src/cli/service/systemd.ts';
import { windowsTaskPlan } from '../../../../src/cli/service/windows-task.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const facts: ServiceFacts = {
  node: process.execPath,
  cli: '/opt/reverie/dist/src/cli.js',
  home: '/home/ada/.reverie',
  flags: ['--port', '9000'],
  userHome: '/home/ada',
  configHome: '/home/ada/.config',
  user: null,
  uid: 1000,
};

test('the unit starts the daemon in its home with the given options, and again whenever it ends', () => {
  const { path, content } = systemdUserPlan(facts);
  expect(path).toBe('/home/ada/.config/systemd/user/reverie.service');
  expect(content).toContain(
    `ExecStart=${process.execPath} /opt/reverie/dist/src/cli.js start --home /home/ada/.reverie --port 9000\n`,
  );
  for (const line of ['Restart=always', 'TimeoutStopSec=10', 'KillMode=mixed', 'NoNewPrivileges=yes'])
    expect(content.split('\n')).toContain(line);
  expect(content).toContain('WantedBy=default.target');
});

test('the unit of the machine gets no rights that a show does not need', () => {
  const { path, content } = systemdSystemPlan({ ...facts, user: 'ada' });
  expect(path).toBe('/etc/systemd/system/reverie.service');
  for (const line of ['User=ada', 'CapabilityBoundingSet=', 'ProtectSystem=full', 'NoNewPrivileges=yes'])
    expect(content.split('\n')).toContain(line);
  expect(content).toContain('WantedBy=multi-user.target');
  // Both would stop a show: V8 compiles at run time, and GPUs and cameras are devices.
  expect(content).not.toMatch(/MemoryDenyWriteExecute|PrivateDevices/);
});

const hasVerify = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.skipIf(!hasVerify)(`systemd itself${hasVerify ? '' : ' (systemd-analyze is missing)'}`, () => {
  let folder: string;
  beforeEach(() => {
    folder = tempFolder('unit');
  });

  const verify = (content: string): { status: number | null; said: string } => {
    const file = join(folder, 'reverie.service');
    writeFileSync(file, content);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
    });
    return { status, said: stderr };
  };

  test.each([
    ['of a user', systemdUserPlan(facts).content],
    ['of the machine', systemdSystemPlan({ ...facts, user: 'root' }).content],
    [
      'with a folder that is hard to write',
      systemdUserPlan({ ...facts, home: String.raw`/home/ada/50% of "my" $HOME\show` }).content,
    ],
  ])('finds nothing wrong with the unit %s', (_which, content) => {
    expect(verify(content)).toEqual({ status: 0, said: '' });
  });

  test('would find a broken one', () => {
    expect(verify(systemdUserPlan(facts).content.replace('Restart=always', 'Restart=maybe')).said).toContain(
      'restart specifier',
    );
  });

  test('reads a folder that is hard to write as it was meant', () => {
    const home = String.raw`/home/ada/50% of "my" $HOME\show`;
    const line = /ExecStart=(.*)/.exec(systemdUserPlan({ ...facts, home }).content)?.[1] ?? '';
    expect(line).toContain(String.raw`"/home/ada/50%% of \"my\" $$HOME\\show"`);
  });
});

test('the agent of macOS starts the same words, kept alive', () => {
  const { path, content, notes } = launchdPlan({ ...facts, home: '/Users/ada/a & b' });
  expect(path).toBe('/home/ada/Library/LaunchAgents/org.reverie.daemon.plist');
  expect([...content.matchAll(/<string>(.*)<\/string>/g)].map((match) => match[1])).toEqual([
    'org.reverie.daemon',
    process.execPath,
    '/opt/reverie/dist/src/cli.js',
    'start',
    '--home',
    '/Users/ada/a &amp; b',
    '--port',
    '9000',
    'Interactive',
  ]);
  expect(content).toContain('<key>KeepAlive</key><true/>');
  expect(notes.join(' ')).toContain('not run on it');
});

test('the task of Windows starts the same words, without end and without the rights of an administrator', () => {
  const { content, encoding, notes } = windowsTaskPlan({ ...facts, home: 'C:\\Users\\Ada L\\.reverie\\' });
  expect(encoding).toBe('utf16le');
  expect(content).toContain(`<Command>${process.execPath}</Command>`);
  expect(content).toContain('--home &quot;C:\\Users\\Ada L\\.reverie\\\\&quot; --port 9000</Arguments>');
  expect(content).toContain('<RunLevel>LeastPrivilege</RunLevel>');
  expect(content).toContain('<ExecutionTimeLimit>PT0S</ExecutionTimeLimit>');
  expect(notes.join(' ')).toContain('not run on it');
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

test.skipIf(!hasPython)('what is XML can be read as XML', () => {
  const home = '/a/<b> & "c"';
  for (const { content } of [launchdPlan({ ...facts, home }), windowsTaskPlan({ ...facts, home })]) {
    const text = content.replace('encoding="UTF-16"', '');
    const read =
      'import sys, xml.dom.minidom as m; print(m.parseString(sys.stdin.buffer.read()).documentElement.tagName)';
    expect(execFileSync('python3', ['-c', read], { input: text, encoding: 'utf8' })).toMatch(/plist|Task/);
  }
});
