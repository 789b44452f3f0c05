# Callbacks of the Script TOP "picture" (Script TOP).


def onSetupParameters(scriptOp):
    return


def onPulse(par):
    return


def onCook(scriptOp):
    me.parent().ext.Reverie.pictures.cook(scriptOp)
