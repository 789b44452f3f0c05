import { z } from 'zod';
import type { ShowFiles } from './disk-files.ts';

const namesOnly = z.looseObject({
  graph: z.looseObject({ nodes: z.array(z.looseObject({ pipeline: z.string().optional() })) }),
});

/** Ids of the pipelines that a saved show or its last good copy names; whether it can be played is judged when it is opened. */
export async function pipelinesNamedIn(file: string, files: ShowFiles): Promise<readonly string[]> {
  const named = await Promise.all(
    [file, `${file}.bak`].map(async (path) => {
      try {
        const shape = namesOnly.safeParse(JSON.parse((await files.read(path)) ?? 'null'));
        return shape.data?.graph.nodes.flatMap(({ pipeline }) => pipeline ?? []) ?? [];
      } catch {
        return [];
      }
    }),
  );
  return [...new Set(named.flat())];
}
