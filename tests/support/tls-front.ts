import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { Namespace } from './namespace.ts';
import type { Studio } from './studio.ts';
import { tempFolder } from './temp-folder.ts';

export interface Certificate {
  readonly key: string;
  readonly certificate: string;
}

/** A certificate of its own making for a name; paths of its files. `openssl` is the program. */
export async function certificateOf(
  name: string,
  namespace: Namespace,
  openssl: string,
): Promise<Certificate> {
  const folder = tempFolder('certificate');
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-days', '2'];
  const files = ['-keyout', key, '-out', certificate];
  await namespace.run(openssl, ['req', '-x509', ...curve, ...subject, ...files]);
  return { key, certificate };
}

/** TLS on `port` of 127.0.0.1, in front of a server there that knows none. */
export async function frontOf(
  studio: Studio,
  port: number,
  inner: number,
  { key, certificate }: Certificate,
): Promise<void> {
  const script = resolve('tests/fixtures/peers/tls-front.mjs');
  const front = studio.start(process.execPath, [script, `${port}`, `${inner}`, key, certificate]);
  await once(front.stdout, 'data');
}
