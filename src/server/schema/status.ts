import { z } from 'zod';
import type { Rejection } from '../../contract/command.ts';
import type { DaemonStatus, OverallState } from '../../contract/daemon.ts';
import type { EndpointState, EndpointStatus } from '../../contract/endpoint.ts';
import type { NodeLog, NodeStatus } from '../../contract/engine-api.ts';
import type { Fault, FaultSummary, NodeState, Status } from '../../contract/status.ts';
import { errorReport, jsonObject } from './error.ts';

const nodeStates = [
  'starting',
  'ready',
  'live',
  'degraded-input',
  'degraded-inference',
  'stalled',
  'failed',
  'off',
] as const satisfies readonly NodeState[];

export const size = z.object({ width: z.int(), height: z.int() }).meta({ id: 'Size' });
const wallClock = z.number().describe('Milliseconds since 1970');

const status: z.ZodType<Status> = z
  .object({
    state: z.enum(nodeStates),
    code: z.string().nullable().describe('An error code, or null while all is well'),
    message: z.string().describe('Plain words for a person'),
    remedy: z.string().nullable(),
    context: jsonObject,
    since: wallClock,
  })
  .meta({ id: 'Status' });

const faultFacts = z.object({
  node: z.string(),
  code: z.string(),
  message: z.string(),
  remedy: z.string().nullable(),
  at: wallClock,
  pid: z.int().nullable(),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
});
const faultSummary: z.ZodType<FaultSummary> = faultFacts.meta({ id: 'FaultSummary' });

export const fault: z.ZodType<Fault> = faultFacts
  .extend({
    log: z
      .array(z.string())
      .describe('Last log lines of the runner, oldest first, shortened; `GET nodes/ID` has them whole'),
  })
  .meta({ id: 'Fault' });

const endpointStates = [
  'searching',
  'connecting',
  'live',
  'stalled',
  'lost',
] as const satisfies readonly EndpointState[];

const endpointStatus: z.ZodType<EndpointStatus> = z
  .object({
    url: z
      .string()
      .describe('What plays; after a change, the one before until the new one has its first frame'),
    state: z.enum(endpointStates),
    since: wallClock,
    next: z
      .object({ url: z.string(), state: z.enum(endpointStates), error: errorReport.nullable() })
      .nullable()
      .describe('What is to take over with its first frame'),
  })
  .meta({ id: 'EndpointStatus' });

export const nodeStatus: z.ZodType<NodeStatus> = z
  .object({
    id: z.string(),
    role: z.enum(['source', 'stage', 'sink', 'control']),
    module: z.string().describe('Id of the pipeline or adapter'),
    pid: z.int().nullable(),
    warmingPid: z.int().nullable().describe('Pid of a replacement that is warming up'),
    standby: z
      .object({ pid: z.int().nullable(), ready: z.boolean().describe('It waits for its first call') })
      .nullable()
      .describe('Loaded for what may come next, and held'),
    status,
    mode: z.enum(['text', 'video']).nullable(),
    size: size.nullable(),
    info: jsonObject.describe('What the runner says of its media'),
    restarts: z.int(),
    fault: fault.nullable().describe('The last thing that went wrong, kept after recovery'),
    endpoint: endpointStatus.nullable().describe('Of a source or sink: what it is connected to'),
  })
  .meta({ id: 'NodeStatus' });

const lines = z.array(z.string());

export const nodeLog: z.ZodType<NodeLog> = z
  .object({
    runner: lines.describe('What the runner at work said last, whole lines, oldest first'),
    fault: lines.describe('The same up to the last fault, of which `status` holds an excerpt'),
  })
  .meta({ id: 'NodeLog' });

const rejection: z.ZodType<Rejection> = z
  .object({
    sender: z.string(),
    count: z.int(),
    lastAddress: z.string(),
    lastError: errorReport,
    lastAt: wallClock,
  })
  .meta({ id: 'Rejection' });

const overallStates = ['live', 'starting', 'degraded', 'failed'] as const satisfies readonly OverallState[];

export const daemonStatus: z.ZodType<DaemonStatus> = z
  .object({
    version: z.string(),
    uptimeSeconds: z.number(),
    state: z.enum(overallStates).describe('The worst of all nodes, in one word'),
    paused: z.boolean(),
    nodes: z.array(nodeStatus),
    faults: z
      .array(faultSummary)
      .describe('The last fault of each node that had one; its lines stand with the node'),
    memory: z
      .object({
        kind: z.string().describe('`posix`, `windows`, `file`, or two of them, as in `posix and file`'),
        bytes: z.number(),
        code: z
          .string()
          .nullable()
          .describe('`E_MEMORY_FULL` while shared memory does not suffice and frames lie in files instead'),
        reason: z.string().nullable().describe('Why frames lie in files'),
      })
      .describe('Where the frames of links lie'),
    show: z.object({ file: z.string(), restored: errorReport.nullable(), save: errorReport.nullable() }),
    rejections: z.array(rejection).describe('Refused values and commands, counted per sender'),
  })
  .meta({ id: 'DaemonStatus' });

export const health = z
  .object({
    status: z.literal('ok').describe('The daemon answers'),
    version: z.string(),
    uptimeSeconds: z.number(),
    state: z.enum(overallStates),
    nodes: z.record(z.string(), z.enum(nodeStates)),
  })
  .meta({ id: 'Health' });
