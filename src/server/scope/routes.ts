import type { App, ServerDependencies } from '../dependencies.ts';
import type { ChannelDialect } from '../socket/channels.ts';
import { assetRoutes } from './asset-routes.ts';
import { CHANNEL, Conversations } from './conversations.ts';
import { inputSourceRoutes } from './input-source-routes.ts';
import { Loads } from './loads.ts';
import { Offers } from './offers.ts';
import { pipelineRoutes } from './pipeline-routes.ts';
import { scopeRecordingRoutes } from './recordings.ts';
import { startUpRoutes } from './start-up-routes.ts';
import { ScopeTempo } from './tempo.ts';
import { scopeTempoRoutes } from './tempo-routes.ts';
import { webrtcRoutes } from './webrtc-routes.ts';

/**
 * The dialect of Daydream Scope's clients: their page, and what is written against its API. It only translates; what Reverie
 * does not have is not registered here and answers 404. Answers the part that listens on data channels.
 */
export function scopeRoutes(app: App, deps: ServerDependencies): ChannelDialect {
  const { show, sessions, catalog, log } = deps;
  const loads = new Loads(deps);
  const conversations = new Conversations({ show, sessions, stageOf: (name) => loads.stageOf(name) });
  const offers = new Offers({ show, sessions, conversations, catalog, warn: (message) => log.warn(message) });
  const tempo = new ScopeTempo({ show, engine: deps.engine, tell: (message) => conversations.tell(message) });
  app.addHook('onClose', async () => {
    tempo.close();
    conversations.close();
  });
  startUpRoutes(app, deps);
  inputSourceRoutes(app, deps);
  assetRoutes(app, deps);
  pipelineRoutes(app, deps, loads);
  webrtcRoutes(app, deps, offers);
  scopeTempoRoutes(app, tempo);
  scopeRecordingRoutes(app, deps);
  return {
    label: CHANNEL,
    message: (session, message) => conversations.message(session, message),
    channel: (session, isOpen) => conversations.channel(session, isOpen),
    forget: (session) => conversations.forget(session),
  };
}
