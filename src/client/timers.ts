/** Runs something later; the answer takes it back. Handed in, so that tests own the time. */
export type Later = (run: () => void, ms: number) => () => void;

export const systemLater: Later = (run, ms) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};
