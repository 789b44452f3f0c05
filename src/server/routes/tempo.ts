import type { App, ServerDependencies } from '../dependencies.ts';
import { refused } from '../schema/error.ts';
import { tempoState } from '../schema/tempo.ts';

/** The tempo is changed at its addresses: `/tempo`, `/tempo/tap` and what else begins so. */
export function tempoRoute(app: App, { show }: ServerDependencies): void {
  app.get(
    '/tempo',
    {
      schema: {
        tags: ['tempo'],
        summary: 'Tempo, beat and bar at this moment, and who gives them',
        response: { 200: tempoState, ...refused },
      },
    },
    () => show.tempo.state(),
  );
}
