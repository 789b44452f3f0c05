import { networkInterfaces } from 'node:os';
import { failure } from './contract/error.ts';
import type { Options } from './options.ts';
import { Access } from './server/access/access.ts';
import { isLoopbackHost, reachableAt } from './server/access/reach.ts';

/** How other machines come in. */
export interface Doors {
  readonly access: Access;
  readonly wide: boolean;
  /** URLs under which they reach a server on this port; none while it listens to this machine only. */
  addresses(port: number): readonly string[];
}

export async function openDoors({ home, host }: Options): Promise<Doors> {
  return {
    access: await Access.open({ home, wallClock: Date.now, clockMs: () => performance.now() }),
    wide: !isLoopbackHost(host),
    addresses: (port) => reachableAt(host, port, networkInterfaces()),
  };
}

/** UDP knows no sign-in, and whoever sends may write any address as its own: the network is heard only where senders are named. */
export function checkOscDoor({ oscHost, oscAllow }: Options): void {
  if (isLoopbackHost(oscHost) || oscAllow.length > 0) return;
  throw failure(
    'E_OPTION_INVALID',
    `--osc-host ${oscHost} lets OSC hear the network, so say who may send: --osc-allow 192.168.1.20 for one machine, ` +
      '--osc-allow 192.168.1.0/24 for a network; or leave out --osc-host, so that only this machine may.',
    { option: '--osc-allow' },
  );
}
