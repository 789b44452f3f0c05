import websocket from '@fastify/websocket';
import Fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { failure } from '../contract/error.ts';
import type { App } from './dependencies.ts';
import { answerFailures, answerRaw, rawRefusal } from './failures.ts';
import { acceptJson, MAX_BODY_BYTES } from './json-body.ts';
import { boundRequests } from './request-time.ts';

const SOCKET_GRACE_MS = 500;
/** A quarter of a megabyte takes less over any line; who dribbles bytes would hold a connection for ever. */
export const REQUEST_MS = 30_000;
const GOING_AWAY = 1001;

/** An HTTP server as all of ours are: bounded, with one shape of refusal, and no logger of requests. */
export function createApp(log: FastifyBaseLogger, requestMs = REQUEST_MS): App {
  const app: App = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: 0,
    http: { headersTimeout: requestMs, connectionsCheckingInterval: requestMs },
    forceCloseConnections: true,
    return503OnClosing: false,
    schemaController: { compilersFactory: { buildValidator: notUsed, buildSerializer: notUsed } },
    frameworkErrors: (error, _request, reply) => {
      reply.hijack();
      answerRaw(reply.raw, error.message);
    },
    clientErrorHandler: (error, socket) => {
      if (socket.writable) socket.end(rawRefusal(error.message));
    },
  }).withTypeProvider();
  app.setValidatorCompiler(validatorCompiler);
  // The types hold the handlers to their schemas and tests hold the answers; checking each answer again would cost the loop.
  app.setSerializerCompiler(() => (answer) => JSON.stringify(answer));
  boundRequests(app, requestMs);
  answerFailures(app);
  acceptJson(app);
  return app;
}

/** Stands where Fastify would load its own compilers of schemas, which costs a start a tenth of a second and is never called. */
function notUsed(): never {
  throw new Error('Schemas are compiled by what createApp sets');
}

/** WebSockets on an app; a message of more than `maxPayload` bytes closes its socket (1009). */
export async function acceptSockets(app: App, maxPayload: number): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload },
    errorHandler: (error, socket) => {
      app.log.error({ err: error }, 'A WebSocket failed');
      socket.terminate();
    },
    preClose: (done) => closeSockets(app, done),
  });
}

/** Says goodbye to every socket, and ends those that do not answer in time: a daemon must stop within seconds. */
function closeSockets(app: App, done: () => void): void {
  const { clients } = app.websocketServer;
  for (const client of clients) client.close(GOING_AWAY, 'Reverie stops');
  const end = setTimeout(() => {
    for (const client of clients) client.terminate();
  }, SOCKET_GRACE_MS);
  app.websocketServer.close(() => {
    clearTimeout(end);
    done();
  });
}

/** Flags that choose where a server listens, as its errors name them. */
export interface ListenFlags {
  readonly host: string;
  readonly port: string;
}

/** Answers the URL. Rejects with E_PORT_TAKEN or E_OPTION_INVALID naming the flag. */
export async function listen(
  app: App,
  { host, port }: { readonly host: string; readonly port: number },
  flags: ListenFlags,
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EADDRINUSE')
      throw failure(
        'E_PORT_TAKEN',
        `Port ${port} on ${host} is in use; choose another with ${flags.port}`,
        { flag: flags.port, port },
        error,
      );
    if (code === 'EACCES')
      throw failure(
        'E_OPTION_INVALID',
        `Port ${port} may not be opened by this user; choose one above 1023 with ${flags.port}`,
        { flag: flags.port, port },
        error,
      );
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw failure(
        'E_OPTION_INVALID',
        `This machine has no address "${host}"; choose another with ${flags.host}`,
        { flag: flags.host, host },
        error,
      );
    throw error;
  }
}
