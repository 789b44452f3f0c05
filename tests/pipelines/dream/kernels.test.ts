import { describe, expect, it } from 'vitest';
import { Composer } from '../../../pipelines/dream/host/composer.ts';
import { Kernel, load, whole, type Lanes } from '../../../pipelines/dream/kernels/assembler.ts';
import { compile, instantiate, MemoryPlan } from '../../../pipelines/dream/kernels/memory.ts';
import { mixingKernel } from '../../../pipelines/dream/kernels/mixing.ts';

/** Runs `make` on four floats. */
function four(input: readonly number[], make: (lanes: Lanes) => Lanes): number[] {
  const kernel = new Kernel('from', 'to');
  kernel.store(kernel.argument('to'), make(load(kernel.argument('from'))));
  const plan = new MemoryPlan();
  const [from, to] = [plan.reserve(16), plan.reserve(16)];
  const memory = plan.open();
  new Float32Array(memory.buffer, from, 4).set(input);
  instantiate(compile({ kernel }), memory)['kernel']?.(from, to);
  return [...new Float32Array(memory.buffer, to, 4)];
}

describe('kernels written by hand', () => {
  it('compute what the formula says, for each lane', () => {
    expect(four([-1.5, 0.25, 2, 300], (x) => x.times(2).plus(1).atLeast(0).atMost(255))).toEqual([
      0, 1.5, 5, 255,
    ]);
    expect(four([-1.5, 0.25, 2.75, -0.1], (x) => x.floor())).toEqual([-2, 0, 2, -1]);
    expect(four([1, 2, 3, 4], (x) => x.pick(x, 3, 2, 5, 4))).toEqual([4, 3, 2, 1]);
  });

  it('write numbers of any length', () => {
    for (const value of [0, 63, 64, -64, -65, 8191, 1 << 20, -(1 << 27), 0x7fffffff]) {
      const kernel = new Kernel('to');
      const at = kernel.keepWhole(kernel.argument('to').plus(whole(value)).plus(whole(-value)));
      kernel.store(at, load(at).plus(1));
      const plan = new MemoryPlan();
      const to = plan.reserve(16);
      const memory = plan.open();
      instantiate(compile({ kernel }), memory)['kernel']?.(to);
      expect(new Float32Array(memory.buffer, to, 4)[0], String(value)).toBe(1);
    }
  });

  it('mix a field into palette coordinate, height and glow by its weights', () => {
    const plan = new MemoryPlan();
    const [weights, field, mixed] = [plan.reserve(16), plan.reserve(20), plan.reserve(80)];
    const memory = plan.open();
    new Float32Array(memory.buffer, weights, 4).set([1, -2, 0.5, 0]);
    new Float32Array(memory.buffer, field, 5).set([1, 2, 3, 4, 5]);
    const sum = new Float32Array(memory.buffer, mixed, 20).fill(10);
    instantiate(compile({ mix: mixingKernel() }), memory)['mix']?.(weights, field, mixed, 20);
    for (let i = 0; i < 5; i += 1)
      expect([...sum.subarray(i * 4, i * 4 + 4)]).toEqual([11 + i, 8 - 2 * i, 10.5 + 0.5 * i, 10]);
  });

  it('colour a picture of any width, to its last pixel', () => {
    for (const width of [64, 65, 66, 67]) {
      const composer = new Composer({ width, height: 64 }, { h: 26, w: 28, aspect: width / 64 });
      // Everywhere: middle of the palette, full shade. The palette runs from black to (200, 100, 50).
      composer.lit.fill(0.5, 0, 26 * 28).fill(1, 26 * 28, 2 * 26 * 28);
      composer.colour.set([200, 0, 0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0]);
      const out = new Uint8Array(width * 64 * 4);
      composer.compose('text', 0.3, out);
      const wrong = out.findIndex((value, i) => value !== [100, 50, 25, 255][i & 3]);
      expect(wrong, `${width} wide`).toBe(-1);
    }
  });
});
