import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** They draw and code hundreds of pictures, or wait for processes: part of `npm test`, too slow for `npm run check`. */
const slow = [
  'tests/pipelines/dream/*.test.ts',
  'tests/conformance/*.test.ts',
  'tests/adapters/file/file.test.ts',
  'tests/adapters/shm/{hostile,source}.test.ts',
  'tests/src/codec/{picture-shape,video-encoder,video-reader}.test.ts',
  'tests/src/engine/hardware/throwaway.test.ts',
];
/** They put other modules in place of real ones, for which they need a process of their own. */
const mocking = ['tests/src/codec/missing.test.ts'];

export default defineConfig({
  test: {
    // Native modules (ONNX Runtime, koffi, canvas) are not made for worker threads.
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/integration/**', 'tests/e2e/**', ...slow, ...mocking],
          setupFiles: ['tests/support/seed.ts'],
          testTimeout: 20_000,
          // Half the time goes into loading modules otherwise.
          isolate: false,
          // Vitest leaves one core to itself, which is half of a small machine.
          maxWorkers: availableParallelism(),
        },
      },
      // A daemon, its runners, a browser on two cores that others may take away: one second look before a test counts as broken.
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts', ...slow, ...mocking],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          retry: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          retry: 2,
        },
      },
    ],
  },
});
