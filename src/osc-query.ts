import type { Logger } from 'pino';
import { reportOf, type ErrorReport } from './contract/error.ts';
import type { ShowApi } from './contract/show-api.ts';
import type { Engine } from './engine/engine.ts';
import type { Options } from './options.ts';
import { encodeOsc } from './protocols/osc/encode.ts';
import { typedArguments } from './protocols/osc/typed.ts';
import type { Access } from './server/access/access.ts';
import { isLoopbackHost } from './server/access/reach.ts';
import { createOscQuery } from './server/oscquery/server.ts';

export interface OscQuery {
  /** Null where it does not listen. */
  readonly url: string | null;
  /** Why it does not, where it should. */
  readonly error: ErrorReport | null;
  close(): Promise<void>;
}

interface Rooms {
  readonly engine: Engine;
  readonly show: ShowApi;
  readonly access: Access;
  /** `host:port` of OSC itself; null while it does not listen. */
  readonly osc: () => string | null;
  /** The same once it does; null where it does not within seconds. */
  readonly oscLater: () => Promise<string | null>;
  readonly version: string;
  readonly log: Logger;
}

/** OSCQuery beside the server. A show does not wait for it: where its port is taken, everything else plays, and says so. */
export async function openOscQuery(options: Options, rooms: Rooms): Promise<OscQuery> {
  const { oscQueryHost: host, oscQueryPort: port, allowHost } = options;
  const closed = { url: null, error: null, close: () => Promise.resolve() };
  if (host === 'off') return closed;
  const { engine, show, access, osc, version, log } = rooms;
  const server = await createOscQuery({
    engine,
    show,
    access,
    log,
    writeOsc: (address, tags, values) => encodeOsc({ address, args: typedArguments(tags, values) }),
    host: () => ({ osc: osc(), version }),
    names: {
      allowed: new Set(allowHost.map((name) => name.toLowerCase())),
      addresses: !isLoopbackHost(host),
    },
  });
  try {
    const url = await server.listen({ host, port });
    log.info(`OSCQuery answers at ${url}`);
    const farewell = options.oscQueryAnnounce === 'off' ? null : announced(Number(new URL(url).port), rooms);
    return {
      url,
      error: null,
      close: async () => {
        await Promise.all([server.close(), farewell?.then((goodbye) => goodbye())]);
      },
    };
  } catch (error) {
    await server.close();
    const report = reportOf(error);
    log.warn(`OSCQuery does not answer: ${report.message}`);
    return { ...closed, error: report };
  }
}

/** Beside the start, which waits for nobody on the network. */
async function announced(port: number, { oscLater, log }: Rooms): Promise<() => Promise<void>> {
  const osc = await oscLater();
  const { announceOscQuery } = await import('./osc-query-announce.ts');
  const oscPort = osc === null ? null : Number(osc.slice(osc.lastIndexOf(':') + 1));
  return announceOscQuery({ port, oscPort }, log);
}
