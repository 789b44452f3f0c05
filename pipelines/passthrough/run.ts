import type { Pipeline } from '../../src/contract/pipeline.ts';

export async function load(): Promise<Pipeline> {
  return {
    process: async (call) => {
      const frame = call.frames.at(-1);
      if (frame === undefined) return;
      const output = await call.output(frame);
      output.data.set(frame.data);
    },
  };
}
