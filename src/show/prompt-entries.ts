import { z } from 'zod';
import { curves, weightedTextSchema, type Strictness, type TransitionSettings } from '../contract/command.ts';
import type { JsonObject, JsonValue } from '../contract/json.ts';
import type { ParameterSpec } from '../contract/parameter.ts';
import type { Interpolation, WeightedText } from '../contract/prompt.ts';
import { ownSpec, type Entry, type Write } from './entry.ts';
import { fit } from './fit.ts';
import type { Glider } from './glides.ts';
import { Misfit, quoted } from './misfit.ts';
import type { PromptDesk } from './prompt-desk.ts';
import { mixLimit } from './prompt-shares.ts';
import { ruleOf, type Rule } from './rule.ts';

/** Prompts that a list can have. */
export const promptSlots = mixLimit;
const textLimit = 2000;
const listSchema = z.array(weightedTextSchema).max(promptSlots);
const interpolations = ['linear', 'slerp'] as const;

const text = ruleOf(
  ownSpec('prompt', 'string', '', 'What is to be seen; replaces all prompts', {
    label: 'Prompt',
    order: 0,
    maxLength: textLimit,
    example: 'molten gold',
  }),
);
const weight = ruleOf(
  ownSpec('weight', 'number', 1, 'How much a prompt counts beside the others', {
    label: 'Weight',
    order: 2,
    minimum: 0,
    maximum: 100,
  }),
);
const list = ownSpec('prompts', 'list', [], 'Prompts that are mixed, each with its weight', {
  label: 'Prompts',
  order: 1,
  example: ['molten gold', 1, 'deep ocean', 0.5],
});
const mixing = ruleOf(
  ownSpec('prompts/interpolation', 'enum', 'linear', 'How the prompts of a list are mixed with each other', {
    label: 'Mix',
    order: 3,
    choices: interpolations,
  }),
);

const transitionRules: Readonly<Record<keyof TransitionSettings, Rule>> = {
  duration: ruleOf(
    ownSpec('transition/duration', 'number', 0, 'Length of the way to the next prompt, in the unit', {
      label: 'Transition',
      order: 4,
      minimum: 0,
      maximum: 3600,
    }),
  ),
  unit: ruleOf(
    ownSpec('transition/unit', 'enum', 'seconds', 'Seconds, beats, or calls of the stage', {
      label: 'Unit',
      order: 5,
      choices: ['seconds', 'beats', 'steps'],
    }),
  ),
  curve: ruleOf(
    ownSpec('transition/curve', 'enum', 'ease-in-out', 'How a transition sets off and arrives', {
      label: 'Curve',
      order: 6,
      choices: curves,
    }),
  ),
  interpolation: ruleOf(
    ownSpec('transition/interpolation', 'enum', 'linear', 'How the old mix becomes the new', {
      label: 'Interpolation',
      order: 7,
      choices: interpolations,
    }),
  ),
};

const rulesByField = new Map<string, Rule>(Object.entries(transitionRules));

/** What the prompts' addresses act on. */
export interface PromptSide {
  readonly node: string | null;
  readonly desk: PromptDesk;
  readonly promptsSetBy: string | null;
  readonly transitionSetBy: string | null;
  /** `/prompt`, or below its node. */
  address(key: string): string;
  /** Plays another list; `transition` null is the one set at /transition. */
  replace(list: readonly WeightedText[], transition: TransitionSettings | null, write: Write): void;
  setText(index: number, text: string, write: Write): void;
  setWeight(index: number, weight: number, write: Write): void;
  setInterpolation(interpolation: Interpolation, write: Write): void;
  /** Changes the fields that are named. */
  setTransition(change: JsonObject, write: Write): void;
  weightMoved(entry: Entry): void;
}

export interface PromptEntries {
  readonly prompt: Entry;
  readonly prompts: Entry;
  readonly interpolation: Entry;
  readonly fields: readonly Entry[];
  /** All of them, and the whole transition as an object, which is no parameter but can be set. */
  readonly byKey: ReadonlyMap<string, Entry>;
}

export function promptEntries(scope: PromptSide): PromptEntries {
  const prompt = plainEntry(scope, text.spec, {
    fit: (value, strictness) => fit(text, scope.address('prompt'), value, strictness),
    apply: (value, write) => scope.replace([{ text: String(value), weight: 1 }], null, write),
    read: () => scope.desk.target[0]?.text ?? '',
  });
  const prompts = plainEntry(scope, list, {
    fit: (value, strictness) => fitPrompts(scope.address('prompts'), value, strictness),
    apply: (value, write) => scope.replace(listSchema.parse(value), null, write),
    read: (atUs) => scope.desk.list(atUs).map((entry) => ({ text: entry.text, weight: entry.weight })),
  });
  const interpolation = plainEntry(scope, mixing.spec, {
    canRamp: false,
    fit: (value, strictness) => fit(mixing, scope.address('prompts/interpolation'), value, strictness),
    apply: (value, write) => scope.setInterpolation(value === 'slerp' ? 'slerp' : 'linear', write),
    read: () => scope.desk.interpolation,
  });
  const fields = fieldEntries(scope);
  const all = [prompt, prompts, interpolation, ...fields, transitionEntry(scope)];
  return {
    prompt,
    prompts,
    interpolation,
    fields,
    byKey: new Map(all.map((entry) => [entry.spec.key, entry])),
  };
}

