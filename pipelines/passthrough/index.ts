import { z } from 'zod';
import { definePipeline, port } from '../../src/contract/pipeline.ts';

export default definePipeline({
  id: 'passthrough',
  name: 'Passthrough',
  version: '1.0.0',
  description:
    'Hands every frame on as it came. For testing a set-up, and for measuring what the way itself costs.',
  usage: ['preprocessor', 'main', 'postprocessor'],
  modes: { video: { default: true } },
  inputs: { video: port('video') },
  outputs: { video: port('video') },
  params: z.object({}),
  load: () => import('./run.ts'),
});
