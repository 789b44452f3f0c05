import { execFile, execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startReverie, type Reverie } from '../integration/reverie.ts';
import { Namespace } from '../support/namespace.ts';
import { describeWithPeer } from '../support/peers.ts';

// What a stranger's script does that was written against Scope's API, with a WebRTC of its own (aiortc, as Scope itself has).
const run = promisify(execFile);
const script = resolve('tests/fixtures/peers/scope-client.py');

describeWithPeer('aiortc', "a script written against Scope's API", (python) => {
  let namespace: Namespace;
  let reverie: Reverie;

  beforeAll(async () => {
    namespace = await Namespace.open();
    const [command = '', ...inside] = namespace.enter;
    // It leaves 127.0.0.1 aside, so that the network gets another address.
    execFileSync(command, [...inside, 'ip', 'addr', 'add', '10.99.0.1/32', 'dev', 'lo']);
    reverie = await startReverie({ wrap: namespace.enter });
  });

  afterAll(async () => {
    await reverie?.dispose();
    namespace?.close();
  });

  async function play(part: string): Promise<unknown> {
    const [command = '', ...inside] = namespace.enter;
    const words = [...inside, python, script, reverie.url, part];
    return JSON.parse((await run(command, words, { timeout: 110_000 })).stdout);
  }

  it('loads, watches, moves parameters, sends a camera and is told what is not there, in one go', async () => {
    const seen = (await play('flows')) as { load: { words: string[] } };
    expect(seen).toMatchObject({
      load: {
        message: expect.any(String) as string,
        last: {
          status: 'loaded',
          pipeline_id: 'dream',
          load_params: { height: 256, width: 256 },
          loaded_lora_adapters: [],
          error: null,
        },
      },
      receive: { size: [256, 256], prompt: 'a garden in the rain', patched: [204], stream: true },
      parameters: {
        prompts: [
          { text: 'a calm sea', weight: 0.7 },
          { text: 'fire', weight: 0.3 },
        ],
        interpolation: 'slerp',
        strength: 0.31,
        echoes: 0,
        open: 'open',
        refused: true,
      },
      sendReceive: { feeds: ['in'] },
      vace: [415, 200, 404, 404],
      state: 'live',
    });
    expect(['loading', 'loaded']).toEqual(expect.arrayContaining(seen.load.words));
  });

  it('that dies without a goodbye leaves no session behind, and the show as it was', async () => {
    expect(await play('crash')).toEqual({ before: ['connected'], sameRunner: true });
  });
});
