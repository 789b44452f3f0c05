import { networkInterfaces } from 'node:os';
import { failure } from './contract/error.ts';
import type { Options } from './options.ts';
import { Access } from './server/access/access.ts';
import { isLoopbackHost, reachableAt } from './server/access/reach.ts';
import { isPlainName } from './server/host-name.ts';

/** How other machines come in. */
export interface Doors {
  readonly access: Access;
  readonly wide: boolean;
  /** URLs under which they reach a server on this port; none while it listens to this machine only. */
  addresses(port: number): readonly string[];
}

/** Rejects with E_OPTION_INVALID where a name is none. */
export async function openDoors({ home, host, allowHost }: Options): Promise<Doors> {
  for (const name of allowHost) checkName(name);
  return {
    access: await Access.open({ home, wallClock: Date.now, clockMs: () => performance.now() }),
    wide: !isLoopbackHost(host),
    addresses: (port) => reachableAt(host, port, networkInterfaces()),
  };
}

// Another form would never be equal to what a browser sends, and whoever gave it would look for the reason in vain.
function checkName(name: string): void {
  if (isPlainName(name)) return;
  throw failure(
    'E_OPTION_INVALID',
    `--allow-host ${name}: give the name alone, without http:// and port, as in --allow-host stage.local`,
    { option: '--allow-host', given: name },
  );
}

/** UDP knows no sign-in, and whoever sends may write any address as its own: the network is heard only where senders are named. */
export function checkOscDoor({ oscHost, oscAllow, oscFeedback }: Options): void {
  const beyond = oscFeedback.find((controller) => !isLoopbackHost(hostOf(controller)));
  if (beyond !== undefined && isLoopbackHost(oscHost)) throw feedbackBeyond(beyond);
  if (isLoopbackHost(oscHost) || oscAllow.length > 0) return;
  throw failure(
    'E_OPTION_INVALID',
    `--osc-host ${oscHost} lets OSC hear the network, so say who may send: --osc-allow 192.168.1.20 for one machine, ` +
      '--osc-allow 192.168.1.0/24 for a network; or leave out --osc-host, so that only this machine may.',
    { option: '--osc-allow' },
  );
}

/** What only this machine reaches is no news to the network. */
export function checkAnnouncement({ oscQueryAnnounce, oscQueryHost }: Options): void {
  if (oscQueryAnnounce === 'off' || (oscQueryHost !== 'off' && !isLoopbackHost(oscQueryHost))) return;
  throw failure(
    'E_OPTION_INVALID',
    `--osc-query-announce ${oscQueryAnnounce} tells other machines of OSCQuery, which only this one reaches: add ` +
      '--osc-query-host 0.0.0.0, or leave it out.',
    { option: '--osc-query-announce' },
  );
}

/** Where OBS is looked for must be where a WebSocket server can be. */
export function checkObsDoor({ obs }: Options): void {
  if (obs === null || (URL.canParse(obs) && /^wss?:$/.test(new URL(obs).protocol))) return;
  throw failure(
    'E_OPTION_INVALID',
    `--obs ${obs}: give the address of its WebSocket server, as in --obs ws://192.168.1.20:4455; for OBS on this machine --obs alone.`,
    { option: '--obs' },
  );
}

/** Art-Net, too, knows no sign-in. */
export function checkArtNetDoor({ artnetHost, artnetAllow }: Options): void {
  if (artnetHost === null || isLoopbackHost(artnetHost) || artnetAllow.length > 0) return;
  throw failure(
    'E_OPTION_INVALID',
    `--artnet-host ${artnetHost} lets Art-Net hear the network, so say who may send: --artnet-allow 192.168.1.20 for one desk, ` +
      '--artnet-allow 192.168.1.0/24 for a network.',
    { option: '--artnet-allow' },
  );
}

function hostOf(controller: string): string {
  return controller.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');
}

function feedbackBeyond(controller: string): Error {
  return failure(
    'E_OPTION_INVALID',
    `--osc-feedback ${controller} lies beyond this machine, and OSC is bound to this machine: add --osc-host 0.0.0.0 ` +
      `--osc-allow ${hostOf(controller)}`,
    { option: '--osc-feedback' },
  );
}
