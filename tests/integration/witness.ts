import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fixture } from './reverie.ts';

/** A process beside the daemon's that only keeps time: whatever holds it up is the machine's, and held up the others as well. */
export class Witness {
  readonly #child: ChildProcess = fork(fixture('witness.mjs'));

  /** How late it was at worst since the last time it was asked, milliseconds. */
  async worstMs(): Promise<number> {
    const answer = once(this.#child, 'message');
    this.#child.send('?');
    return Number((await answer)[0]);
  }

  end(): void {
    this.#child.kill();
  }
}
