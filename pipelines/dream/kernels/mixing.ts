import { Kernel, load, loadSpread } from './assembler.ts';

/**
 * Adds one field to a stretch of the mixed table. `mix(weights, field, mixed, bytes)`: `weights [4]`, what the field counts in palette
 * coordinate, height and glow; `field [n]`, `mixed [n, 4]`; `bytes` is the length of the field's stretch.
 */
export function mixingKernel(): Kernel {
  const kernel = new Kernel('weights', 'field', 'mixed', 'bytes');
  const by = kernel.keep(load(kernel.argument('weights')));
  kernel.each(kernel.argument('bytes'), 4, (at) => {
    const to = kernel.keepWhole(kernel.argument('mixed').plus(at.times(4)));
    const field = kernel.argument('field').plus(at);
    kernel.store(to, load(to).plus(loadSpread(field).times(by)));
  });
  return kernel;
}
