import type { BindingTarget } from '../../../src/contract/binding.ts';
import type { Command } from '../../../src/contract/command.ts';
import type { PresetSummary } from '../../../src/contract/preset.ts';

export const targetOf = (address: string): BindingTarget => ({ kind: 'address', address });

export const recallOf = (preset: string): BindingTarget => ({
  kind: 'commands',
  commands: [{ kind: 'preset', preset }],
});

export function isSame(a: BindingTarget, b: BindingTarget): boolean {
  if (a.kind === 'address' || b.kind === 'address')
    return a.kind === 'address' && b.kind === 'address' && a.address === b.address;
  return JSON.stringify(a.commands) === JSON.stringify(b.commands);
}

/** What the page knows of what can be played. */
export interface Names {
  /** The label of a parameter, or null. */
  label(address: string): string | null;
  readonly presets: readonly PresetSummary[];
}

/** What a binding plays, in a person's words: "Warp", "Preset Neon". */
export function targetWords(target: BindingTarget, names: Names): string {
  if (target.kind === 'address') return names.label(target.address) ?? target.address;
  return target.commands.map((command) => commandWords(command, names)).join(', ');
}

/** What a command does, in a person's words. */
export function commandWords(command: Command, names: Names): string {
  switch (command.kind) {
    case 'preset': {
      const { preset } = command;
      const known = names.presets.find(
        ({ id, index }) => (typeof preset === 'number' ? index : id) === preset,
      );
      return `Preset ${known?.name ?? preset}`;
    }
    case 'prompt':
      return `Prompt ${command.prompts.map(({ text }) => text).join(' + ')}`;
    case 'set':
      if (command.address === '/preset') return `Preset ${String(command.value)}`;
      if (command.address === '/cue') return `Cue ${String(command.value)}`;
      return names.label(command.address) ?? command.address;
    case 'trigger':
      if (command.address === '/cue/go') return 'Next cue';
      if (command.address === '/cue/back') return 'Cue before';
      return names.label(command.address) ?? command.address;
    default:
      return command.kind;
  }
}
