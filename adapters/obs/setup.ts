import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { failure, ReverieError } from '../../src/contract/error.ts';
import type { JsonObject, JsonValue } from '../../src/contract/json.ts';
import type { ObsSetupPlan, ObsSetupReport, ObsWay } from '../../src/contract/obs-ways.ts';
import type { Connection } from './connection.ts';
import { inputForm, MARK, type Canvas, type InputForm } from './own-input.ts';
import { listAt, textAt, textsAt, valueAt } from './reading.ts';
import { putBackService, setService } from './stream-service.ts';

export type SetupLine = Pick<Connection, 'call' | 'versions'>;

const NAME = 'Reverie';
const INPUT_NAME = 'Reverie output';
const LOOK_MS = 50;
const MOST_LOOKS = 60;

/** An input that carries our mark. */
interface OwnInput {
  readonly name: string;
  readonly kind: string;
  /** As OBS has them; null where it was just made with the right ones. */
  readonly settings: JsonValue | null;
  /** The scene that was made for it, by the name it was given; null where there is none of that name any more. */
  readonly scene: string | null;
}

/**
 * Sees to it that OBS has a scene with our output in it. What is there from an earlier time is brought up to date, and nothing else
 * is touched: our input is known by a mark in its settings, our scene by the mark of the input. Rejects with `E_OBS_…`.
 */
export async function setUp(line: SetupLine, plan: ObsSetupPlan): Promise<ObsSetupReport> {
  const canvas = await readCanvas(line);
  const kinds = new Set(textsAt(await line.call('GetInputKindList'), 'inputKinds'));
  const form = inputForm(plan, kinds, canvas);
  if (form === null)
    throw failure('E_OBS_WAY', `This OBS, or the show, has nothing for the way "${plan.way}"`, {
      way: plan.way,
      kinds: [...kinds],
    });
  const own = await ownInputs(line);
  const present = own.find(({ kind, scene }) => kind === form.kind && scene !== null);
  // Of another way than is wished for now, or left over without its scene.
  for (const other of own) if (other !== present) await removeInput(line, other);
  const made = present ?? (await make(line, form, canvas));
  await bringUpToDate(line, made, form);
  const stream = await setService(line, plan);
  const scene = made.scene ?? NAME;
  return {
    way: form.way,
    scene,
    input: made.name,
    stream: stream.outcome,
    said: [`The scene "${scene}" ${shows[form.way]}.`, ...stream.said],
  };
}

const shows: Readonly<Record<ObsWay, string>> = {
  browser: 'shows the output by a browser source',
  ndi: 'shows the output by NDI',
  spout: 'shows the output by Spout',
  media: 'shows the output by a media source, some tenths of a second late; a browser source is faster',
};

/** Takes away what `setUp` brought, and puts back the stream service that it replaced. Nothing happens where there is nothing of ours. */
export async function remove(line: SetupLine): Promise<ObsSetupReport> {
  const own = await ownInputs(line);
  for (const input of own) await removeInput(line, input);
  const stream = await putBackService(line);
  const gone = own.length === 0 ? 'OBS has nothing of ours.' : 'The scene of Reverie is gone from OBS.';
  return { way: null, scene: null, input: null, stream: stream.outcome, said: [gone, ...stream.said] };
}

/** Settings that are right already are not set again: a page would load anew, and a stream begin anew, on air. */
async function bringUpToDate(
  line: SetupLine,
  { name, scene, settings }: OwnInput,
  form: InputForm,
): Promise<void> {
  if (settings === null) return;
  const wanted: JsonObject = { ...form.settings, [MARK]: { scene, way: form.way } };
  if (Object.entries(wanted).every(([key, value]) => isDeepStrictEqual(valueAt(settings, key), value)))
    return;
  await line.call('SetInputSettings', { inputName: name, inputSettings: wanted, overlay: true });
}

async function make(line: SetupLine, form: InputForm, canvas: Canvas): Promise<OwnInput> {
  // Scenes and inputs share their names.
  const taken = new Set([...(await sceneNames(line)), ...inputNames(await line.call('GetInputList'))]);
  const scene = freeName(NAME, taken);
  const name = freeName(INPUT_NAME, taken);
  await line.call('CreateScene', { sceneName: scene });
  try {
    const inputSettings: JsonObject = { ...form.settings, [MARK]: { scene, way: form.way } };
    const item = await line.call('CreateInput', {
      sceneName: scene,
      inputName: name,
      inputKind: form.kind,
      inputSettings,
      sceneItemEnabled: true,
    });
    await fill(line, scene, Number(valueAt(item, 'sceneItemId')), canvas);
  } catch (error) {
    // A scene without its picture would be taken for a working one.
    await line.call('RemoveScene', { sceneName: scene }).catch(() => undefined);
    throw error;
  }
  return { name, kind: form.kind, settings: null, scene };
}

