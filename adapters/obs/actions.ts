import { failure } from '../../src/contract/error.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import type { ObsAction, ObsMediaAction } from '../../src/contract/obs.ts';
import { groupsOf, orNull } from './collection.ts';
import type { Connection } from './connection.ts';
import { listAt, textAt, valueAt } from './reading.ts';

type Line = Pick<Connection, 'call'>;

/** The contract's list would bring its zod schemas into the runner. */
const mediaActions: readonly ObsMediaAction[] = ['play', 'pause', 'restart', 'stop', 'next', 'previous'];

/** In the words of obs-websocket. */
const mediaAction = (action: string): string => `OBS_WEBSOCKET_MEDIA_INPUT_ACTION_${action.toUpperCase()}`;

/** Does in OBS what a rule says. Rejects with `E_OBS_…`. */
export async function act(line: Line, action: ObsAction): Promise<void> {
  switch (action.do) {
    case 'scene':
      await line.call('SetCurrentProgramScene', { sceneName: action.scene });
      break;
    case 'source':
      await showSource(line, action.scene, action.source, action.visible);
      break;
    case 'filter':
      await line.call('SetSourceFilterEnabled', {
        sourceName: action.source,
        filterName: action.filter,
        filterEnabled: action.on,
      });
      break;
    case 'media':
      await line.call('TriggerMediaInputAction', {
        inputName: action.input,
        mediaAction: mediaAction(action.action),
      });
      break;
    case 'text':
      await line.call('SetInputSettings', {
        inputName: action.input,
        inputSettings: { text: action.text },
        overlay: true,
      });
      break;
  }
}

/** In a scene or in one of its groups. */
async function showSource(line: Line, scene: string, source: string, visible: boolean): Promise<void> {
  const items = listAt(await line.call('GetSceneItemList', { sceneName: scene }), 'sceneItems');
  for (const owner of [scene, ...groupsOf(items)]) {
    const found = await orNull(line.call('GetSceneItemId', { sceneName: owner, sourceName: source }));
    const id = valueAt(found, 'sceneItemId');
    if (typeof id !== 'number') continue;
    await line.call('SetSceneItemEnabled', { sceneName: owner, sceneItemId: id, sceneItemEnabled: visible });
    return;
  }
  throw failure('E_OBS_MISSING', `Scene "${scene}" of OBS has no source "${source}"`, { scene, source });
}

/** The action that the daemon asks for. */
export function actionOf(params: JsonObject): ObsAction {
  const text = (key: string): string => textAt(params, key) ?? '';
  const is = (key: string): boolean => params[key] === true;
  const kind = params['do'];
  if (kind === 'scene') return { do: kind, scene: text('scene') };
  if (kind === 'source')
    return { do: kind, scene: text('scene'), source: text('source'), visible: is('visible') };
  if (kind === 'filter') return { do: kind, source: text('source'), filter: text('filter'), on: is('on') };
  if (kind === 'text') return { do: kind, input: text('input'), text: text('text') };
  const action = mediaActions.find((each) => each === params['action']);
  if (kind === 'media' && action !== undefined) return { do: kind, input: text('input'), action };
  throw failure('E_RUNNER_PROTOCOL', `OBS is asked to do "${String(kind)}", which nobody knows`);
}
