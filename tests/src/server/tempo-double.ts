// Stands for tempo, waiting commands and waves behind the server. It cannot show beats that go on, nor commands that wait.
import { tempoSettingsSchema, type TempoState } from '../../../src/contract/tempo.ts';
import type { ShowApi } from '../../../src/contract/show-api.ts';

const { source, device, ...settings } = tempoSettingsSchema.parse({});
const state: TempoState = {
  ...settings,
  playing: true,
  beat: 5.5,
  bar: 1,
  phase: 0.5,
  timeUs: 1_000_000,
  lead: { source, state: 'own', device: device === '' ? null : device, devices: [], message: '' },
};

export const tempoDoubles: Pick<ShowApi, 'tempo' | 'schedule' | 'modulations'> = {
  tempo: { state: () => state, subscribe: () => () => undefined },
  schedule: { list: () => [], subscribe: () => () => undefined },
  modulations: { list: () => [] },
};
