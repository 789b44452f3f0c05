/** Bits of EventSubscription (obs-websocket, protocol.md). */
const general = 1;
const config = 1 << 1;
const scenes = 1 << 2;
const inputs = 1 << 3;
const transitions = 1 << 4;
const filters = 1 << 5;
const outputs = 1 << 6;
const sceneItems = 1 << 7;
const ui = 1 << 10;
const volumeMeters = 1 << 16;
const inputActive = 1 << 17;
const inputShow = 1 << 18;

/** What is always followed. Of the three last ones, which are asked for by name, these come only when something goes on or off air. */
export const plainEvents =
  general |
  config |
  scenes |
  inputs |
  transitions |
  filters |
  outputs |
  sceneItems |
  ui |
  inputActive |
  inputShow;

/** Twenty messages a second with the levels of every input: only while somebody uses them. */
export const eventsWithMeters = plainEvents | volumeMeters;

/** After these what is on air may be another thing. */
const ofLive = [
  'CurrentProgramSceneChanged',
  'CurrentPreviewSceneChanged',
  'SceneTransitionStarted',
  'SceneTransitionEnded',
  'StudioModeStateChanged',
  'StreamStateChanged',
  'RecordStateChanged',
  'VirtualcamStateChanged',
  'SceneItemEnableStateChanged',
  'InputSettingsChanged',
  'InputActiveStateChanged',
  'InputShowStateChanged',
] as const;

/** After these there may be other scenes, sources and filters. */
const ofCollection = [
  'SceneCreated',
  'SceneRemoved',
  'SceneNameChanged',
  'SceneListChanged',
  'SceneItemCreated',
  'SceneItemRemoved',
  'InputCreated',
  'InputRemoved',
  'InputNameChanged',
  'SourceFilterCreated',
  'SourceFilterRemoved',
  'SourceFilterNameChanged',
  'CurrentSceneCollectionChanged',
  'CurrentProfileChanged',
] as const;

const meters = 'InputVolumeMeters';

/** Whatever else OBS tells is not read. */
export const followedEvents = [...ofLive, ...ofCollection, meters] as const;
export type ObsEventName = (typeof followedEvents)[number];

/** What has to be read anew after an event; an event itself is never taken for the state. */
export function concerns(name: ObsEventName): 'live' | 'collection' | 'meters' {
  if (name === meters) return 'meters';
  return ofCollection.some((each) => each === name) ? 'collection' : 'live';
}