/** The picture over the whole canvas, in its own shape, whatever size it comes in. */
async function fill(line: SetupLine, scene: string, item: number, { width, height }: Canvas): Promise<void> {
  await line.call('SetSceneItemTransform', {
    sceneName: scene,
    sceneItemId: item,
    sceneItemTransform: {
      positionX: 0,
      positionY: 0,
      boundsType: 'OBS_BOUNDS_SCALE_INNER',
      boundsAlignment: 0,
      boundsWidth: width,
      boundsHeight: height,
    },
  });
}

/** The input goes with all its places in scenes; its scene only where nobody put anything else into it. */
async function removeInput(line: SetupLine, { name, scene }: OwnInput): Promise<void> {
  // A scene that is not drawn would hold on to an input that is gone.
  for (const sceneName of await sceneNames(line)) {
    const items = await itemsOf(line, sceneName);
    const alone = items.every(({ source }) => source === name);
    for (const { id, source } of items)
      if (source === name) await line.call('RemoveSceneItem', { sceneName, sceneItemId: id });
    if (sceneName === scene && alone) await line.call('RemoveScene', { sceneName });
  }
  await line.call('RemoveInput', { inputName: name }).catch(mayBeGone);
  await untilGone(line, name);
}

/** It goes by itself with its last place. */
function mayBeGone(error: unknown): void {
  if (!(error instanceof ReverieError) || error.code !== 'E_OBS_MISSING') throw error;
}

/** OBS lets go of an input only when nothing draws it any more; until then its name is taken. */
async function untilGone(line: SetupLine, name: string): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    if (!inputNames(await line.call('GetInputList')).includes(name)) return;
    await sleep(LOOK_MS);
  }
}

async function ownInputs(line: SetupLine): Promise<readonly OwnInput[]> {
  const inputs = listAt(await line.call('GetInputList'), 'inputs');
  const scenes = new Set(await sceneNames(line));
  const own: OwnInput[] = [];
  for (const input of inputs) {
    const name = textAt(input, 'inputName');
    const kind = textAt(input, 'inputKind');
    if (name === null || kind === null) continue;
    const answer = await line.call('GetInputSettings', { inputName: name });
    const settings = valueAt(answer, 'inputSettings') ?? null;
    const mark = valueAt(settings, MARK);
    if (mark === undefined) continue;
    const made = textAt(mark, 'scene');
    // A scene that was called otherwise, or lost our input, is the user's own by now.
    const holds =
      made !== null && scenes.has(made) && (await itemsOf(line, made)).some(({ source }) => source === name);
    own.push({ name, kind, settings, scene: holds ? made : null });
  }
  return own;
}

interface Item {
  readonly id: number;
  readonly source: string;
}

async function itemsOf(line: SetupLine, sceneName: string): Promise<readonly Item[]> {
  const items = listAt(await line.call('GetSceneItemList', { sceneName }), 'sceneItems');
  return items.flatMap((item) => {
    const [id, source] = [valueAt(item, 'sceneItemId'), textAt(item, 'sourceName')];
    return typeof id === 'number' && source !== null ? [{ id, source }] : [];
  });
}

async function sceneNames(line: SetupLine): Promise<readonly string[]> {
  return listAt(await line.call('GetSceneList'), 'scenes').flatMap((each) => textAt(each, 'sceneName') ?? []);
}

function inputNames(list: JsonObject): readonly string[] {
  return listAt(list, 'inputs').flatMap((each) => textAt(each, 'inputName') ?? []);
}

async function readCanvas(line: SetupLine): Promise<Canvas> {
  const told = await line.call('GetVideoSettings');
  const [numerator, denominator] = [valueAt(told, 'fpsNumerator'), valueAt(told, 'fpsDenominator')];
  return {
    width: positive(valueAt(told, 'baseWidth')) ?? 1920,
    height: positive(valueAt(told, 'baseHeight')) ?? 1080,
    rateHz: (positive(numerator) ?? 30) / (positive(denominator) ?? 1),
  };
}

function positive(value: unknown): number | null {
  return typeof value === 'number' && value > 0 ? value : null;
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  let count = 2;
  while (taken.has(`${wanted} ${count}`)) count += 1;
  return `${wanted} ${count}`;
}
