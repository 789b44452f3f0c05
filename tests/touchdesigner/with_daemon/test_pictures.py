import os
import threading
import unittest

import numpy
from stage import Stage, png, rest

WORD = "td%d" % os.getpid()


def marked(width=64, height=48):
    """Red in the top left corner, blue in the bottom right one, on green; the top row first."""
    picture = numpy.zeros((height, width, 4), numpy.float32)
    picture[:, :, 1], picture[:, :, 3] = 0.5, 1
    picture[:12, :16] = (1, 0, 0, 1)
    picture[-12:, -16:] = (0, 0, 1, 1)
    return picture


def corners(picture):
    """Colour letters of the four corners: top left, top right, bottom left, bottom right."""
    height, width = picture.shape[:2]
    spots = [(4, 4), (4, width - 5), (height - 5, 4), (height - 5, width - 5)]
    return "".join("rgb"[int(numpy.argmax(picture[spot][:3]))] for spot in spots)


class PicturesTest(unittest.TestCase):
    def play(self, **switches):
        stage = Stage(None, **switches)
        self.addCleanup(lambda: (stage.end(), self.assertEqual(stage.world.errors, [])))
        stage.comp.par.Sendname, stage.comp.par.Receivename = WORD + "-in", WORD + "-out"
        movie = stage.world.project.create("nullTOP", "movie")
        movie._shown = lambda: self.picture
        self.picture = marked()
        stage.comp.inputConnectors[0].connect(movie)
        return stage

    def test_corners(self):
        """A marked corner arrives in the daemon where it was, and back in TouchDesigner where it was, whichever way its arrays begin"""
        for bottom_up in (True, False):
            with self.subTest(bottom_up=bottom_up):
                stage = self.play(bottom_up=bottom_up)
                stage.comp.par.Calibrate.pulse()
                stage.frames(0.1)
                self.assertEqual(stage.par("Bottomup"), bottom_up)
                stage.comp.par.Send = "auto"
                stage.until(lambda: stage.par("Sendstate") == "shm", "the way to Reverie")
                seen = self.watch("in")
                stage.until(lambda: seen() == "rggb", "the corner in the daemon")
                stage.comp.par.Receive = "auto"
                out = stage.comp.op("out1")
                stage.until(lambda: corners(out._shown()) == "rggb" and out.width == 64, "the corner to be back")

    def watch(self, node):
        """What the daemon shows of a node, seen from a thread: its answer waits for pictures, which come with our frames."""
        seen, done = ["nothing"], threading.Event()

        def look():
            while not done.wait(0.1):
                try:
                    seen[0] = corners(png(rest("GET", "frame?node=%s&format=png" % node)))
                except OSError as error:
                    seen[0] = str(error)

        threading.Thread(target=look, daemon=True).start()
        self.addCleanup(done.set)
        return lambda: seen[0]

    def test_unwatched(self):
        """A picture that nobody views is sent all the same, and one that comes moves at its own rate"""
        stage = self.play()
        stage.comp.par.Receive, stage.comp.par.Send = "shm", "shm"
        stage.until(lambda: stage.reverie.pictures._sender is not None and stage.reverie.pictures._sender.sent > 30, "30 pictures")
        stage.until(lambda: corners(stage.comp.op("out1")._shown()) == "rggb", "a picture")
        self.picture = self.picture[:, ::-1]
        stage.until(lambda: corners(stage.comp.op("out1")._shown()) == "grbg", "the mirrored picture")
        self.picture = marked(128, 96)
        stage.until(lambda: stage.comp.op("out1").width == 128, "the larger picture")

    def test_off(self):
        """Bypass shows the input, and what is switched off leaves the show as it was before"""
        stage = self.play()
        before = rest("GET", "graph")
        stage.comp.par.Receive, stage.comp.par.Send = "shm", "shm"
        stage.until(lambda: len(rest("GET", "graph")["nodes"]) == 3, "a sink of ours")
        stage.until(lambda: rest("GET", "graph")["nodes"][0]["adapter"] == "shm", "the source to be the input")
        stage.comp.par.Bypass = True
        stage.frames(0.1)
        self.assertIs(stage.comp.op("out1").inputs[0], stage.comp.op("sent"))
        stage.comp.par.Receive = stage.comp.par.Send = "off"
        stage.until(lambda: rest("GET", "graph") == before, "the show as it was")

    def test_routes(self):
        """Web page and video stream stand inside as what TouchDesigner has for them, at the daemon's address"""
        stage = self.play()
        for route, kind, end in (("web", "webrenderTOP", "/obs/output?node=out"), ("stream", "videostreaminTOP", "/stream/out.ts")):
            stage.comp.par.Receive = route
            stage.until(lambda: stage.comp.op("received") is not None and stage.comp.op("received").OPType == kind, kind)  # noqa: B023
            self.assertTrue(stage.comp.op("received").par.url.eval().endswith(end))
            self.assertIs(stage.comp.op("out1").inputs[0], stage.comp.op("received"))
        stage.comp.par.Receive = "off"
        stage.until(lambda: stage.comp.op("received") is None, "nothing inside")
