/** A model file that a pipeline needs, fetched before it loads. */
export type Artifact =
  | {
      readonly kind: 'hugging-face';
      readonly repo: string;
      readonly revision: string;
      readonly files: readonly string[];
    }
  | { readonly kind: 'google-drive'; readonly fileId: string; readonly name: string }
  | { readonly kind: 'url'; readonly url: string; readonly sha256: string }
  | { readonly kind: 'local'; readonly path: string };

type Of<K extends Artifact['kind']> = Omit<Extract<Artifact, { kind: K }>, 'kind'>;

export const huggingFace = (of: Of<'hugging-face'>): Artifact => ({ kind: 'hugging-face', ...of });
export const googleDrive = (of: Of<'google-drive'>): Artifact => ({ kind: 'google-drive', ...of });
export const url = (of: Of<'url'>): Artifact => ({ kind: 'url', ...of });
export const local = (of: Of<'local'>): Artifact => ({ kind: 'local', ...of });
