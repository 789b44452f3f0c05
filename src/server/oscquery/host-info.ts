import type { JsonObject } from '../../contract/json.ts';

export interface OscQueryHost {
  /** `127.0.0.1:8000`, where OSC is heard; null while it is not. */
  readonly osc: string | null;
  readonly version: string;
}

/** What the server can do, as OSCQuery's `?HOST_INFO` says it. The WebSocket is at the same address as the HTTP server. */
export function hostInfo({ osc, version }: OscQueryHost): JsonObject {
  const colon = osc?.lastIndexOf(':') ?? -1;
  const ip = osc?.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  // Where it is heard on all addresses, clients use the one that they ask at.
  const everywhere = ip === undefined || ip === '0.0.0.0' || ip === '::';
  return {
    NAME: `Reverie ${version}`,
    ...(everywhere ? {} : { OSC_IP: ip }),
    ...(osc === null ? {} : { OSC_PORT: Number(osc.slice(colon + 1)) }),
    OSC_TRANSPORT: 'UDP',
    EXTENSIONS: {
      ACCESS: true,
      VALUE: true,
      RANGE: true,
      DESCRIPTION: true,
      TAGS: true,
      CLIPMODE: true,
      UNIT: true,
      LISTEN: true,
      PATH_ADDED: true,
      PATH_REMOVED: true,
      PATH_CHANGED: true,
    },
  };
}
