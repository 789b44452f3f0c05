import fastifyStatic from '@fastify/static';
import websocket from '@fastify/websocket';
import Fastify, { LogController } from 'fastify';
import { validatorCompiler } from 'fastify-type-provider-zod';
import { failure } from '../contract/error.ts';
import type { App, ServerDependencies } from './dependencies.ts';
import { answerFailures, answerRaw, rawRefusal } from './failures.ts';
import { guardDoors } from './access/doors.ts';
import { guardApp } from './gate.ts';
import type { Names } from './host-name.ts';
import { acceptJson, MAX_BODY_BYTES } from './json-body.ts';
import { describeApi } from './openapi.ts';
import { activityRoute } from './routes/activity.ts';
import { bindingRoutes } from './routes/bindings.ts';
import { accessRoutes, signInRoutes } from './routes/access.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { commandRoute } from './routes/commands.ts';
import { frameRoute, previewRoute } from './routes/frame.ts';
import { graphRoutes, nodeRoutes } from './routes/graph.ts';
import { logsRoute } from './routes/logs.ts';
import { metricsRoute } from './routes/metrics.ts';
import { modulationRoutes } from './routes/modulation.ts';
import { parameterRoutes } from './routes/parameters.ts';
import { cueRoutes } from './routes/cues.ts';
import { presetRoutes } from './routes/presets.ts';
import { scheduleRoutes } from './routes/schedule.ts';
import { sessionRoutes, signallingRoutes } from './routes/sessions.ts';
import { socketRoute } from './routes/socket.ts';
import { healthRoute, stateReader, statusRoutes } from './routes/status.ts';
import { tempoRoute } from './routes/tempo.ts';
import { timelineRoutes } from './routes/timeline.ts';
import { scopeRoutes } from './scope/routes.ts';
import { listenToChannels } from './socket/channels.ts';
import { MAX_MESSAGE_BYTES } from './socket/messages.ts';
import { Sessions } from './socket/sessions.ts';
import { emptyTally } from './socket/tally.ts';

export type { ServerDependencies } from './dependencies.ts';

export interface Server {
  readonly fastify: App;
  /** Answers the URL to open. Rejects with E_PORT_TAKEN or E_OPTION_INVALID naming the flag. */
  listen(where: { readonly host: string; readonly port: number }): Promise<string>;
  close(): Promise<void>;
}

const SOCKET_GRACE_MS = 500;
/** A quarter of a megabyte takes less over any line; who dribbles bytes would hold a connection for ever. */
const REQUEST_MS = 30_000;
const GOING_AWAY = 1001;

/** The daemon's HTTP and WebSocket face. It translates and holds nothing: every answer comes from engine and show. */
export async function createServer(deps: ServerDependencies): Promise<Server> {
  const app = createApp(deps);
  describeApi(app, deps.version);
  await app.register(websocket, {
    // Twice what is answered with an error, so that a message just too large gets one; a larger one closes the socket (1009).
    options: { maxPayload: 2 * MAX_MESSAGE_BYTES },
    errorHandler: (error, socket) => {
      deps.log.error({ err: error }, 'A WebSocket failed');
      socket.terminate();
    },
    preClose: (done) => closeSockets(app, done),
  });
  // After the WebSocket plugin, which closes the line of a refused upgrade only where its own hook ran first.
  guardApp(app, namesOf(deps));
  guardDoors(app, deps.access);
  addRoutes(app, deps);
  await app.register(fastifyStatic, {
    root: deps.panelDir,
    cacheControl: false,
    setHeaders: (reply, path) => void reply.setHeader('cache-control', cachingOf(path)),
  });
  await app.ready();
  return { fastify: app, listen: (where) => listen(app, where), close: () => app.close() };
}

/** The panel's parts carry a hash of their content in their names; its page must be asked for each time. */
function cachingOf(path: string): string {
  return /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function createApp(deps: ServerDependencies): App {
  const app: App = Fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_MS,
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
  answerFailures(app);
  acceptJson(app);
  return app;
}

/** Stands where Fastify would load its own compilers of schemas, which costs a start a tenth of a second and is never called. */
function notUsed(): never {
  throw new Error('Schemas are compiled by what createApp sets');
}

function namesOf({ allowedHosts, wide }: ServerDependencies): Names {
  return { allowed: new Set(allowedHosts.map((host) => host.toLowerCase())), addresses: wide };
}

function addRoutes(app: App, deps: ServerDependencies): void {
  const tally = emptyTally();
  const read = stateReader(deps, tally);
  const sessions = new Sessions({ ...deps, tally, read });
  app.addHook('onClose', async () => sessions.close());
  healthRoute(app, deps);
  metricsRoute(app, deps, read);
  signallingRoutes(app, deps);
  signInRoutes(app, deps);
  void app.register(
    async (api: App) => {
      catalogRoutes(api, deps);
      graphRoutes(api, deps);
      nodeRoutes(api, deps);
      parameterRoutes(api, deps);
      commandRoute(api, deps);
      presetRoutes(api, deps);
      cueRoutes(api, deps);
      frameRoute(api, deps);
      previewRoute(api, deps, tally);
      statusRoutes(api, deps, read);
      logsRoute(api, deps);
      activityRoute(api, deps);
      bindingRoutes(api, deps);
      tempoRoute(api, deps);
      timelineRoutes(api, deps);
      scheduleRoutes(api, deps);
      modulationRoutes(api, deps);
      accessRoutes(api, deps);
      sessionRoutes(api, deps);
      socketRoute(api, sessions);
      const dialect = scopeRoutes(api, deps);
      const stop = listenToChannels({ peers: deps.sessions, natives: sessions, dialect, tally });
      api.addHook('onClose', async () => stop());
    },
    { prefix: '/api/v1' },
  );
}

async function listen(
  app: App,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EADDRINUSE')
      throw failure(
        'E_PORT_TAKEN',
        `Port ${port} on ${host} is in use; choose another with --port`,
        { flag: '--port', port },
        error,
      );
    if (code === 'EACCES')
      throw failure(
        'E_OPTION_INVALID',
        `Port ${port} may not be opened by this user; choose one above 1023 with --port`,
        { flag: '--port', port },
        error,
      );
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      throw failure(
        'E_OPTION_INVALID',
        `This machine has no address "${host}"; choose another with --host`,
        { flag: '--host', host },
        error,
      );
    throw error;
  }
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
