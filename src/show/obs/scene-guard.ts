/**
 * Tells scenes that somebody chose from those that we asked for ourselves, so that a rule from scene to preset and one from preset
 * to scene do not chase each other. OBS says what is on air late, or not at all where a later scene overtook it.
 */
export class SceneGuard {
  #program: string | null = null;
  #asked: { readonly scene: string; done: boolean } | null = null;

  /** We ask for a scene. */
  asks(scene: string): void {
    this.#asked = scene === this.#program ? null : { scene, done: false };
  }

  /** OBS has done so: what comes from now on is that scene, or a later one. */
  done(scene: string): void {
    if (this.#asked?.scene === scene) this.#asked.done = true;
  }

  /** It did not come about. */
  failed(scene: string): void {
    if (this.#asked?.scene === scene) this.#asked = null;
  }

  /** The scene that somebody else has put on air, if this is one. The first that is heard of has been there before us. */
  chosen(program: string | null): string | null {
    if (program === null || program === this.#program) return null;
    const isFirst = this.#program === null;
    const isAsked = program === this.#asked?.scene;
    if (isAsked || this.#asked?.done === true) this.#asked = null;
    this.#program = program;
    return isFirst || isAsked ? null : program;
  }
}
