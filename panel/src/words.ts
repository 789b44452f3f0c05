import type { NodeStatus } from '../../src/contract/engine-api.ts';
import type { NodeState } from '../../src/contract/status.ts';
import { senderWords } from './activity/who.ts';
import type { FailedChanges } from './shell/failed-changes.ts';

/** Each state in the words of someone who stands beside a stage. */
export const stateWords: Readonly<Record<NodeState, string>> = {
  starting: 'Getting ready',
  ready: 'Ready, no picture yet',
  live: 'Playing',
  'degraded-input': 'Playing without fresh input',
  'degraded-inference': 'Playing, not at full rate',
  stalled: 'Holding the last picture',
  failed: 'Not working',
  off: 'Switched off',
};

export const roleWords: Readonly<Record<NodeStatus['role'], string>> = {
  source: 'Comes in',
  stage: 'Paints',
  sink: 'Goes out',
  control: 'Listens',
};

/** What a colour says from across the room. */
export type Mood = 'good' | 'wait' | 'bad' | 'none';

const moods: Readonly<Record<NodeState, Mood>> = {
  starting: 'wait',
  ready: 'wait',
  live: 'good',
  'degraded-input': 'wait',
  'degraded-inference': 'wait',
  stalled: 'bad',
  failed: 'bad',
  off: 'none',
};

export const moodOf = (state: NodeState): Mood => moods[state];

export interface Overall {
  readonly mood: Mood;
  readonly words: string;
}

/**
 * The worst of all nodes, in one line. A node that is off was switched off, and is not counted; a controller or an OBS that is not
 * there is no matter of the picture.
 */
export function overallOf(nodes: readonly NodeStatus[], paused: boolean): Overall {
  const states = new Set(nodes.filter(({ role }) => role !== 'control').map(({ status }) => status.state));
  const missing = nodes.filter(({ role, status }) => role === 'control' && status.state === 'failed');
  if (states.has('failed')) return { mood: 'bad', words: 'Something is not working' };
  if (states.has('stalled')) return { mood: 'bad', words: 'Holding the last picture' };
  if (paused) return { mood: 'wait', words: 'Paused: the picture stands still' };
  if (states.has('starting')) return { mood: 'wait', words: 'Getting ready' };
  if (states.has('degraded-input')) return { mood: 'wait', words: 'Playing without fresh input' };
  if (states.has('degraded-inference')) return { mood: 'wait', words: 'Playing, not at full rate' };
  if (missing.length > 0)
    return {
      mood: 'wait',
      words: `Playing without ${missing.map(({ id }) => senderWords(id)).join(' and ')}`,
    };
  return { mood: 'good', words: 'Playing' };
}

export interface Trouble {
  readonly node: string;
  /** Bad where the picture is concerned, else one to wait with: the show plays on. */
  readonly mood: 'bad' | 'wait';
  readonly words: string;
  readonly message: string;
  readonly remedy: string | null;
}

/** What a person should act on or at least know of; that a pipeline is slower than its input is not one. */
export function troublesOf(nodes: readonly NodeStatus[], failed: FailedChanges): Trouble[] {
  return nodes.flatMap(({ id, role, status, fault, endpoint }): Trouble[] => {
    const { state, code, message, remedy } = status;
    const bad = state === 'failed' || state === 'stalled' || state === 'degraded-input';
    if (bad || (state === 'starting' && code !== null)) {
      const mood = role !== 'control' && moods[state] === 'bad' ? 'bad' : 'wait';
      return [{ node: id, mood, words: stateWords[state], message, remedy }];
    }
    const next = endpoint?.next ?? null;
    if (next !== null && next.error !== null) {
      const words = `${next.url} is not there yet; what played goes on`;
      return [{ node: id, mood: 'wait', words, message: next.error.message, remedy: next.error.remedy }];
    }
    if (fault === null || !failed.has(id)) return [];
    const words = 'The change did not work; it plays on as before';
    return [{ node: id, mood: 'wait', words, message: fault.message, remedy: fault.remedy }];
  });
}

/** `ease-in-out` as a person would say it. */
export function wordsOf(choice: string): string {
  const words = choice.replaceAll(/[-_]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A log without the colours that a terminal would show. */
export function plain(log: string): string {
  // eslint-disable-next-line no-control-regex -- the escape character is what is looked for
  return log.replace(/\u001b\[[0-9;]*m/g, '');
}

/** What something says of itself: its first words at once, a long rest behind a fold. */
export function firstWords(description: string): { readonly first: string; readonly rest: string } {
  const [, first = description, rest = ''] = /^(.{60,300}?[.!?]) (.{60,})$/s.exec(description) ?? [];
  return { first, rest };
}
