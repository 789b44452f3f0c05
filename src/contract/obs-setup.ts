import { z } from 'zod';
import type { Graph } from './graph.ts';
import {
  obsStreamOutcomes,
  obsWayNames,
  obsWays,
  type ObsSetupPlan,
  type ObsSetupReport,
} from './obs-ways.ts';
import { mattes } from './packed-matte.ts';
import { publishedName } from './published-name.ts';

export const obsSetupSchema = z.strictObject({
  way: z.enum(obsWayNames).default('auto').describe('What the scene shows the output with'),
  matte: z.enum(mattes).default('none').describe('`packed`: the browser source shows transparency'),
  stream: z
    .boolean()
    .default(true)
    .describe('Fill in the stream service too, where OBS knows WHIP and the show has a source that takes it'),
  replace: z
    .boolean()
    .default(false)
    .describe('A stream service that is set already is replaced; removing the set-up puts it back'),
  token: z
    .string()
    .max(200)
    .nullable()
    .default(null)
    .describe('Our token, for an OBS on another machine: it comes into the links'),
});
export type ObsSetupWish = z.infer<typeof obsSetupSchema>;

export const obsSetupReport: z.ZodType<ObsSetupReport> = z
  .object({
    way: z.enum(obsWays).nullable().describe('Null where nothing is set up'),
    scene: z.string().nullable(),
    input: z.string().nullable(),
    stream: z.enum(obsStreamOutcomes),
    said: z.array(z.string()).describe('What was done and what is left to do, for a person'),
  })
  .meta({ id: 'ObsSetup' });

/** What the plan is made from beside the wish. */
export interface ObsSetupPlace {
  readonly graph: Graph;
  /** URL under which OBS reaches the daemon. */
  readonly base: string;
  /** Name of this machine, by which NDI calls its senders. */
  readonly machine: string;
}

export function obsSetupPlan(wish: ObsSetupWish, { graph, base, machine }: ObsSetupPlace): ObsSetupPlan {
  const { way, matte, stream, replace, token } = wish;
  const sinks = graph.nodes.flatMap((node) => (node.type === 'sink' ? [node] : []));
  const sender = (adapter: string): string | null => {
    const sink = sinks.find((each) => each.adapter === adapter);
    return sink === undefined ? null : String(sink.config['name'] || 'Reverie');
  };
  const ndi = sender('ndi');
  const out = (sinks.find(({ id }) => id === 'out') ?? sinks[0])?.id ?? 'out';
  const stop = token === null ? '' : `#token=${encodeURIComponent(token)}`;
  const key = token === null ? '' : `reverie:${encodeURIComponent(token)}@`;
  return {
    way,
    page: `${base}/obs/output${matte === 'packed' ? '?matte=packed' : ''}${stop}`,
    transportStream: `${base.replace('://', `://${key}`)}/stream/${out}.ts`,
    ndi: ndi === null ? null : `${machine.toUpperCase()} (${ndi})`,
    spout: sender('spout'),
    whip: stream ? whipPlace(graph, base, token ?? '') : null,
    replace,
  };
}

function whipPlace(graph: Graph, base: string, token: string): ObsSetupPlan['whip'] {
  for (const node of graph.nodes) {
    if (node.type !== 'source' || node.adapter !== 'webrtc') continue;
    return { server: `${base}/whip/${publishedName(node.config) ?? node.id}`, token };
  }
  return 'no-source';
}
