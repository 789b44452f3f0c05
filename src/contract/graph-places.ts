import { z } from 'zod';
import type { EndpointPlace } from './endpoint.ts';
import { failure, reportOf } from './error.ts';
import { graphSchema, sinkNode, sourceNode, stageNode, type Graph } from './graph.ts';

/** Adapter and configuration that a URL stands for. Throws `E_OPTION_INVALID`. */
export type ReadEndpoint = (url: string) => EndpointPlace;

const url = z
  .string()
  .min(1)
  .max(4096)
  .exactOptional()
  .describe('`ndi:CAM`, `file:clip.mp4`, `srt://…`: stands for the adapter and where in it');
const adapter = z.string().exactOptional();
const oneOf = (node: { readonly adapter?: unknown; readonly url?: unknown }): boolean =>
  (node.adapter === undefined) !== (node.url === undefined);
const which = { error: 'it has either an adapter or a url', path: ['url'] };

/** A graph as people write it: a source or sink may have a `url` in place of its adapter, and further settings in `config`. */
export const writtenGraphSchema = graphSchema.extend({
  nodes: z
    .array(
      z.discriminatedUnion('type', [
        sourceNode.extend({ adapter, url }).refine(oneOf, which),
        stageNode,
        sinkNode.extend({ adapter, url }).refine(oneOf, which),
      ]),
    )
    .max(64),
});

/** What is wrong with a URL of a graph, and where. */
export interface PlaceFault {
  /** `['nodes', 0, 'url']` */
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/**
 * Puts adapter and configuration in the place of every `url` among a graph's nodes; all else stays as it was given, right or wrong, for the
 * schema to judge. Settings beside the URL go before what it says.
 */
export function withPlaces(
  given: unknown,
  read: ReadEndpoint,
): { readonly graph: unknown; readonly fault: PlaceFault | null } {
  if (!isObject(given) || !Array.isArray(given['nodes'])) return { graph: given, fault: null };
  const faults: PlaceFault[] = [];
  const nodes = given['nodes'].map((node: unknown, index) => {
    if (!isObject(node) || typeof node['url'] !== 'string' || node['type'] === 'stage') return node;
    if (node['adapter'] !== undefined) return node;
    const { url: written, config, ...rest } = node;
    try {
      const place = read(String(written));
      return {
        ...rest,
        adapter: place.adapter,
        config: { ...place.config, ...(isObject(config) ? config : {}) },
      };
    } catch (error) {
      faults.push({ path: ['nodes', index, 'url'], message: reportOf(error).message });
      return node;
    }
  });
  return { graph: { ...given, nodes }, fault: faults[0] ?? null };
}

/** The graph that was meant. Throws `E_GRAPH_INVALID` with the place where a URL leads nowhere or something else is wrong. */
export function plainGraph(given: unknown, read: ReadEndpoint): Graph {
  const { graph, fault } = withPlaces(given, read);
  if (fault !== null) throw invalid(fault.path, fault.message);
  const parsed = graphSchema.safeParse(graph);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(issue?.path ?? [], issue?.message ?? 'not valid');
}

function invalid(path: readonly PropertyKey[], why: string): Error {
  const field = path.map(String).join('.');
  return failure('E_GRAPH_INVALID', `Field "${field}" of the graph: ${why}`, { field });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
