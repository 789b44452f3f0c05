import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { graphSchema } from '../../contract/graph.ts';
import type { EventName, ServerMessage, SocketEvents } from '../../contract/socket.ts';
import { OpenApiSchemas, type Json } from '../openapi-schemas.ts';
import { activityPage } from '../schema/activity.ts';
import { learnState } from '../schema/binding.ts';
import { obsReport } from '../schema/obs.ts';
import { endpointList } from '../schema/endpoint.ts';
import { errorBody, jsonObject } from '../schema/error.ts';
import { logPage } from '../schema/logs.ts';
import { commandResult, parameterState, setFields } from '../schema/parameter.ts';
import { recordingsState } from '../schema/recording.ts';
import { daemonStats } from '../schema/stats.ts';
import { daemonStatus, fault, nodeStatus } from '../schema/status.ts';
import { modulationState, pendingCommand, tempoState } from '../schema/tempo.ts';
import { timelineState } from '../schema/timeline.ts';
import { clientMessage } from './messages.ts';

/** What each event holds; one that is missing here does not compile. */
const eventData: { readonly [Name in EventName]: z.ZodType<SocketEvents[Name]> } = {
  status: daemonStatus,
  node: nodeStatus,
  fault,
  graph: graphSchema,
  stats: daemonStats,
  log: logPage,
  activity: activityPage,
  tempo: tempoState,
  schedule: z.object({ pending: z.array(pendingCommand).readonly() }),
  timeline: timelineState,
  learn: learnState,
  obs: obsReport,
  bindings: z.object({ count: z.int() }),
  modulations: z.object({ modulations: z.array(modulationState).readonly() }),
  catalog: z.object({ reading: z.int().describe('Pipelines that are still being read') }),
  endpoints: endpointList,
  recordings: recordingsState,
  'node-event': z.object({ node: z.string(), name: z.string(), data: jsonObject }),
};

const id = z.union([z.string(), z.number()]).exactOptional().describe('Of the message that is answered');
const seq = z.int().min(1).describe('Counts what comes unasked on one session');
const acknowledged = { type: z.literal('ack'), id };

const answers: readonly z.ZodType<ServerMessage>[] = [
  z.object({
    type: z.literal('hello'),
    id,
    protocol: z.int(),
    version: z.string(),
    session: z.string().describe('The sender id of this client: `setBy` of what it sets'),
    token: z.string().describe('Takes the session up again; keep it to yourself'),
    keepSeconds: z.number().describe('How long the session waits for its client'),
    resumed: z.boolean(),
    missed: z.int().describe('Messages that were forgotten; where there are any, values follow whole'),
  }),
  z.object({ ...acknowledged, of: z.literal('set'), ...setFields }),
  z.object({ ...acknowledged, of: z.literal('command'), results: z.array(commandResult).readonly() }),
  z.object({ ...acknowledged, of: z.enum(['subscribe', 'unsubscribe', 'follow', 'ping']) }),
  z.object({ type: z.literal('snapshot'), id, parameters: z.array(parameterState).readonly() }),
  errorBody.extend({ type: z.literal('error'), id }),
  z.object({
    type: z.literal('values'),
    seq,
    subscription: z.string(),
    complete: z.boolean().describe('These are all that match'),
    changes: z
      .array(z.object({ address: z.string(), value: z.json(), setBy: z.string().nullable() }))
      .readonly(),
  }),
];

const events = Object.entries(eventData).map(([name, data]) =>
  z.object({ type: z.literal('event'), seq, name: z.literal(name), data }),
);

/**
 * JSON Schema (2020-12) of the native protocol: `ClientMessage` and `ServerMessage` among its `$defs`. Made one message at each
 * turn of the event loop, since frames pass in between.
 */
export async function socketSchema(): Promise<Json> {
  const schemas = new OpenApiSchemas('#/$defs/');
  const client: unknown[] = [];
  for (const message of clientMessage.options) {
    await nextTurn();
    client.push(schemas.input(message));
  }
  const server: unknown[] = [];
  for (const message of [...answers, ...events]) {
    await nextTurn();
    server.push(schemas.output(message));
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'The native protocol of Reverie, on WebSockets and data channels',
    oneOf: [{ $ref: '#/$defs/ClientMessage' }, { $ref: '#/$defs/ServerMessage' }],
    $defs: {
      ClientMessage: { description: 'To the daemon', oneOf: client },
      ServerMessage: { description: 'From the daemon', oneOf: server },
      ...schemas.components,
    },
  };
}
