export interface TurnLimits {
  /** How many are at work at once, those that lost their turn not counted. */
  readonly atOnce: number;
  /** Resolves when one that was just begun has had its time: those behind it wait no longer. */
  readonly patience: () => Promise<unknown>;
}

/**
 * Does all the work side by side and hands over the results in the order of the list, so that precedence does not depend on who
 * was quicker. Only who outlasts everybody's patience is handed over whenever it ends. Resolves when all have ended.
 */
export async function inTurn<T extends object>(
  work: readonly (() => Promise<T>)[],
  { atOnce, patience }: TurnLimits,
  take: (index: number, result: T) => void,
): Promise<void> {
  const results = new Map<number, T>();
  const late = new Set<number>();
  let turn = 0;
  let begun = 0;
  const advance = (): void => {
    for (; turn < work.length; turn += 1) {
      const result = results.get(turn);
      if (result === undefined && !late.has(turn)) return;
      if (result !== undefined) take(turn, result);
    }
  };
  const ends: Promise<void>[] = [];
  const worker = async (): Promise<void> => {
    for (let index = begun++; index < work.length; index = begun++) {
      const end = run(index);
      ends.push(end);
      await Promise.race([end, patience()]);
      if (!results.has(index)) late.add(index);
      advance();
    }
  };
  const run = async (index: number): Promise<void> => {
    const result = await work[index]?.();
    if (result === undefined) return;
    results.set(index, result);
    if (index < turn) take(index, result);
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, worker));
  await Promise.all(ends);
}
