import koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import { GraphWriter } from '../../../src/inference/graph-writer.ts';
import type { OnnxRuntime } from '../../../src/inference/onnx-runtime.ts';
import { openSession, type SessionOptions } from '../../../src/inference/session.ts';

const ignore = (): void => undefined;
const onCpu: SessionOptions = { providers: ['cpu'], log: ignore, busy: ignore };

/** picture and level, uint8 `[length]` and float32 scalar, to picture × level, clipped. */
function dimmer(length: number | string): Uint8Array {
  const graph = new GraphWriter('dimmer');
  const picture = graph.input('picture', 'uint8', [length]);
  const level = graph.input('level', 'float32', []);
  const floats = graph.node('Cast', [picture], { to: { int: 1 } });
  const dimmed = graph.node('Clip', [graph.node('Mul', [floats, level]), graph.scalar(0), graph.scalar(255)]);
  graph.output('dimmed', graph.node('Cast', [dimmed], { to: { int: 2 } }), 'uint8', [length]);
  graph.output('half', graph.node('Mul', [floats, graph.scalar(0.5)]), 'float32', [length]);
  return graph.finish();
}

describe('a model', () => {
  it('runs on the CPU and tells its inputs and outputs', async () => {
    const session = await openSession(dimmer(4), onCpu);
    expect(session.provider).toBe('cpu');
    expect(session.refused).toEqual([]);
    expect(session.inputs).toEqual([
      { name: 'picture', type: 'uint8', shape: [4] },
      { name: 'level', type: 'float32', shape: [] },
    ]);
    expect(session.outputs.map(({ name }) => name)).toEqual(['dimmed', 'half']);
    await session.close();
  });

  it('writes into the middle of a larger buffer and leaves what lies around it alone', async () => {
    const session = await openSession(dimmer(4), onCpu);
    const slots = new Uint8Array(12).fill(7);
    slots.set([10, 20, 200, 250], 4);
    const slot = slots.subarray(4, 8);
    await session.run({ picture: slot, level: new Float32Array([2]) }, { dimmed: slot });
    expect([...slots]).toEqual([7, 7, 7, 7, 20, 40, 255, 255, 7, 7, 7, 7]);
    await session.close();
  });

  it('sees what changed in a view that it was given before', async () => {
    const session = await openSession(dimmer(2), onCpu);
    const feeds = { picture: new Uint8Array([1, 2]), level: new Float32Array([1]) };
    const fetches = { dimmed: new Uint8Array(2) };
    await session.run(feeds, fetches);
    feeds.picture[0] = 50;
    feeds.level[0] = 3;
    await session.run(feeds, fetches);
    expect([...fetches.dimmed]).toEqual([150, 6]);
    await session.close();
  });

  it('reads and writes memory that lies outside JavaScript', async () => {
    const session = await openSession(dimmer(3), onCpu);
    const memory = koffi.alloc('uint8_t', 6);
    const bytes = new Uint8Array(koffi.view(memory, 6));
    bytes.set([3, 4, 5]);
    await session.run(
      { picture: bytes.subarray(0, 3), level: new Float32Array([10]) },
      { dimmed: bytes.subarray(3, 6) },
    );
    expect([...bytes]).toEqual([3, 4, 5, 30, 40, 50]);
    await session.close();
  });

  it('makes only the outputs that are asked for', async () => {
    const session = await openSession(dimmer(2), onCpu);
    const half = new Float32Array(2);
    await session.run({ picture: new Uint8Array([3, 5]), level: new Float32Array([1]) }, { half });
    expect([...half]).toEqual([1.5, 2.5]);
    await session.close();
  });
});

describe('a tensor that does not fit', () => {
  const fits = { picture: new Uint8Array(4), level: new Float32Array(1) };

  it.each([
    ['too short', { ...fits, picture: new Uint8Array(3) }, {}],
    ['of another type', { ...fits, picture: new Float32Array(4) }, {}],
    ['not in the model', { ...fits, mask: new Uint8Array(4) }, {}],
    ['on a SharedArrayBuffer', { ...fits, picture: new Uint8Array(new SharedArrayBuffer(4)) }, {}],
    ['an output too long', fits, { dimmed: new Uint8Array(5) }],
  ])('is refused by name: %s', async (_case, feeds, fetches) => {
    const session = await openSession(dimmer(4), onCpu);
    await expect(session.run(feeds, fetches)).rejects.toMatchObject({ code: 'E_INFERENCE_TENSOR' });
    // And the session is none the worse for it.
    const dimmed = new Uint8Array(4);
    await session.run({ picture: new Uint8Array([1, 2, 3, 4]), level: new Float32Array([2]) }, { dimmed });
    expect([...dimmed]).toEqual([2, 4, 6, 8]);
    await session.close();
  });

  it('is a model without fixed sizes', async () => {
    await expect(openSession(dimmer('length'), onCpu)).rejects.toMatchObject({
      code: 'E_INFERENCE_TENSOR',
      message: expect.stringContaining('length') as string,
    });
  });
});

describe('execution providers', () => {
  it('are tried in order until one works, and the others say why', async () => {
    const lines: string[] = [];
    const options = {
      ...onCpu,
      providers: ['coreml', 'dml', 'cpu'],
      log: (line: string) => lines.push(line),
    };
    const session = await openSession(dimmer(2), options);
    expect(session.provider).toBe('cpu');
    expect(session.refused.map(({ provider }) => provider)).toEqual(['coreml', 'dml']);
    expect(session.refused.every(({ reason }) => reason.includes('backend not found'))).toBe(true);
    expect(lines.at(-1)).toContain('cpu');
    await session.close();
  });

  it('that all fail are named in one error', async () => {
    await expect(openSession(dimmer(2), { ...onCpu, providers: ['coreml', 'dml'] })).rejects.toMatchObject({
      code: 'E_INFERENCE_PROVIDER',
      message: expect.stringMatching(/coreml: .*; dml: /) as string,
    });
  });

  it('do not open what is no model', async () => {
    await expect(openSession(new Uint8Array([1, 2, 3]), onCpu)).rejects.toMatchObject({
      code: 'E_INFERENCE_PROVIDER',
    });
  });

  it('announce each native call that blocks before it begins', async () => {
    const events: string[] = [];
    const busy = (what: string, deadlineMs: number): void => {
      expect(deadlineMs).toBeGreaterThanOrEqual(60_000);
      events.push(what);
    };
    const session = await openSession(dimmer(2), { ...onCpu, busy, log: (line) => events.push(line) });
    expect(events).toEqual(['opening the model on cpu', 'first run on cpu', 'model opened on cpu']);
    await session.close();
  });
});

describe('ONNX Runtime itself', () => {
  it.each(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_DLOPEN_FAILED'])(
    'is said to be missing where Node answers %s',
    async (code) => {
      const load = (): Promise<OnnxRuntime> =>
        Promise.reject(Object.assign(new Error("Cannot find package 'onnxruntime-node'"), { code }));
      await expect(openSession(dimmer(2), onCpu, load)).rejects.toMatchObject({
        code: 'E_INFERENCE_MISSING',
        message: expect.stringContaining('Cannot find package') as string,
      });
    },
  );
});
