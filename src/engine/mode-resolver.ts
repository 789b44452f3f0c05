import type { Mode, RequestedMode } from '../contract/call.ts';
import type { PipelineDescriptor } from '../contract/pipeline.ts';

/** Which mode a stage plays in: what was asked for, as far as its pipeline knows it; `auto` is video while an input is live. */
export class ModeResolver {
  #descriptor: PipelineDescriptor;
  current: Mode;

  constructor(descriptor: PipelineDescriptor) {
    this.#descriptor = descriptor;
    this.current = this.#first();
  }

  use(descriptor: PipelineDescriptor | null): void {
    if (descriptor === null) return;
    this.#descriptor = descriptor;
    if (!this.#knows(this.current)) this.current = this.#first();
  }

  /** True where the mode changed. */
  resolve(requested: RequestedMode, inputLive: boolean): boolean {
    const wished = requested === 'auto' ? (inputLive ? 'video' : 'text') : requested;
    const next = this.#knows(wished) ? wished : this.#first();
    if (next === this.current) return false;
    this.current = next;
    return true;
  }

  #knows(mode: Mode): boolean {
    return this.#descriptor.modes[mode] !== undefined;
  }

  #first(): Mode {
    const { text, video } = this.#descriptor.modes;
    if (text?.default === true) return 'text';
    if (video?.default === true) return 'video';
    return text !== undefined ? 'text' : 'video';
  }
}
