# Callbacks of the WebSocket DAT "link" (WebSocket DAT).


def _reverie():
    return me.parent().ext.Reverie


def onConnect(dat):
    _reverie().line.connected()


def onDisconnect(dat):
    _reverie().line.disconnected()


def onReceiveText(dat, rowIndex, message):
    _reverie().line.received(message)


def onReceiveBinary(dat, contents):
    return


def onReceivePing(dat, contents):
    dat.sendPong(contents)


def onReceivePong(dat, contents):
    return


def onMonitorMessage(dat, message):
    return
