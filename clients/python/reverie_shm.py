"""Pictures to and from Reverie by shared memory. One file, Python 3.8 or newer, nothing to install; numpy is optional.

    from reverie_shm import Reader, Writer

    writer = Writer("camera")                  # Reverie: --in shm:camera
    writer.write(pixels, 1920, 1080)           # bytes, bytearray or numpy uint8, RGBA, top row first

    reader = Reader("screen")                  # Reverie: a sink "shm" named screen
    frame = reader.read()                      # None while nothing is new; never waits
    frame = reader.wait(1.0)                   # waits for a new one, a second at most
    frame.pixels, frame.width, frame.height    # a bytearray of RGBA, top row first; yours until the next read

Every byte is described in docs/reference/shared-memory.md. MIT licence, as Reverie.
"""

import os
import struct
import sys
import tempfile
import threading
import time
from collections import namedtuple

MAGIC = b"REVERIE\0"
VERSION = 1
LIVE, ENDED, REPLACED = 1, 2, 3
TABLE, BLOCK, HEAD = 256, 64, 4096
STATE_AT, NEWEST_AT = 12, 128
SLOTS = 3
BEAT_SECONDS = 0.5
SILENCE_SECONDS = 2.0
HELD_UP_SECONDS = 10.0

_LAYOUT = struct.Struct("<8sIIIIIIIIIIQQQQ")  # from magic to firstSlot
_SLOT = struct.Struct("<QqqqI")  # sequence, pts, capture, published, lock
_writers = {}  # of this process, by name: a script that runs again takes over from itself
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


class RingError(Exception):
    """What lies under the name is no ring of frames, or somebody else writes it."""


class _Closing:
    """Ends with its `with` block."""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Frame(namedtuple("Frame", "sequence width height pixels pts_us capture_us published_us")):
    """One picture. Times are monotonic microseconds, see now_us()."""

    __slots__ = ()

    def array(self, bottom_up=False):
        """A numpy array [height, width, 4] of uint8 on the same bytes; bottom_up as TouchDesigner wants it."""
        import numpy

        rows = numpy.frombuffer(self.pixels, dtype=numpy.uint8).reshape(self.height, self.width, 4)
        return numpy.ascontiguousarray(rows[::-1]) if bottom_up else rows


def folder():
    """Where the files lie: $REVERIE_SHM_DIR, else /dev/shm, else the folder for temporary files."""
    chosen = os.environ.get("REVERIE_SHM_DIR")
    if chosen:
        return chosen
    return "/dev/shm" if sys.platform == "linux" and os.path.isdir("/dev/shm") else tempfile.gettempdir()


def now_us():
    """Reverie's clock: monotonic microseconds, the same in every program of one machine."""
    clock = time.perf_counter_ns if sys.platform == "win32" else time.monotonic_ns
    return clock() // 1000


