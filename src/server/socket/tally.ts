import type { SocketCounts } from '../schema/stats.ts';

/** What the server's sockets count; one for the whole server. */
export type SocketTally = { -readonly [K in keyof SocketCounts]: number };

export function emptyTally(): SocketTally {
  return { clients: 0, previews: 0, previewSkips: 0, slowClients: 0, badMessages: 0 };
}
