import type { ActivityPage } from './activity.ts';
import type { LearnState } from './binding.ts';
import type {
  At,
  CommandInput,
  CommandResult,
  Curve,
  ParameterState,
  SetResult,
  ValueChange,
} from './command.ts';
import type { DaemonStats, DaemonStatus } from './daemon.ts';
import type { EndpointList } from './endpoint.ts';
import type { NodeStatus } from './engine-api.ts';
import type { Graph } from './graph.ts';
import type { JsonObject, JsonValue } from './json.ts';
import type { LogPage, LogQuery } from './log.ts';
import type { ModulationState } from './modulation.ts';
import type { ObsReport } from './obs.ts';
import type { RecordingsState } from './recording.ts';
import type { PendingCommand } from './schedule.ts';
import type { Fault } from './status.ts';
import type { TempoState } from './tempo.ts';
import type { TimelineState } from './timeline.ts';

/**
 * The native protocol of WebSockets and data channels. Every message is one JSON object in one text message;
 * docs/reference/websocket.md tells it, and its JSON Schema is at /api/v1/ws/schema.
 */

/** Echoed in the answer to a message that carries one. */
export type MessageId = string | number;

interface Echo {
  readonly id?: MessageId;
}

export interface RampWish {
  /** Seconds. */
  readonly duration: number;
  readonly curve?: Curve;
}

export type LogWish = Pick<LogQuery, 'after' | 'level' | 'node'>;

/** What comes unasked, by name. A part of the daemon that has news adds a line here and one in server/socket/announcements.ts. */
export interface SocketEvents {
  /** All of it: once when it is followed, and after every change of the graph. */
  readonly status: DaemonStatus;
  /** One node's new status. */
  readonly node: NodeStatus;
  readonly fault: Fault;
  readonly graph: Graph;
  readonly stats: DaemonStats;
  readonly log: LogPage;
  readonly activity: ActivityPage;
  /** Tempo, beat and who gives it: when it is followed, and when anything changed but the running of the beats. */
  readonly tempo: TempoState;
  /** Commands that wait for their time, at most ten times a second. */
  readonly schedule: { readonly pending: readonly PendingCommand[] };
  /** The timeline plays, stops, is somewhere else, was changed or recorded on: at most twenty times a second. */
  readonly timeline: TimelineState;
  /** How learning a binding stands. */
  readonly learn: LearnState;
  /** The bindings are other ones; so many. */
  readonly bindings: { readonly count: number };
  /** Waves, and where they have their parameters: twenty times a second while one plays. */
  readonly modulations: { readonly modulations: readonly ModulationState[] };
  /** Takes, files, and what is kept to be saved: after every change, at most twice a second. */
  readonly recordings: RecordingsState;
  /** How OBS is, and the rules between it and the show: after every change, at most ten times a second. */
  readonly obs: ObsReport;
  /** There are other pipelines than before; `reading` are still being read. */
  readonly catalog: { readonly reading: number };
  /** All that can be picked: when it is followed, which begins a search, and when it changed, at most four times a second. */
  readonly endpoints: EndpointList;
  /** What an adapter or pipeline tells of itself. */
  readonly 'node-event': { readonly node: string; readonly name: string; readonly data: JsonObject };
}

export type EventName = keyof SocketEvents;

/** What to follow; false ends it, and what is left out stays as it was. */
export type EventWishes = {
  readonly [Name in Exclude<EventName, 'stats' | 'log'>]?: boolean;
} & {
  readonly stats?: false | { readonly rateHz: number };
  readonly log?: false | LogWish;
};

export type ClientMessage =
  | (Echo & {
      readonly type: 'hello';
      /** `token` of the session that this client had, with the last `seq` that it heard. */
      readonly resume?: string;
      readonly since?: number;
    })
  /** Each address succeeds or fails by itself. */
  | (Echo & {
      readonly type: 'set';
      readonly values: Readonly<Record<string, JsonValue>>;
      readonly ramp?: RampWish;
      readonly at?: At;
    })
  /** All or nothing. */
  | (Echo & { readonly type: 'command'; readonly commands: readonly CommandInput[] })
  /** Values of what matches, under a name of the client's choice. */
  | (Echo & {
      readonly type: 'subscribe';
      readonly subscription: string;
      readonly patterns: readonly string[];
      /** 0..60, 30 unless given; at 0 changes wait. */
      readonly rateHz?: number;
    })
  | (Echo & { readonly type: 'unsubscribe'; readonly subscription: string })
  /** Everything where `patterns` is left out. */
  | (Echo & { readonly type: 'snapshot'; readonly patterns?: readonly string[] })
  | (Echo & { readonly type: 'follow'; readonly events: EventWishes })
  /** Whether the line still carries. */
  | (Echo & { readonly type: 'ping' });

/** What an error says; docs/reference/errors.md has the codes. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string;
  readonly details?: JsonObject;
}

export interface Greeting {
  readonly protocol: number;
  readonly version: string;
  /** The sender id of this client: values with `setBy` equal to it were set by it. */
  readonly session: string;
  /** Takes the session up again after the line broke. Whoever has it is this client. */
  readonly token: string;
  /** How long it holds then. */
  readonly keepSeconds: number;
  /** The session is the one that was asked for, with its subscriptions. */
  readonly resumed: boolean;
  /** Messages between `since` and now that are no longer kept; where there are any, values follow whole. */
  readonly missed: number;
}

export type Acknowledgement =
  | ({ readonly of: 'set' } & SetResult)
  | { readonly of: 'command'; readonly results: readonly CommandResult[] }
  | { readonly of: 'subscribe' | 'unsubscribe' | 'follow' | 'ping' };

export interface ValuesMessage {
  readonly type: 'values';
  readonly seq: number;
  readonly subscription: string;
  /** These are all that match, as after subscribing and after a change of the graph. */
  readonly complete: boolean;
  readonly changes: readonly ValueChange[];
}

export interface EventOf<Name extends EventName> {
  readonly type: 'event';
  readonly seq: number;
  readonly name: Name;
  readonly data: SocketEvents[Name];
}
export type EventMessage = { readonly [Name in EventName]: EventOf<Name> }[EventName];

/** `seq` counts what comes unasked on one session, from 1. */
export type ServerMessage =
  | (Echo & { readonly type: 'hello' } & Greeting)
  | (Echo & { readonly type: 'ack' } & Acknowledgement)
  | (Echo & { readonly type: 'snapshot'; readonly parameters: readonly ParameterState[] })
  | (Echo & { readonly type: 'error'; readonly error: Refusal; readonly detail: string })
  | ValuesMessage
  | EventMessage;