class Reader(_Closing):
    """The newest picture of a name. It may be made before anybody writes, and follows every new size and every new writer."""

    def __init__(self, name):
        self._path = _path(name)
        self._file = None
        self._ring = None
        self._sequence = 0
        self._pixels = bytearray()
        self._pulse = (None, 0.0)
        self.torn = 0

    def read(self):
        """The newest picture, or None where it is the one of the last read, or where nobody writes. Raises RingError."""
        for _ in range(16):
            if self._file is None and not self._open():
                return None
            ring, head = self._ring, self._head()
            newest = max(_slots(head, ring.slots), key=lambda slot: slot[1])
            index, sequence = newest[0], newest[1]
            if sequence <= self._sequence:
                if self._state(head) == LIVE and _leads_to(self._path, self._file):
                    return None
                self.close()
                continue
            _read(self._file, memoryview(self._pixels), ring.first + index * ring.slot_bytes)
            block = bytearray(BLOCK)
            _read(self._file, memoryview(block), TABLE + index * BLOCK)
            if block == head[TABLE + index * BLOCK : TABLE + (index + 1) * BLOCK]:
                self._sequence = sequence
                return self._frame(_SLOT.unpack_from(block))
            self.torn += 1  # the writer came round meanwhile: nothing of it is shown
        return None

    def wait(self, seconds):
        """The next new picture, or None after that time. It looks a thousand times a second; a loop of your own may be kinder."""
        end = time.monotonic() + seconds
        while True:
            frame = self.read()
            if frame is not None or time.monotonic() > end:
                return frame
            time.sleep(0.001)

    @property
    def live(self):
        """Whether a writer is there; ask it now and then, it judges by the writer's heartbeat."""
        if self._file is None and not self._open():
            return False
        head = self._head()
        beat = struct.unpack_from("<Q", head, NEWEST_AT + 8)[0]
        if beat != self._pulse[0]:
            self._pulse = (beat, time.monotonic())
        return self._state(head) == LIVE and time.monotonic() - self._pulse[1] < SILENCE_SECONDS

    def close(self):
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self):
        try:
            file = _file(self._path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0), "rb")
        except FileNotFoundError:
            return False
        try:
            ring = _Ring(file, self._path)
        except BaseException:
            file.close()
            raise
        same = self._ring is not None and self._ring.id == ring.id
        self._file, self._ring = file, ring
        if not same:
            self._sequence = 0
            self._pixels = bytearray(ring.stride * ring.height)
        return True

    def _head(self):
        head = bytearray(TABLE + self._ring.slots * BLOCK)
        _read(self._file, memoryview(head), 0)
        return head

    def _state(self, head):
        return struct.unpack_from("<I", head, STATE_AT)[0]

    def _frame(self, slot):
        ring, pixels = self._ring, self._pixels
        packed = ring.width * 4
        if ring.stride != packed or ring.bottom_first:
            rows = range(ring.height - 1, -1, -1) if ring.bottom_first else range(ring.height)
            pixels = bytearray(b"".join(pixels[row * ring.stride : row * ring.stride + packed] for row in rows))
        if ring.bgra:
            pixels = bytearray(pixels)
            pixels[0::4], pixels[2::4] = pixels[2::4], pixels[0::4]
        return Frame(slot[0], ring.width, ring.height, pixels, slot[1], slot[2], slot[3])


class Writer(_Closing):
    """Writes pictures under a name. Raises RingError while another writer lives there."""

    def __init__(self, name, bottom_up=False):
        """bottom_up: rows come bottom row first, as TouchDesigner's numpyArray gives them; Reverie turns them."""
        self._name, self._path, self._bottom_up = name, _path(name), bottom_up
        self._lock = threading.Lock()
        self._out = None
        self._done = threading.Event()
        before = _writers.pop(name, None)
        if before is not None:
            before.close()
        _claim(self._path, name)
        _writers[name] = self
        threading.Thread(target=self._keep_beating, daemon=True).start()

    def write(self, pixels, width, height, pts_us=None, capture_us=None):
        """The next picture: width * height * 4 bytes of RGBA. A new size is a new picture like any other."""
        view = memoryview(pixels).cast("B")
        if len(view) != width * height * 4:
            raise ValueError("%d bytes are no picture of %d x %d RGBA pixels" % (len(view), width, height))
        now = now_us()
        times = (now if pts_us is None else pts_us, now if capture_us is None else capture_us)
        with self._lock:
            old = self._out
            if old is not None and not _leads_to(self._path, old.file):
                raise RingError('another writer has the shared memory "%s"' % self._name)
            if old is not None and old.size == (width, height):
                old.put(view, times)
                return
            out = _Out(self._name, (width, height), self._bottom_up)
            try:
                out.put(view, times)
                os.replace(out.draft, self._path)  # a reader has the whole of the old ring or of the new one
            except BaseException:
                out.leave(ENDED)
                raise
            self._out = out
            if old is not None:
                old.leave(REPLACED)
        _sweep(self._name, out.id)

    def write_array(self, array):
        """The next picture from a numpy array [height, width] or [height, width, 1, 3 or 4]: uint8, or float from 0 to 1 as TouchDesigner gives it."""
        import numpy

        if array.dtype != numpy.uint8:
            array = (numpy.clip(array, 0.0, 1.0) * 255.0 + 0.5).astype(numpy.uint8)
        if array.ndim == 2 or array.shape[2] == 1:
            array = numpy.repeat(array.reshape(array.shape[0], array.shape[1], 1), 3, axis=2)
        height, width, channels = array.shape
        if channels == 3:
            array = numpy.concatenate([array, numpy.full((height, width, 1), 255, numpy.uint8)], axis=2)
        self.write(numpy.ascontiguousarray(array), width, height)

    def close(self):
        self._done.set()
        with self._lock:
            out, self._out = self._out, None
            if out is not None:
                if _leads_to(self._path, out.file):
                    _remove(self._path)
                out.leave(ENDED)

    def _keep_beating(self):
        while not self._done.wait(BEAT_SECONDS):
            with self._lock:
                if self._out is not None:
                    self._out.beat()


