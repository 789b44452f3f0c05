import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from '../src/server/client.ts';
import { startReverie, within, type Reverie } from './reverie.ts';
import { tempFolder } from '../support/temp-folder.ts';

// The doors of a real daemon, opened and locked by its real command line. A request under the configured name counts as one from
// beyond this machine, since a proxy or tunnel of this machine would bring it just so.
const cli = resolve('dist/src/cli.js');
const host = 'stage.local';
const turnPassword = 'correct-horse-battery';
let reverie: Reverie;
const secrets: string[] = [turnPassword];

beforeAll(async () => {
  reverie = await startReverie({
    flags: [
      `--allow-host=${host}`,
      '--log-level=debug',
      `--ice-server=turn:stage:${turnPassword}@127.0.0.1:3478`,
    ],
  });
});
afterAll(async () => {
  await reverie.dispose();
});

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

function ask(method: string, path: string, headers: Record<string, string>, body = ''): Promise<Answer> {
  return new Promise((done, fail) => {
    const json = body === '' ? {} : { 'content-type': 'application/json' };
    const asked = request(
      `${reverie.url}${path}`,
      { method, headers: { host, ...json, ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    asked.on('error', fail);
    asked.end(body);
  });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** `reverie token` as a person runs it beside the daemon. */
function newToken(): string {
  const { stdout, status } = spawnSync(process.execPath, [cli, 'token', '--home', reverie.home], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  const token = /^token (\S+)$/m.exec(stdout)?.[1] ?? '';
  expect(token.length).toBeGreaterThanOrEqual(27);
  secrets.push(token);
  return token;
}

async function takes(token: string): Promise<void> {
  await within(
    5000,
    'the daemon to take the new token',
    () => '',
    async () => (await ask('GET', '/api/v1/status', bearer(token))).status === 200,
  );
}

test('without a token the machine itself plays on and nobody else gets in', async () => {
  expect((await ask('GET', '/api/v1/status', { host: 'localhost' })).status).toBe(200);
  expect((await ask('GET', '/api/v1/status', {})).status).toBe(401);
  expect((await ask('GET', '/', { accept: 'text/html' })).headers['location']).toBe('/sign-in');
});

test('`reverie token` opens a running daemon, and a newer one ends what the older opened', async () => {
  const first = newToken();
  await takes(first);
  const signedIn = await ask('POST', '/sign-in', {}, JSON.stringify({ token: first }));
  expect(signedIn.status).toBe(204);
  const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
  secrets.push(cookie.split('=')[1] ?? '');
  const client = new Client(`${reverie.url.replace('http', 'ws')}/api/v1/ws`, { host, cookie });
  await client.hear(({ type }) => type === 'hello');

  const second = newToken();
  expect((await client.closed).code).toBe(1008);
  await takes(second);
  expect((await ask('GET', '/api/v1/status', bearer(first))).status).toBe(401);
  expect((await ask('GET', '/api/v1/status', { cookie })).status).toBe(401);
});

test('no token, cookie or TURN password stands in the log, the output or the home folder, whatever was tried with them', async () => {
  const wrong = 'wrong-token-of-a-guesser';
  secrets.push(wrong);
  for (let n = 0; n < 12; n++) await ask('POST', '/sign-in', {}, JSON.stringify({ token: wrong }));
  await ask('GET', `/api/v1/status?token=${wrong}`, bearer(wrong));
  await ask('POST', '/sign-in', {}, `{"token":"${wrong}"`);
  await ask('GET', `/sign-in/${wrong}`, { cookie: `reverie=${wrong}`, host: `${wrong}.example` });
  await ask('GET', `/%zz${wrong}`, { origin: `http://${wrong}.example` });
  await new Client(`${reverie.url.replace('http', 'ws')}/api/v1/ws?token=${wrong}`, { host }).closed;
  await within(5000, 'the wrong tokens in the log', logText, () => logText().includes('A wrong token came'));
  const page = (await ask('GET', '/api/v1/logs?limit=1000', { host: 'localhost' })).body;
  expect(page).toContain('A wrong token came from 127.0.0.1');
  expect(secrets.length).toBeGreaterThanOrEqual(5);
  for (const secret of secrets) {
    expect(page).not.toContain(secret);
    expect(reverie.output).not.toContain(secret);
    for (const { name, text } of keptFiles()) expect(text.includes(secret), name).toBe(false);
  }
});

test('`reverie logs` prints what a node said, readable', async () => {
  const { stdout } = spawnSync(process.execPath, [cli, 'logs', '--node', 'osc', '--home', reverie.home], {
    encoding: 'utf8',
  });
  expect(stdout).toMatch(/info {2}osc +OSC listens on UDP 127\.0\.0\.1:\d+/);
});

test.each([
  ['OSC', '--osc-host', '--osc-allow'],
  ['Art-Net', '--artnet-host', '--artnet-allow'],
])('%s does not open to the network unless senders are named', (_what, door, list) => {
  const home = tempFolder('home');
  const words = [cli, '--port', '0', door, '0.0.0.0', '--home', home];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', timeout: 20_000 });
  expect(status).toBe(1);
  expect(stderr).toContain(`${list} 192.168.1.0/24`);
});

test('a dry run of the service prints a unit with this home and changes nothing', () => {
  const words = [cli, 'service', 'install', '--dry-run', '--home', reverie.home, '--port', '9000'];
  const { status, stdout } = spawnSync(process.execPath, words, {
    encoding: 'utf8',
    env: { ...process.env, XDG_CONFIG_HOME: join(reverie.home, 'config') },
  });
  expect(status).toBe(0);
  expect(stdout).toContain(`start --home ${reverie.home} --port 9000`);
  expect(readdirSync(reverie.home)).not.toContain('config');
});

function children(pid: number | undefined): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
}

function keptFiles(): readonly { name: string; text: string }[] {
  const files = readdirSync(reverie.home, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map(({ parentPath, name }) => ({ name, text: readFileSync(join(parentPath, name), 'latin1') }));
}

function logText(): string {
  const names = readdirSync(reverie.home).filter((name) => name.endsWith('.log'));
  return names.map((name) => readFileSync(join(reverie.home, name), 'utf8')).join('');
}

const namespaceWorks =
  spawnSync('unshare', ['-n', 'ip', 'link', 'add', 'show0', 'type', 'veth']).status === 0 &&
  spawnSync('script', ['--version']).status === 0;

describe.skipIf(!namespaceWorks)(
  `on a network of its own${namespaceWorks ? '' : ' (needs root, iproute2 and script)'}`,
  () => {
    let wide: Reverie;
    const wire = [
      'ip link set lo up',
      'ip link add show0 type veth peer name show1',
      'ip addr add 10.9.8.7/24 dev show0',
      'ip link set show0 up',
      'ip link set show1 up',
    ].join('; ');
    beforeAll(async () => {
      // `script` gives it a terminal, which is where a token is shown.
      wide = await startReverie({
        flags: ['--host', '0.0.0.0'],
        wrap: ['unshare', '-n', 'sh', '-c', `${wire}; exec script -qefc "$*" /dev/null`, 'sh'],
      });
    });
    afterAll(async () => {
      // `script` would end by itself and leave the daemon; the daemon's end is the end of both.
      const ended = new Promise((done) => wide.child.once('exit', done));
      process.kill(Number(children(wide.child.pid)[0]), 'SIGTERM');
      await ended;
      await wide.dispose();
    });

    /** Asked by the machine's own network address, which is what a neighbour would do. */
    function inside(url: string, token: string | null): string {
      const headers = token === null ? '{}' : JSON.stringify({ authorization: `Bearer ${token}` });
      const code = `fetch(${JSON.stringify(url)}, { headers: ${headers} }).then((answer) => console.log(answer.status))`;
      const words = ['-t', String(wide.child.pid), '-n', process.execPath, '-e', code];
      return spawnSync('nsenter', words, { encoding: 'utf8' }).stdout.trim();
    }

    test('the link is shown once with the address that others use, and opens what is closed without it', async () => {
      await within(
        5000,
        'the greeting',
        () => wide.output,
        () => wide.output.includes('stop'),
      );
      const token = /http:\/\/10\.9\.8\.7:(\d+)\/#token=([\w-]+)/.exec(wide.output);
      const url = `http://10.9.8.7:${token?.[1]}/api/v1/status`;
      expect(inside(url, null)).toBe('401');
      expect(inside(url, token?.[2] ?? '')).toBe('200');
      expect(inside(url.replace('10.9.8.7', 'localhost'), null)).toBe('200');
      expect(readFileSync(join(wide.home, 'access.json'), 'utf8')).not.toContain(token?.[2]);
    });
  },
);
