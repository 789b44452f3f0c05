import { z } from 'zod';
import { modulationSchema } from '../../contract/modulation.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { modulationState } from '../schema/tempo.ts';
import { commandsRefused } from './commands.ts';
import { senderOf } from './sender.ts';

const tags = ['tempo'];
const mostAtOnce = 256;
const answer = z.object({ modulations: z.array(modulationState).readonly() });

export function modulationRoutes(app: App, { show }: ServerDependencies): void {
  const list = () => ({ modulations: show.modulations.list() });
  app.get(
    '/modulations',
    { schema: { tags, summary: 'Waves on parameters', response: { 200: answer, ...refused } } },
    list,
  );
  app.patch(
    '/modulations',
    {
      config: { invalid: 'E_COMMAND_INVALID' },
      schema: {
        tags,
        summary: 'Puts waves on parameters, by address, or with null takes them off; all or nothing',
        body: z
          .record(z.string().max(200), modulationSchema.nullable())
          .refine((waves) => Object.keys(waves).length <= mostAtOnce, `at most ${mostAtOnce} at once`),
        response: {
          200: answer,
          422: errorBody.describe('`E_ADDRESS_UNKNOWN`, `E_MODULATION_ADDRESS`; none was changed'),
          ...refused,
        },
      },
    },
    (request) => {
      const commands = Object.entries(request.body).map(([address, modulation]) => ({
        kind: 'modulate' as const,
        address,
        modulation,
      }));
      const no = commandsRefused(show.execute(commands, senderOf(request)));
      if (no !== null) throw no;
      return list();
    },
  );
}