export function promptTextEntry(scope: PromptSide, index: number): Entry {
  const spec = { ...text.spec, key: `prompts/${index}/text`, description: `Text of prompt ${index}` };
  return plainEntry(scope, spec, {
    fit: (value, strictness) => fit(text, scope.address(spec.key), value, strictness),
    apply: (value, write) => scope.setText(index, String(value), write),
    read: () => scope.desk.target[index]?.text ?? '',
  });
}

/** `/prompts/0/weight`. */
export class PromptWeightEntry implements Entry, Glider {
  readonly address: string;
  readonly node: string | null;
  readonly spec: ParameterSpec;
  readonly canRamp = true;
  readonly #scope: PromptSide;
  readonly #index: number;

  constructor(scope: PromptSide, index: number) {
    this.#scope = scope;
    this.#index = index;
    this.node = scope.node;
    this.spec = {
      ...weight.spec,
      key: `prompts/${index}/weight`,
      description: `How much prompt ${index} counts`,
    };
    this.address = scope.address(this.spec.key);
  }

  get setBy(): string | null {
    return this.#scope.promptsSetBy;
  }

  fit(value: JsonValue, strictness: Strictness): JsonValue | Misfit {
    return fit(weight, this.address, value, strictness);
  }

  apply(value: JsonValue, write: Write): void {
    if (typeof value === 'number') this.#scope.setWeight(this.#index, value, write);
  }

  read(atUs: number): JsonValue {
    return this.#scope.desk.weight(this.#index, atUs);
  }

  settle(atUs: number): boolean {
    return this.#scope.desk.settleWeight(this.#index, atUs);
  }

  moved(): void {
    this.#scope.weightMoved(this);
  }
}

type Verbs = Pick<Entry, 'fit' | 'apply' | 'read'> & { readonly canRamp?: boolean };

function plainEntry(scope: PromptSide, spec: ParameterSpec, verbs: Verbs): Entry {
  return {
    address: scope.address(spec.key),
    node: scope.node,
    spec,
    canRamp: true,
    get setBy() {
      return spec.key.startsWith('transition') ? scope.transitionSetBy : scope.promptsSetBy;
    },
    ...verbs,
  };
}

function fieldEntries(scope: PromptSide): Entry[] {
  return Object.entries(transitionRules).map(([field, rule]) =>
    plainEntry(scope, rule.spec, {
      canRamp: false,
      fit: (value, strictness) => fit(rule, scope.address(rule.spec.key), value, strictness),
      apply: (value, write) => scope.setTransition({ [field]: value }, write),
      read: () => settingsOf(scope)[field] ?? null,
    }),
  );
}

function transitionEntry(scope: PromptSide): Entry {
  const spec = ownSpec('transition', 'list', [], 'The whole transition', { label: 'Transition', order: 4 });
  return plainEntry(scope, spec, {
    canRamp: false,
    fit: (value, strictness) => fitTransition(scope.address('transition'), value, strictness),
    apply: (value, write) => scope.setTransition(isObject(value) ? value : {}, write),
    read: () => settingsOf(scope),
  });
}

function settingsOf(scope: PromptSide): JsonObject {
  return { ...scope.desk.transition };
}

function fitTransition(address: string, value: JsonValue, strictness: Strictness): JsonValue | Misfit {
  if (!isObject(value))
    return promptMisfit(address, `${quoted(value)} is not a transition such as { "duration": 4 }`);
  const fitted: JsonObject = {};
  for (const [field, part] of Object.entries(value)) {
    const rule = rulesByField.get(field);
    if (rule === undefined) {
      if (strictness === 'coerce') continue;
      return promptMisfit(
        address,
        `a transition has no "${field}"; it has ${[...rulesByField.keys()].join(', ')}`,
      );
    }
    const taken = fit(rule, `${address}/${field}`, part, strictness);
    if (taken instanceof Misfit) return taken;
    fitted[field] = taken;
  }
  return fitted;
}

/** `[{ text, weight }]`; performers' protocols may also send texts alone, each followed by its weight or not. */
function fitPrompts(address: string, value: JsonValue, strictness: Strictness): JsonValue | Misfit {
  const given = strictness === 'coerce' ? bentPrompts(address, value) : value;
  if (given instanceof Misfit) return given;
  const parsed = listSchema.safeParse(given);
  if (parsed.success) return parsed.data.map((entry) => ({ text: entry.text, weight: entry.weight }));
  const issue = parsed.error.issues[0];
  return promptMisfit(
    address,
    `${['prompts', ...(issue?.path ?? [])].join('.')}: ${issue?.message ?? 'not a list of prompts'}`,
  );
}

function bentPrompts(address: string, value: JsonValue): JsonValue[] | Misfit {
  const bent: WeightedText[] = [];
  for (const item of Array.isArray(value) ? value : [value]) {
    const last = bent.at(-1);
    if (typeof item === 'string') bent.push({ text: item.slice(0, textLimit), weight: 1 });
    else if (typeof item === 'number' && last !== undefined)
      bent.splice(-1, 1, { text: last.text, weight: clampWeight(item) });
    else if (isObject(item) && typeof item['text'] === 'string')
      bent.push({ text: item['text'].slice(0, textLimit), weight: clampWeight(item['weight'] ?? 1) });
    else return promptMisfit(address, `${quoted(item)} is neither a text nor the weight of one`);
  }
  return bent.slice(0, promptSlots).map((entry) => ({ ...entry }));
}

function clampWeight(value: JsonValue): number {
  const fitted = fit(weight, 'weight', value, 'coerce');
  return typeof fitted === 'number' ? fitted : 1;
}

function promptMisfit(address: string, problem: string): Misfit {
  return new Misfit('E_PROMPT_INVALID', `${address}: ${problem}`, { address });
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
