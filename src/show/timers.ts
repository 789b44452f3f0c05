/** Runs something later, once; the answer takes it back. Handed in, so that tests own time. */
export type Timers = (delayMs: number, run: () => void) => () => void;

// Node counts delays in 31 bits and turns longer ones into 1 ms.
const longestMs = 2 ** 31 - 1;

export const systemTimers: Timers = (delayMs, run) => {
  const timer = setTimeout(run, Math.min(Math.max(delayMs, 0), longestMs));
  return () => {
    clearTimeout(timer);
  };
};
