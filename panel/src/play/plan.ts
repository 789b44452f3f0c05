import type { Mode } from '../../../src/contract/call.ts';
import type { ParameterSpec } from '../../../src/contract/parameter.ts';
import type { PipelineSupports } from '../../../src/contract/pipeline.ts';

/** Groups of fields that are one widget. */
export const groupNames = [
  'resolution',
  'noise',
  'vace',
  'lora',
  'denoising_steps',
  'cache',
  'quantization',
  'image',
] as const;
export type GroupName = (typeof groupNames)[number];

interface Planned {
  readonly spec: ParameterSpec;
}

export type Block<C extends Planned> =
  | { readonly kind: 'single'; readonly control: C }
  | { readonly kind: 'group'; readonly name: GroupName; readonly controls: readonly C[] };

export interface Section<C extends Planned> {
  /** Null for what needs no heading. */
  readonly title: string | null;
  readonly blocks: readonly Block<C>[];
}

/** Keys that have a place of their own on the page. */
const elsewhere = /^(prompt|prompts|prompts\/.*|transition|transition\/.*|mode)$/;
const reloads = 'Needs a reload';

/**
 * The parameters of a stage as sections of widgets, in the order of the schema: only those of its mode, and only what the
 * pipeline supports. What needs a reload comes last, under a heading that says so.
 */
export function planOf<C extends Planned>(
  controls: readonly C[],
  mode: Mode | null,
  supports: PipelineSupports,
): Section<C>[] {
  const shown = controls
    .filter(({ spec }) => !elsewhere.test(spec.key) && inMode(spec, mode) && isSupported(spec, supports))
    .sort((a, b) => a.spec.ui.order - b.spec.ui.order);
  const sections = new Map<string, Block<C>[]>();
  for (const block of blocksOf(shown)) {
    const members = block.kind === 'single' ? [block.control] : block.controls;
    const title = members.every(({ spec }) => spec.ui.load)
      ? reloads
      : (members[0]?.spec.ui.category ?? 'main');
    sections.set(title, [...(sections.get(title) ?? []), block]);
  }
  const rank = (title: string): number => (title === 'main' ? 0 : title === reloads ? 2 : 1);
  return [...sections]
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([title, blocks]) => ({ title: title === 'main' ? null : title, blocks }));
}

/** In its own mode and, while the mode is not known yet, in each. */
function inMode({ ui }: ParameterSpec, mode: Mode | null): boolean {
  return ui.modes === null || mode === null || ui.modes.includes(mode);
}

function isSupported({ key, ui }: ParameterSpec, supports: PipelineSupports): boolean {
  switch (ui.component) {
    case 'vace':
      return supports.vace;
    case 'lora':
      return supports.loras;
    case 'quantization':
      return supports.quantization;
    case 'cache':
      return /kv.?cache/i.test(key) ? supports.kvCacheBias : supports.cacheManagement;
    default:
      return true;
  }
}

/** Fields of one component become one block, where the first of them stands. */
function blocksOf<C extends Planned>(controls: readonly C[]): Block<C>[] {
  const done = new Set<GroupName>();
  return controls.flatMap((control): Block<C>[] => {
    const name = groupNames.find((group) => group === control.spec.ui.component);
    // Each picture is picked by itself.
    if (name === undefined) return [{ kind: 'single', control }];
    if (name === 'image') return [{ kind: 'group', name, controls: [control] }];
    if (done.has(name)) return [];
    done.add(name);
    return [{ kind: 'group', name, controls: controls.filter(({ spec }) => spec.ui.component === name) }];
  });
}
