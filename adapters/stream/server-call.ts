import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { SinkTarget } from './sink-target.ts';
import { certificateFailure } from './trust.ts';

/** From the call to the server's word that it takes the stream. */
const CONNECT_MS = 5_000;
/** A publisher's side of a protocol, over a connection that it was given. */
interface Session {
  publish(): Promise<void>;
}

/**
 * Calls a server, by TLS where its scheme ends with s, and publishes. The address that was looked at is called; its certificate must be of
 * the name, and vouched for unless `anyCertificate`. Rejects with `E_SINK_LOST`, `E_STREAM_CERTIFICATE`.
 */
export async function callServer<S extends Session>(
  target: SinkTarget,
  anyCertificate: boolean,
  begin: (socket: Socket) => S,
): Promise<S> {
  const { address, port, host, scheme, name } = target;
  const socket = scheme.endsWith('s')
    ? connectTls({ host: address, port, servername: host, rejectUnauthorized: !anyCertificate })
    : connect({ host: address, port, noDelay: true });
  const refused = new Promise<never>((_resolve, reject) => {
    socket.once('error', (error) => {
      const problem = certificateFailure(name, error);
      if (problem !== null) reject(problem);
    });
  });
  refused.catch(() => undefined);
  const session = begin(socket);
  const late = setTimeout(() => socket.destroy(new Error('nobody answers')), CONNECT_MS);
  try {
    await Promise.race([refused, session.publish()]);
    return session;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(late);
  }
}
