/** Environment variable by which runners are told the folder of media files, in which names without a folder are looked up. */
export const ASSETS_VARIABLE = 'REVERIE_ASSETS_DIR';

/** What a media file is, found by its content. */
export type MediaKind = 'image' | 'video' | 'audio';

/** A picture, clip or sound in the daemon's folder of files. A source plays it as `file:NAME`. */
export interface MediaFile {
  /** In the folder itself, which has no folders of its own. */
  readonly name: string;
  readonly kind: MediaKind;
  /** By its content, whatever its name ends with: `video/mp4`. */
  readonly mediaType: string;
  readonly bytes: number;
  /** Wall-clock milliseconds. */
  readonly savedAt: number;
}

/** An upload under way. It is no file before its last byte is written. */
export interface MediaUpload {
  readonly name: string;
  readonly bytes: number;
  /** As its sender announced it; null where it did not. */
  readonly expectedBytes: number | null;
}

export interface MediaFolder {
  /** Absolute path on the machine of the daemon. */
  readonly folder: string;
  readonly files: readonly MediaFile[];
  readonly uploads: readonly MediaUpload[];
  /** Entries that are not shown: no picture, clip or sound by their content, folders, links. */
  readonly leftOut: number;
  /** The largest file that is taken. */
  readonly limitBytes: number;
  /** Null where the file system does not tell. */
  readonly freeBytes: number | null;
}
