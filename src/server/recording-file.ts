import type { FastifyReply, FastifyRequest } from 'fastify';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { failure } from '../contract/error.ts';
import { rangeOf } from './assets/byte-range.ts';

/** Answers a recording, whole or the part that was asked for. `saveAs`: its name where a browser is to save it instead of playing it. */
export async function sendRecording(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  saveAs: string | null,
): Promise<FastifyReply> {
  const facts = await stat(path).catch(() => null);
  if (facts === null) throw failure('E_RECORDING_UNKNOWN', `${path} is not there any more`);
  if (rangeOf(request.headers.range, facts.size) === 'unsatisfiable') {
    reply.header('content-range', `bytes */${facts.size}`);
    throw failure('E_FILE_RANGE', `${path} has ${facts.size} bytes, and what was asked for lies behind them`);
  }
  reply.header('cache-control', 'no-store');
  if (saveAs !== null)
    reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(saveAs)}`);
  return reply.sendFile(basename(path), dirname(path), { cacheControl: false });
}
