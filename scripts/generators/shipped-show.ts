import type { Listed } from '../../src/contract/osc-lines.ts';
import { describePipeline } from '../../src/contract/pipeline.ts';
import { pipelines } from '../../src/installed.generated.ts';
import { graphOf, readPlace, rig } from '../../tests/src/show/rig.ts';

/** The parameters of the show that a first start plays, from a real show on a disk and an engine that only pretend. */
export async function shippedParameters(): Promise<Listed[]> {
  const shipped = new Map(pipelines.map((definition) => [definition.id, describePipeline(definition)]));
  const { show } = await rig({
    defaultGraph: graphOf({ main: 'dream' }),
    catalog: {
      pipeline: (id) => shipped.get(id) ?? null,
      pipelinePorts: (id) => (shipped.has(id) ? { inputs: ['video'], outputs: ['video'] } : null),
      adapterPlays: (id, role) => id === (role === 'source' ? 'test-pattern' : 'stills'),
      known: () => Promise.resolve(),
      configError: () => null,
      readEndpoint: readPlace,
    },
  });
  const parameters = show.parameters().map((parameter) => ({ ...parameter, unit: parameter.ui.unit }));
  await show.close();
  return parameters;
}
