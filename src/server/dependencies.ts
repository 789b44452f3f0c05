import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EndpointsApi } from '../contract/endpoints-api.ts';
import type { EngineApi } from '../contract/engine-api.ts';
import type { ErrorReport } from '../contract/error.ts';
import type { CatalogEntry, HardwareReport } from '../contract/hardware.ts';
import type { LiveStreamsApi } from '../contract/live-stream.ts';
import type { LogsApi } from '../contract/log.ts';
import type { Access } from './access/access.ts';
import type { AssetFolder } from './assets/asset-folder.ts';
import type { ObsApi, ObsDoor } from '../contract/obs.ts';
import type { RecordingsApi } from '../contract/recording.ts';
import type { SessionsApi } from '../contract/session.ts';
import type { ShowApi } from '../contract/show-api.ts';

/** What the daemon hands the server. The server holds no state of the show; it asks these. */
export interface ServerDependencies {
  readonly engine: EngineApi;
  readonly show: ShowApi;
  readonly sessions: SessionsApi;
  readonly endpoints: EndpointsApi;
  readonly streams: LiveStreamsApi;
  readonly recordings: RecordingsApi;
  readonly catalog: () => readonly CatalogEntry[];
  /** Called when there are other pipelines, or one was read; the answer ends it. */
  readonly onCatalog: (listener: () => void) => () => void;
  /** Looks for pipelines from outside anew; resolves when all were read. */
  readonly rescanCatalog: () => Promise<void>;
  readonly hardware: () => Promise<HardwareReport>;
  readonly logs: LogsApi;
  readonly osc: () => OscDoors;
  readonly obs: ObsApi;
  readonly obsDoor: ObsDoor;
  /** URL under which OBS reaches this daemon. */
  readonly obsReach: () => string;
  readonly access: Access;
  /** Media files. */
  readonly assets: AssetFolder;
  /** URLs under which other machines reach the server; none while it listens to this one only. */
  readonly addresses: () => readonly string[];
  readonly version: string;
  /** Wall-clock milliseconds since 1970. */
  readonly startedAt: number;
  /** Host names beside localhost, 127.0.0.1 and [::1] under which the server may be reached. */
  readonly allowedHosts: readonly string[];
  /** It listens beyond this machine: then its addresses are names too. */
  readonly wide: boolean;
  /** Folder of the panel's files. */
  readonly panelDir: string;
  /** Folder of the package: what is handed out to other programs lies there as it is. */
  readonly packageDir: string;
  readonly log: FastifyBaseLogger;
}

/** Where OSC is heard, and where OSCQuery answers or why it does not. */
export interface OscDoors {
  readonly listening: string | null;
  readonly oscQuery: { readonly url: string | null; readonly error: ErrorReport | null };
}

/** The Fastify instance, with route types read from zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
