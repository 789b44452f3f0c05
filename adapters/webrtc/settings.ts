import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import type { IceServer as LibraryServer, RtcConfig } from 'node-datachannel';

/** Largest text on a data channel, either way, in bytes; browsers send up to 256 KB to whoever takes it. */
export const MAX_MESSAGE = 262_144;

/** The library's settings of a peer. The config is validated by the descriptor's schema before it gets here. */
export function peerSettings(config: JsonObject): RtcConfig {
  const { bindAddress, iceServers } = config;
  return {
    iceServers: Array.isArray(iceServers) ? iceServers.flatMap(serverOf) : [],
    ...(typeof bindAddress === 'string' ? { bindAddress } : {}),
    disableAutoNegotiation: true,
    // The library cuts a longer message to this length and says nothing: one byte more tells it from one that is whole.
    maxMessageSize: MAX_MESSAGE + 1,
  };
}

/** `stun:host:port` or `turn:host:port?transport=udp` with user and password beside it (RFC 7064, RFC 7065). */
function serverOf(server: JsonValue): (string | LibraryServer)[] {
  if (typeof server !== 'object' || server === null || Array.isArray(server)) return [];
  const match = /^(stuns?|turns?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/.exec(
    String(server['urls']),
  );
  if (match === null) return [];
  const [, scheme = '', hostname = '', port, transport] = match;
  const secure = scheme.endsWith('s');
  const address = { hostname, port: Number(port ?? (secure ? 5349 : 3478)) };
  if (scheme.startsWith('stun')) return [`stun:${hostname}:${address.port}`];
  const { username, credential } = server;
  return [
    {
      ...address,
      username: String(username),
      password: String(credential),
      relayType: secure ? 'TurnTls' : transport === 'tcp' ? 'TurnTcp' : 'TurnUdp',
    },
  ];
}
