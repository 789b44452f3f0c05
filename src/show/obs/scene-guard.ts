interface Asked {
  readonly scene: string;
  /** OBS has answered: what it shows from now on is this scene, or a later one. */
  done: boolean;
}

/**
 * Tells scenes that somebody chose from those that we asked for ourselves, so that a rule from scene to preset and one from preset
 * to scene do not chase each other. OBS says what is on air late, or not at all where a later scene overtook it; and several may be
 * asked for before the first is seen.
 */
export class SceneGuard {
  #program: string | null = null;
  /** In order. */
  #asked: readonly Asked[] = [];

  /** We ask for a scene. The answer says how that ended. */
  asks(scene: string): { done(): void; failed(): void } {
    const asked: Asked = { scene, done: false };
    this.#asked = [...this.#asked, asked];
    return {
      done: () => {
        asked.done = true;
      },
      failed: () => {
        this.#asked = this.#asked.filter((each) => each !== asked);
      },
    };
  }

  /** The scene that somebody else has put on air, if this is one. The first that is heard of has been there before us. */
  chosen(program: string | null): string | null {
    if (program === null) return null;
    const before = this.#program;
    this.#program = program;
    if (program === before) {
      // It may be the old one still, unless OBS has answered.
      this.#settle(this.#asked.findLastIndex(({ scene, done }) => done && scene === program));
      return null;
    }
    const index = this.#asked.findIndex(({ scene }) => scene === program);
    if (index >= 0) this.#settle(index);
    else this.#asked = this.#asked.filter(({ done }) => !done);
    return before === null || index >= 0 ? null : program;
  }

  /** This one has come, and those before it were overtaken. */
  #settle(index: number): void {
    this.#asked = this.#asked.slice(index + 1);
  }
}
