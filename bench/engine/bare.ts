import { openSession, type Session } from '../../src/inference/session.ts';
import { SIDE } from './model.ts';

/** As many buffers as a link has slots, so that caches are as cold as in the daemon. */
const SLOTS = 3;

/** The model alone: one process, one loop, frames in ordinary memory. */
export class BareModel {
  readonly provider: string;
  readonly #session: Session;
  readonly #slots: readonly { picture: Uint8Array; result: Uint8Array }[];

  constructor(session: Session) {
    const frame = (fill: number): Uint8Array => new Uint8Array(SIDE * SIDE * 4).fill(fill);
    this.#session = session;
    this.provider = session.provider;
    this.#slots = Array.from({ length: SLOTS }, (_, i) => ({ picture: frame(40 * i), result: frame(0) }));
  }

  static async open(model: Uint8Array, providers: readonly string[]): Promise<BareModel> {
    const ignore = (): void => undefined;
    return new BareModel(await openSession(model, { providers, log: ignore, busy: ignore }));
  }

  /** Frames a second over this many milliseconds. */
  async rate(milliseconds: number): Promise<number> {
    const start = performance.now();
    let frames = 0;
    while (performance.now() - start < milliseconds) {
      for (const { picture, result } of this.#slots) await this.#session.run({ picture }, { result });
      frames += SLOTS;
    }
    return (frames * 1000) / (performance.now() - start);
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}
