import { z } from 'zod';
import type { CommandResult } from '../../contract/command.ts';
import type { ReverieError } from '../../contract/error.ts';
import { failure, isErrorCode, reportOf } from '../../contract/error.ts';
import type { App, ServerDependencies } from '../dependencies.ts';
import { errorBody, refused } from '../schema/error.ts';
import { commandList, commandResult } from '../schema/parameter.ts';
import { errorBodyOf } from '../failures.ts';
import { senderOf } from './sender.ts';

export function commandRoute(app: App, { show }: ServerDependencies): void {
  app.post(
    '/commands',
    {
      config: { invalid: 'E_COMMAND_INVALID' },
      schema: {
        tags: ['parameters'],
        summary: 'Any commands, all or nothing: set with ramp and time, trigger, prompt, reload',
        body: z.strictObject({ commands: commandList }),
        response: {
          200: z.object({ results: z.array(commandResult).readonly() }),
          422: errorBody.describe('None was applied; `details.rejected` names each by index'),
          ...refused,
        },
      },
    },
    (request, reply) => {
      const results = show.execute(request.body.commands, senderOf(request));
      const no = commandsRefused(results);
      if (no === null) return { results };
      reply.code(422);
      return errorBodyOf(reportOf(no));
    },
  );
}

/** The refusal of a batch as one error, with the code of the first that was rejected; null where none was. */
export function commandsRefused(results: readonly CommandResult[]): ReverieError | null {
  const rejected = results.flatMap((result, index) =>
    result.result === 'rejected' ? [{ index, address: result.address, error: { ...result.error } }] : [],
  );
  const [first] = rejected;
  if (first === undefined) return null;
  const code = isErrorCode(first.error.code) ? first.error.code : 'E_COMMAND_INVALID';
  return failure(code, `Command ${first.index} (${first.address}): ${first.error.message}`, { rejected });
}
