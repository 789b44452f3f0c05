import type { FastifyRequest } from 'fastify';
import type { Sender } from '../../contract/command.ts';

/** Who asks by REST; counted under this name where something is rejected. */
export function senderOf(request: FastifyRequest): Sender {
  return { id: `rest:${request.ip}`, strictness: 'reject' };
}
