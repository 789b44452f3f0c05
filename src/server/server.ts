import fastifyStatic from '@fastify/static';
import { acceptSockets, createApp, listen } from './app.ts';
import type { App, ServerDependencies } from './dependencies.ts';
import { guardDoors } from './access/doors.ts';
import { guardApp } from './gate.ts';
import type { Names } from './host-name.ts';
import { describeApi } from './openapi.ts';
import { activityRoute } from './routes/activity.ts';
import { bindingRoutes } from './routes/bindings.ts';
import { accessRoutes, signInRoutes } from './routes/access.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { commandRoute } from './routes/commands.ts';
import { endpointRoutes } from './routes/endpoints.ts';
import { fileRoutes } from './routes/files.ts';
import { frameRoute, previewRoute } from './routes/frame.ts';
import { graphRoutes, nodeRoutes } from './routes/graph.ts';
import { logsRoute } from './routes/logs.ts';
import { metricsRoute } from './routes/metrics.ts';
import { modulationRoutes } from './routes/modulation.ts';
import { obsPages } from './routes/obs.ts';
import { obsRuleRoutes } from './routes/obs-rules.ts';
import { obsSetupRoutes } from './routes/obs-setup.ts';
import { oscPage, oscRoute } from './routes/osc.ts';
import { parameterRoutes } from './routes/parameters.ts';
import { cueRoutes } from './routes/cues.ts';
import { presetRoutes } from './routes/presets.ts';
import { recordingRoutes } from './routes/recordings.ts';
import { scheduleRoutes } from './routes/schedule.ts';
import { showRoutes } from './routes/shows.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { signallingRoutes } from './signalling/routes.ts';
import { socketRoute } from './routes/socket.ts';
import { streamRoutes } from './routes/streams.ts';
import { healthRoute, stateReader, statusRoutes } from './routes/status.ts';
import { tempoRoute } from './routes/tempo.ts';
import { timelineRoutes } from './routes/timeline.ts';
import { touchDesignerLine, touchDesignerRoute } from './routes/touchdesigner.ts';
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

const flags = { host: '--host', port: '--port' };

/** The daemon's HTTP and WebSocket face. It translates and holds nothing: every answer comes from engine and show. */
export async function createServer(deps: ServerDependencies): Promise<Server> {
  const app = createApp(deps.log);
  describeApi(app, deps.version);
  // Twice what is answered with an error, so that a message just too large gets one.
  await acceptSockets(app, 2 * MAX_MESSAGE_BYTES);
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
  return { fastify: app, listen: (where) => listen(app, where, flags), close: () => app.close() };
}

/** The panel's parts carry a hash of their content in their names; its page must be asked for each time. */
function cachingOf(path: string): string {
  return /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
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
  streamRoutes(app, deps, tally);
  oscPage(app, deps);
  obsPages(app);
  touchDesignerRoute(app, deps);
  void app.register(
    async (api: App) => {
      catalogRoutes(api, deps);
      graphRoutes(api, deps);
      nodeRoutes(api, deps);
      endpointRoutes(api, deps);
      parameterRoutes(api, deps);
      oscRoute(api, deps);
      commandRoute(api, deps);
      presetRoutes(api, deps);
      cueRoutes(api, deps);
      showRoutes(api, deps);
      fileRoutes(api, deps);
      recordingRoutes(api, deps);
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
      obsRuleRoutes(api, deps);
      obsSetupRoutes(api, deps);
      accessRoutes(api, deps);
      sessionRoutes(api, deps);
      touchDesignerLine(api);
      socketRoute(api, sessions);
      const dialect = scopeRoutes(api, deps);
      const stop = listenToChannels({ peers: deps.sessions, natives: sessions, dialect, tally });
      api.addHook('onClose', async () => stop());
    },
    { prefix: '/api/v1' },
  );
}
