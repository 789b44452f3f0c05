import {
  fastestBpm,
  longestLookahead,
  quantizeChoices,
  slowestBpm,
  tempoSources,
} from '../../contract/tempo.ts';
import { ownSpec } from '../entry.ts';

/** What `/tempo` and the addresses below it are. */
export const tempoSpecs = {
  bpm: ownSpec('tempo', 'number', 120, 'Beats per minute', {
    label: 'Tempo',
    order: 20,
    minimum: slowestBpm,
    maximum: fastestBpm,
    unit: 'bpm',
  }),
  playing: ownSpec(
    'tempo/playing',
    'boolean',
    true,
    'The music plays. Pipelines may heed it; the beat goes on all the same',
    { label: 'Playing', order: 21 },
  ),
  tap: ownSpec('tempo/tap', 'trigger', false, 'A beat is now; two or more set the tempo', {
    label: 'Tap',
    order: 22,
  }),
  resync: ownSpec('tempo/resync', 'trigger', false, 'The next beat begins a bar, and bar 0', {
    label: 'Resync',
    order: 23,
  }),
  earlier: ownSpec('tempo/nudge/earlier', 'trigger', false, 'Beats come a hundredth of a second earlier', {
    label: 'Earlier',
    order: 24,
  }),
  later: ownSpec('tempo/nudge/later', 'trigger', false, 'Beats come a hundredth of a second later', {
    label: 'Later',
    order: 25,
  }),
  beatsPerBar: ownSpec('tempo/beats-per-bar', 'integer', 4, 'Beats of a bar', {
    label: 'Beats per bar',
    order: 26,
    minimum: 1,
    maximum: 16,
  }),
  source: ownSpec('tempo/source', 'enum', 'internal', 'Set by hand, or following a MIDI clock', {
    label: 'Source',
    order: 27,
    choices: tempoSources,
  }),
  device: ownSpec('tempo/device', 'string', '', 'MIDI device whose clock counts; empty is the first heard', {
    label: 'Clock from',
    order: 28,
    maxLength: 200,
  }),
  quantize: ownSpec(
    'tempo/quantize',
    'enum',
    'none',
    "What launches from performers' protocols wait for that say nothing of it",
    { label: 'Quantise', order: 29, choices: quantizeChoices },
  ),
  lookahead: ownSpec(
    'tempo/lookahead',
    'number',
    0,
    'Seconds that what waits for a beat is run before it, for pipelines that take long',
    { label: 'Look-ahead', order: 30, minimum: 0, maximum: longestLookahead, unit: 's' },
  ),
  cancel: ownSpec('tempo/cancel', 'trigger', false, 'Takes back every command that waits', {
    label: 'Cancel waiting',
    order: 31,
  }),
} as const;
