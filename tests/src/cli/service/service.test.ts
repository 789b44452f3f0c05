import { expect, test } from 'vitest';
import { runService, type ServiceSystem } from '../../../../src/cli/service/service.ts';
import { RecordingTerminal } from '../recording-terminal.ts';

const facts = {
  node: '/usr/bin/node',
  cli: '/opt/reverie/dist/src/cli.js',
  home: '/home/ada/.reverie',
  flags: [],
  userHome: '/home/ada',
  configHome: '/home/ada/.config',
  user: null,
  uid: 1000,
};
const path = '/home/ada/.config/systemd/user/reverie.service';

/** Stands for a machine. It keeps files and commands, and cannot show what systemd makes of them. */
function machine(given: Partial<ServiceSystem> = {}, failing: RegExp = /^$/) {
  const files = new Map<string, string>();
  const commands: string[] = [];
  const system: ServiceSystem = {
    platform: 'linux',
    hasSystemd: true,
    isAdministrator: false,
    run({ file, words }) {
      const line = [file, ...words].join(' ');
      commands.push(line);
      return failing.test(line) ? { code: 1, output: 'no bus' } : { code: 0, output: 'active (running)\n' };
    },
    write: async (file, content) => void files.set(file, content),
    exists: (file) => files.has(file),
    remove: async (file) => void files.delete(file),
    ...given,
  };
  const terminal = new RecordingTerminal();
  const ask = (action: 'install' | 'remove' | 'status', more: { dryRun?: boolean; system?: boolean } = {}) =>
    runService({ action, dryRun: false, system: false, ...more }, facts, system, terminal);
  return { files, commands, ask, said: () => terminal.printed.join('\n') };
}

test('installing writes the unit and starts it; removing stops it and leaves nothing', async () => {
  const { files, commands, ask, said } = machine();
  await ask('install');
  expect(files.get(path)).toContain('ExecStart=/usr/bin/node');
  expect(commands).toEqual([
    'systemctl --user daemon-reload',
    'systemctl --user enable reverie.service',
    'systemctl --user restart reverie.service',
  ]);
  expect(said()).toContain('loginctl enable-linger');
  await ask('status');
  expect(said()).toContain('active (running)');
  await ask('remove');
  expect(commands).toContain('systemctl --user disable --now reverie.service');
  expect(files.size).toBe(0);
});

test('a dry run prints what would be written and run, and does neither', async () => {
  const { files, commands, ask, said } = machine({ hasSystemd: false });
  await ask('install', { dryRun: true });
  expect(said()).toContain(`# would write ${path}`);
  expect(said()).toContain('Restart=always');
  expect(said()).toContain('# would run systemctl --user enable reverie.service');
  expect([files.size, commands.length]).toEqual([0, 0]);
});

test('where nothing fits it is refused, and says what to do', async () => {
  const refused = { code: 'E_SERVICE', remedy: expect.stringContaining('--dry-run') };
  await expect(machine({ hasSystemd: false }).ask('install')).rejects.toMatchObject(refused);
  await expect(machine({ platform: 'freebsd' }).ask('install')).rejects.toMatchObject(refused);
  await expect(machine().ask('install', { system: true })).rejects.toThrow('put sudo before it');
  await expect(machine({ isAdministrator: true }).ask('install', { system: true })).rejects.toThrow(
    'does not run as root',
  );
  await expect(machine({ platform: 'darwin' }).ask('install', { system: true })).rejects.toThrow(
    'systemd only',
  );
});

test('a command that fails is named with what it said', async () => {
  await expect(machine({}, /daemon-reload/).ask('install')).rejects.toThrow(
    '`systemctl --user daemon-reload` failed: no bus',
  );
});

test('what is not there is neither removed nor asked about', async () => {
  const { commands, ask, said } = machine();
  await ask('status');
  await ask('remove');
  expect(said()).toContain('`reverie service install` makes it');
  expect(said()).toContain('nothing to remove');
  expect(commands).toEqual([]);
});

test.each([
  [
    'darwin',
    'launchctl bootout gui/1000/org.reverie.daemon',
    ['launchctl bootstrap gui/1000 /home/ada/Library/LaunchAgents/org.reverie.daemon.plist'],
  ],
  [
    'win32',
    'schtasks /End /TN Reverie',
    ['schtasks /Create /TN Reverie /XML /home/ada/.reverie/reverie-task.xml /F', 'schtasks /Run /TN Reverie'],
  ],
] as const)(
  'on %s installing ends what runs before it starts anew, and minds no first time',
  async (platform, end, start) => {
    for (const failing of [/^$/, /bootout|\/End/]) {
      const { commands, ask, said } = machine({ platform }, failing);
      await ask('install');
      expect(commands).toEqual([end, ...start]);
      expect(said()).toContain('Reverie runs now');
    }
    const dry = machine({ platform });
    await dry.ask('install', { dryRun: true });
    expect(dry.said()).toContain(`# would run ${end}\n# would run ${start[0]}`);
  },
);

test('each system gets its own kind of file', async () => {
  for (const [platform, file] of [
    ['darwin', '/home/ada/Library/LaunchAgents/org.reverie.daemon.plist'],
    ['win32', '/home/ada/.reverie/reverie-task.xml'],
  ] as const) {
    const { files, ask, said } = machine({ platform });
    await ask('install');
    expect([...files.keys()]).toEqual([file]);
    expect(said()).toContain('not run on it');
  }
});
