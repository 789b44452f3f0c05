import type { Command, ParameterState, TransitionSettings } from '../../contract/command.ts';
import type { JsonObject, JsonValue } from '../../contract/json.ts';
import type { ControlItem } from '../../contract/protocol.ts';
import type { Interpolation } from '../../contract/prompt.ts';
import { promptsOf, type WeightScale } from './prompts.ts';

/** What a flat message is read against. */
export interface Stand {
  readonly sender: string;
  /** Ids of the stages that a message without `node_id` is for, in graph order. */
  readonly stages: readonly string[];
  /** The stage that a client means by the name of a node, or null. */
  stageOf(name: string): string | null;
  parameter(address: string): ParameterState | null;
}

/** A flat message in the words of the show. */
export interface Translation {
  /** Values and triggers, and under their own names what no stage has: the show counts those as refused. */
  readonly items: readonly ControlItem[];
  /** Prompts; each is to be executed by itself. */
  readonly commands: readonly Command[];
  /** Triggers that were pressed, by the client's key. */
  readonly pressed: readonly string[];
  /** How the client counts weights, where the message shows it. */
  readonly scale: WeightScale | null;
}

/** Keys about the message or the session itself; nothing in the show corresponds to them. */
const aboutSession = new Set(['node_id', 'graph', 'pipeline_ids', 'produces_video', 'produces_audio']);

/** What clients say to switch something off that Reverie does not have: true as it is. Said any other way, it is counted. */
const alreadySo = new Map<string, (value: JsonValue) => boolean>([
  ['beat_cache_reset_rate', (value) => value === 'none'],
  ['recording', (value) => value === false],
  ['input_source', (value) => isObject(value) && value['enabled'] === false],
]);

const promptKeys = new Set([
  'prompts',
  'transition',
  'prompt_interpolation_method',
  'spatial_interpolation_method',
]);

/** Reads one flat message of a Scope client: the data channel's, or the parameters of an offer. Pure. */
export function translate(message: JsonObject, stand: Stand): Translation {
  const named = message['node_id'];
  const node = typeof named === 'string' ? named : null;
  const stage = node === null ? null : stand.stageOf(node);
  const targets = node === null ? stand.stages : stage === null ? [] : [stage];
  const prompts = readPrompts(message, { node, stage, stand });
  const items: ControlItem[] = [...prompts.items];
  const pressed: string[] = [];
  const play = (address: string, args: readonly JsonValue[]): void => {
    items.push({ address, args, sender: stand.sender });
  };
  for (const [key, value] of Object.entries(message)) {
    if (value === null || aboutSession.has(key) || promptKeys.has(key)) continue;
    if (alreadySo.get(key)?.(value) === true) continue;
    if (key === 'paused') play('/paused', [value]);
    else if (key === 'input_mode') playMode(value, targets, stand, play);
    else {
      let known = false;
      for (const id of targets) {
        const parameter = stand.parameter(`/${id}/${key}`);
        if (parameter === null) continue;
        known = true;
        if (parameter.type !== 'trigger') play(parameter.address, [value]);
        else if (isPress(value)) {
          play(parameter.address, []);
          pressed.push(key);
        }
      }
      if (!known) play(node === null ? `/${key}` : `/${stage ?? node}/${key}`, [value]);
    }
  }
  return { items, commands: prompts.commands, pressed, scale: prompts.scale };
}

// A pipeline that has one mode only is not asked for the other.
function playMode(
  value: JsonValue,
  targets: readonly string[],
  stand: Stand,
  play: (address: string, args: readonly JsonValue[]) => void,
): void {
  for (const id of targets) {
    const mode = stand.parameter(`/${id}/mode`);
    if (mode?.choices?.some((choice) => choice === value) === true) play(`/${id}/mode`, [value]);
  }
}

function isPress(value: JsonValue): boolean {
  return value === true || (typeof value === 'number' && value !== 0);
}

interface Addressee {
  readonly node: string | null;
  readonly stage: string | null;
  readonly stand: Stand;
}

function readPrompts(
  message: JsonObject,
  { node, stage, stand }: Addressee,
): Pick<Translation, 'items' | 'commands' | 'scale'> {
  const items: ControlItem[] = [];
  const commands: Command[] = [];
  const refuse = (key: string, value: JsonValue): void => {
    items.push({ address: `/${node ?? 'scope'}/${key}`, args: [value], sender: stand.sender });
  };
  const mixing = message['prompt_interpolation_method'] ?? message['spatial_interpolation_method'] ?? null;
  const interpolation = interpolationOf(mixing);
  const direct = message['prompts'] ?? null;
  const transition = message['transition'] ?? null;
  const target = isObject(transition) ? (transition['target_prompts'] ?? null) : null;
  let scale: WeightScale | null = null;
  // A transition without a target of its own leads to the prompts beside it.
  const steps = [
    { key: 'prompts', value: direct, way: target === null && isObject(transition) ? transition : {} },
    { key: 'transition', value: target, way: isObject(transition) ? transition : {} },
  ];
  for (const { key, value, way } of steps) {
    if (value === null) continue;
    const read = node !== null && stage === null ? null : promptsOf(value);
    if (read === null) {
      refuse(key, value);
      continue;
    }
    scale = read.scale;
    commands.push({
      kind: 'prompt',
      node: stage,
      prompts: [...read.list],
      ...(interpolation === null ? {} : { interpolation }),
      transition: transitionOf(way),
    });
  }
  if (transition !== null && target === null && direct === null) refuse('transition', transition);
  if (mixing !== null && commands.length === 0) {
    const place = stage === null ? '/prompts' : `/${stage}/prompts`;
    items.push({ address: `${place}/interpolation`, args: [mixing], sender: stand.sender });
  }
  return { items, commands, scale };
}

/** Scope counts transitions in calls of the pipeline, evenly; none means at once, whatever is set at /transition. */
function transitionOf(way: JsonObject): TransitionSettings {
  const steps = way['num_steps'];
  return {
    duration: typeof steps === 'number' && Number.isFinite(steps) ? Math.min(3600, Math.max(0, steps)) : 0,
    unit: 'steps',
    curve: 'linear',
    interpolation: interpolationOf(way['temporal_interpolation_method'] ?? null) ?? 'linear',
  };
}

function interpolationOf(value: JsonValue): Interpolation | null {
  return value === 'linear' || value === 'slerp' ? value : null;
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
