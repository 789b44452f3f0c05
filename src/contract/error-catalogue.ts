// Data table: every coded error, with its HTTP status, meaning and remedy.
interface CatalogueEntry {
  /** HTTP status with which REST answers it. */
  readonly status: number;
  /** What it means, for the reference page. */
  readonly meaning: string;
  /** What a user does about it. */
  readonly remedy: string;
}

/** Every coded error there is. `docs/reference/errors.md` is generated from this table and a test compares the two. */
export const errorCatalogue = {
  E_INTERNAL: {
    status: 500,
    meaning: 'Something failed that Reverie did not foresee.',
    remedy: 'Look at the log; if it comes back, report it with those lines.',
  },

  E_GRAPH_INVALID: {
    status: 422,
    meaning: 'The graph is not of the expected shape.',
    remedy: 'Correct the field that the message names.',
  },
  E_GRAPH_CYCLE: {
    status: 422,
    meaning: 'The links of a graph run in a circle.',
    remedy: 'Remove one of the links that the message lists.',
  },
  E_GRAPH_UNKNOWN_NODE: {
    status: 422,
    meaning: 'A link or request names a node that the graph lacks.',
    remedy: 'Use one of the node ids of GET /api/v1/graph.',
  },
  E_GRAPH_DUPLICATE_NODE: {
    status: 422,
    meaning: 'Two nodes have one id, or an id is a reserved word.',
    remedy: 'Give each node an id of its own.',
  },
  E_GRAPH_BAD_PORT: {
    status: 422,
    meaning: 'A link uses a port that its node does not have, or an input twice.',
    remedy: 'Use a port that the catalog lists for this node; an input takes one link.',
  },
  E_GRAPH_UNKNOWN_PIPELINE: {
    status: 422,
    meaning: 'A stage names a pipeline that is not installed.',
    remedy: 'Use an id that `reverie pipelines` lists.',
  },
  E_GRAPH_UNKNOWN_ADAPTER: {
    status: 422,
    meaning: 'A source or sink names an adapter that does not exist or cannot play that part.',
    remedy: 'Use an id that `reverie adapters` lists.',
  },
  E_GRAPH_CONFIG: {
    status: 422,
    meaning: 'The configuration of a node does not fit its adapter.',
    remedy: 'Correct the field that the message names.',
  },

  E_MEMORY_FULL: {
    status: 507,
    meaning: 'There is not enough shared memory for the frames of a link.',
    remedy: 'Free or enlarge /dev/shm, or choose a smaller frame size; the play goes on at the present size.',
  },
  E_MEMORY_MAP: {
    status: 500,
    meaning: 'A shared memory segment could not be opened or mapped.',
    remedy: 'Restart the node; if it stays, restart the daemon.',
  },

  E_RUNNER_EXITED: {
    status: 503,
    meaning: 'A runner process ended by itself.',
    remedy: 'It is started again; the last log lines say why it ended.',
  },
  E_RUNNER_KILLED: {
    status: 503,
    meaning: 'A runner process was ended by a signal.',
    remedy: 'It is started again; if nobody ended it by hand, look for memory pressure.',
  },
  E_RUNNER_HUNG: {
    status: 503,
    meaning: 'A runner process stopped answering and was ended.',
    remedy: 'It is started again; the last log lines say what it was doing.',
  },
  E_RUNNER_BUSY: {
    status: 503,
    meaning: 'A runner announced a long native call and is still in it.',
    remedy: 'Wait for the named deadline.',
  },
  E_RUNNER_MEMORY: {
    status: 503,
    meaning: 'A runner took more memory than it may and was ended.',
    remedy: 'Raise --runner-memory, or use a smaller size or model.',
  },
  E_RUNNER_START: {
    status: 503,
    meaning: 'A runner process could not be started or did not answer its first message.',
    remedy: 'Look at the last log lines of the fault.',
  },
  E_RUNNER_PROTOCOL: {
    status: 500,
    meaning: 'A runner sent a message that does not fit the protocol, and was ended.',
    remedy:
      'It is started again. A pipeline must leave `process.send` alone; if none of yours uses it, rebuild with `npm run build`, so that daemon and runner are of one version.',
  },

  E_PIPELINE_LOAD: {
    status: 503,
    meaning: 'A pipeline failed while loading.',
    remedy: 'Read the message; correct the load parameters or the pipeline, then reload the node.',
  },
  E_PIPELINE_LOAD_SLOW: {
    status: 503,
    meaning: 'A pipeline did not finish loading in the time it may take.',
    remedy: 'Let the pipeline announce its load with busy(), or use smaller load parameters.',
  },
  E_PIPELINE_THREW: {
    status: 503,
    meaning: 'A pipeline threw while making a frame.',
    remedy: 'It is started again; the message is what it threw.',
  },
  E_PIPELINE_SIZE: {
    status: 503,
    meaning: 'A pipeline or source asked for an output of an impossible size.',
    remedy: 'Sizes are whole numbers from 1 to 8192.',
  },
  E_PIPELINE_OUTPUTS: {
    status: 503,
    meaning: 'A pipeline asked for more output frames in a call than it had announced.',
    remedy: 'Let its prepare() say how many frames a call makes: { input, output }.',
  },
  E_PIPELINE_OVERRUN: {
    status: 503,
    meaning: 'A pipeline wrote past the end of its output frame.',
    remedy: 'It is started again; the pipeline must be corrected.',
  },
  E_PIPELINE_VRAM: {
    status: 507,
    meaning: 'The GPU has less free memory than the pipeline says it needs.',
    remedy: 'Close other GPU programs, choose a smaller pipeline, or set `force` on the node.',
  },
  E_PIPELINE_IMPORT: {
    status: 503,
    meaning: 'The descriptor of a pipeline could not be read.',
    remedy: 'Correct the pipeline; the message is what its import threw.',
  },
  E_PIPELINE_READING: {
    status: 503,
    meaning: 'A pipeline from outside was found and its descriptor is still being read.',
    remedy: 'Ask for the catalog again in a few seconds.',
  },
  E_PIPELINE_IMPORT_HUNG: {
    status: 503,
    meaning: 'The import of a pipeline did not end, so its descriptor could not be read.',
    remedy: 'Let the module only describe; whatever takes time belongs into load().',
  },
  E_PIPELINE_PACKAGE: {
    status: 503,
    meaning: 'The package.json of a pipeline does not say which file describes it.',
    remedy:
      'Name a file of the package in `exports`, or in `reverie.pipelines` as a list of "./file.js#export".',
  },
  E_PIPELINE_DESCRIPTOR: {
    status: 503,
    meaning: 'A pipeline from outside declares something that the contract does not allow.',
    remedy: 'Correct the field that the message names.',
  },
  E_PIPELINE_ID_TAKEN: {
    status: 409,
    meaning: 'Two pipelines have one id; the first by the order of docs/guides/first-pipeline.md plays.',
    remedy: 'Remove one of the two, or give it an id of its own.',
  },

  E_INFERENCE_MISSING: {
    status: 503,
    meaning: 'ONNX Runtime is not installed, or has no build for this machine.',
    remedy: 'Run `npm install`; `reverie doctor` says which machines have a build.',
  },
  E_INFERENCE_PROVIDER: {
    status: 503,
    meaning: 'No execution provider could open a model.',
    remedy: 'Read why each one failed in the message; `reverie doctor` says what to install.',
  },
  E_INFERENCE_TENSOR: {
    status: 500,
    meaning: 'A tensor given to a model is not of the type or shape that the model declares.',
    remedy: 'Correct the pipeline; the message names the tensor.',
  },

  E_SOURCE_LOST: {
    status: 503,
    meaning: 'A source ended, failed or cannot be reached.',
    remedy: 'It is tried again by itself; check the device, file or address.',
  },
  E_SOURCE_STALLED: {
    status: 503,
    meaning: 'A source is connected and gives no frames; the last picture stays.',
    remedy: 'Look at the sender; the show goes on with its next frame.',
  },
  E_SOURCE_UNREADABLE: {
    status: 422,
    meaning: 'A file or stream cannot be opened or decoded.',
    remedy: 'Check that the path exists and that FFmpeg can play it.',
  },
  E_SOURCE_ABSENT: {
    status: 503,
    meaning: 'Nothing answers where a source is looked for.',
    remedy: 'It is tried again by itself; start the sender, and check host, port and path of the address.',
  },
  E_STREAM_URL: {
    status: 422,
    meaning: 'The address of a stream cannot be read, or asks for something that is not there.',
    remedy:
      'Write it as in docs/guides/streams.md, as in srt://192.168.1.20:9000 or rtsp://camera.local/live.',
  },
  E_STREAM_CERTIFICATE: {
    status: 503,
    meaning: 'A server shows a certificate that nobody vouches for, or one of another name.',
    remedy:
      'Give the server a valid certificate, write its address as the certificate names it, or take any with `anyCertificate` if it is yours.',
  },
  E_CODEC_ENCODER: {
    status: 422,
    meaning: 'The encoder that a stream asks for is not on this machine, or cannot work live.',
    remedy: 'Take `auto` or one that the message lists; `reverie doctor` says what this machine has.',
  },
  E_STREAM_LIMIT: {
    status: 503,
    meaning: 'Too many viewers watch streams, or one node in too many sizes.',
    remedy: 'Close some of them, or ask for a size that is being watched already.',
  },
  E_SHM_NAME: {
    status: 422,
    meaning: 'A name of shared memory has characters that it may not have, or too many.',
    remedy: 'Use up to 64 letters, digits, - and _, as in shm:touchdesigner.',
  },
  E_SHM_LAYOUT: {
    status: 422,
    meaning: 'What lies under a name of shared memory is no ring of frames that can be read.',
    remedy: 'Write it as in docs/reference/shared-memory.md, or remove the file that the message names.',
  },
  E_SHM_TAKEN: {
    status: 409,
    meaning: 'Another writer has the shared memory of this name.',
    remedy: 'Choose another name, or end the other writer; it is tried again by itself.',
  },
  E_CAPTURE_DENIED: {
    status: 403,
    meaning: 'There is a camera, and the system does not let Reverie open it.',
    remedy:
      'On Linux join the group of the device (`sudo usermod -aG video $USER`, then log in anew); on macOS allow cameras for the terminal under Privacy & Security; on Windows under Privacy, Camera.',
  },
  E_HOST_PRIVATE: {
    status: 403,
    meaning:
      'An address leads to a private network (or listens on one), which a show may not reach by itself.',
    remedy: 'Start with --allow-private-hosts and the address or network, if you trust the show.',
  },
  E_ENDPOINT_UNKNOWN: {
    status: 404,
    meaning: 'A request names an endpoint that is not among those that can be picked.',
    remedy: 'Use a `url` of GET /api/v1/endpoints.',
  },
  E_ENDPOINT_PICTURE: {
    status: 503,
    meaning: 'There is no picture of an endpoint: it gave no frame in time, or may not be opened for one.',
    remedy: 'Pick it to see it; the message says why there is none.',
  },
  E_NDI_MISSING: {
    status: 503,
    meaning: 'The NDI runtime is not installed on this machine, or cannot be used.',
    remedy:
      'Install NDI Tools (https://ndi.video/tools/) or the NDI SDK (https://ndi.video/for-developers/ndi-sdk/), or name its library with --ndi-lib.',
  },
  E_NDI_FRAME: {
    status: 422,
    meaning: 'An NDI source sent a picture that cannot be one.',
    remedy: 'Start the sender again; where it stays so, choose another size or format there.',
  },
  E_SPOUT_MISSING: {
    status: 503,
    meaning: 'Spout is not there: it needs Windows and SpoutLibrary.dll.',
    remedy: 'On Windows, put SpoutLibrary.dll (https://spout.zeal.co) in place; elsewhere use NDI.',
  },
  E_SINK_LOST: {
    status: 503,
    meaning: 'A sink failed or cannot be reached.',
    remedy: 'It is tried again by itself; check the device or address.',
  },
  E_CODEC_MISSING: {
    status: 503,
    meaning: 'The FFmpeg library (node-av) is not installed on this machine.',
    remedy: 'Run `npm install` with optional dependencies on a supported platform.',
  },
  E_CODEC_FAILED: {
    status: 503,
    meaning: 'An encoder or decoder could not be opened or stopped working.',
    remedy: 'Read the message; try a smaller picture, a lower rate or the other codec.',
  },
  E_INPUT_NONE: {
    status: 503,
    meaning: 'A stage waits for frames and none come.',
    remedy: 'Connect a live source to it, or set its mode to text or auto.',
  },

  E_OBS_OFF: {
    status: 409,
    meaning: 'Something is asked of OBS, and Reverie was started without it.',
    remedy:
      'Start with `--obs`, or `--obs ws://HOST:4455` for another machine; docs/guides/obs.md has each step.',
  },
  E_OBS_UNREACHABLE: {
    status: 503,
    meaning: 'Nobody answers where OBS is looked for, or OBS is still starting.',
    remedy:
      'Start OBS; in Tools, WebSocket Server Settings, enable the server and compare its port with --obs.',
  },
  E_OBS_AUTH: {
    status: 503,
    meaning: 'OBS wants a password, and has been given none or another one.',
    remedy:
      'Copy it from OBS: Tools, WebSocket Server Settings, Show Connect Info; give it as REVERIE_OBS_PASSWORD or `obsPassword` in reverie.config.json.',
  },
  E_OBS_VERSION: {
    status: 503,
    meaning: 'This OBS speaks another version of its WebSocket protocol, or lacks what is asked of it.',
    remedy: 'Use OBS 28 or newer, where the WebSocket server is built in.',
  },
  E_OBS_PROTOCOL: {
    status: 502,
    meaning: 'What answers where OBS is looked for does not speak as OBS does.',
    remedy: 'Check the address given with --obs: another program may have that port.',
  },
  E_OBS_LOST: {
    status: 503,
    meaning: 'The connection with OBS ended: it was closed, restarted or crashed.',
    remedy: 'It is tried again by itself; start OBS again where it is not running.',
  },
  E_OBS_TIMEOUT: {
    status: 504,
    meaning: 'OBS did not answer in time.',
    remedy: 'Look whether OBS hangs or asks something in a dialog; it is tried again by itself.',
  },
  E_OBS_REFUSED: {
    status: 422,
    meaning: 'OBS refused what was asked of it.',
    remedy: 'The message has what OBS says; compare names with those in OBS.',
  },
  E_OBS_MISSING: {
    status: 422,
    meaning: 'A rule names a scene, source, filter, input or preset that is not there.',
    remedy: 'Correct the name in the rule, or make what it names; the rule works as soon as it is there.',
  },
  E_OBS_WAY: {
    status: 422,
    meaning: 'OBS or the show has nothing for the way in which the output was to come into OBS.',
    remedy:
      'Leave the way out: `auto` takes one that is there. NDI and Spout need their plugin in OBS and their sink in the show.',
  },
  E_OBS_RULE: {
    status: 422,
    meaning: 'A rule between OBS and the show is not of the expected shape, or one too many.',
    remedy: 'Correct the field that the message names.',
  },
  E_OBS_RULE_UNKNOWN: {
    status: 404,
    meaning: 'There is no such rule between OBS and the show.',
    remedy: 'Use an id that GET /api/v1/obs lists.',
  },

  E_ADDRESS_READ_ONLY: {
    status: 422,
    meaning: 'The address tells how something outside is, and cannot be set.',
    remedy: 'Change it where it happens, as in OBS; or use a rule.',
  },
  E_ADDRESS_UNKNOWN: {
    status: 404,
    meaning: 'No parameter has this address.',
    remedy: 'Use an address that GET /api/v1/parameters lists.',
  },
  E_VALUE_TYPE: {
    status: 422,
    meaning: 'The value is not of the type of its parameter.',
    remedy: 'Send the type that the message names.',
  },
  E_VALUE_RANGE: {
    status: 422,
    meaning: 'The value is outside the range of its parameter.',
    remedy: 'Stay inside the bound that the message names.',
  },
  E_COMMAND_INVALID: {
    status: 422,
    meaning: 'A command is not of a known shape.',
    remedy: 'Correct the field that the message names.',
  },
  E_COMMAND_BATCH: {
    status: 422,
    meaning: 'A command was not applied because another one of its batch was rejected.',
    remedy: 'Correct or leave out the rejected command; a batch is all or nothing.',
  },
  E_BINDING_UNKNOWN: {
    status: 404,
    meaning: 'No binding has that id.',
    remedy: 'GET /api/v1/bindings lists them all.',
  },
  E_BINDING_INVALID: {
    status: 422,
    meaning: 'A binding is not of a known shape, or there would be too many.',
    remedy: 'Correct the field that the message names.',
  },
  E_BINDING_MAP: {
    status: 422,
    meaning: 'A map of bindings could not be read. None of it was taken.',
    remedy: 'Correct the line and field that the message names.',
  },
  E_BINDING_LEARN: {
    status: 409,
    meaning: 'Nothing is being learned, or nothing was asked that this would answer.',
    remedy: 'Start learning, and move a control.',
  },
  E_BINDING_TARGET: {
    status: 422,
    meaning: 'A control was moved that is bound to something it cannot play.',
    remedy: 'Bind it to a number, switch, choice, colour or trigger, or to commands.',
  },
  E_TIMELINE_INVALID: {
    status: 422,
    meaning:
      'A timeline is not of a known shape, or there would be more of it than is kept. Nothing of it was taken.',
    remedy: 'Correct the field that the message names.',
  },
  E_TIMELINE_UNDO: {
    status: 409,
    meaning: 'No change of the timeline is left to take back.',
    remedy: 'Twenty changes and recordings are kept, the newest is taken back first.',
  },
  E_SCHEDULE_UNKNOWN: {
    status: 404,
    meaning: 'No command of this id is waiting: it was run, taken back or replaced.',
    remedy: 'GET /api/v1/schedule lists what waits.',
  },
  E_TEMPO_LED: {
    status: 409,
    meaning: 'The tempo follows a MIDI clock, so it cannot be set.',
    remedy: 'Set /tempo/source to internal first.',
  },
  E_TEMPO_SOURCE: {
    status: 400,
    meaning:
      'A client of Daydream Scope asked for a tempo source that is not here, or set a tempo that it cannot set.',
    remedy: 'GET /api/v1/tempo/sources says which sources there are; enable midi_clock or internal.',
  },
  E_MODULATION_ADDRESS: {
    status: 422,
    meaning: 'This address can have no wave.',
    remedy: 'GET /api/v1/parameters says with ui.modulatable which can; they have a minimum and a maximum.',
  },
  E_SCHEDULE_FULL: {
    status: 503,
    meaning: 'More commands wait for their time than are kept.',
    remedy: 'Wait until some are due, or schedule less far ahead.',
  },
  E_PROMPT_INVALID: {
    status: 422,
    meaning: 'A prompt, blend or transition is not of a known shape.',
    remedy: 'Send prompts as [{ "text": "…", "weight": 1 }].',
  },

  E_STATE_CORRUPT: {
    status: 500,
    meaning: 'The saved show could not be read.',
    remedy: 'The last good copy or the default show plays; the broken file is kept beside it.',
  },
  E_STATE_WRITE: {
    status: 507,
    meaning: 'The show could not be saved.',
    remedy: 'Free disk space or correct the permissions of the folder that the message names.',
  },

  E_HTTP_BODY: {
    status: 400,
    meaning: 'The body is not valid JSON.',
    remedy: 'Send a JSON body with content-type application/json.',
  },
  E_HTTP_TOO_LARGE: {
    status: 413,
    meaning: 'The body or message is larger than accepted.',
    remedy: 'Send less than the limit that the message names.',
  },
  E_HTTP_INVALID: {
    status: 400,
    meaning: 'A field of the request does not fit its schema.',
    remedy: 'Correct the field that the message names; /openapi.json has the schema.',
  },
  E_HTTP_NOT_FOUND: {
    status: 404,
    meaning: 'There is no such route or resource.',
    remedy: 'See /openapi.json for what there is.',
  },
  E_HTTP_METHOD: {
    status: 405,
    meaning: 'The route exists, but not for this method.',
    remedy: 'Use a method that the Allow header lists.',
  },
  E_HTTP_MEDIA_TYPE: {
    status: 415,
    meaning: 'The body is not sent as JSON.',
    remedy: 'Send it with content-type application/json.',
  },
  E_HTTP_ACCEPT: {
    status: 406,
    meaning: 'The answer is of a kind that the Accept header leaves out.',
    remedy: 'Accept application/sdp, or leave the header away.',
  },
  E_HTTP_UPGRADE: {
    status: 426,
    meaning: 'The route is a WebSocket and was asked for by plain HTTP.',
    remedy: 'Open it as a WebSocket (ws://…).',
  },
  E_WS_MESSAGE: {
    status: 400,
    meaning: 'A WebSocket message is not JSON or not of a known shape.',
    remedy: 'Correct the field that the message names; docs/reference/websocket.md has every message.',
  },
  E_WS_SLOW: {
    status: 503,
    meaning: 'A WebSocket client did not read what was sent to it and was closed.',
    remedy: 'Read faster, or subscribe with a lower rateHz; then connect again.',
  },
  E_WS_PATTERN: {
    status: 400,
    meaning: 'Patterns of a subscription or snapshot cannot be read, or hold too many wildcards.',
    remedy: 'Write OSC patterns, as `/main/*` or `//weight`; name addresses where there are many.',
  },
  E_WS_SUBSCRIPTIONS: {
    status: 429,
    meaning: 'A WebSocket session has as many subscriptions as one may have.',
    remedy: 'End one with `unsubscribe`, or put more patterns into one.',
  },
  E_CLIENT_LOST: {
    status: 503,
    meaning:
      'The connection of a program to Reverie is lost; whether its request was carried out is not known.',
    remedy:
      'Wait until the client is `open` again, which it becomes by itself, and look before you ask again.',
  },
  E_CLIENT_TIMEOUT: {
    status: 504,
    meaning: 'Reverie did not answer a request of the client in time.',
    remedy: 'See whether the daemon and the network are well; the client connects again by itself.',
  },
  E_CLIENT_CLOSED: {
    status: 503,
    meaning: 'The program closed its client of Reverie, and then asked something of it.',
    remedy: 'Connect again.',
  },
  E_CLIENT_WEBSOCKET: {
    status: 500,
    meaning: 'This runtime has no WebSocket of its own: Node.js has one from version 22 on.',
    remedy: 'Give the client one: `connect(url, { WebSocket })` with the class of the package `ws`.',
  },
  E_HTTP_HOST: {
    status: 403,
    meaning: 'The Host header names a machine that is not configured.',
    remedy: 'Open Reverie by localhost, or add the name with --allow-host.',
  },
  E_HTTP_ORIGIN: {
    status: 403,
    meaning: 'The page that sent this request is not one of ours or of this machine.',
    remedy: 'Use the panel, or a page served from this machine.',
  },
  E_AUTH_REQUIRED: {
    status: 401,
    meaning: "The request came from beyond the daemon's own machine and showed no token.",
    remedy: 'Send `Authorization: Bearer TOKEN`, or sign in at /sign-in; `reverie token` makes a new token.',
  },
  E_AUTH_TOKEN: {
    status: 401,
    meaning: 'The token is wrong, or a newer one has taken its place.',
    remedy: 'Use the newest link; `reverie token` on the machine of the daemon makes a new one.',
  },
  E_AUTH_TOO_MANY: {
    status: 429,
    meaning: 'Too many wrong tokens came from one address.',
    remedy: 'Wait for the seconds that the message names, then use the right token.',
  },
  E_AUTH_LOCAL_ONLY: {
    status: 409,
    meaning: 'A link for another device was asked for, but no other device reaches the daemon.',
    remedy: 'Start it with `--host 0.0.0.0`; docs/guides/security.md says what that means.',
  },
  E_FRAME_NONE: {
    status: 503,
    meaning: 'The node has not made a frame yet.',
    remedy: 'Try again in a moment; GET /api/v1/status says what it is doing.',
  },

  E_FILE_UNKNOWN: {
    status: 404,
    meaning: 'There is no such media file.',
    remedy: 'GET /api/v1/files lists those there are.',
  },
  E_FILE_TYPE: {
    status: 415,
    meaning: 'An uploaded file is no picture, clip or sound by its content, whatever its name says.',
    remedy:
      'Upload PNG, JPEG, WebP, BMP, GIF, MP4, MOV, AVI, MKV, WebM, WAV, MP3, FLAC or Ogg; convert others with ffmpeg.',
  },
  E_FILE_NAME: {
    status: 409,
    meaning: 'There is a media file of that name already.',
    remedy: 'Choose another name; an upload may say with over=true that the one there is to be replaced.',
  },
  E_FILE_TOO_LARGE: {
    status: 413,
    meaning: 'An uploaded file is larger than is taken.',
    remedy: 'Copy it into the folder of --assets-dir by hand, or raise --assets-limit.',
  },
  E_FILE_BROKEN_OFF: {
    status: 400,
    meaning: 'An upload ended before all of it had come. Nothing of it was kept.',
    remedy: 'Upload the file again.',
  },
  E_FILE_DISK_FULL: {
    status: 507,
    meaning: 'The disk has no room for an uploaded file. Nothing of it was kept.',
    remedy: 'Delete files, or choose a folder on another disk with --assets-dir.',
  },
  E_FILE_BUSY: {
    status: 429,
    meaning: 'As many uploads as are taken at once are under way.',
    remedy: 'Wait for one to end.',
  },
  E_FILE_WRITE: {
    status: 500,
    meaning: 'A file of the media folder could not be written, read or deleted.',
    remedy:
      'Correct the permissions of the folder that the message names, or close the program that uses it.',
  },
  E_FILE_RANGE: {
    status: 416,
    meaning: 'A part of a media file was asked for that lies behind its end.',
    remedy: 'Ask for bytes inside the size that Content-Range names.',
  },

  E_SESSION_UNAVAILABLE: {
    status: 503,
    meaning: 'WebRTC cannot be used at the moment: its package is missing, or its runner did not start.',
    remedy: 'Run `npm install` on a supported platform; GET /api/v1/status and the log say what is wrong.',
  },
  E_SESSION_OFFER: {
    status: 400,
    meaning: 'The SDP offer cannot be read, or it has nothing that Reverie can answer.',
    remedy: 'Offer video as VP8 or H.264, or a data channel; the message names what is wrong.',
  },
  E_SESSION_SIMULCAST: {
    status: 422,
    meaning: 'A publisher offers its video several times over (simulcast), and a source takes one stream.',
    remedy:
      'In OBS: Settings, Stream, set "Total layers" of Simulcast to 1. Elsewhere: send one encoding, without a=simulcast.',
  },
  E_SESSION_RESTART: {
    status: 422,
    meaning: 'A WebRTC session was asked to restart ICE, which its library cannot. It goes on as it is.',
    remedy: 'DELETE the session and POST a new offer; that takes no longer.',
  },
  E_SESSION_UNMATCHED: {
    status: 428,
    meaning: 'Candidates came without saying for which ICE session they are.',
    remedy: 'Send the ETag of the 201 answer in If-Match (RFC 9725, section 4.3.1).',
  },
  E_SESSION_STALE: {
    status: 412,
    meaning: 'Candidates came for another ICE session than the one under way.',
    remedy: 'Send the ETag of the newest answer in If-Match.',
  },
  E_SESSION_LIMIT: {
    status: 503,
    meaning: 'As many WebRTC sessions as may be open at once are open.',
    remedy: 'Close a viewer, or try again in a moment.',
  },
  E_SESSION_UNKNOWN: {
    status: 404,
    meaning: 'There is no such WebRTC session; it may have ended.',
    remedy: 'Offer again; GET /api/v1/sessions has those that are open.',
  },
  E_SESSION_TAKEN: {
    status: 409,
    meaning: 'The source is fed by another WebRTC session, which keeps it.',
    remedy: 'End the other session, or feed another source.',
  },
  E_SESSION_SOURCE: {
    status: 422,
    meaning: 'The node that a WebRTC session wants to feed takes no picture from one.',
    remedy: 'Give the graph a source `whip:NAME` (`--in whip:cam1`) and publish to /whip/NAME.',
  },
  E_SESSION_CANDIDATE: {
    status: 400,
    meaning: 'An ICE candidate is malformed, or a session sent too many of them.',
    remedy: 'Send each candidate of the browser once, as it gave it.',
  },
  E_SESSION_CLOSED: {
    status: 503,
    meaning: 'A WebRTC session ended before it was of use.',
    remedy: 'Offer again.',
  },
  E_SESSION_MESSAGE: {
    status: 413,
    meaning: 'A message on a data channel is too large, or not text.',
    remedy: 'Send text within the limit that the message names.',
  },
  E_SESSION_FLOOD: {
    status: 429,
    meaning: 'More came on the data channels than can be played; the oldest messages were left out.',
    remedy: 'Send less often; a value needs no more than one message a frame.',
  },

  E_SHOW_EMPTY: {
    status: 409,
    meaning: 'There is nothing to show: the graph is empty.',
    remedy: 'Load a pipeline, or open a show.',
  },

  E_SHOW_FILE: {
    status: 422,
    meaning: 'A text is no show: the message names line and field. What plays was not touched.',
    remedy: 'Correct the place that the message names.',
  },
  E_SHOW_NEWER: {
    status: 422,
    meaning: 'A show was saved by a later version of Reverie. It is not opened, and never written over.',
    remedy: 'Update Reverie, or open another show.',
  },
  E_SHOW_UNKNOWN: {
    status: 404,
    meaning: 'There is no saved show of that name.',
    remedy: 'GET /api/v1/shows lists those there are.',
  },
  E_SHOW_NAME: {
    status: 409,
    meaning: 'A show cannot be saved under that name.',
    remedy: 'Choose another name, or say that the one there is to be replaced.',
  },

  E_PRESET_UNKNOWN: {
    status: 404,
    meaning: 'There is no such preset.',
    remedy: 'GET /api/v1/presets lists those there are, in their order.',
  },
  E_PRESET_NAME: {
    status: 409,
    meaning: 'Another preset of the show has that name.',
    remedy: 'Choose another name.',
  },
  E_PRESET_SHIPPED: {
    status: 409,
    meaning: 'A preset that came with Reverie cannot be changed.',
    remedy: 'Copy it, and change the copy.',
  },
  E_PRESET_LIMIT: {
    status: 409,
    meaning: 'The show holds as many presets as it can.',
    remedy: 'Export some and delete them.',
  },
  E_PRESET_ADDRESS: {
    status: 422,
    meaning: 'An address has no value that a preset could keep: a button, or what plays presets itself.',
    remedy: 'Leave it out; a cue can press buttons.',
  },
  E_PRESET_FILE: {
    status: 422,
    meaning: 'A text holds no presets: the message names line and field. None was taken.',
    remedy: 'Correct the place that the message names.',
  },
  E_CUE_UNKNOWN: {
    status: 404,
    meaning: 'There is no such cue.',
    remedy: 'GET /api/v1/cues lists those there are.',
  },
  E_CUE_INVALID: {
    status: 422,
    meaning: 'A cue or a list of cues is not valid.',
    remedy: 'Follow the message.',
  },

  E_OSC_MALFORMED: {
    status: 400,
    meaning: 'An OSC packet breaks the OSC 1.0 format.',
    remedy: 'Correct the sender; the message names the offset.',
  },
  E_OSC_SUBSCRIBERS: {
    status: 503,
    meaning: 'As many OSC controllers as can be served follow the show, or wait for all its values.',
    remedy: 'End one with /reverie/unsubscribe, or wait a minute: whoever does not renew is forgotten.',
  },
  E_ARTNET_MALFORMED: {
    status: 400,
    meaning: 'An Art-Net packet breaks its format.',
    remedy: 'Correct the sender; the message names the byte.',
  },
  E_ARTNET_SOURCES: {
    status: 409,
    meaning: 'More than two desks send one DMX universe.',
    remedy: 'Give each desk a universe of its own, or end one of those that the message names.',
  },
  E_CONTROL_SENDER: {
    status: 403,
    meaning: 'Control input came from an address that may not send any.',
    remedy: 'Add the address or its network with the flag that the message names.',
  },
  E_CONTROL_FLOOD: {
    status: 429,
    meaning: 'More control input came than can be played, and some was left out.',
    remedy: 'Send less often; a value needs no more than one message a frame.',
  },
  E_MIDI_MALFORMED: {
    status: 400,
    meaning: 'A MIDI device sent bytes that are not MIDI 1.0, or half a message.',
    remedy:
      'Try another cable or port; where it comes again and again, the device or its driver is at fault.',
  },
  E_MIDI_MESSAGE: {
    status: 422,
    meaning: 'What was to be sent to a MIDI device is no MIDI message.',
    remedy: 'Correct the byte or number that the message names.',
  },
  E_RECORDING_UNKNOWN: {
    status: 404,
    meaning: 'There is no take or file of that name among the recordings.',
    remedy: 'See GET /api/v1/recordings.',
  },
  E_RECORDING_RUNNING: {
    status: 409,
    meaning: 'A file that is being recorded can be neither deleted nor renamed.',
    remedy: 'Stop its take first.',
  },
  E_RECORDING_NAME: {
    status: 409,
    meaning: 'There is a recording of that name already.',
    remedy: 'Choose another name; nothing is written over.',
  },
  E_RECORDING_LIMIT: {
    status: 409,
    meaning: 'As many recordings as can be made at once are under way.',
    remedy: 'Stop one first.',
  },
  E_RECORDING_FULL: {
    status: 507,
    meaning: 'The disk of the recordings is full. What was written stays and plays; the show goes on.',
    remedy:
      'Make room or choose another folder with --recordings-dir; the recording goes on by itself in a new file.',
  },
  E_RECORDING_FAILED: {
    status: 500,
    meaning: 'A recording could not be written.',
    remedy: 'Look at the folder that the message names; the recording is tried again by itself.',
  },
  E_REPLAY_EMPTY: {
    status: 409,
    meaning: 'Nothing is kept that could be saved.',
    remedy: 'Let it be kept beforehand: /record/keep 30, or PUT /api/v1/recordings/replay.',
  },
  E_PORT_TAKEN: {
    status: 500,
    meaning: 'A port that Reverie listens on is in use.',
    remedy: 'Choose another with the flag that the message names, or end the other program.',
  },
  E_OPTION_INVALID: {
    status: 400,
    meaning: 'A command line option, environment variable or config entry is not valid.',
    remedy: 'See `reverie --help`.',
  },
  E_SERVICE: {
    status: 500,
    meaning: 'Reverie could not be made a service of this machine, or be taken out again.',
    remedy:
      'Follow the message; `reverie service install --dry-run` prints what it would do, to be done by hand.',
  },
  E_INSTALL: {
    status: 500,
    meaning: 'Something could not be installed.',
    remedy: 'Follow the manual steps that the message names.',
  },
} as const satisfies Record<`E_${string}`, CatalogueEntry>;