class _Out:
    """The file of one size, and its bell."""

    def __init__(self, name, size, bottom_up):
        self.id = int.from_bytes(os.urandom(8), "little") | 1
        self.size, self._sequence, self._beat = size, 0, 0
        stem = os.path.join(folder(), "reverie-shm-%s.%016x" % (name, self.id))
        self.draft, self._bell_path = stem + ".new", stem + ".bell"
        width, height = size
        self._slot_bytes = -(-width * height * 4 // HEAD) * HEAD
        self.file = _create(self.draft)
        try:
            for at in range(0, HEAD + SLOTS * self._slot_bytes, HEAD):
                _write(self.file, bytes(HEAD), at)  # a full folder is an error here and no crash later
            head = _LAYOUT.pack(
                MAGIC, VERSION, LIVE, SLOTS, width, height, width * 4, 0, int(bottom_up), 1,
                os.getpid(), self.id, _pid_namespace(), self._slot_bytes, HEAD,
            )  # fmt: skip
            _write(self.file, head, 0)
            self._bell = _create(self._bell_path)
        except BaseException:
            self.file.close()
            _remove(self.draft)
            raise

    def put(self, view, times):
        self._sequence += 1
        slot = self._sequence % SLOTS
        block = TABLE + slot * BLOCK
        lock = (2 * self._sequence + 1) & 0xFFFFFFFF
        # Each of these is a call of the system, and so they are seen in this order.
        _write(self.file, struct.pack("<I", lock), block + 32)
        _write(self.file, struct.pack("<Qqq", self._sequence, *times), block)
        _write(self.file, view, HEAD + slot * self._slot_bytes)
        _write(self.file, struct.pack("<q", now_us()), block + 24)
        _write(self.file, struct.pack("<I", (lock + 1) & 0xFFFFFFFF), block + 32)
        self.beat()
        _write(self._bell, b"\0", 0)

    def beat(self):
        self._beat += 1
        _write(self.file, struct.pack("<QQ", self._sequence, self._beat), NEWEST_AT)

    def leave(self, state):
        """The last that readers hear of it."""
        _write(self.file, struct.pack("<I", state), STATE_AT)
        _write(self._bell, b"\0", 0)
        self._bell.close()
        self.file.close()
        _remove(self._bell_path)
        _remove(self.draft)


class _Ring:
    """The part of a head that does not change. Raises RingError for whatever is no ring."""

    def __init__(self, file, path):
        size = os.fstat(file.fileno()).st_size
        head = bytearray(_LAYOUT.size)
        if size < TABLE:
            raise RingError("%s: it ends within its head" % path)
        _read(file, memoryview(head), 0)
        (magic, version, _, self.slots, self.width, self.height, self.stride, form, rows, _, self.pid, self.id,
         self.pid_namespace, self.slot_bytes, self.first) = _LAYOUT.unpack(head)  # fmt: skip
        self.bgra, self.bottom_first = form == 1, rows == 1
        if magic != MAGIC or version != VERSION:
            raise RingError("%s: it is no ring of frames of version %d" % (path, VERSION))
        fits = (
            2 <= self.slots <= 16
            and 1 <= self.width <= 8192
            and 1 <= self.height <= 8192
            and self.width * 4 <= self.stride <= 65536
            and form <= 1
            and rows <= 1
            and self.slot_bytes >= self.stride * self.height
            and self.first >= TABLE + self.slots * BLOCK
            and self.first + self.slots * self.slot_bytes <= size
        )
        if not fits:
            raise RingError("%s: its head does not fit itself or its file" % path)


def _path(name):
    if not 1 <= len(name) <= 64 or name[0] in "-_" or not _LETTERS.issuperset(name):
        raise RingError("%r is no name of shared memory: letters, digits, - and _" % name)
    return os.path.join(folder(), "reverie-shm-%s.ring" % name)


def _slots(head, count):
    """(slot, sequence) of each; sequence 0 where it holds no whole frame."""
    for slot in range(count):
        sequence, _, _, _, lock = _SLOT.unpack_from(head, TABLE + slot * BLOCK)
        yield slot, 0 if lock % 2 else sequence


def _claim(path, name):
    """Returns once nobody writes under this name; RingError while somebody does. A process that lives but is silent has ten seconds."""
    watch = Reader(name)
    started = time.monotonic()
    beats = set()
    try:
        while True:
            try:
                live = watch.live
            except RingError:
                return  # no ring: it is replaced
            seen = None if watch._file is None else _sees(watch._ring)
            if not live and (seen != "lives" or watch._state(watch._head()) != LIVE):
                return
            beat, moved = watch._pulse
            if seen == "ended" or time.monotonic() - moved > HELD_UP_SECONDS:
                return
            beats.add(beat)
            if len(beats) > 1 and time.monotonic() - started > 1.0:
                raise RingError('another writer has the shared memory "%s"' % name)
            time.sleep(0.05)
            if not _leads_to(path, watch._file):
                watch.close()
    finally:
        watch.close()


def _sees(ring):
    """The writer's process: "lives", "ended" or "unseen". A pid counts in its own namespace only: containers have numbers of their own."""
    if ring.pid == 0 or sys.platform == "win32" or ring.pid_namespace != _pid_namespace():
        return "unseen"
    try:
        os.kill(ring.pid, 0)
    except ProcessLookupError:
        return "ended"
    except OSError:
        pass
    return "lives"


def _pid_namespace():
    try:
        return os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        return 0


def _file(path, flags, mode):
    """Without a buffer: each read and write is a call of the system."""
    return os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600), mode, buffering=0)


def _create(path):
    return _file(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, "r+b")


def _sweep(name, own):
    """Removes what killed writers of this name left."""
    start, mine = "reverie-shm-%s." % name, "%016x" % own
    for entry in os.listdir(folder()):
        rest = entry[len(start) :]
        if entry.startswith(start) and rest.endswith((".bell", ".new")) and not rest.startswith(mine):
            _remove(os.path.join(folder(), entry))


def _remove(path):
    try:
        os.remove(path)
    except OSError:
        pass


def _leads_to(path, file):
    try:
        there, here = os.stat(path), os.fstat(file.fileno())
    except OSError:
        return False
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def _read(file, view, at):
    """Fills the view with what lies there. A file that was cut off is an error, and not the end of this process as with mmap."""
    file.seek(at)
    while len(view) > 0:
        got = file.readinto(view)
        if not got:
            raise RingError("the file was cut off")
        view = view[got:]


def _write(file, data, at):
    file.seek(at)
    view = memoryview(data)
    while len(view) > 0:
        view = view[file.write(view) :]
