import { defineAdapter } from '../../src/contract/adapter.ts';
import { recordingSettings } from '../../src/contract/recording.ts';

export default defineAdapter({
  id: 'record',
  name: 'Recording',
  description:
    'Writes what it is linked to into the folder of recordings: video that survives a power cut, or pictures.',
  roles: ['sink'],
  runner: 'own',
  locator: 'name',
  config: recordingSettings,
  load: () => import('./run.ts'),
});
