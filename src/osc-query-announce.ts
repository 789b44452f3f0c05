import { hostname } from 'node:os';
import type { Logger } from 'pino';

const GOODBYE_LIMIT_MS = 1_000;

/** What the network is told. */
export interface Announced {
  /** TCP, of OSCQuery. */
  readonly port: number;
  /** UDP, of OSC; null while it does not listen. */
  readonly oscPort: number | null;
}

/**
 * Tells the network by mDNS where OSCQuery and OSC are (`_oscjson._tcp` and `_osc._udp`, as clients look for them), until the
 * returned function is called. The name has machine and port in it: two daemons of a network must not share one. Where the
 * network does not carry it, everything else plays on, and the log says so.
 */
export async function announceOscQuery(
  { port, oscPort }: Announced,
  log: Pick<Logger, 'info' | 'warn'>,
): Promise<() => Promise<void>> {
  const { Bonjour } = await import('bonjour-service');
  const bonjour = new Bonjour({}, (error: unknown) =>
    log.warn(`mDNS does not carry OSCQuery: ${error instanceof Error ? error.message : String(error)}`),
  );
  const name = `Reverie on ${hostname()} (${port})`;
  bonjour.publish({ name, type: 'oscjson', protocol: 'tcp', port });
  if (oscPort !== null) bonjour.publish({ name, type: 'osc', protocol: 'udp', port: oscPort });
  log.info(`OSCQuery is announced on the network as "${name}"`);
  return () =>
    new Promise((resolve) => {
      const late = setTimeout(resolve, GOODBYE_LIMIT_MS);
      bonjour.unpublishAll(() =>
        bonjour.destroy(() => {
          clearTimeout(late);
          resolve();
        }),
      );
    });
}
