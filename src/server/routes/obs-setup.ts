import { hostname } from 'node:os';
import { obsSetupPlan, obsSetupReport, obsSetupSchema } from '../../contract/obs-setup.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';

const tags = ['obs'];
const response = {
  200: obsSetupReport,
  409: errorBody.describe('`E_OBS_OFF`: the daemon was started without OBS'),
  422: errorBody.describe('`E_OBS_WAY`, `E_OBS_REFUSED`'),
  503: errorBody.describe('`E_OBS_UNREACHABLE`, `E_OBS_AUTH`, `E_OBS_LOST`'),
  ...refused,
};

/** A scene with our output in the OBS that is connected. */
export function obsSetupRoutes(app: App, { obsDoor, obsReach, show }: ServerDependencies): void {
  app.post(
    '/obs/setup',
    {
      schema: {
        tags,
        summary: 'Sees to it that OBS has a scene with the output in it; a second time brings it up to date',
        body: obsSetupSchema.prefault({}),
        response,
      },
    },
    async (request) => {
      const place = { graph: show.graph(), base: obsReach(), machine: hostname() };
      return obsSetupReport.parse(await obsDoor.request('setup', { ...obsSetupPlan(request.body, place) }));
    },
  );
  app.delete(
    '/obs/setup',
    { schema: { tags, summary: 'Takes away what the set-up brought into OBS, and nothing else', response } },
    async () => obsSetupReport.parse(await obsDoor.request('remove', {})),
  );
}
