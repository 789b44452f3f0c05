import type { PromptClip } from '../../contract/timeline.ts';
import type { ScopeTimeline } from '../schema/timeline.ts';
import { promptsOf } from './prompts.ts';

/** What Scope's browser plays from a block that names no method. */
const unnamedMethod = 'slerp';

/**
 * Blocks of Scope's timeline as clips. Its prompts hold until the next block, as ours do, so ends say nothing; its transitions
 * count calls of the pipeline. `perSecond` are our units in one of its seconds. Blocks whose prompts cannot be read are left
 * out, and answered by their index.
 */
export function clipsOfScope(
  { entries }: ScopeTimeline,
  perSecond: number,
): { readonly clips: PromptClip[]; readonly left: number[] } {
  const clips: PromptClip[] = [];
  const left: number[] = [];
  for (const [index, entry] of entries.entries()) {
    const prompts = promptsOf(entry.prompts);
    if (prompts === null) {
      left.push(index);
      continue;
    }
    const method = entry.temporal_interpolation_method ?? unnamedMethod;
    clips.push({
      at: entry.start_time * perSecond,
      prompts: prompts.list.map(({ text, weight }) => ({ text, weight })),
      transition: {
        duration: Math.round(entry.transition_steps ?? 0),
        unit: 'steps',
        curve: 'linear',
        interpolation: method === 'linear' ? 'linear' : 'slerp',
      },
    });
  }
  return { clips, left };
}
