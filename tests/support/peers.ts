import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import peers from '../../scripts/peers.json' with { type: 'json' };

export type Peer =
  | 'python3'
  | 'oscsend'
  | 'pd'
  | 'ffmpeg'
  | 'chromium'
  | 'aiortc'
  | 'gi.repository.GstWebRTC'
  | 'gi.repository.GstRtspServer'
  | 'openssl'
  | 'turnserver'
  | 'olad'
  | 'obs'
  | 'g++'
  | 'jackd'
  | 'zeroconf'
  | 'numpy'
  | 'websocket';

/**
 * A group of tests that talk to a program of the machine, or to a module of its Python; `body` gets the program's path. Where it is missing they are skipped and the
 * reason is in their name; in CI they fail instead.
 */
export function describeWithPeer(peer: Peer, title: string, body: (path: string) => void): void {
  const path = findPeer(peer);
  if (path !== null) return void describe(title, () => body(path));
  const package_ = entryOf(peer)?.package ?? peer;
  const reason = `${peer} is missing; on Debian: apt-get install ${package_}`;
  if (process.env['CI'] !== 'true')
    return void describe.skip(`${title} (${reason})`, () => test('skipped', () => undefined));
  describe(title, () => {
    test('its peer is installed', () => expect.fail(reason));
  });
}

function entryOf(peer: Peer): (typeof peers)[number] | undefined {
  return peers.find(({ command, module }) => peer === (module ?? command));
}

function findPeer(peer: Peer): string | null {
  const { command = peer, module, file } = entryOf(peer) ?? {};
  if (file !== undefined && !existsSync(file)) return null;
  if (module !== undefined)
    return spawnSync(command, ['-c', `import ${module}`]).status === 0 ? command : null;
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, command));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
