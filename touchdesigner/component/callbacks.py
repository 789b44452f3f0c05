# Yours to fill: called when something happens in Reverie. What you write here stays when the component is installed again.


def onState(node, state, message):
    # state: starting, ready, live, degraded-input, degraded-inference, stalled, failed, off
    return


def onFault(node, code, message, remedy):
    return


def onPreset(name):
    return


def onBeat(beat, bar):
    # beat: 0, 1, 2 … within its bar
    return
