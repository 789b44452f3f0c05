import type { ActivityPage } from '../../../src/contract/activity.ts';
import type {
  CommandInput,
  CommandResult,
  Rejection,
  SetResult,
  ValueChange,
} from '../../../src/contract/command.ts';
import type { EngineStats, EngineStatus, NodeStatus } from '../../../src/contract/engine-api.ts';
import type { LogPage } from '../../../src/contract/log.ts';
import type { JsonValue } from '../../../src/contract/json.ts';
import type { EventWishes } from '../../../src/contract/socket.ts';
import type { ShowStatus } from '../../../src/contract/show-api.ts';

/** What crosses the native WebSocket, as far as this page uses it; docs/reference/websocket.md tells all of it. */
export type ToDaemon =
  | { readonly type: 'set'; readonly values: Readonly<Record<string, JsonValue>> }
  | { readonly type: 'command'; readonly commands: readonly CommandInput[] }
  | {
      readonly type: 'subscribe';
      readonly subscription: string;
      readonly patterns: readonly string[];
      readonly rateHz?: number;
    }
  | { readonly type: 'follow'; readonly events: EventWishes };

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string | null;
}

/** The answer to one message of ours. */
export type Answer =
  | { readonly type: 'ack'; readonly of: 'subscribe' | 'follow' }
  | ({ readonly type: 'ack'; readonly of: 'set' } & SetResult)
  | { readonly type: 'ack'; readonly of: 'command'; readonly results: readonly CommandResult[] }
  | { readonly type: 'error'; readonly error: Refusal };

export interface DaemonStatus extends EngineStatus {
  readonly version: string;
  readonly show: ShowStatus;
  readonly rejections: readonly Rejection[];
}

/** What comes unasked. */
export type News =
  | { readonly type: 'values'; readonly complete: boolean; readonly changes: readonly ValueChange[] }
  | { readonly type: 'event'; readonly name: 'status'; readonly data: DaemonStatus }
  | { readonly type: 'event'; readonly name: 'node'; readonly data: NodeStatus }
  | { readonly type: 'event'; readonly name: 'stats'; readonly data: EngineStats }
  | { readonly type: 'event'; readonly name: 'log'; readonly data: LogPage }
  | { readonly type: 'event'; readonly name: 'activity'; readonly data: ActivityPage }
  | { readonly type: 'event'; readonly name: 'graph' | 'catalog' | 'fault' | 'node-event' };

export type FromDaemon =
  | { readonly type: 'hello'; readonly version: string; readonly session: string }
  | News
  | (Answer & { readonly id?: number });

/** The first reason why an answer says no, or null where it does not. */
export function refusalOf(answer: Answer): string | null {
  if (answer.type === 'error') return answer.error.message;
  if (answer.of === 'set') return answer.rejected[0]?.error.message ?? null;
  return null;
}
