# Callbacks of the Execute DAT (Execute DAT): what is done once a frame, when a project opens and when it ends.


def _reverie():
    return me.parent().ext.Reverie


def onStart():
    _begin()


def onCreate():
    _begin()


def onExit():
    _reverie().close()


def onFrameStart(frame):
    _reverie().frame_start()


def onFrameEnd(frame):
    _reverie().frame_end()


def _begin():
    # A component that was opened or pasted is not whole yet in this frame.
    run("args[0].ext.Reverie.start()", me.parent(), delayFrames=2)
