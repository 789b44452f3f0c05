"""Pictures to Reverie by shared memory, on a thread of their own: turning floats into bytes would hold up TouchDesigner's frame.

The thread touches arrays and files and nothing of TouchDesigner. The newest picture wins.
"""

import threading


class Sender:
    def __init__(self, shm, name, bottom_up):
        """shm: the module reverie_shm."""
        self._shm, self._name, self._bottom_up = shm, name, bottom_up
        self._news = threading.Condition()
        self._array = None
        self._done = False
        self.sent = 0
        self.dropped = 0
        self.trouble = ""
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def put(self, array):
        with self._news:
            if self._array is not None:
                self.dropped += 1
            self._array = array
            self._news.notify()

    def close(self):
        """Returns at once; the thread ends with what it is doing."""
        with self._news:
            self._done = True
            self._news.notify()

    def _run(self):
        writer = None
        while True:
            with self._news:
                self._news.wait_for(lambda: self._done or self._array is not None)
                if self._done:
                    break
                array, self._array = self._array, None
            try:
                if writer is None:
                    writer = self._shm.Writer(self._name, bottom_up=self._bottom_up)
                writer.write_array(array)
                self.sent += 1
                self.trouble = ""
            except Exception as error:  # whatever it is, the next picture is tried again
                self.trouble = str(error)
                if writer is not None and isinstance(error, (self._shm.RingError, OSError)):
                    writer.close()
                    writer = None
        if writer is not None:
            writer.close()
