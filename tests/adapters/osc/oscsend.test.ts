import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { ListeningAdapter } from './context.ts';

const missing = spawnSync('oscsend', ['--help']).error !== undefined;
if (missing) process.stderr.write('skipped: oscsend is not installed (apt-get install liblo-tools)\n');

const adapters: ListeningAdapter[] = [];
afterEach(async () => {
  await Promise.all(adapters.splice(0).map((adapter) => adapter.close()));
});

/** What liblo's own sender sends arrives as; in CI a missing tool is a failure and not a reason to skip. */
describe.skipIf(missing && process.env['CI'] === undefined)('oscsend of liblo', () => {
  async function sent(...words: readonly string[]): Promise<ListeningAdapter> {
    const adapter = await new ListeningAdapter({ host: '127.0.0.1', port: 0, allow: [] }).live();
    adapters.push(adapter);
    await promisify(execFile)('oscsend', ['osc.udp://127.0.0.1:' + adapter.port, ...words]);
    await adapter.until(() => adapter.packets.length + adapter.rejected.length > 0);
    return adapter;
  }

  test.each([
    { words: ['/reverie/main/strength', 'f', '0.5'], arrives: ['/main/strength', 0.5] },
    { words: ['/reverie/main/seed', 'i', '-42'], arrives: ['/main/seed', -42] },
    { words: ['/reverie/main/speed', 'd', '0.1'], arrives: ['/main/speed', 0.1] },
    { words: ['/reverie/main/seed', 'h', '9007199254740993'], arrives: ['/main/seed', '9007199254740993'] },
    { words: ['/reverie/prompt', 's', 'molten gold, später'], arrives: ['/prompt', 'molten gold, später'] },
    { words: ['/reverie/main/palette', 'S', 'ocean'], arrives: ['/main/palette', 'ocean'] },
    { words: ['/reverie/main/key', 'c', 'A'], arrives: ['/main/key', 'A'] },
    { words: ['/reverie/paused', 'T'], arrives: ['/paused', true] },
    { words: ['/reverie/paused', 'F'], arrives: ['/paused', false] },
    { words: ['/reverie/paused', 'N'], arrives: ['/paused', null] },
    { words: ['/reverie/tempo/tap', 'I'], arrives: ['/tempo/tap'] },
    { words: ['/reverie/tempo/tap'], arrives: ['/tempo/tap'] },
    { words: ['/reverie/preset', 'sf', 'night', '2.5'], arrives: ['/preset', 'night', 2.5] },
    { words: ['/scope/noise_scale', 'f', '0.25'], arrives: ['/noise_scale', 0.25] },
  ])('$words arrives', async ({ words, arrives }) => {
    const adapter = await sent(...words);
    expect(adapter.rejected).toEqual([]);
    expect(adapter.messages).toEqual([arrives]);
  });

  test('what it sends for another program is refused', async () => {
    const adapter = await sent('/1/fader1', 'f', '0.5');
    expect(adapter.rejected).toMatchObject([{ code: 'E_ADDRESS_UNKNOWN' }]);
  });
});
