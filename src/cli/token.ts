import { networkInterfaces } from 'node:os';
import type { Options } from '../options.ts';
import { writeToken } from '../server/access/access-files.ts';
import { reachableAt } from '../server/access/reach.ts';
import { newSecret } from '../server/access/secret.ts';
import { linkLines } from './links.ts';
import type { Terminal } from './terminal.ts';

/** `reverie token`: makes a new token and ends what was opened with the old one. A daemon that runs takes it at once. */
export async function token({ home, host, port }: Options, terminal: Terminal): Promise<void> {
  const secret = newSecret();
  await writeToken(home, secret, Date.now());
  terminal.print(`token ${terminal.strong(secret)}`);
  for (const line of linkLines(reachableAt(host, port, networkInterfaces()), secret, terminal))
    terminal.print(line);
  terminal.print('note  it is shown this once; all earlier sign-ins have ended');
  if (reachableAt(host, port, networkInterfaces()).length === 0)
    terminal.print(
      'note  Reverie listens to this machine only, where no token is asked for; --host 0.0.0.0 opens it',
    );
}
