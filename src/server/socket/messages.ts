import { z } from 'zod';
import type { ActivityPage } from '../../contract/activity.ts';
import type { CommandResult, SetResult, ValueChange } from '../../contract/command.ts';
import type { Fault } from '../../contract/status.ts';
import type { Graph } from '../../contract/graph.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { NodeStatus } from '../../contract/engine-api.ts';
import type { LogPage } from '../../contract/log.ts';
import type { ErrorBody } from '../schema/error.ts';
import { logQuery } from '../schema/logs.ts';
import { commandList, valuesByAddress } from '../schema/parameter.ts';
import type { DaemonStats } from '../schema/stats.ts';
import type { DaemonStatus } from '../schema/status.ts';

/** The native WebSocket protocol. Every message is one JSON object in one text frame; docs/reference/websocket.md tells it. */
export const SOCKET_PROTOCOL = 1;

const id = z
  .union([z.string().max(100), z.number()])
  .exactOptional()
  .describe('Echoed in the answer to this message');

const rateHz = (most: number) =>
  z.number().min(0).max(most).exactOptional().describe('At most so many messages a second; 0 ends it');

export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), id }),
  z.strictObject({ type: z.literal('set'), id, values: valuesByAddress }),
  z.strictObject({ type: z.literal('command'), id, commands: commandList }),
  z.strictObject({
    type: z.literal('subscribe'),
    id,
    valuesHz: rateHz(60),
    statsHz: rateHz(10),
    status: z.boolean().exactOptional(),
    activity: z.boolean().exactOptional(),
    log: z
      .union([
        z.literal(false),
        logQuery
          .pick({ level: true, node: true })
          .extend({ after: z.int().min(0).exactOptional() })
          .strict(),
      ])
      .exactOptional(),
  }),
]);

export type ClientMessage = z.infer<typeof clientMessage>;
export type MessageId = string | number;

interface Echo {
  readonly id?: MessageId;
}

export type SocketEvent =
  | { readonly name: 'status'; readonly data: DaemonStatus }
  | { readonly name: 'node'; readonly data: NodeStatus }
  | { readonly name: 'fault'; readonly data: Fault }
  | { readonly name: 'graph'; readonly data: Graph }
  | { readonly name: 'stats'; readonly data: DaemonStats }
  | { readonly name: 'log'; readonly data: LogPage }
  | { readonly name: 'activity'; readonly data: ActivityPage }
  /** There are other pipelines than before; `reading` are still being read. */
  | { readonly name: 'catalog'; readonly data: { readonly reading: number } }
  | {
      readonly name: 'node-event';
      readonly data: { readonly node: string; readonly name: string; readonly data: JsonObject };
    };

export type ServerMessage =
  | (Echo & {
      readonly type: 'hello';
      readonly protocol: number;
      readonly version: string;
      /** The sender id of this connection: values with `setBy` equal to it were set by it. */
      readonly session: string;
    })
  | (Echo & { readonly type: 'ack'; readonly of: 'set' } & SetResult)
  | (Echo & { readonly type: 'ack'; readonly of: 'command'; readonly results: readonly CommandResult[] })
  | (Echo & { readonly type: 'ack'; readonly of: 'subscribe' })
  /** `complete` where these are all values there are, as after subscribing. */
  | { readonly type: 'values'; readonly complete: boolean; readonly changes: readonly ValueChange[] }
  | ({ readonly type: 'event' } & SocketEvent)
  | (Echo & { readonly type: 'error' } & ErrorBody);
