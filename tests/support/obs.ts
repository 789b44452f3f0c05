import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Namespace } from './namespace.ts';

interface ObsAnswer {
  readonly [key: string]: unknown;
}

/**
 * Asks OBS what its lines say, one after another, on a connection of its own. What was asked of an OBS that ended is never answered
 * by the library, so each question ends with its connection.
 */
const operator = `
const { OBSWebSocket } = await import('obs-websocket-js/json');
const [url, password] = process.argv.slice(1);
let line, lost;
function renew() {
  line = new OBSWebSocket();
  lost = new Promise((_, fail) => line.once('ConnectionClosed', () => (renew(), fail(new Error('OBS has gone')))));
  lost.catch(() => {});
}
renew();
const { createInterface } = await import('node:readline');
for await (const text of createInterface({ input: process.stdin })) {
  const [request, data] = JSON.parse(text);
  const [here, gone] = [line, lost];
  const asked = async () => {
    if (!here.identified) await here.connect(url, password || undefined);
    return here.call(request, data);
  };
  try {
    console.log(JSON.stringify({ answer: (await Promise.race([asked(), gone])) ?? {} }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.code) + ' ' + error.message }));
  }
}`;

const port = 4455;

/** A small picture, few of them a second, no wizard and no dialog: OBS is to cost the tests little. */
function globalIni(password: string): string {
  return `[General]
Pre19Defaults=false
Pre21Defaults=false
Pre23Defaults=false
Pre24.1Defaults=false
FirstRun=true
LastVersion=486539266
EnableAutoUpdates=false
[Basic]
Profile=Test
ProfileDir=Test
SceneCollection=Test
SceneCollectionFile=Test
ConfigOnNewProfile=false
[BasicWindow]
SysTrayEnabled=false
[OBSWebSocket]
FirstLoad=false
ServerEnabled=true
ServerPort=${port}
AlertsEnabled=false
AuthRequired=${password !== ''}
ServerPassword=${password}
`;
}

function profileIni(folder: string): string {
  return `[General]
Name=Test
[Video]
BaseCX=320
BaseCY=180
OutputCX=320
OutputCY=180
FPSCommon=10
[SimpleOutput]
FilePath=${folder}
RecFormat=mkv
RecEncoder=x264
StreamEncoder=x264
[Output]
Mode=Simple
`;
}

/**
 * The real OBS on a screen that nobody sees. Its WebSocket server listens on every interface, so it runs in a network namespace that has
 * only `lo`. It keeps its scenes from one start to the next.
 */
export class Obs {
  readonly url = `ws://127.0.0.1:${port}`;
  readonly #namespace: Namespace;
  readonly #password: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'reverie-obs-'));
  readonly #display: string;
  readonly #screen: ChildProcessWithoutNullStreams;
  #program: ChildProcessWithoutNullStreams | null = null;
  #operator: ChildProcessWithoutNullStreams | null = null;
  #lines: AsyncIterator<string> | null = null;
  #output = '';

  private constructor(
    namespace: Namespace,
    password: string,
    screen: ChildProcessWithoutNullStreams,
    display: string,
  ) {
    this.#namespace = namespace;
    this.#password = password;
    this.#screen = screen;
    this.#display = display;
    const config = join(this.#folder, 'home', '.config', 'obs-studio');
    mkdirSync(join(config, 'basic', 'profiles', 'Test'), { recursive: true });
    mkdirSync(join(this.#folder, 'run'), { mode: 0o700 });
    writeFileSync(join(config, 'global.ini'), globalIni(password));
    writeFileSync(join(config, 'basic', 'profiles', 'Test', 'basic.ini'), profileIni(this.#folder));
  }

  /** Makes the screen; `start` starts OBS. */
  static async open(namespace: Namespace, password = ''): Promise<Obs> {
    const words = ['-displayfd', '1', '-screen', '0', '800x600x24', '-nolisten', 'tcp'];
    const screen = namespace.start('Xvfb', words);
    for await (const line of createInterface({ input: screen.stdout }))
      return new Obs(namespace, password, screen, `:${line.trim()}`);
    throw new Error('Xvfb gave no screen');
  }

  /** Resolves once it answers requests. */
  async start(): Promise<void> {
    const home = join(this.#folder, 'home');
    const variables = {
      HOME: home,
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_RUNTIME_DIR: join(this.#folder, 'run'),
      LIBGL_ALWAYS_SOFTWARE: '1',
      QT_QPA_PLATFORM: 'xcb',
      DISPLAY: this.#display,
    };
    const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
    const flags = ['--multi', '--minimize-to-tray', '--disable-updater', '--disable-missing-files-check'];
    const words = [...set, 'obs', ...flags, '--collection', 'Test', '--profile', 'Test'];
    const program = this.#namespace.start('env', ['-u', 'DBUS_SESSION_BUS_ADDRESS', ...words]);
    this.#output = '';
    const hear = (chunk: Buffer): void => void (this.#output += chunk.toString());
    program.stdout.on('data', hear);
    program.stderr.on('data', hear);
    this.#program = program;
    await this.#within(30_000, 'OBS answers', async () => {
      const list = await this.call('GetSceneList').catch(() => null);
      return list !== null;
    });
  }

  /** Asks OBS as another program would. Rejects with `CODE words` where it refuses. */
  async call(request: string, data: object = {}): Promise<ObsAnswer> {
    if (this.#operator === null) {
      const words = ['--input-type=module', '-e', operator, this.url, this.#password];
      this.#operator = this.#namespace.start(process.execPath, words);
      this.#lines = createInterface({ input: this.#operator.stdout })[Symbol.asyncIterator]();
    }
    this.#operator.stdin.write(`${JSON.stringify([request, data])}\n`);
    const { value } = (await this.#lines?.next()) ?? {};
    const said = JSON.parse(String(value)) as { answer?: ObsAnswer; error?: string };
    if (said.answer === undefined) throw new Error(`${request}: ${said.error}`);
    return said.answer;
  }

  /** Ends OBS and waits until its port is free; SIGINT is how it is closed, SIGKILL how it crashes. */
  async stop(signal: NodeJS.Signals): Promise<void> {
    const program = this.#program;
    this.#program = null;
    if (program === null) return;
    const ended = new Promise((resolve) => program.once('exit', resolve));
    program.kill(signal);
    await ended;
    await this.#within(10_000, 'its port is free', async () =>
      this.call('GetSceneList').then(
        () => false,
        () => true,
      ),
    );
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL');
    this.#operator?.kill('SIGKILL');
    this.#screen.kill('SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  async #within(limitMs: number, what: string, done: () => Promise<boolean>): Promise<void> {
    const limit = performance.now() + limitMs;
    while (!(await done())) {
      if (performance.now() > limit)
        throw new Error(`Not within ${limitMs} ms: ${what}\n${this.#output.slice(-2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
