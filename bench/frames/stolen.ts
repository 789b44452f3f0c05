import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Fields of the line `cpu` count hundredths of a second on all systems that Node runs on. */
const TICK_MS = 10;
const STEAL = 8;

/**
 * What a hypervisor gave to others while this machine wanted to run (`proc_stat(5)`, steal), in percent of all cores since the last
 * call of `percent`. 0 where nothing says.
 */
export class StolenTime {
  #stolenMs = stolenMs();
  #atMs = performance.now();

  percent(): number {
    const [stolen, at] = [stolenMs(), performance.now()];
    const share = (stolen - this.#stolenMs) / ((at - this.#atMs) * availableParallelism());
    [this.#stolenMs, this.#atMs] = [stolen, at];
    return 100 * share;
  }
}

function stolenMs(): number {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
    return Number(line.split(/\s+/)[STEAL] ?? 0) * TICK_MS;
  } catch {
    return 0;
  }
}
