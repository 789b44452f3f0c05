import { z } from 'zod';
import { atSchema, curves } from '../../contract/command.ts';
import { failure, isErrorCode, reportOf } from '../../contract/error.ts';
import type { ClientMessage, EventName, EventWishes, MessageId } from '../../contract/socket.ts';
import { parseJson } from '../json-body.ts';
import { logQuery } from '../schema/logs.ts';
import { commandList, valuesByAddress } from '../schema/parameter.ts';

/** The native protocol's version; docs/reference/websocket.md tells it. */
export const SOCKET_PROTOCOL = 1;
/** Larger than any set or command needs, small enough to parse between two frames. */
export const MAX_MESSAGE_BYTES = 262_144;
/** Unless a subscription asks for another: smooth for the eye, and half of what a show has. */
export const DEFAULT_RATE_HZ = 30;

const id = z
  .union([z.string().max(100), z.number()])
  .exactOptional()
  .describe('Echoed in the answer to this message');
const subscription = z.string().min(1).max(64).describe("The client's own name for it");
const patterns = z
  .array(z.string().min(1).max(256))
  .max(500)
  .describe('Addresses and OSC patterns (`?`, `*`, `[a-z]`, `{a,b}`, `//`)');
const wanted = z.boolean().exactOptional();

const wishes = z.strictObject({
  status: wanted,
  node: wanted,
  fault: wanted,
  graph: wanted,
  catalog: wanted,
  'node-event': wanted,
  activity: wanted,
  tempo: wanted,
  schedule: wanted,
  timeline: wanted,
  learn: wanted,
  obs: wanted,
  bindings: wanted,
  modulations: wanted,
  endpoints: wanted,
  recordings: wanted,
  stats: z.union([z.literal(false), z.strictObject({ rateHz: z.number().min(0.1).max(10) })]).exactOptional(),
  log: z
    .union([
      z.literal(false),
      logQuery
        .pick({ level: true, node: true })
        .extend({ after: z.int().min(0).exactOptional() })
        .strict(),
    ])
    .exactOptional(),
} satisfies Record<EventName, z.ZodType>) satisfies z.ZodType<EventWishes>;

export const clientMessage = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    id,
    resume: z.string().max(100).exactOptional().describe('`token` of the session whose line broke'),
    since: z.int().min(0).exactOptional().describe('The last `seq` that was heard; 0 unless given'),
  }),
  z.strictObject({
    type: z.literal('set'),
    id,
    values: valuesByAddress,
    ramp: z
      .strictObject({
        duration: z.number().min(0).max(3600).describe('Seconds'),
        curve: z.enum(curves).exactOptional(),
      })
      .exactOptional(),
    at: atSchema.exactOptional(),
  }),
  z.strictObject({ type: z.literal('command'), id, commands: commandList }),
  z.strictObject({
    type: z.literal('subscribe'),
    id,
    subscription,
    patterns: patterns.min(1),
    rateHz: z
      .number()
      .min(0)
      .max(60)
      .exactOptional()
      .describe(`Messages a second at most, ${DEFAULT_RATE_HZ} unless given; at 0 changes wait`),
  }),
  z.strictObject({ type: z.literal('unsubscribe'), id, subscription }),
  z.strictObject({ type: z.literal('snapshot'), id, patterns: patterns.exactOptional() }),
  z.strictObject({ type: z.literal('follow'), id, events: wishes }),
  z.strictObject({ type: z.literal('ping'), id }),
]) satisfies z.ZodType<unknown, ClientMessage>;

/** A message as it was checked, defaults filled in. */
export type ReceivedMessage = z.infer<typeof clientMessage>;
type Received<Type extends ReceivedMessage['type']> = Extract<ReceivedMessage, { type: Type }>;
export type SetMessage = Received<'set'>;
export type SubscribeMessage = Received<'subscribe'>;

/** The id of what was received, as far as it could be read, for the answer. */
export interface From {
  id?: MessageId;
}

/** Reads one message, null where it was not text. Throws a coded error with the field or place; `from` has the id even then. */
export function readMessage(text: string | null, from: From): ReceivedMessage {
  if (text === null)
    throw failure('E_WS_MESSAGE', 'The message is binary; this protocol is JSON in text messages');
  if (text.length > MAX_MESSAGE_BYTES) {
    throw failure('E_HTTP_TOO_LARGE', `The message is larger than ${MAX_MESSAGE_BYTES} bytes`, {
      limitBytes: MAX_MESSAGE_BYTES,
    });
  }
  const json = parseMessage(text);
  const idRead = typeof json === 'object' && json !== null && 'id' in json ? id.safeParse(json.id) : null;
  if (idRead?.success === true && idRead.data !== undefined) from.id = idRead.data;
  const parsed = clientMessage.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  const place = field === '' ? 'The message' : `Field "${field}"`;
  throw failure('E_WS_MESSAGE', `${place}: ${issue?.message ?? 'not valid'}`, { field });
}

function parseMessage(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const { code, message, details } = reportOf(error);
    throw isErrorCode(code) && code === 'E_HTTP_BODY' ? failure('E_WS_MESSAGE', message, details) : error;
  }
}
