import type { SocketCounts } from '../../contract/daemon.ts';

/** What the server's sockets count; one for the whole server. */
export type SocketTally = { -readonly [K in keyof SocketCounts]: number };

export function emptyTally(): SocketTally {
  return {
    clients: 0,
    lost: 0,
    resumed: 0,
    forgotten: 0,
    previews: 0,
    previewSkips: 0,
    streams: 0,
    streamSkips: 0,
    slowClients: 0,
    badMessages: 0,
  };
}
