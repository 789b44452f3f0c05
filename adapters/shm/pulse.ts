import { readlinkSync, statSync } from 'node:fs';

/** A writer beats twice a second; one that missed four beats is gone for its readers. */
export const SILENCE_US = 2_000_000;
/** Whose process still lives may be held up by a busy machine, and keeps its name for longer. */
const HELD_UP_US = 10_000_000;

interface Writer {
  readonly pid: number;
  readonly pidNamespace: bigint;
}

/** Whether a process can be seen from here, and lives. */
export type Sees = (writer: Writer) => 'lives' | 'ended' | 'unseen';

/**
 * Judges a writer by what it does and not by clocks, which two programs need not share: its heartbeat moves. Only a process that
 * surely ended is believed at once.
 */
export class Pulse {
  readonly #sees: Sees;
  #beat: bigint | null = null;
  #movedUs: number;
  #moved: boolean;

  /** `known`: the writer is one that was seen to live. */
  constructor(sees: Sees, nowUs: number, known = false) {
    this.#sees = sees;
    this.#movedUs = nowUs;
    this.#moved = known;
  }

  /** Whether it was seen to beat: what lies in the ring may be old until then. */
  get beats(): boolean {
    return this.#moved;
  }

  /** Why it is gone; null while it is there. */
  judge(writer: Writer, heartbeat: bigint, nowUs: number): string | null {
    this.#note(heartbeat, nowUs);
    if (this.#sees(writer) === 'ended') return `its writer, process ${writer.pid}, has ended`;
    const silentUs = nowUs - this.#movedUs;
    return silentUs > SILENCE_US ? `its writer has been silent for ${(silentUs / 1e6).toFixed(1)} s` : null;
  }

  /** Whether another writer may have its name. */
  hasLeft(writer: Writer, heartbeat: bigint, nowUs: number): boolean {
    this.#note(heartbeat, nowUs);
    const seen = this.#sees(writer);
    return seen === 'ended' || nowUs - this.#movedUs > (seen === 'lives' ? HELD_UP_US : SILENCE_US);
  }

  #note(heartbeat: bigint, nowUs: number): void {
    if (heartbeat === this.#beat) return;
    this.#moved ||= this.#beat !== null;
    this.#beat = heartbeat;
    this.#movedUs = nowUs;
  }
}

/** By the system's table of processes. A pid counts only in its own namespace: a container has numbers of its own. */
export const seesProcess: Sees = ({ pid, pidNamespace }) => {
  if (pid === 0 || pidNamespace !== ownPidNamespace()) return 'unseen';
  try {
    process.kill(pid, 0);
    return 'lives';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH' ? 'ended' : 'lives';
  }
};

let namespace: bigint | null = null;

export function ownPidNamespace(): bigint {
  return (namespace ??= readPidNamespace());
}

function readPidNamespace(): bigint {
  try {
    readlinkSync('/proc/self/ns/pid');
    return statSync('/proc/self/ns/pid', { bigint: true }).ino;
  } catch {
    return 0n;
  }
}
