import type { ObsInput, ObsOnAir, ObsTally } from '../../src/contract/obs.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import { orNull } from './collection.ts';
import type { Connection } from './connection.ts';
import { isTrueAt, textAt, valueAt } from './reading.ts';

/** Of which OBS, and what is on air. */
export interface LiveState extends ObsOnAir {
  readonly version: string;
  readonly plugin: string;
}

/** How an input of OBS can point to this daemon. */
export interface OwnPlaces {
  /** `127.0.0.1:8000`. */
  readonly hosts: readonly string[];
  /** Names under which outputs are found: NDI, Spout. */
  readonly names: readonly string[];
}

type Line = Pick<Connection, 'call' | 'versions'>;

export async function readLiveState(
  line: Line,
  inputs: readonly ObsInput[],
  own: OwnPlaces,
): Promise<LiveState> {
  const [scenes, studio, stream, record, camera, ours] = await Promise.all([
    line.call('GetSceneList'),
    line.call('GetStudioModeEnabled'),
    line.call('GetStreamStatus'),
    line.call('GetRecordStatus'),
    orNull(line.call('GetVirtualCamStatus')),
    ownInputs(line, inputs, own),
  ]);
  const studioMode = isTrueAt(studio, 'studioModeEnabled');
  return {
    version: line.versions.obs,
    plugin: line.versions.plugin,
    program: textAt(scenes, 'currentProgramSceneName'),
    preview: studioMode ? textAt(scenes, 'currentPreviewSceneName') : null,
    studioMode,
    streaming: isTrueAt(stream, 'outputActive'),
    recording: isTrueAt(record, 'outputActive'),
    virtualCamera: camera === null ? null : isTrueAt(camera, 'outputActive'),
    tally: await tallyOf(line, ours, studioMode),
    ours,
  };
}

/** Kinds of inputs that can show us: a page, a media file or stream, NDI, Spout, Syphon. */
const canBeOurs = /browser|ffmpeg|vlc|ndi|spout|syphon/i;

async function ownInputs(line: Line, inputs: readonly ObsInput[], own: OwnPlaces): Promise<string[]> {
  const candidates = inputs.filter(({ kind }) => canBeOurs.test(kind));
  const settings = await Promise.all(
    candidates.map(({ name }) => orNull(line.call('GetInputSettings', { inputName: name }))),
  );
  return candidates.flatMap(({ name, kind }, index) =>
    pointsHere(kind, valueAt(settings[index], 'inputSettings'), own) ? [name] : [],
  );
}

/** Whether settings of an input name this daemon: an address of it, or an output by its name. */
export function pointsHere(kind: string, settings: JsonValue | undefined, own: OwnPlaces): boolean {
  const texts = textsIn(settings);
  const hosts = new Set(own.hosts);
  if (texts.some((text) => hosts.has(hostOf(text)))) return true;
  return (
    /ndi|spout|syphon/i.test(kind) && texts.some((text) => own.names.some((name) => isCalled(text, name)))
  );
}

/** NDI shows a source as `MACHINE (NAME)`. */
function isCalled(text: string, name: string): boolean {
  return text === name || text.endsWith(`(${name})`);
}

function textsIn(settings: JsonValue | undefined): string[] {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return [];
  const object: JsonObject = settings;
  return Object.values(object).filter((value) => typeof value === 'string');
}

function hostOf(text: string): string {
  if (!/^(https?|rtsps?|srt|rtmps?|udp):\/\//i.test(text)) return '';
  return URL.canParse(text) ? new URL(text).host : '';
}

async function tallyOf(line: Line, ours: readonly string[], studioMode: boolean): Promise<ObsTally> {
  const shown = await Promise.all(
    ours.map((name) => orNull(line.call('GetSourceActive', { sourceName: name }))),
  );
  if (shown.some((each) => isTrueAt(each, 'videoActive'))) return 'program';
  return studioMode && shown.some((each) => isTrueAt(each, 'videoShowing')) ? 'preview' : 'off';
}
