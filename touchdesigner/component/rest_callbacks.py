# Callbacks of the Web Client DAT "rest" (Web Client DAT).


def onConnect(webClientDAT, id=None):
    return


def onDisconnect(webClientDAT, id=None):
    return


def onResponse(webClientDAT, statusCode, headerDict, data, id=None):
    me.parent().ext.Reverie.rest.answered(statusCode, data, id)
