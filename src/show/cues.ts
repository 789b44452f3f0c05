import type { Command, CommandResult, Sender } from '../contract/command.ts';
import {
  cueLimit,
  cueListSchema,
  cueSchema,
  newCueSchema,
  type Cue,
  type CueApi,
  type CueChange,
  type CueListState,
  type NewCue,
} from '../contract/cue.ts';
import { failure } from '../contract/error.ts';
import { ownSpec, type Entry, type Signals } from './entry.ts';
import { OwnEntry, OwnTrigger } from './own-entry.ts';
import type { ShowPart } from './part.ts';
import type { ShowFile } from './show-file.ts';
import type { Timers } from './timers.ts';

export interface CueDeps {
  readonly signals: Pick<Signals, 'changed' | 'touched'>;
  readonly timers: Timers;
  /** The verb layer; what it refuses it counts itself. */
  readonly execute: (commands: readonly Command[], sender: Sender) => readonly CommandResult[];
}

/** Who goes to a cue that follows by itself. */
export const followSender = 'cue';

const specs = {
  position: ownSpec(
    'cue',
    'integer',
    0,
    'The cue that went last, from 1; set, that cue goes. 0 is before the first',
    {
      label: 'Cue',
      order: 16,
      minimum: 0,
      maximum: cueLimit,
    },
  ),
  go: ownSpec('cue/go', 'trigger', false, 'The next cue goes', { label: 'Go', order: 17 }),
  back: ownSpec('cue/back', 'trigger', false, 'The cue before goes, with its morph', {
    label: 'Back',
    order: 18,
  }),
};

/** The order of a show, one cue after the other, by hand or by themselves. */
export class Cues implements ShowPart, CueApi {
  readonly entries: readonly Entry[];
  readonly #deps: CueDeps;
  readonly #entry: OwnEntry;
  #list: readonly Cue[] = [];
  #position = 0;
  #cancel: (() => void) | null = null;

  constructor(deps: CueDeps) {
    this.#deps = deps;
    const { signals } = deps;
    const home = {
      read: () => this.#position,
      write: (value: unknown, { sender }: { readonly sender: string }) => this.#goTo(Number(value), sender),
    };
    this.#entry = new OwnEntry(specs.position, home, signals);
    this.entries = [
      this.#entry,
      new OwnTrigger(specs.go, (sender) => this.#step(1, sender), signals),
      new OwnTrigger(specs.back, (sender) => this.#step(-1, sender), signals),
    ];
  }

  kept(): Pick<ShowFile, 'cues'> {
    return { cues: { list: [...this.#list], position: this.#position } };
  }

  /** The cue that went last does not go again: its values are in the show. */
  restore({ cues }: ShowFile): void {
    this.#stop();
    this.#list = withIds(cues.list, []);
    this.#position = Math.min(cues.position, cues.list.length);
    this.#entry.moved();
  }

  close(): void {
    this.#stop();
  }

  state(): CueListState {
    return { cues: this.#list, position: this.#position };
  }

  replace(cues: readonly NewCue[]): CueListState {
    const present = this.#list[this.#position - 1]?.id;
    this.#list = withIds(cueListSchema.parse(cues), []);
    const index = this.#list.findIndex(({ id }) => id === present);
    this.#move(index + 1);
    return this.state();
  }

  add(cue: NewCue, index: number | null): Cue {
    if (this.#list.length >= cueLimit)
      throw failure('E_CUE_INVALID', `A cue list holds ${cueLimit} cues`, { limit: cueLimit });
    const at = Math.min(index ?? this.#list.length, this.#list.length);
    const [added] = withIds([newCueSchema.parse(cue)], this.#list);
    if (added === undefined) throw new Error('a list of one cue has a cue');
    this.#list = [...this.#list.slice(0, at), added, ...this.#list.slice(at)];
    this.#move(at < this.#position ? this.#position + 1 : this.#position);
    return added;
  }

  change(id: string, change: CueChange): Cue {
    const before = this.#get(id);
    const after = cueSchema.parse({ ...before, ...change, id });
    this.#list = this.#list.map((cue) => (cue === before ? after : cue));
    this.#deps.signals.touched();
    return after;
  }

  remove(id: string): CueListState {
    const index = this.#list.indexOf(this.#get(id));
    this.#list = this.#list.filter((_, at) => at !== index);
    this.#move(index < this.#position ? this.#position - 1 : this.#position);
    return this.state();
  }

  #get(id: string): Cue {
    const cue = this.#list.find((each) => each.id === id);
    if (cue === undefined) throw failure('E_CUE_UNKNOWN', `There is no cue "${id}"`, { cue: id });
    return cue;
  }

  #step(by: 1 | -1, sender: string): void {
    const position = this.#position + by;
    if (position < 1 || position > this.#list.length) return;
    this.#goTo(position, sender);
    this.#entry.moved();
  }

  #goTo(wanted: number, sender: string): void {
    const position = Math.min(wanted, this.#list.length);
    this.#stop();
    this.#position = position;
    this.#deps.signals.touched();
    const cue = this.#list[position - 1];
    if (cue === undefined) return;
    // One that fails must not keep the others: the show goes on.
    for (const command of commandsOf(cue))
      this.#deps.execute([command], { id: sender, strictness: 'coerce' });
    if (cue.follow !== null && position < this.#list.length)
      this.#cancel = this.#deps.timers(cue.follow * 1e3, () => {
        this.#cancel = null;
        this.#step(1, followSender);
      });
  }

  /** Another list around the same cue: nothing goes, and what would have followed waits for a hand. */
  #move(position: number): void {
    this.#position = position;
    this.#stop();
    this.#deps.signals.touched();
    this.#entry.moved();
  }

  #stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }
}

function commandsOf({ preset, morph, commands }: Cue): Command[] {
  const recall: Command[] =
    preset === null ? [] : [{ kind: 'preset', preset, ...(morph === null ? {} : { morph }) }];
  return [...recall, ...commands].map(atOnce);
}

/** A cue goes as a whole: what /tempo/quantize makes a launch wait for, the cue has waited for already. */
function atOnce(command: Command): Command {
  if (command.kind === 'reload' || command.kind === 'cancel' || command.kind === 'learn') return command;
  return { ...command, at: command.at ?? 'now' };
}

/** Each cue with an id that no other has. */
function withIds(
  cues: readonly (Omit<Cue, 'id'> & { id?: string | undefined })[],
  others: readonly Cue[],
): Cue[] {
  const ids = new Set(others.map(({ id }) => id));
  return cues.map(({ id: wanted, ...cue }) => {
    let id = wanted;
    for (let count = ids.size + 1; id === undefined || ids.has(id); count += 1) id = `cue-${count}`;
    ids.add(id);
    return { id, ...cue };
  });
}
