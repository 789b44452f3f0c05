import type { PromptClip, Timeline, TimelinePatch, TimelineState } from '../../../src/contract/timeline.ts';
import { ask, get, problemOf } from '../daemon/rest.ts';
import type { Beat } from '../tempo/beat.svelte.ts';
import { placeNow } from './lane.ts';

/** Until the first answer is here. */
const nothing: Timeline = {
  unit: 'seconds',
  length: null,
  loop: { on: false, from: 0, to: 16 },
  tracks: [],
  prompts: [],
  marks: [],
  quantize: 0,
  follow: false,
};

/** The timeline as the daemon has it, and where it is by this page's clock. */
export class TimelineDesk {
  timeline = $state.raw<Timeline>(nothing);
  state = $state.raw<TimelineState | null>(null);
  problem = $state('');
  #heardMs = 0;
  #revision = -1;
  readonly #beat: Beat;

  constructor(beat: Beat) {
    this.#beat = beat;
  }

  hear(state: TimelineState): void {
    this.state = state;
    this.#heardMs = performance.now();
    if (state.revision !== this.#revision) void this.#read(state.revision);
  }

  /** In its unit, at this instant. */
  positionNow(): number {
    if (this.state === null) return 0;
    const seconds = (performance.now() - this.#heardMs) / 1000;
    return placeNow(this.state, this.#perSecond, seconds, this.timeline);
  }

  change(patch: TimelinePatch): Promise<void> {
    return this.#tried(() => ask<Timeline>('PATCH', 'timeline', patch));
  }

  undo(): Promise<void> {
    return this.#tried(() => ask<Timeline>('POST', 'timeline/undo'));
  }

  /** Puts prompts where it is, in place of those that begin there. */
  putClip(clip: PromptClip): Promise<void> {
    const clips = this.timeline.prompts.find(({ node }) => node === null)?.clips ?? [];
    const others = clips.filter(({ at }) => Math.abs(at - clip.at) > 1e-3);
    return this.change({ prompts: [{ node: null, clips: [...others, clip] }] });
  }

  // The tempo's own news are fresher than the timeline's.
  get #perSecond(): number {
    const { unit } = this.timeline;
    return unit === 'beats' ? (this.#beat.state?.bpm ?? 120) / 60 : 1;
  }

  async #read(revision: number): Promise<void> {
    await this.#tried(() => get<Timeline>('timeline'));
    if (this.problem === '') this.#revision = revision;
  }

  async #tried(run: () => Promise<Timeline>): Promise<void> {
    this.problem = '';
    this.problem = await problemOf(async () => (this.timeline = await run()));
  }
}
